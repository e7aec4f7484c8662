"""Listeners are rung, whispered to and joined: every way in which a Dial can end."""

from typing import Any

import pytest

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Behaviour, Phone
from tests.rehearsal.product import LINE, Product

FIRST, SECOND = "+33639980101", "+33639980102"
DETECTION = 'url="/whisper" machineDetection="Enable" amdStatusCallback="/machine"'


def ring(product: Product, *numbers: str, attributes: str = "", noun: str = 'url="/whisper"') -> None:
    """Let the product ring these numbers, with a whisper that wants a 1."""
    legs = "".join(
        f'<Number {noun} statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">'
        f"{number}</Number>"
        for number in numbers
    )
    product.says(
        "/voice/incoming",
        f'<Dial action="/dialled" callerId="{LINE}" timeout="20" {attributes}>{legs}</Dial>',
    )
    product.says("/dialled", '<Say language="fr-FR">Laissez un message.</Say>')
    product.says(
        "/whisper",
        '<Gather numDigits="1" action="/accept" timeout="5"><Say language="fr-FR">Tapez 1.</Say></Gather>'
        "<Hangup/>",
    )
    product.says("/accept", "")


def outcome(product: Product) -> dict[str, str]:
    """Return what the action was told about the Dial."""
    return {name: value for name, value in product.asked("/dialled")[0].items() if name.startswith("Dial")}


def test_a_listener_who_presses_one_is_joined_with_the_caller(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST, SECOND)
    listener, other = exchange.phone(FIRST), exchange.phone(SECOND)
    caller.dial(LINE)
    assert (listener.state, other.state, caller.prompt) == ("ringing", "ringing", "ring")
    assert listener.ringing_from == LINE
    exchange.advance(6)
    listener.answer()
    assert (other.state, caller.prompt) == ("idle", "ring")
    exchange.advance(0.2)
    listener.press("1")
    assert (caller.prompt, listener.prompt) == ("bridged", "bridged")
    exchange.advance(120)
    listener.hang_up()
    told = outcome(product)
    assert (told["DialCallStatus"], told["DialBridged"]) == ("completed", "true")
    assert told["DialCallDuration"] == "120"
    assert product.asked("/dialled")[0]["CallStatus"] == "in-progress"
    whisper = product.asked("/whisper")[0]
    assert whisper["Direction"] == "outbound-dial"
    assert whisper["ParentCallSid"] == product.asked("/voice/incoming")[0]["CallSid"]
    exchange.assert_clean()


def test_each_leg_reports_its_progress_in_order(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST)
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    exchange.phone(FIRST).hang_up()
    legs = product.asked("/leg")
    assert [leg["CallStatus"] for leg in legs] == ["initiated", "ringing", "in-progress", "completed"]
    assert [leg["SequenceNumber"] for leg in legs] == ["0", "1", "2", "3"]
    assert legs[-1]["SipResponseCode"] == "200"


def test_a_voicemail_that_picks_up_silences_the_others_and_bridges_nobody(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST, SECOND)
    exchange.phone(FIRST, behaviour=Behaviour("voicemail", after=4))
    caller.dial(LINE)
    exchange.advance(4)
    assert exchange.phone(SECOND).state == "idle"
    exchange.advance(10)
    told = outcome(product)
    assert (told["DialCallStatus"], told["DialBridged"]) == ("completed", "false")
    assert caller.heard[-1][1] == "Laissez un message."


def test_a_listener_with_a_habit_presses_when_asked(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST)
    exchange.phone(FIRST, behaviour=Behaviour("answers", after=3, keys=("1",), hangs_up_after=60))
    caller.dial(LINE)
    exchange.advance(5)
    assert caller.prompt == "bridged"
    exchange.advance(60)
    assert outcome(product)["DialBridged"] == "true"


