"""From a call at night to a conversation: one caller, one volunteer, two masked numbers."""

from datetime import datetime

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Callback, Request
from hotline.models.status import CallbackState, CallOutcome, RequestState
from tests.journeys.conftest import PARIS
from tests.journeys.waiting import until_the_beep
from tests.people import add_caller, add_volunteer
from tests.records import only, rows

ODETTE, MARIE = "+33199000201", "+33639980101"


@pytest.fixture
def start() -> datetime:
    """A Saturday at 22:00."""
    return datetime(2026, 11, 21, 22, 0, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def said_yes(town: Stage) -> None:
    """Odette has left a message in the night; on Sunday morning Marie says yes."""
    add_caller(town.hotline, ODETTE, "Odette Martin")
    add_volunteer(town.hotline, "Marie", MARIE)
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    odette.dial(LINE)
    until_the_beep(town, odette)
    odette.speak(6)
    town.let(7)
    odette.hang_up()
    town.let(20)
    assert marie.texts == [], "not at night"
    town.jump(datetime(2026, 11, 22, 9, 1, tzinfo=PARIS))
    town.let(20)
    assert "Odette" in marie.texts[-1].body
    marie.text(LINE, "Oui merci")
    town.let(20)


def test_a_volunteer_dials_the_line_and_speaks_with_the_caller(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    marie.dial(LINE)
    town.let(15)
    assert marie.heard[-1][1].startswith("Bonjour Marie.")
    assert (odette.state, odette.ringing_from) == ("ringing", LINE)
    odette.answer()
    town.let(8)
    assert odette.heard[-1][1] == "Bonjour, un appel de Marie pour Odette."
    assert (odette.prompt, marie.prompt) == ("bridged", "bridged")
    town.let(minutes=10)
    odette.hang_up()
    town.let(20)
    assert "Merci pour cet appel." in marie.heard[-1][1]
    assert rows(town.hotline, Call)[-1].outcome is CallOutcome.BRIDGED
    assert only(town.hotline, Callback).state is CallbackState.MADE
    marie.text(LINE, "fait")
    town.let(20)
    assert only(town.hotline, Request).state is RequestState.CLOSED
    shown = " ".join([*(words for _, words in marie.heard), *(text.body for text in marie.texts)])
    assert ODETTE[-4:] not in shown.replace(" ", "")


def test_when_the_caller_does_not_answer_it_is_said_and_tried_again(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    marie.dial(LINE)
    town.let(75)
    assert marie.state == "idle"
    assert "Personne n'a répondu" in marie.heard[-1][1]
    assert only(town.hotline, Callback).state is CallbackState.PLANNED
    marie.dial(LINE)
    town.let(15)
    odette.answer()
    town.let(30)
    assert odette.prompt == "bridged"
    marie.hang_up()
    town.let(20)
    assert [call.outcome for call in rows(town.hotline, Call)][1:] == [
        CallOutcome.FAILED,
        CallOutcome.BRIDGED,
    ]


def test_a_caller_who_cannot_wait_is_recognised_and_their_volunteer_told(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    odette.dial(LINE)
    town.let(5)
    odette.hang_up()
    town.let(20)
    assert "Odette a repris contact" in marie.texts[-1].body
    assert only(town.hotline, Request).state is RequestState.ASSIGNED
