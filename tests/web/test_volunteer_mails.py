"""A relation by mail, or over video, on the volunteer's page: nothing there rings a telephone."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Volunteer
from hotline.models.status import Channel
from hotline.services import visio
from tests.conftest import LINE
from tests.postman import mailing, postman
from tests.records import only
from tests.web.visits import ODETTE, Visitor, given, offered, volunteer

__all__ = ["mailing", "postman"]
pytestmark = pytest.mark.usefixtures("mailing")
BY_MAIL = {"channel": Channel.MAIL, "email": "odette@exemple.org"}


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    return volunteer(hotline, email="marie@exemple.fr", by_mail=True).come_in()


def test_an_offer_speaks_of_mails_and_a_yes_shows_where_to_write(hotline: Hotline, marie: Visitor) -> None:
    assignment = offered(hotline, marie, "Odette Martin", ODETTE, **BY_MAIL)
    page = marie.read("/v/")
    assert "Par courriel" in page
    assert "Oui, j’écris" in page
    page = marie.does(f"/v/offres/{assignment}/oui")
    relay = only(hotline, Assignment).relay
    assert f'href="mailto:bonjour+{relay}@exemple.fr"' in page
    assert "Écrire à Odette" in page
    assert "odette@exemple.org" not in page


def test_no_telephone_is_offered_nor_rung(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, **BY_MAIL)
    for page in (marie.read("/v/"), marie.read(f"/v/appels/{call}")):
        assert f"tel:{LINE},,0" not in page
        assert "/appeler" not in page
        assert "mailto:" in page
    assert "n’est plus à faire" in marie.does(f"/v/appels/{call}/appeler")


def test_a_video_call_shows_its_link_beside_the_telephone(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE)
    with hotline.database.write() as session:
        visio.keep(session, session.get_one(Assignment, 1), "https://meet.exemple.fr/odette")
    page = marie.read(f"/v/appels/{call}")
    assert 'href="https://meet.exemple.fr/odette"' in page
    assert "Appeler Odette" in page


def test_volunteers_say_themselves_whether_they_write(hotline: Hotline, marie: Visitor) -> None:
    assert "J’écris aussi" in marie.read("/v/reglages")
    marie.does("/v/reglages", when="always", calm="none", capacity="2")
    assert not only(hotline, Volunteer).by_mail
    marie.does("/v/reglages", when="always", calm="none", capacity="2", by_mail="y")
    assert only(hotline, Volunteer).by_mail


def test_without_an_address_nobody_is_asked_whether_they_write(hotline: Hotline) -> None:
    bruno = volunteer(hotline, "Bruno", "+33639980102").come_in()
    assert "J’écris aussi" not in bruno.read("/v/reglages")
    bruno.does("/v/reglages", when="always", calm="none", capacity="2", by_mail="y")
    assert not only(hotline, Volunteer).by_mail