def test_nobody_answers_within_the_timeout_and_its_five_seconds(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST, SECOND)
    caller.dial(LINE)
    exchange.advance(24.9)
    assert product.asked("/dialled") == []
    exchange.advance(0.2)
    told = outcome(product)
    assert (told["DialCallStatus"], told["DialCallDuration"]) == ("no-answer", "0")
    assert told["DialBridged"] == "false"


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Behaviour("busy"), "busy"), (Behaviour("invalid"), "failed"), (Behaviour("no-answer"), "no-answer")],
)
def test_every_other_end_has_its_word(
    exchange: Exchange, product: Product, caller: Phone, behaviour: Behaviour, status: str
) -> None:
    ring(product, FIRST)
    exchange.phone(FIRST, behaviour=behaviour)
    caller.dial(LINE)
    exchange.advance(30)
    assert outcome(product)["DialCallStatus"] == status


def test_declining_counts_as_busy(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST)
    caller.dial(LINE)
    exchange.phone(FIRST).reject()
    assert outcome(product)["DialCallStatus"] == "busy"


@pytest.mark.parametrize("told", [True, False])
def test_a_caller_who_leaves_while_it_rings_may_or_may_not_be_told_of(
    exchange: Exchange, product: Product, caller: Phone, told: bool
) -> None:
    exchange.faults.dial_action_after_hangup = told
    ring(product, FIRST)
    caller.dial(LINE)
    exchange.advance(5)
    caller.hang_up()
    assert exchange.phone(FIRST).state == "idle"
    asked = product.asked("/dialled")
    assert [(one["DialCallStatus"], one["CallStatus"]) for one in asked] == (
        [("canceled", "completed")] if told else []
    )
    assert product.asked("/voice/status")[0]["CallStatus"] == "completed"


def test_a_caller_who_hangs_up_ends_the_conversation(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST, noun="")
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    exchange.advance(30)
    caller.hang_up()
    assert (outcome(product)["DialCallStatus"], exchange.phone(FIRST).state) == ("completed", "idle")


def test_the_star_drops_the_listener_when_wished(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST, noun="", attributes='hangupOnStar="true"')
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    caller.press("*")
    assert (exchange.phone(FIRST).state, caller.heard[-1][1]) == ("idle", "Laissez un message.")


def test_a_time_limit_ends_the_conversation(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST, noun="", attributes='timeLimit="60"')
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    exchange.advance(61)
    assert outcome(product)["DialCallDuration"] == "60"


