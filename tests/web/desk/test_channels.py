"""How people speak to each other, as the desk sets it: telephone, video, mails."""

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Caller, OutboxRow, Request, Volunteer
from hotline.models.status import CallerState, Channel, RequestState
from hotline.services import alerts, requests
from tests.people import add_caller, add_volunteer
from tests.postman import mailing, postman
from tests.records import only, rows
from tests.relations import give
from tests.web.desk.conftest import Desk

__all__ = ["mailing", "postman"]
pytestmark = pytest.mark.usefixtures("mailing")
LINK = "https://meet.exemple.fr/onseparle-odette"
PREFERS = {"names": "Odette Martin", "prefers": "steady", "language": "français"}


def somebody_without_a_number(hotline: Hotline) -> int:
    at = hotline.clock.now()

    def enter(session: Session) -> int:
        odette = Caller(
            names="Odette Martin", state=CallerState.UNREACHABLE, created_at=at, last_contact_at=at
        )
        session.add(odette)
        session.flush()
        requests.open_for(session, odette, at)
        return odette.id

    return hotline.database.run(enter)


def test_somebody_who_wants_mails_and_has_an_address_waits_for_a_volunteer(
    desk: Desk, hotline: Hotline
) -> None:
    odette = somebody_without_a_number(hotline)
    assert only(hotline, Request).state is RequestState.NEEDS_NUMBER
    answer = desk.post(f"/people/{odette}/edit", **PREFERS, channel="mail", email="odette@exemple.org")
    assert "C’est noté" in answer.text
    assert only(hotline, Caller).channel is Channel.MAIL
    assert only(hotline, Caller).state is CallerState.ACTIVE
    assert only(hotline, Request).state is RequestState.WAITING
    desk.post(f"/people/{odette}/edit", **PREFERS, channel="phone", email="odette@exemple.org")
    assert only(hotline, Request).state is RequestState.NEEDS_NUMBER


def test_mails_need_an_address(desk: Desk, hotline: Hotline) -> None:
    odette = somebody_without_a_number(hotline)
    answer = desk.post(f"/people/{odette}/edit", **PREFERS, channel="mail")
    assert answer.status_code == 422
    assert "il faut son adresse électronique" in answer.text
    assert only(hotline, Caller).channel is Channel.PHONE


def test_the_desk_notes_which_volunteers_write(desk: Desk, hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101")
    form = {"first_name": "Camille", "last_name": "Durand", "languages": "fr", "capacity": "2"}
    refused = desk.post(f"/volunteers/{camille}/edit", **form, by_mail="y")
    assert "il faut une adresse électronique" in refused.text
    desk.post(f"/volunteers/{camille}/edit", **form, by_mail="y", email="camille@exemple.fr")
    assert only(hotline, Volunteer).by_mail


def test_a_video_link_is_kept_shown_and_sent(desk: Desk, hotline: Hotline) -> None:
    odette = add_caller(hotline, "+33639980001", "Odette Martin")
    one = give(hotline, odette, add_volunteer(hotline, "Camille", "+33639980101"))
    answer = desk.post(f"/assignments/{one}/visio", link=LINK, send="1")
    assert "Le lien part par SMS." in answer.text
    assert LINK in desk.page(f"/assignments/{one}").xpath("//input[@id='link']/@value")
    assert "en visio" in desk.text(f"/assignments/{one}")
    assert rows(hotline, OutboxRow)[-1].kind == "visio"
    assert "doit commencer par https://" in desk.post(f"/assignments/{one}/visio", link="http://x.fr").text
    assert "enlevé" in desk.post(f"/assignments/{one}/visio", link="").text
    assert only(hotline, Assignment).channel is Channel.PHONE


@pytest.mark.parametrize(
    "kind", ["mail_ceiling", "mail_failed", "mail_stop", "relay_blocked", "relay_ended", "relay_stranger"]
)
def test_every_alert_about_mails_has_its_words(desk: Desk, hotline: Hotline, kind: str) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: alerts.raise_alert(session, kind, f"{kind}:1", at))
    assert only(hotline, Alert).kind == kind
    assert "La ligne signale" not in desk.text("/alerts")
