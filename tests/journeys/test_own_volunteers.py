"""Odette, whom Marie phones every Tuesday, phones the line herself."""

from datetime import datetime

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Callback, Voicemail
from hotline.models.status import CallbackState, CallOutcome
from tests.journeys.conftest import PARIS
from tests.journeys.waiting import until_the_beep
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give

ODETTE, MARIE = "+33199000201", "+33639980101"


@pytest.fixture
def start() -> datetime:
    """A Tuesday evening at 18:30: the line is closed, Marie has not phoned yet."""
    return datetime(2026, 11, 24, 18, 30, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def every_tuesday(town: Stage) -> None:
    """Marie phones Odette every Tuesday at 18:45."""
    marie = add_volunteer(town.hotline, "Marie", MARIE)
    cadence = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=18;BYMINUTE=45"
    give(town.hotline, add_caller(town.hotline, ODETTE, "Odette Martin"), marie, cadence)


def test_a_caller_is_put_through_to_their_own_volunteer_and_the_call_of_the_day_is_made(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    odette.dial(LINE)
    town.let(12)
    assert (marie.state, marie.ringing_from) == ("ringing", LINE)
    marie.answer()
    town.let(2)
    assert "Odette vous appelle." in marie.heard[-1][1]
    marie.press("1")
    town.let(minutes=10)
    assert (odette.prompt, marie.prompt) == ("bridged", "bridged")
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert rows(town.hotline, Callback)[0].state is CallbackState.MADE
    assert not any("repris contact" in text.body for text in marie.texts)


def test_when_the_volunteer_does_not_pick_up_the_message_is_for_them(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    odette.dial(LINE)
    until_the_beep(town, odette, within=90)
    assert any("Vous pouvez laisser un message pour Marie." in words for _, words in odette.heard)
    odette.speak(6)
    town.let(7)
    odette.hang_up()
    town.let(20)
    assert only(town.hotline, Voicemail).volunteer_id == 1
    assert any("Odette a repris contact" in text.body for text in marie.texts)
