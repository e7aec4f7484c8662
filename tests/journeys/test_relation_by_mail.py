"""Odette has no telephone and writes: she is offered, written to and answered, and nobody sees an address."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline.cli.stage import LINE, Stage, open_stage
from hotline.db import Database
from hotline.models import Alert, Assignment, Caller, Mail, Request
from hotline.models.status import CallerState, Channel, Direction, RequestState
from hotline.services import requests
from hotline.services.mails import relay
from tests.people import add_volunteer
from tests.postman import OWN, Postman, postman, text
from tests.records import only, rows

__all__ = ["postman"]
ODETTE = "odette.martin@exemple.org"
CAMILLE, CAMILLES_ADDRESS = "+33639980101", "camille.durand@exemple.fr"
BRUNO, BRUNOS_ADDRESS = "+33639980102", "bruno@exemple.fr"
_MAILS = count(1)


@pytest.fixture
def town(environment: Path, database: Database, start: datetime, postman: Postman) -> Iterator[Stage]:
    settings = {"HOTLINE_SMTP_URL": postman.url, "HOTLINE_MAIL_ADDRESS": OWN}
    with open_stage(environment, start, database=database, **settings) as stage:
        yield stage
        stage.exchange.assert_clean()


def odette_writes(town: Stage) -> None:
    """Her first mail has been read: she wants mails and nothing else."""

    def enter(session: Session) -> None:
        odette = Caller(
            names="Odette Martin",
            email=ODETTE,
            channel=Channel.MAIL,
            state=CallerState.ACTIVE,
            created_at=town.now,
            last_contact_at=town.now,
        )
        session.add(odette)
        session.flush()
        requests.open_for(session, odette, town.now)

    town.hotline.database.run(enter)
    town.let(15)


def to_relay(town: Stage, sender: str, address: str, body: str) -> None:
    """Somebody's mail to a relay has been read."""
    number, token = next(_MAILS), address.partition("+")[2].partition("@")[0]

    def read(session: Session) -> None:
        mail = Mail(
            message_index=f"<{number}@exemple.org>",
            direction=Direction.INBOUND,
            from_address=sender,
            from_index=sender,
            to_address=address,
            subject="Nouvelles",
            body=body,
            attachments=[],
            size=len(body),
            created_at=town.now,
        )
        session.add(mail)
        session.flush()
        assert relay.passed_on(session, town.hotline.line, mail, token, town.now)

    town.hotline.database.run(read)
    town.let(15)


def relay_of(postman: Postman, address: str) -> str:
    return str(postman.to(address)[-1]["From"].addresses[0].addr_spec)


def test_two_people_write_to_each_other_and_neither_sees_an_address(town: Stage, postman: Postman) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE, email=CAMILLES_ADDRESS, by_mail=True)
    camille = town.phone(CAMILLE)
    odette_writes(town)
    assert "Camille, Odette attend un courriel." in camille.texts[-1].body
    camille.text(LINE, "oui")
    town.let(15)
    assert "Écrivez à Odette avant" in camille.texts[-1].body
    shared = relay_of(postman, CAMILLES_ADDRESS)
    assert shared == relay_of(postman, ODETTE)
    to_relay(town, CAMILLES_ADDRESS, shared, "Bonjour Odette !\n-- \nCamille, 06 39 98 01 01")
    assert text(postman.to(ODETTE)[-1]).startswith("Bonjour Odette !")
    town.jump(town.now + timedelta(days=1))
    to_relay(town, ODETTE, shared, f"Merci !\nLe 25/11, Camille <{CAMILLES_ADDRESS}> a écrit : …")
    assert text(postman.to(CAMILLES_ADDRESS)[-1]).startswith("Merci !")
    for mail in postman.to(ODETTE):
        assert CAMILLES_ADDRESS not in mail.as_string()
        assert "98 01 01" not in text(mail)
    for mail in postman.to(CAMILLES_ADDRESS):
        assert ODETTE not in mail.as_string()
    town.jump(town.now + timedelta(days=8))
    town.let(15)
    assert only(town.hotline, Request).state is RequestState.CLOSED
    assert rows(town.hotline, Alert) == []
    assert not any("composez" in told.body for told in camille.texts)


def test_a_volunteer_who_does_not_write_is_reminded_and_then_somebody_else_is_asked(
    town: Stage, postman: Postman
) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE, email=CAMILLES_ADDRESS, by_mail=True)
    camille, bruno = town.phone(CAMILLE), town.phone(BRUNO)
    odette_writes(town)
    camille.text(LINE, "oui")
    town.let(15)
    due = town.now + timedelta(hours=48)
    first = relay_of(postman, ODETTE)
    town.jump(due - timedelta(hours=3))
    town.let(15)
    assert "Odette attend votre courriel avant" in camille.texts[-1].body
    town.jump(datetime(2026, 11, 27, 9, 1, tzinfo=due.tzinfo))
    town.let(15)
    assert camille.texts[-1].body.startswith("Avez-vous pu écrire à Odette ?")
    add_volunteer(town.hotline, "Bruno", BRUNO, email=BRUNOS_ADDRESS, by_mail=True)
    town.jump(due + timedelta(days=1, minutes=5))
    town.let(15)
    assert "écrire à Odette cette fois" in camille.texts[-1].body
    assert "Bruno, Odette attend un courriel." in bruno.texts[-1].body
    bruno.text(LINE, "oui")
    town.let(15)
    second = relay_of(postman, ODETTE)
    assert second != first
    to_relay(town, BRUNOS_ADDRESS, second, "Bonjour Odette, je m'appelle Bruno.")
    assert "Bruno" in text(postman.to(ODETTE)[-1])
    handed_over, current = rows(town.hotline, Assignment)
    assert handed_over.end_reason == "handed_over"
    to_relay(town, CAMILLES_ADDRESS, first, "Pardon, j'ai oublié !")
    assert "terminée" in text(postman.to(CAMILLES_ADDRESS)[-1])
    assert [alert.kind for alert in rows(town.hotline, Alert)] == ["relay_ended"]
    assert current.ended_at is None
