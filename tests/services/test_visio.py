"""A video link in an assignment: only what leads to a site, sent by mail or else by text."""

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, OutboxRow
from hotline.models.status import Channel
from hotline.services import visio
from hotline.services.assignments import CannotChange
from tests.people import add_caller, add_volunteer
from tests.postman import mailing, postman
from tests.records import only, rows
from tests.relations import give

__all__ = ["mailing", "postman"]
pytestmark = pytest.mark.usefixtures("mailing")
LINK = "https://meet.exemple.fr/onseparle-odette"


def given(hotline: Hotline, number: str = "+33639980001", **fields: object) -> int:
    caller = add_caller(hotline, number, "Odette Martin", **fields)
    return give(hotline, caller, add_volunteer(hotline, "Camille", "+33639980101"), None)


def keep(hotline: Hotline, assignment_id: int, link: str) -> None:
    def work(session: Session) -> None:
        visio.keep(session, session.get_one(Assignment, assignment_id), link)

    hotline.database.run(work)


def send(hotline: Hotline, assignment_id: int) -> Channel:
    def work(session: Session) -> Channel:
        one = session.get_one(Assignment, assignment_id)
        return visio.send(session, hotline.line, one, hotline.clock.now())

    return hotline.database.run(work)


def test_a_link_makes_it_a_video_call_and_none_a_telephone_call_again(hotline: Hotline) -> None:
    assignment_id = given(hotline)
    keep(hotline, assignment_id, f" {LINK} ")
    one = only(hotline, Assignment)
    assert (one.visio_link, one.channel) == (LINK, Channel.VISIO)
    keep(hotline, assignment_id, "")
    one = only(hotline, Assignment)
    assert (one.visio_link, one.channel) == (None, Channel.PHONE)


@pytest.mark.parametrize(
    "typed",
    [
        "http://meet.exemple.fr/x",
        "javascript:alert(1)",
        "https://",
        "https://localhost/x",
        "https://nom:secret@meet.exemple.fr/",
        "https://meet.exemple.fr/a b",
        "https://meet.exemple.fr/é",
        "https://[meet.exemple.fr/",
        f"https://meet.exemple.fr/{'x' * 300}",
        "meet.exemple.fr",
    ],
)
def test_only_a_link_to_a_site_is_kept(hotline: Hotline, typed: str) -> None:
    assignment_id = given(hotline)
    with pytest.raises(CannotChange, match="lien"):
        keep(hotline, assignment_id, typed)


def test_it_is_sent_by_mail_where_there_is_an_address(hotline: Hotline) -> None:
    assignment_id = given(hotline, email="odette@exemple.org")
    keep(hotline, assignment_id, LINK)
    assert send(hotline, assignment_id) is Channel.MAIL
    sent = rows(hotline, OutboxRow)[-1]
    assert LINK in sent.body
    assert sent.subject == "Votre appel en vidéo avec Camille"


def test_else_by_text_where_there_is_a_mobile(hotline: Hotline) -> None:
    assignment_id = given(hotline)
    keep(hotline, assignment_id, LINK)
    assert send(hotline, assignment_id) is Channel.PHONE
    assert rows(hotline, OutboxRow)[-1].body == f"Pour voir et entendre Camille, ouvrez ce lien : {LINK}"


def test_else_the_coordinator_is_told_to_dictate_it(hotline: Hotline) -> None:
    assignment_id = given(hotline, "+33199000201")
    with pytest.raises(CannotChange, match="pas encore de lien"):
        send(hotline, assignment_id)
    keep(hotline, assignment_id, LINK)
    with pytest.raises(CannotChange, match="Dictez"):
        send(hotline, assignment_id)
