"""Nights and week-ends: messages reach our own store, whatever happens at the carrier."""

import hashlib
from datetime import datetime
from typing import Literal

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Request, Voicemail
from hotline.models.status import CallOutcome, RequestState, VoicemailState
from tests.journeys.conftest import PARIS
from tests.journeys.waiting import until_the_beep
from tests.records import only, rows

ODETTE = "+33199000201"


@pytest.fixture
def start() -> datetime:
    """A Saturday at 22:00."""
    return datetime(2026, 11, 21, 22, 0, tzinfo=PARIS)


def leave_message(town: Stage, seconds: float = 6) -> None:
    """Odette phones, waits for the beep, speaks and hangs up."""
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    if seconds:
        odette.speak(seconds)
        town.let(seconds)
    odette.hang_up()


def stored_as_served(town: Stage) -> None:
    """Our copy is the carrier's sound, to the byte."""
    message, call = only(town.hotline, Voicemail), only(town.hotline, Call)
    (recording,) = town.exchange.recordings.values()
    assert (message.state, call.outcome) == (VoicemailState.STORED, CallOutcome.VOICEMAIL)
    assert town.hotline.store.get(message.recording_sid) == recording.wav
    assert message.sha256 == hashlib.sha256(recording.wav).hexdigest()
    assert only(town.hotline, Request).state is RequestState.WAITING


@pytest.mark.parametrize("callback", ["normal", "before", "late", "twice", "lost"])
def test_a_message_is_stored_whatever_becomes_of_its_callback(
    town: Stage, callback: Literal["normal", "before", "late", "twice", "lost"]
) -> None:
    town.exchange.faults.recording_callback = callback
    leave_message(town)
    town.let(20)
    stored_as_served(town)
    town.let(180)
    stored_as_served(town)


def test_the_fetching_is_tried_again_while_the_sound_is_not_ready(town: Stage) -> None:
    town.exchange.faults.recording_not_ready = 3
    leave_message(town)
    town.let(10)
    assert only(town.hotline, Voicemail).state is VoicemailState.EXPECTED
    town.let(minutes=5)
    assert only(town.hotline, Voicemail).tries == 4
    stored_as_served(town)


def test_a_message_of_which_no_news_came_at_all_is_found_by_asking(town: Stage) -> None:
    town.exchange.faults.recording_callback = "lost"
    town.exchange.faults.webhook_lost = ["/voice/message", "/voice/status"]
    leave_message(town)
    town.let(60)
    assert rows(town.hotline, Voicemail) == []
    town.let(minutes=6)
    stored_as_served(town)
    town.exchange.warnings.clear()


def test_a_message_whose_end_nobody_told_ends_when_the_carrier_says(town: Stage) -> None:
    town.exchange.faults.webhook_lost = ["/voice/status", "/voice/message"]
    leave_message(town)
    town.let(30)
    call = only(town.hotline, Call)
    assert (call.outcome, call.ended_at) == (CallOutcome.VOICEMAIL, None)
    town.let(minutes=6)
    (theirs,) = town.exchange.calls.values()
    assert only(town.hotline, Call).ended_at == theirs.ended.replace(microsecond=0)
    town.exchange.warnings.clear()


def test_a_message_left_with_the_apology_of_the_fallback_is_kept(town: Stage) -> None:
    town.exchange.faults.webhook_lost = ["/voice/incoming"]
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    assert any("une panne" in words for _, words in odette.heard)
    odette.speak(6)
    town.let(7)
    odette.hang_up()
    town.let(20)
    stored_as_served(town)
    town.exchange.warnings.clear()


def test_hanging_up_on_the_beep_leaves_a_trace_but_no_message(town: Stage) -> None:
    leave_message(town, 0)
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.HUNG_UP
    assert rows(town.hotline, Voicemail) == []
    assert only(town.hotline, Request).state is RequestState.WAITING


def test_a_caller_may_think_for_seven_seconds_and_press_any_key(town: Stage) -> None:
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    for _ in range(3):
        odette.speak(3)
        town.let(3)
        odette.press("5")
        town.let(7)
        assert odette.prompt == "record"
    odette.hang_up()
    town.let(20)
    stored_as_served(town)
    assert (only(town.hotline, Voicemail).duration or 0) >= 22


def test_silence_ends_the_message_with_thanks(town: Stage) -> None:
    odette = town.phone(ODETTE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    odette.speak(4)
    town.let(30)
    assert odette.state == "idle"
    assert "Merci de votre message" in odette.heard[-1][1]
    stored_as_served(town)
