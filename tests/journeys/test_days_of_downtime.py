"""The product lies dead for an hour, a day, a week: what was said meanwhile comes home, at its own moment."""

from datetime import timedelta

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import (
    Alert,
    Assignment,
    Call,
    Callback,
    Caller,
    Contact,
    Message,
    OutboxRow,
    Phone,
    Request,
    Sweep,
    Voicemail,
)
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallerState,
    CallOutcome,
    Direction,
    OutboxState,
    RequestState,
    VoicemailState,
)
from scheduler import sweeping
from tests.databases import on_sqlite
from tests.journeys.downtime import (
    BRUNO,
    CAMILLE,
    ELSEWHERE,
    LUCIEN,
    ODETTE,
    dead,
    fallback,
    leave_message,
    texts_to,
)
from tests.people import add_listener, add_volunteer
from tests.records import only, rows

__all__ = ["fallback"]


@pytest.mark.parametrize("downtime", [timedelta(hours=1), timedelta(days=1), timedelta(days=7)])
def test_what_was_said_meanwhile_is_there_once_and_at_its_own_moment(
    town: Stage, downtime: timedelta
) -> None:
    begins = town.now
    with dead(town, downtime):
        town.exchange.advance(600)
        leave_message(town, ODETTE)
        town.exchange.advance(60)
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
        town.exchange.advance(60)
        leave_message(town, LUCIEN, seconds=0)
    messages = rows(town.hotline, Voicemail)
    odettes, luciens = rows(town.hotline, Call)
    assert (odettes.outcome, luciens.outcome) == (CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP)
    assert [one.call_id for one in messages] == [odettes.id]
    recording = town.exchange.recordings[messages[0].recording_sid]
    assert messages[0].state is VoicemailState.STORED
    assert town.hotline.store.get(messages[0].recording_sid) == recording.wav
    assert begins + timedelta(minutes=10) <= odettes.started_at < begins + timedelta(minutes=12)
    assert odettes.ended_at is not None
    assert odettes.started_at < odettes.ended_at < luciens.started_at
    assert messages[0].created_at == recording.started.replace(microsecond=0)
    asked = {request.caller_id: request for request in rows(town.hotline, Request)}
    assert asked[odettes.caller_id or 0].opened_at == odettes.started_at
    assert (
        asked[luciens.caller_id or 0].opened_at
        == rows(town.hotline, Message)[0].created_at
        < luciens.started_at
    )
    assert [one.state for one in asked.values()] == [RequestState.WAITING] * 2
    assert len(rows(town.hotline, Contact)) == 3
    alert = only(town.hotline, Alert)
    assert (alert.kind, alert.detail) == ("caught_up", "2 appels manqués, 1 message vocal, 1 SMS reçu")


def test_a_second_sweep_over_the_same_days_finds_nothing(town: Stage) -> None:
    with dead(town, timedelta(days=1)):
        leave_message(town, ODETTE)
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    before = [(model, len(rows(town.hotline, model))) for model in (Call, Message, Voicemail, Contact, Alert)]
    town.let(hours=2)
    assert [(model, len(rows(town.hotline, model))) for model, _ in before] == before
    first, *again = [one for one in rows(town.hotline, Sweep) if one.since < one.until]
    assert (first.calls, first.voicemails, first.messages) == (1, 1, 1)
    assert [(one.calls, one.voicemails, one.messages, one.broken) for one in again] == [(0, 0, 0, 0)] * len(
        again
    )
    assert again


@on_sqlite
def test_each_withheld_call_is_somebody_of_its_own_and_ours_are_no_callers(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    add_listener(town.hotline, BRUNO)
    with dead(town, timedelta(hours=3)):
        leave_message(town, ODETTE, withheld=True)
        leave_message(town, ODETTE, withheld=True)
        leave_message(town, CAMILLE, seconds=0)
        leave_message(town, BRUNO, seconds=0)
    assert [caller.state for caller in rows(town.hotline, Caller)] == [CallerState.UNREACHABLE] * 2
    assert [call.withheld for call in rows(town.hotline, Call)] == [True, True, False, False]
    assert [call.volunteer_id is None for call in rows(town.hotline, Call)] == [True, True, False, True]
    assert [one.state for one in rows(town.hotline, Request)] == [RequestState.NEEDS_NUMBER] * 2


@on_sqlite
def test_nobody_is_thanked_for_a_text_of_yesterday(town: Stage) -> None:
    with dead(town, timedelta(days=1)):
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=2)
    assert texts_to(town, LUCIEN) == []
    town.phone(LUCIEN).text(LINE, "Vous avez vu ?")
    town.let(minutes=1)
    assert len(texts_to(town, LUCIEN)) == 1


@on_sqlite
def test_a_text_of_this_half_hour_is_still_acknowledged(town: Stage) -> None:
    with dead(town, timedelta(minutes=30)):
        town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=1)
    assert len(texts_to(town, LUCIEN)) == 1


@on_sqlite
def test_a_stop_found_late_still_counts(town: Stage) -> None:
    with dead(town, timedelta(days=2)):
        town.phone(LUCIEN).text(LINE, "ARRET")
    said, confirmed = rows(town.hotline, Message)
    assert only(town.hotline, Phone).stopped_at == said.created_at
    assert confirmed.direction is Direction.OUTBOUND


@on_sqlite
def test_a_stop_before_a_start_that_we_know_changes_nothing(town: Stage) -> None:
    town.phone(LUCIEN).text(LINE, "Bonjour")
    town.exchange.faults.webhook_lost = ["/sms"]
    town.phone(LUCIEN).text(LINE, "ARRET")
    town.exchange.advance(60)
    town.exchange.faults.webhook_lost = []
    town.exchange.warnings.clear()
    town.phone(LUCIEN).text(LINE, "REPRENDRE")
    town.let(hours=2)
    assert len(rows(town.hotline, Message)) >= 3
    assert only(town.hotline, Phone).stopped_at is None


