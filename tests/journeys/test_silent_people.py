"""A volunteer who says yes and does nothing, a caller who no longer answers: nobody is forgotten."""

from datetime import datetime, timedelta

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, Assignment, Callback, Caller, Request
from hotline.models.status import AssignmentState, CallbackState, RequestState
from hotline.phone import PhoneNumber
from hotline.services import people
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_volunteer
from tests.records import only, rows

LUCIEN, ODETTE = "+33639980001", "+33639980002"
CAMILLE, BRUNO, LUCIE = "+33639980101", "+33639980102", "+33639980301"


def until(town: Stage, moment: datetime) -> None:
    """Go there, and let what is due be done and delivered."""
    town.jump(moment)
    town.let(15)


@pytest.fixture
def said_yes(town: Stage) -> datetime:
    """Lucien is waiting, Camille says yes on Tuesday at 14:00; return when her time is over: Thursday."""
    add_caller(town.hotline, LUCIEN, "Lucien Petit")
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(15)
    town.phone(CAMILLE).text(LINE, "oui")
    town.let(15)
    return town.hotline.line.local(only(town.hotline, Callback).due_at)


def test_a_silent_volunteer_is_reminded_and_then_somebody_else_is_asked(
    town: Stage, said_yes: datetime
) -> None:
    camille, bruno = town.phone(CAMILLE), town.phone(BRUNO)
    until(town, said_yes - timedelta(hours=3))
    assert "Lucien attend votre appel avant 14 h" in camille.texts[-1].body
    until(town, datetime(2026, 11, 27, 9, 1, tzinfo=PARIS))
    assert camille.texts[-1].body.startswith("Avez-vous pu appeler Lucien ?")
    add_volunteer(town.hotline, "Bruno", BRUNO)
    until(town, said_yes + timedelta(days=1, minutes=1))
    assert "nous demandons à quelqu'un d'autre" in camille.texts[-1].body
    assert "Bruno, Lucien" in bruno.texts[-1].body
    bruno.text(LINE, "oui")
    town.let(15)
    bruno.text(LINE, "fait")
    town.let(15)
    assert only(town.hotline, Request).state is RequestState.CLOSED
    handed_over, done = rows(town.hotline, Assignment)
    assert (handed_over.end_reason, done.end_reason) == ("handed_over", "done")
    assert [call.state for call in rows(town.hotline, Callback)] == [CallbackState.MISSED, CallbackState.MADE]
    assert rows(town.hotline, Alert) == []
    told = " ".join(text.body for phone in (camille, bruno) for text in phone.texts)
    assert LUCIEN[-8:] not in told.replace(" ", "")


def test_after_a_stop_a_silent_volunteer_gets_no_text_and_the_caller_is_not_forgotten(
    town: Stage, said_yes: datetime
) -> None:
    camille = town.phone(CAMILLE)
    camille.text(LINE, "STOP")
    town.let(15)
    last = len(camille.texts)
    add_volunteer(town.hotline, "Bruno", BRUNO)
    for moment in (said_yes - timedelta(hours=3), said_yes + timedelta(days=1, minutes=1)):
        until(town, moment)
    assert len(camille.texts) == last
    assert rows(town.hotline, Assignment)[-1].state is AssignmentState.OFFERED
    assert "Lucien" in town.phone(BRUNO).texts[-1].body


def test_when_a_caller_no_longer_answers_coordinators_know_and_then_the_daughter(town: Stage) -> None:
    odette_id = add_caller(town.hotline, ODETTE, "Odette Martin")
    with town.hotline.database.write() as session:
        odette = session.get_one(Caller, odette_id)
        odette.contact_phone = people.phone_for(session, PhoneNumber(LUCIE), town.now)
        odette.contact_name, odette.contact_consent = "Lucie", True
    add_volunteer(town.hotline, "Camille", CAMILLE)
    camille, lucie = town.phone(CAMILLE), town.phone(LUCIE)
    town.phone(ODETTE).text(LINE, "Rappelez-moi")
    town.let(15)
    camille.text(LINE, "oui")
    town.let(15)
    for _ in range(3):
        camille.text(LINE, "absent")
        town.let(15)
        assert "Prochain essai pour Odette" in camille.texts[-1].body
        until(town, town.now + timedelta(hours=24))
    assert [alert.kind for alert in rows(town.hotline, Alert)] == ["caller_silent"]
    (told,) = lucie.texts
    assert told.body == (
        "Bonjour, nous n'arrivons pas à joindre Odette. "
        "Si vous avez de ses nouvelles, appelez le 01 99 00 01 00. Merci."
    )
    camille.text(LINE, "fait")
    town.let(15)
    assert only(town.hotline, Request).state is RequestState.CLOSED
    until(town, town.now + timedelta(days=2))
    assert len(lucie.texts) == 1
