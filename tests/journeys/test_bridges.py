"""From a call at night to a conversation: one caller, one volunteer, two masked numbers."""

from datetime import datetime

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Call, Callback, Request, Volunteer
from hotline.models.status import CallbackOutcome, CallbackState, CallOutcome, RequestState
from hotline.rehearsal.phones import Behaviour
from hotline.services import pins, taps
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
    town.let(12)
    assert [words for _, words in odette.heard[-2:]] == [
        "Bonjour, ne quittez pas.",
        "Bonjour, un appel de Marie pour Odette.",
    ]
    assert (odette.prompt, marie.prompt) == ("bridged", "bridged")
    town.let(minutes=10)
    odette.hang_up()
    town.let(5)
    assert marie.heard[-1][1].startswith("Merci pour cet appel. Si tout va bien, appuyez sur 1.")
    marie.press("1")
    town.let(20)
    assert rows(town.hotline, Call)[-1].outcome is CallOutcome.BRIDGED
    assert only(town.hotline, Callback).state is CallbackState.MADE
    assert only(town.hotline, Request).state is RequestState.CLOSED
    shown = " ".join([*(words for _, words in marie.heard), *(text.body for text in marie.texts)])
    assert ODETTE[-4:] not in shown.replace(" ", "")


def test_when_the_caller_does_not_answer_it_is_noted_by_itself_and_tried_again(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    marie.dial(LINE)
    town.let(75)
    assert marie.state == "idle"
    assert "Personne n'a répondu, c'est noté. Prochain essai : " in marie.heard[-1][1]
    tried, planned = rows(town.hotline, Callback)
    assert (tried.state, planned.state) == (CallbackState.NO_ANSWER, CallbackState.PLANNED)
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


def test_an_answering_machine_hears_nobodys_name(town: Stage) -> None:
    odette = town.exchange.phone(ODETTE, behaviour=Behaviour("voicemail", after=4))
    marie = town.phone(MARIE)
    marie.dial(LINE)
    town.let(30)
    assert odette.heard[-1][1] == "Bonjour, ne quittez pas."
    assert (odette.state, marie.state) == ("idle", "idle")
    assert "Un répondeur a pris l'appel, c'est noté. Prochain essai" in marie.heard[-1][1]
    assert rows(town.hotline, Callback)[0].outcome is CallbackOutcome.ANSWERING_MACHINE


def test_one_tap_rings_the_volunteer_first_and_then_the_caller(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    callback, at = only(town.hotline, Callback), town.hotline.clock.now()
    town.hotline.database.run(
        lambda session: taps.ask(session, session.get_one(Volunteer, 1), callback.id, at)
    )
    town.let(3)
    assert (marie.state, marie.ringing_from, odette.state) == ("ringing", LINE, "idle")
    marie.answer()
    town.let(3)
    marie.press("1")
    town.let(10)
    assert (odette.state, odette.ringing_from) == ("ringing", LINE)
    odette.answer()
    town.let(15)
    assert (odette.prompt, marie.prompt) == ("bridged", "bridged")
    marie.hang_up()
    town.let(20)
    assert rows(town.hotline, Call)[-1].outcome is CallOutcome.BRIDGED
    assert only(town.hotline, Callback).state is CallbackState.MADE


def test_from_a_borrowed_telephone_the_pin_opens_the_same_door(town: Stage) -> None:
    digits = town.hotline.database.run(lambda session: pins.new(session, session.get_one(Volunteer, 1)))
    odette, lucien = town.phone(ODETTE), town.phone("+33639980001")
    lucien.dial(LINE)
    town.let(4)
    lucien.press("*")
    town.let(2)
    lucien.press(f"{digits}#")
    town.let(12)
    assert any("Bonjour Marie." in words for _, words in lucien.heard)
    assert (odette.state, odette.ringing_from) == ("ringing", LINE)
    lucien.hang_up()
    town.let(20)
    assert only(town.hotline, Callback).state is CallbackState.PLANNED
    assert [request.close_reason for request in rows(town.hotline, Request)] == [None, "volunteer"]


def test_a_caller_who_cannot_wait_is_recognised_and_their_volunteer_told(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    odette.dial(LINE)
    town.let(5)
    odette.hang_up()
    town.let(20)
    assert "Odette a repris contact" in marie.texts[-1].body
    assert only(town.hotline, Request).state is RequestState.ASSIGNED
