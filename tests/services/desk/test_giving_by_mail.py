"""Somebody who wants mails, given by hand: what is taken back at once has told nobody anything."""

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import OutboxRow, Request, Volunteer
from hotline.models.status import Channel, OutboxState
from hotline.services.desk import giving, undoable
from scheduler.posting import send_mails
from tests.people import add_caller, add_volunteer
from tests.postman import Postman, mailing, postman
from tests.records import rows
from tests.relations import waits

__all__ = ["mailing", "postman"]
pytestmark = pytest.mark.usefixtures("mailing")


def test_letters_wait_until_nobody_can_take_back_what_they_tell(hotline: Hotline, mailing: Postman) -> None:
    odette = add_caller(
        hotline, "+33639980001", "Odette Martin", email="odette@exemple.org", channel=Channel.MAIL
    )
    camille = add_volunteer(hotline, "Camille", "+33639980101", email="camille@exemple.fr", by_mail=True)
    request_id, at = waits(hotline, odette), hotline.clock.now()

    def give(session: Session) -> list[list[object]]:
        request, volunteer = session.get_one(Request, request_id), session.get_one(Volunteer, camille)
        return giving.give(session, hotline.line, request, volunteer, giving.Rhythm(), at, actor="Nadia")[1]

    deeds = hotline.database.run(give)
    send_mails(hotline)
    assert mailing.arrived == []
    hotline.database.run(lambda session: undoable.take_back(session, hotline.line, deeds, at, actor="Nadia"))
    assert len(rows(hotline, OutboxRow)) == 3
    assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.FAILED}
