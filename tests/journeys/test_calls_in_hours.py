"""Afternoons on the line: people phone, listeners answer or do not."""

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Request, RingLeg, Voicemail
from hotline.models.status import CallOutcome, LegState, RequestState, VoicemailState
from hotline.rehearsal.phones import Behaviour
from tests.journeys.waiting import until_the_beep
from tests.people import add_listener
from tests.records import only, rows

ODETTE, NADIA, PAUL, INES = "+33199000201", "+33639980101", "+33639980102", "+33639980103"
LISTENERS = (NADIA, PAUL, INES)


@pytest.fixture(autouse=True)
def listeners(town: Stage) -> None:
    """Three listeners on shift, whose telephones do nothing by themselves."""
    for number in LISTENERS:
        add_listener(town.hotline, number)
        town.phone(number)


def heard(town: Stage, number: str) -> str:
    """All that somebody heard, in one line."""
    return " ".join(words for _, words in town.phone(number).heard)


def behave(town: Stage, **phones: Behaviour) -> None:
    for number, behaviour in zip(LISTENERS, phones.values(), strict=False):
        town.phone(number).behaviour = behaviour


def test_a_listener_answers_and_closes_the_matter_with_one_word(town: Stage) -> None:
    odette, nadia, paul = (town.phone(number) for number in (ODETTE, NADIA, PAUL))
    odette.dial(LINE)
    town.let(8)
    assert (nadia.state, paul.state) == ("ringing", "ringing")
    assert nadia.ringing_from == LINE, "listeners see the line's number"
    nadia.answer()
    town.let(5)
    assert "Pour répondre, appuyez sur 1" in heard(town, NADIA)
    nadia.press("1")
    town.let(60)
    assert (odette.prompt, nadia.prompt, paul.state) == ("bridged", "bridged", "idle")
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert "répondez FAIT" in nadia.texts[-1].body
    assert only(town.hotline, Request).state is RequestState.WAITING
    nadia.text(LINE, "Fait !")
    town.let(20)
    assert only(town.hotline, Request).state is RequestState.CLOSED


def test_a_voicemail_swallows_nobody_and_the_others_ring_again(town: Stage) -> None:
    behave(town, nadia=Behaviour("voicemail"), paul=Behaviour("answers", after=8, keys=("1",)))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(90)
    assert odette.prompt == "bridged"
    assert town.phone(PAUL).prompt == "bridged"
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert town.phone(NADIA).texts == []
    assert len(town.phone(PAUL).texts) == 1


def test_when_nobody_answers_the_caller_leaves_a_message_within_two_minutes(town: Stage) -> None:
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(100)
    until_the_beep(town, odette)
    assert "Personne ne peut vous répondre" in heard(town, ODETTE)
    odette.speak(6)
    town.let(8)
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(town.hotline, Voicemail).state is VoicemailState.STORED
    assert len({leg.attempt for leg in rows(town.hotline, RingLeg)}) == 4


def test_busy_and_false_numbers_do_not_keep_a_caller_waiting(town: Stage) -> None:
    behave(town, nadia=Behaviour("busy"), paul=Behaviour("invalid"), ines=Behaviour("busy"))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    states = {leg.phone.number: leg.state for leg in rows(town.hotline, RingLeg)}
    assert states == {NADIA: LegState.BUSY, PAUL: LegState.FAILED, INES: LegState.BUSY}
    odette.hang_up()
    town.let(20)


@pytest.mark.parametrize("action_comes", [True, False])
def test_a_caller_who_leaves_while_it_rings_is_noted_and_waits(town: Stage, *, action_comes: bool) -> None:
    town.exchange.faults.dial_action_after_hangup = action_comes
    odette, nadia = town.phone(ODETTE), town.phone(NADIA)
    odette.dial(LINE)
    town.let(15)
    odette.hang_up()
    town.let(5)
    assert nadia.state == "idle"
    call = only(town.hotline, Call)
    assert call.outcome is CallOutcome.HUNG_UP
    assert call.ended_at is not None
    assert only(town.hotline, Request).state is RequestState.WAITING
    odette.dial(LINE)
    town.let(15)
    odette.hang_up()
    town.let(5)
    assert only(town.hotline, Request).state is RequestState.WAITING, "hang-ups are one request"


def test_a_conversation_counts_though_the_news_of_its_end_are_lost(town: Stage) -> None:
    town.exchange.faults.dial_action_after_hangup = False
    behave(town, nadia=Behaviour("answers", keys=("1",)))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(60)
    assert odette.prompt == "bridged"
    odette.hang_up()
    town.let(120)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert len(town.phone(NADIA).texts) == 1


def test_a_call_whose_end_nobody_told_is_closed_by_asking_the_carrier(town: Stage) -> None:
    town.exchange.faults.webhook_lost = ["/voice/status", "/voice/rung"]
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(15)
    odette.hang_up()
    town.let(60)
    assert only(town.hotline, Call).outcome is CallOutcome.IN_PROGRESS
    town.let(minutes=5)
    call = only(town.hotline, Call)
    assert (call.outcome, call.ended_at is None) == (CallOutcome.HUNG_UP, False)
    town.exchange.warnings.clear()


def test_a_long_conversation_is_left_alone_by_the_clock(town: Stage) -> None:
    behave(town, nadia=Behaviour("answers", keys=("1",)))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(30)
    town.let(minutes=12)
    assert only(town.hotline, Call).outcome is CallOutcome.IN_PROGRESS
    assert odette.prompt == "bridged"
    odette.hang_up()
    town.let(30)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED


def test_every_webhook_twice_changes_nothing(town: Stage) -> None:
    town.exchange.faults.webhook_twice = ["/voice"]
    behave(town, nadia=Behaviour("voicemail"), paul=Behaviour("answers", after=8, keys=("1",)))
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    town.let(90)
    assert odette.prompt == "bridged"
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert only(town.hotline, Request).state is RequestState.WAITING
    assert len(town.phone(PAUL).texts) == 1
