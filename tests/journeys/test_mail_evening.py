"""An evening of mails: people, a volunteer, machines; then the mailbox is away for a day, and back."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from hotline.cli.stage import Stage
from hotline.models import Alert, Contact, Mail, Mailbox, Request
from hotline.models.status import Direction, RequestState
from hotline.services import health
from tests.dovecot import Box, Dovecot, served
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_volunteer
from tests.postman import OWN, Postman, mailing, postman, text
from tests.records import only, rows

__all__ = ["mailing", "postman"]
ODETTE, LUCIEN, CAMILLE = "odette@exemple.fr", "lucien@example.org", "camille@exemple.fr"


@pytest.fixture
def start() -> datetime:
    """Tuesday evening, when the line is closed."""
    return datetime(2026, 11, 24, 20, 0, tzinfo=PARIS)


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A mail server of one's own, that may go away."""
    with served() as one:
        yield one


@pytest.fixture
def box(server: Dovecot) -> Box:
    return server.box()


@pytest.fixture
def environment(environment: Path, box: Box, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a line that reads mails."""
    monkeypatch.setenv("HOTLINE_IMAP_URL", box.url)
    return environment


@pytest.fixture
def evening(mailing: Postman, town: Stage) -> Stage:
    """The town, once its postman goes round."""
    return town


def write(box: Box, sender: str, words: str, number: int, **more: str) -> None:
    """Somebody writes to the association."""
    fields = {
        "From": sender,
        "To": OWN,
        "Subject": "Bonjour",
        "Message-ID": f"<{number}@exemple.invalid>",
        **more,
    }
    box.put(
        "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items()) + f"\n{words}\n"
    )


def mailbox_says(town: Stage) -> list[str]:
    with town.hotline.database.read() as session:
        found = health.report(session, town.hotline.line, town.now, faults=())
    return [reason.says for reason in found if reason.check == "mailbox"]


def test_an_evening_of_mails(evening: Stage, box: Box, server: Dovecot, postman: Postman) -> None:
    town, hotline = evening, evening.hotline
    lucien = add_caller(hotline, "+33199000218", "Lucien Martin", email=LUCIEN)
    camille = add_volunteer(hotline, "Camille", "+33639980101", email=CAMILLE, capacity=0)

    write(box, f"Odette <{ODETTE}>", "Je suis seule. Mon numéro : 06 39 98 00 12.", 1)
    write(box, LUCIEN, "Pouvez-vous me rappeler jeudi ?", 2)
    write(box, CAMILLE, "Je serai en vacances.", 3)
    write(box, "no-reply@exemple.fr", "Votre colis est livré.", 4, List_Id="<colis.exemple.fr>")
    town.let(90)

    received = [mail for mail in rows(hotline, Mail) if mail.direction is Direction.INBOUND]
    assert [mail.from_address for mail in received] == [ODETTE, LUCIEN, CAMILLE, "no-reply@exemple.fr"]
    odettes, luciens = rows(hotline, Request)
    assert (odettes.state, luciens.caller_id) == (RequestState.NEEDS_NUMBER, lucien)
    assert received[0].proposed_number == "+33639980012"
    assert (only(hotline, Alert).kind, only(hotline, Alert).volunteer_id) == ("volunteer_mail", camille)

    (thanks,) = postman.to(ODETTE)
    assert thanks["Auto-Submitted"] == "auto-replied"
    assert thanks["In-Reply-To"] == "<1@exemple.invalid>"
    assert "15 ou le 112" in text(thanks)
    assert len(postman.arrived) == 3

    write(box, ODETTE, "Je suis absente.", 5, Auto_Submitted="auto-replied")
    write(box, OWN, text(thanks), 6, Auto_Submitted="auto-replied")
    write(box, f"Odette <{ODETTE}>", "J'oubliais : plutôt le matin.\n\n> Mon numéro ?", 7)
    town.let(90)
    assert len(postman.arrived) == 3
    assert len(rows(hotline, Request)) == 2
    assert [contact.request_id for contact in rows(hotline, Contact)] == [odettes.id, luciens.id, odettes.id]

    server.stop()
    town.let(120)
    (says,) = mailbox_says(town)
    assert "depuis le 24/11 à 20:0" in says
    town.jump(datetime.combine(town.now.date() + timedelta(days=1), time(19), PARIS))
    assert mailbox_says(town) == [says]

    server.start()
    write(box, "Rose <rose@exemple.fr>", "Bonjour, c'est Rose.", 8)
    write(box, f"Odette <{ODETTE}>", "Vous êtes là ?", 9)
    town.let(90)
    assert mailbox_says(town) == []
    assert only(hotline, Mailbox).down_since is None
    assert len(rows(hotline, Request)) == 3
    assert len(postman.to(ODETTE)) == 2
    assert len(postman.to("rose@exemple.fr")) == 1
    assert [mark.count(b"Seen") for mark in box.flags()] == [0] * 9
