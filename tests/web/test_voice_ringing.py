"""Listeners ring together until one presses 1; each end of an attempt is good for the caller."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Call, OutboxRow, Request, RingLeg, Voicemail
from hotline.models.status import CallOutcome, LegState, RequestState
from tests.conftest import LINE, StoppedClock
from tests.people import add_listener, add_volunteer
from tests.records import only, rows
from tests.webhooks import Document, Webhooks, sid

CALLER = "+33199000201"
NADIA, PAUL, INES = "+33639980101", "+33639980102", "+33353010103"


@pytest.fixture
def listeners(hotline: Hotline) -> list[str]:
    """Three telephones on shift."""
    for number in (NADIA, PAUL, INES):
        add_listener(hotline, number)
    return [NADIA, PAUL, INES]


def numbers(document: Document) -> list[str]:
    return [str(number.text) for number in document.verb("Dial")]


def pick_up(line: Webhooks, ringing: Document, number: str, leg: int = 900) -> Document:
    """Somebody or something picks a rung telephone up; the carrier asks for the whisper."""
    noun = next(noun for noun in ringing.verb("Dial") if noun.text == number)
    return line.document(
        noun.get("url"),
        **line.form(leg, LINE, To=number, ParentCallSid=sid("CA", 1), Direction="outbound-dial"),
    )


def press(line: Webhooks, whisper: Document, digits: str, leg: int = 900) -> Document:
    return line.document(
        whisper.verb("Gather").get("action"),
        **line.form(leg, LINE, ParentCallSid=sid("CA", 1), Digits=digits),
    )


def end(line: Webhooks, ringing: Document, status: str, **more: str) -> Document:
    """The carrier asks what follows the ringing."""
    form = line.form(1, CALLER, DialCallStatus=status, **{"DialBridged": "false", **more})
    return line.document(ringing.verb("Dial").get("action"), **form)


def test_everybody_on_shift_rings_together_under_the_lines_number(
    line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    dial = ringing.verb("Dial")
    assert numbers(ringing) == listeners
    assert (dial.get("callerId"), dial.get("timeout"), dial.get("record")) == (LINE, "20", None)
    assert "Restez en ligne" in ringing.said
    assert all("#rc=2" in str(address) for address in (dial.get("action"), dial[0].get("url")))


def test_a_whisper_asks_for_the_key_one_and_tells_nothing_about_the_caller(
    line: Webhooks, listeners: list[str]
) -> None:
    asked = pick_up(line, line.call(caller=CALLER), NADIA)
    assert "appuyez sur 1" in asked.said
    assert asked.root[-1].tag == "Hangup"
    assert not any(digit in asked.said for digit in "234567890")


def test_at_most_ten_ring_and_more_take_turns(hotline: Hotline, line: Webhooks) -> None:
    for last in range(12):
        add_listener(hotline, f"+336399801{last:02}")
    first, second = line.call(1), line.call(2)
    assert len(numbers(first)) == len(numbers(second)) == 10
    assert numbers(first)[0] != numbers(second)[0]


def test_whoever_is_on_shift_beyond_ten_rings_when_others_have_dropped_out(
    hotline: Hotline, line: Webhooks
) -> None:
    for last in range(12):
        add_listener(hotline, f"+336399801{last:02}")
    first = line.call(1, CALLER)
    second = end(line, first, "busy")
    assert len(numbers(second)) == 2
    assert not set(numbers(second)) & set(numbers(first))


def test_the_listener_who_presses_one_is_joined_and_gets_the_closing_text(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    joined = press(line, pick_up(line, ringing, NADIA), "1")
    assert len(joined.root) == 0
    over = end(line, ringing, "completed", DialBridged="true", DialCallDuration="312")
    assert over.root[0].tag == "Hangup"
    call, leg = only(hotline, Call), rows(hotline, RingLeg)[0]
    assert (call.outcome, leg.state) == (CallOutcome.ANSWERED, LegState.ACCEPTED)
    assert only(hotline, Request).state is RequestState.WAITING
    text = only(hotline, OutboxRow)
    assert (text.kind, text.phone.number) == ("listener_closing", NADIA)


def test_a_listener_on_a_landline_gets_no_text(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    press(line, pick_up(line, ringing, INES), "1")
    end(line, ringing, "completed", DialBridged="true")
    assert only(hotline, Call).outcome is CallOutcome.ANSWERED
    assert rows(hotline, OutboxRow) == []


def test_of_two_who_press_one_only_the_first_is_joined(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    nadia, paul = pick_up(line, ringing, NADIA, 901), pick_up(line, ringing, PAUL, 902)
    assert len(press(line, nadia, "1", 901).root) == 0
    assert "déjà répondu" in press(line, paul, "1", 902).said
    assert "déjà répondu" in pick_up(line, ringing, INES, 903).said
    assert len(press(line, nadia, "1", 901).root) == 0, "the same webhook again hears the same"
    end(line, ringing, "completed", DialBridged="true", DialCallSid=sid("CA", 901))
    assert only(hotline, OutboxRow).phone.number == NADIA


@pytest.mark.parametrize("digits", ["2", "", "*", "11"])
def test_another_key_than_one_never_joins(
    hotline: Hotline, line: Webhooks, listeners: list[str], digits: str
) -> None:
    ringing = line.call(caller=CALLER)
    refused = press(line, pick_up(line, ringing, NADIA), digits)
    assert refused.root[-1].tag == "Hangup"
    again = end(line, ringing, "completed", DialCallSid=sid("CA", 900))
    assert numbers(again) == [PAUL, INES]


def test_a_voicemail_that_picks_up_ends_the_attempt_and_the_others_ring_again(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    pick_up(line, ringing, NADIA)
    again = end(line, ringing, "completed", DialCallSid=sid("CA", 900), DialCallDuration="9")
    assert numbers(again) == [PAUL, INES]
    assert not again.has("Say"), "the greeting is said once"
    assert only(hotline, Call).outcome is CallOutcome.IN_PROGRESS


def test_a_voicemail_is_known_by_its_leg_when_its_whisper_never_came(
    line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    leg = line.form(900, LINE, To=NADIA, CallStatus="initiated", ParentCallSid=sid("CA", 1))
    assert line.post(ringing.verb("Dial")[0].get("statusCallback"), **leg).status_code == 204
    assert numbers(end(line, ringing, "completed", DialCallSid=sid("CA", 900))) == [PAUL, INES]


def test_a_completed_dial_without_a_bridge_is_no_answer(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    for _ in range(12):
        if not ringing.has("Dial"):
            break
        ringing = end(line, ringing, "completed")
    assert ringing.has("Record")
    assert only(hotline, Call).outcome is not CallOutcome.ANSWERED


def test_the_ringing_ends_in_a_voicemail_though_the_clock_stands_still(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing, timeouts = line.call(caller=CALLER), []
    while ringing.has("Dial"):
        timeouts.append(ringing.verb("Dial").get("timeout"))
        assert len(timeouts) < 10
        ringing = end(line, ringing, "no-answer")
    assert timeouts == ["20", "20", "20", "20", "10"]
    assert "Personne ne peut vous répondre" in ringing.said
    assert ringing.has("Record")


def test_the_total_counts_the_seconds_that_really_passed(
    clock: StoppedClock, line: Webhooks, listeners: list[str]
) -> None:
    ringing, attempts = line.call(caller=CALLER), 0
    while ringing.has("Dial"):
        attempts += 1
        clock.advance(timedelta(seconds=25))
        ringing = end(line, ringing, "no-answer")
    assert attempts == 4


@pytest.mark.parametrize("status", ["busy", "failed"])
def test_when_every_telephone_is_busy_or_false_the_voicemail_comes_at_once(
    hotline: Hotline, line: Webhooks, listeners: list[str], status: str
) -> None:
    after = end(line, line.call(caller=CALLER), status)
    assert after.has("Record")
    assert {leg.state.value for leg in rows(hotline, RingLeg)} == {status}


def test_a_busy_telephone_is_not_rung_again(hotline: Hotline, line: Webhooks, listeners: list[str]) -> None:
    ringing = line.call(caller=CALLER)
    news = line.form(900, LINE, To=NADIA, CallStatus="busy", ParentCallSid=sid("CA", 1))
    line.post(ringing.verb("Dial")[0].get("statusCallback"), **news)
    assert numbers(end(line, ringing, "no-answer")) == [PAUL, INES]


def test_a_caller_who_leaves_while_it_rings_has_hung_up(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    end(line, ringing, "canceled", CallStatus="completed")
    call = only(hotline, Call)
    assert (call.outcome, call.ended_at) == (CallOutcome.HUNG_UP, hotline.clock.now())
    assert only(hotline, Request).state is RequestState.WAITING
    assert "déjà répondu" in pick_up(line, ringing, NADIA).said
    assert rows(hotline, Voicemail) == []


def test_a_listener_cannot_be_joined_with_a_caller_who_has_left(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    asked = pick_up(line, ringing, NADIA)
    line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed"))
    assert "déjà répondu" in press(line, asked, "1").said
    assert only(hotline, Call).outcome is CallOutcome.HUNG_UP


def test_a_late_key_of_an_attempt_that_is_over_joins_nobody(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    first = line.call(caller=CALLER)
    asked = pick_up(line, first, NADIA, 901)
    second = end(line, first, "completed", DialCallSid=sid("CA", 901))
    assert "déjà répondu" in press(line, asked, "1", 901).said
    assert len(press(line, pick_up(line, second, PAUL, 902), "1", 902).root) == 0


def test_the_caller_who_leaves_just_after_the_key_is_not_counted_as_answered(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    press(line, pick_up(line, ringing, NADIA), "1")
    line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed"))
    end(line, ringing, "completed", CallStatus="completed")
    assert only(hotline, Call).outcome is CallOutcome.HUNG_UP
    assert rows(hotline, OutboxRow) == []


@pytest.mark.parametrize("status_first", [True, False])
def test_a_bridge_counts_whichever_news_come_first(
    hotline: Hotline, line: Webhooks, listeners: list[str], *, status_first: bool
) -> None:
    ringing = line.call(caller=CALLER)
    press(line, pick_up(line, ringing, NADIA), "1")
    if status_first:
        line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed", CallDuration="60"))
    end(line, ringing, "completed", DialBridged="true", CallStatus="completed")
    line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed", CallDuration="60"))
    assert only(hotline, Call).outcome is CallOutcome.ANSWERED
    assert only(hotline, OutboxRow).kind == "listener_closing"


def test_a_bridge_counts_though_the_news_of_the_key_were_lost(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    pick_up(line, ringing, PAUL, 902)
    end(line, ringing, "completed", DialBridged="true", DialCallSid=sid("CA", 902))
    assert only(hotline, Call).outcome is CallOutcome.ANSWERED
    assert only(hotline, OutboxRow).phone.number == PAUL


def test_the_news_of_an_attempt_may_come_twice(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    ringing = line.call(caller=CALLER)
    second = end(line, ringing, "no-answer")
    assert end(line, ringing, "no-answer").response.data == second.response.data
    assert only(hotline, Call).attempt == 2
    assert only(hotline, Call).rung_seconds == 20


def test_a_listener_who_speaks_with_somebody_is_not_rung_for_another(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    press(line, pick_up(line, line.call(1, CALLER), NADIA), "1")
    assert numbers(line.call(2, "+33199000202")) == [PAUL, INES]
    line.post("/voice/status", **line.form(1, CALLER, CallStatus="completed"))
    assert numbers(line.call(3, "+33199000203")) == [NADIA, PAUL, INES]


def test_nobody_on_shift_means_voicemail_at_once(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA, "Mo 10:00-12:00")
    answer = line.call(caller=CALLER)
    assert "Personne ne peut vous répondre" in answer.said
    assert answer.has("Record")


@pytest.mark.parametrize("number", ["+33899000000", "+33805000000", "+33116117", "+447911123456", LINE])
def test_a_shift_on_a_charged_short_foreign_or_own_number_is_never_dialled(
    hotline: Hotline, line: Webhooks, number: str
) -> None:
    add_listener(hotline, number)
    assert line.call(caller=CALLER).has("Record")


def test_a_listener_does_not_ring_for_their_own_call(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, NADIA)
    assert "Vous êtes de permanence" in line.call(caller=NADIA).said
    assert rows(hotline, Request) == []
    assert only(hotline, Call).caller_id is None


def test_a_volunteer_who_phones_opens_no_request(hotline: Hotline, line: Webhooks) -> None:
    add_volunteer(hotline, "Marie", NADIA)
    assert "Bonjour Marie." in line.call(caller=NADIA).said
    assert rows(hotline, Request) == []


def test_the_whisper_says_when_the_number_is_withheld(
    hotline: Hotline, line: Webhooks, listeners: list[str]
) -> None:
    assert "masqué" in pick_up(line, line.call(caller="anonymous"), NADIA).said


def test_an_unknown_leg_is_told_that_the_call_is_taken(line: Webhooks) -> None:
    form = line.form(900, LINE, ParentCallSid=sid("CA", 1), Digits="1")
    assert "déjà répondu" in line.document("/voice/whisper?leg=12345", **form).said
    assert "déjà répondu" in line.document("/voice/pressed", **form).said
    assert line.post("/voice/leg?leg=x", **form).status_code == 204