def test_without_caller_id_the_listener_sees_the_caller(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", f"<Dial>{FIRST}</Dial>")
    caller.dial(LINE)
    assert exchange.phone(FIRST).ringing_from == caller.number


@pytest.mark.parametrize(
    ("dial", "code"),
    [
        (f'<Dial callerId="+33199000777"><Number>{FIRST}</Number></Dial>', 13214),
        ("<Dial><Number>06 39 98 01 01</Number></Dial>", 13223),
        ("<Dial><Sip>sip:accueil@pbx.example.org</Sip></Dial>", 12200),
        ("<Dial>" + f"<Number>{FIRST}</Number>" * 11 + "</Dial>", 13250),
    ],
)
def test_a_wrong_dial_is_noticed_and_rings_nobody(
    exchange: Exchange, product: Product, caller: Phone, dial: str, code: int
) -> None:
    product.says("/voice/incoming", dial)
    caller.dial(LINE)
    assert [notice.code for notice in exchange.warnings] == [code]
    with pytest.raises(AssertionError, match=str(code)):
        exchange.assert_clean()


def test_answer_on_bridge_leaves_the_caller_ringing(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST, noun="", attributes='answerOnBridge="true"')
    caller.dial(LINE)
    exchange.advance(5)
    states = [caller.state]
    exchange.phone(FIRST).answer()
    assert [*states, caller.state] == ["calling", "in_call"]


def test_numbers_can_be_rung_one_after_the_other(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST, SECOND, attributes='sequential="true"')
    caller.dial(LINE)
    assert exchange.phone(SECOND).state == "idle"
    exchange.advance(25)
    assert (exchange.phone(FIRST).state, exchange.phone(SECOND).state) == ("idle", "ringing")


def test_a_listener_already_in_a_call_is_busy(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST)
    caller.dial(LINE)
    second = exchange.phone("+33639980002")
    second.dial(LINE)
    exchange.advance(2)
    assert outcome(product)["DialCallStatus"] == "busy"


def test_our_own_number_rings_nowhere(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, LINE)
    caller.dial(LINE)
    exchange.advance(2)
    assert outcome(product)["DialCallStatus"] == "failed"


def test_dialling_from_a_whisper_is_noticed(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST)
    product.says("/whisper", f"<Dial>{SECOND}</Dial>")
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    assert [notice.code for notice in exchange.warnings] == [13201]
    assert exchange.phone(SECOND).state == "idle"


@pytest.mark.parametrize(("kind", "heard"), [("answers", "human"), ("voicemail", "machine_start")])
def test_who_picked_up_is_told_beside_the_whisper_which_does_not_wait(
    exchange: Exchange, product: Product, caller: Phone, kind: Any, heard: str
) -> None:
    ring(product, FIRST, noun=DETECTION)
    exchange.phone(FIRST, behaviour=Behaviour(kind, after=2))
    caller.dial(LINE)
    exchange.advance(4.9)
    assert len(product.asked("/whisper")) == 1
    assert product.asked("/machine") == []
    exchange.advance(0.2)
    told = product.asked("/machine")[0]
    assert (told["AnsweredBy"], told["MachineDetectionDuration"]) == (heard, "3000")
    assert told["CallSid"] == product.asked("/whisper")[0]["CallSid"]
    assert "AnsweredBy" not in product.asked("/whisper")[0]
    exchange.assert_clean()


def test_of_a_leg_that_is_over_nothing_is_told(exchange: Exchange, product: Product, caller: Phone) -> None:
    ring(product, FIRST, noun=DETECTION)
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    exchange.advance(1)
    exchange.phone(FIRST).hang_up()
    exchange.advance(10)
    assert product.asked("/machine") == []


@pytest.mark.parametrize("noun", ['machineDetection="Enable"', 'amdStatusCallback="/machine"'])
def test_nobody_is_told_who_did_not_ask(
    exchange: Exchange, product: Product, caller: Phone, noun: str
) -> None:
    ring(product, FIRST, noun=noun)
    caller.dial(LINE)
    exchange.phone(FIRST).answer()
    exchange.advance(10)
    assert product.asked("/machine") == []


def test_a_whisper_may_wait_a_moment_and_go_on_without_a_key(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST)
    product.says(
        "/whisper",
        '<Gather numDigits="1" action="/waited" timeout="2" actionOnEmptyResult="true" finishOnKey="">'
        '<Say language="fr-FR">Ne quittez pas.</Say></Gather><Say language="fr-FR">Jamais dit.</Say>',
    )
    product.says("/waited", '<Say language="fr-FR">Un appel pour vous.</Say>')
    caller.dial(LINE)
    listener = exchange.phone(FIRST)
    listener.answer()
    exchange.advance(10)
    assert [words for _, words in listener.heard] == ["Ne quittez pas.", "Un appel pour vous."]
    assert product.asked("/waited")[0]["Digits"] == ""
    assert (caller.prompt, listener.prompt) == ("bridged", "bridged")


def test_a_whisper_that_hangs_up_after_its_wait_joins_nobody(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    ring(product, FIRST)
    product.says("/whisper", '<Gather action="/waited" timeout="2" actionOnEmptyResult="true"/>')
    product.says("/waited", "<Hangup/>")
    exchange.phone(FIRST, behaviour=Behaviour("voicemail", after=2))
    caller.dial(LINE)
    exchange.advance(6)
    told = outcome(product)
    assert (told["DialCallStatus"], told["DialBridged"]) == ("completed", "false")
    assert exchange.phone(FIRST).state == "idle"
