"""From a caller who waits to a volunteer who reports, through real texts and a real carrier's ways."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hotline.cli.stage import LINE, Stage, open_stage
from hotline.db import Database
from hotline.models import Alert, Assignment, Callback, Message, OutboxRow, Request
from hotline.models.status import AssignmentState, CallbackState, OutboxState, RequestState
from tests.journeys.conftest import PARIS
from tests.people import add_volunteer
from tests.records import only, rows

LUCIEN, CAMILLE, BRUNO = "+33639980001", "+33639980101", "+33639980102"


def test_a_text_becomes_an_offer_a_yes_and_a_report(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    lucien, camille = town.phone(LUCIEN), town.phone(CAMILLE)
    lucien.text(LINE, "Bonjour, pouvez-vous me rappeler ?")
    town.let(15)
    assert "Un volontaire vous rappellera" in lucien.texts[0].body
    offer = camille.texts[0].body
    reference = only(town.hotline, Assignment).id
    assert offer.endswith(f"OUI {reference} ou NON {reference}")
    camille.text(LINE, "Oui merci !")
    town.let(5)
    assert "composez le 01 99 00 01 00" in camille.texts[1].body
    lucien.text(LINE, "Je suis là toute la journée")
    town.let(5)
    assert "a repris contact" in camille.texts[2].body
    assert len(lucien.texts) == 1
    camille.text(LINE, "FAIT tout va bien")
    town.let(5)
    assert "Merci pour votre appel" in camille.texts[3].body
    assert only(town.hotline, Request).state is RequestState.CLOSED
    assert only(town.hotline, Callback).state is CallbackState.MADE
    ours = [row for row in rows(town.hotline, Message) if row.direction.value == "outbound"]
    carriers = {sid for sid, text in town.exchange.messages.items() if text.direction != "inbound"}
    assert {message.sid for message in ours} == {row.sid for row in rows(town.hotline, OutboxRow)} == carriers
    assert {message.status for message in ours} == {"delivered"}
    assert {row.state for row in rows(town.hotline, OutboxRow)} == {OutboxState.DELIVERED}


def test_silence_sends_the_request_to_the_next_and_never_back(town: Stage) -> None:
    camille = add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(15)
    assert only(town.hotline, Assignment).volunteer_id == camille
    bruno = add_volunteer(town.hotline, "Bruno", BRUNO)
    town.jump(datetime(2026, 11, 24, 18, 1, tzinfo=PARIS))
    town.let(15)
    expired, offered = rows(town.hotline, Assignment)
    assert (expired.state, offered.volunteer_id) == (AssignmentState.EXPIRED, bruno)
    town.phone(CAMILLE).text(LINE, "oui")
    town.phone(BRUNO).text(LINE, "non")
    town.let(15)
    assert "n'est plus ouverte" in town.phone(CAMILLE).texts[-1].body
    town.jump(datetime(2026, 11, 25, 9, 1, tzinfo=PARIS))
    town.let(15)
    assert len(rows(town.hotline, Assignment)) == 2
    assert only(town.hotline, Request).state is RequestState.WAITING


@pytest.mark.parametrize("word", ["STOP", "ARRET"])
def test_after_a_stop_nothing_more_reaches_the_telephone(town: Stage, word: str) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    camille = town.phone(CAMILLE)
    camille.text(LINE, word)
    town.let(5)
    confirmations = len(camille.texts)
    assert confirmations == 1
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    camille.text(LINE, "Finalement...")
    town.let(30)
    assert len(camille.texts) == confirmations
    assert not rows(town.hotline, Assignment)
    assert {alert.kind for alert in rows(town.hotline, Alert)} == {"volunteer_stop", "not_understood"}
    camille.text(LINE, "START")
    town.let(30)
    assert only(town.hotline, Assignment).state is AssignmentState.OFFERED


class TestOneWay:
    """Texts that leave under a name: nobody can answer them."""

    @pytest.fixture
    def town(self, environment: Path, database: Database, start: datetime) -> Iterator[Stage]:
        with open_stage(environment, start, database=database, HOTLINE_SMS_SENDER="OnSeParle") as stage:
            yield stage
            stage.exchange.assert_clean()

    def test_no_text_under_a_name_invites_an_answer_by_text(self, town: Stage) -> None:
        add_volunteer(town.hotline, "Camille", CAMILLE)
        lucien, camille = town.phone(LUCIEN), town.phone(CAMILLE)
        lucien.text(LINE, "Rappelez-moi")
        town.let(15)
        camille.text(LINE, "oui")
        town.let(5)
        lucien.text(LINE, "J'attends")
        camille.text(LINE, "absent")
        town.let(5)
        bodies = [text.body for phone in (lucien, camille) for text in phone.texts]
        assert {text.from_ for text in [*lucien.texts, *camille.texts]} == {"OnSeParle"}
        assert len(bodies) == 5
        assert "appelez le 01 99 00 01 00" in camille.texts[0].body
        assert not [body for body in bodies if "pondez" in body or "OUI" in body or "crivez" in body]
        assert {row.from_number for row in rows(town.hotline, Message)} >= {"OnSeParle", LUCIEN}