def test_a_yes_said_while_we_were_dead_counts_before_silence_does(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(ODETTE).dial(LINE)
    town.phone(ODETTE).hang_up()
    town.let(minutes=1)
    with dead(town, timedelta(days=1)):
        town.exchange.advance(600)
        town.phone(CAMILLE).text(LINE, "OUI")
    offer = only(town.hotline, Assignment)
    assert offer.state is AssignmentState.ACTIVE
    assert offer.answered_at is not None
    assert town.now - offer.answered_at > timedelta(hours=23)
    assert only(town.hotline, Callback).due_at > town.now
    town.let(minutes=1)
    assert "Merci" in texts_to(town, CAMILLE)[-1]


@on_sqlite
def test_a_report_counts_as_said_when_it_was_said(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(ODETTE).dial(LINE)
    town.phone(ODETTE).hang_up()
    town.let(minutes=1)
    town.phone(CAMILLE).text(LINE, "OUI")
    town.let(minutes=1)
    with dead(town, timedelta(days=4)):
        town.exchange.advance(3600)
        said_at = town.now
        town.phone(CAMILLE).text(LINE, "FAIT elle va bien")
    call = only(town.hotline, Callback)
    assert (call.state, call.made_at) == (CallbackState.MADE, said_at)
    assert only(town.hotline, Assignment).state is AssignmentState.ENDED
    assert not [row for row in rows(town.hotline, OutboxRow) if row.kind in {"nudge", "missed_told"}]


@on_sqlite
def test_a_try_in_vain_told_late_is_followed_by_one_to_come(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(ODETTE).dial(LINE)
    town.phone(ODETTE).hang_up()
    town.let(minutes=1)
    town.phone(CAMILLE).text(LINE, "OUI")
    town.let(minutes=1)
    with dead(town, timedelta(days=4)):
        said_at = town.now
        town.phone(CAMILLE).text(LINE, "ABSENT")
    tried, ahead = rows(town.hotline, Callback)
    assert (tried.state, tried.made_at) == (CallbackState.NO_ANSWER, said_at)
    assert ahead.due_at > town.now


@on_sqlite
def test_a_call_that_lasts_is_not_taken_for_one_that_is_over(town: Stage) -> None:
    odette = town.phone(ODETTE)
    with dead(town, timedelta(minutes=12)):
        town.exchange.advance(11 * 60 + 45)
        odette.dial(LINE)
        while odette.prompt != "record":
            town.exchange.advance(1)
    assert only(town.hotline, Call).outcome is CallOutcome.IN_PROGRESS
    odette.speak(6)
    town.let(6)
    odette.hang_up()
    town.let(minutes=10)
    assert only(town.hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(town.hotline, Voicemail).state is VoicemailState.STORED


def test_a_text_of_ours_of_which_nothing_was_noted_is_in_the_log_and_its_receipt_too(town: Stage) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.exchange.faults.receipts = "lost"
    town.let(minutes=1)
    (ours,) = [text for text in town.exchange.messages.values() if text.direction != "inbound"]
    assert only(town.hotline, OutboxRow).state is OutboxState.SENT
    with town.hotline.database.write() as session:
        text = session.get_one(Message, rows(town.hotline, Message)[-1].id)
        session.delete(text)
    town.let(hours=2)
    sent = rows(town.hotline, Message)[-1]
    assert (sent.sid, sent.direction, sent.status) == (ours.sid, Direction.OUTBOUND, "delivered")
    assert sent.body == ours.body


@on_sqlite
def test_a_receipt_that_was_lost_is_read_from_the_log(town: Stage) -> None:
    town.exchange.faults.receipts = "lost"
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=1)
    assert only(town.hotline, OutboxRow).state is OutboxState.SENT
    town.let(hours=2)
    assert only(town.hotline, OutboxRow).state is OutboxState.DELIVERED


@on_sqlite
def test_other_numbers_of_the_account_are_none_of_our_business(town: Stage) -> None:
    other = "+33199000199"
    town.exchange.add_number(other, voice_url=f"{ELSEWHERE}/message.xml", sms_url="")
    with dead(town, timedelta(hours=2)):
        town.phone(ODETTE).dial(other)
        town.exchange.advance(10)
        town.phone(ODETTE).speak(6)
        town.exchange.advance(6)
        town.phone(ODETTE).hang_up()
        town.phone(LUCIEN).text(other, "Bonjour")
    assert town.exchange.recordings
    assert not any((rows(town.hotline, Call), rows(town.hotline, Message), rows(town.hotline, Alert)))


@on_sqlite
def test_the_second_leg_of_a_bridge_is_no_call_of_its_own(town: Stage) -> None:
    add_listener(town.hotline, BRUNO)
    odette, bruno = town.phone(ODETTE), town.phone(BRUNO)
    odette.dial(LINE)
    town.let(20)
    bruno.answer()
    town.let(3)
    bruno.press("1")
    town.let(60)
    odette.hang_up()
    town.let(hours=2)
    assert len(town.exchange.calls) > 1
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert max(one.until - one.since for one in rows(town.hotline, Sweep)) > timedelta(hours=1)


@on_sqlite
def test_before_the_line_was_ours_nothing_concerns_us(town: Stage) -> None:
    """The clock's very first look begins with now, whatever the number was used for before."""
    first = rows(town.hotline, Sweep)[0]
    assert first.since == first.until == first.finished_at
    assert sweeping.sweep(town.hotline) == ""
