"""A volunteer sees to their own details on their page, and leaves by it."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, OutboxRow, Request, Volunteer
from hotline.models.status import AssignmentState, RequestState, VolunteerState
from hotline.services import pins
from tests.people import add_caller
from tests.records import only, rows
from tests.web.visits import ODETTE, Visitor, given, offered, volunteer

MINE = {
    "first_name": "Marie",
    "last_name": "Martin",
    "email": "Marie@exemple.fr",
    "postcode": "05 100",
    "languages": "français, italien",
    "by_mail": "y",
}


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    return volunteer(hotline, last_name="Dupont", postcode="05000").come_in()


def test_details_are_shown_and_kept(hotline: Hotline, marie: Visitor) -> None:
    assert 'value="Dupont"' in marie.read("/v/informations")
    page = marie.does("/v/informations", **MINE)
    assert "C’est enregistré" in page
    assert 'value="français, italien"' in page
    kept = only(hotline, Volunteer)
    assert (kept.last_name, kept.email, kept.postcode) == ("Martin", "Marie@exemple.fr", "05100")
    assert (kept.languages, kept.by_mail, kept.on_site) == ("fr,it", True, False)
    with hotline.database.read() as session:
        assert session.query(Volunteer).filter(Volunteer.email_index == "marie@exemple.fr").count() == 1


def test_nobody_writes_mails_without_an_address(hotline: Hotline, marie: Visitor) -> None:
    marie.does("/v/informations", **{**MINE, "email": ""})
    assert (only(hotline, Volunteer).email, only(hotline, Volunteer).by_mail) == (None, False)


def test_a_faulty_detail_changes_nothing(hotline: Hotline, marie: Visitor) -> None:
    marie.read("/v/informations")
    answer = marie.post("/v/informations", data={**MINE, "postcode": "5"})
    assert answer.status_code == 422
    assert "les cinq chiffres" in answer.text
    assert 'value="Martin"' in answer.text
    assert only(hotline, Volunteer).last_name == "Dupont"


def test_leaving_ends_everything_at_once(hotline: Hotline, marie: Visitor) -> None:
    given(hotline, marie, "Lucien", "+33639980001")
    offered(hotline, marie, "Odette", ODETTE)
    other = marie.link()
    hotline.database.run(lambda session: pins.new(session, session.get_one(Volunteer, marie.volunteer_id)))
    assert "quelqu’un d’autre, tout de suite" in marie.read("/v/depart")
    assert only(hotline, Volunteer).state is VolunteerState.ACTIVE
    goodbye = marie.does("/v/depart")
    assert "Merci pour tout" in goodbye
    gone = only(hotline, Volunteer)
    assert (gone.state, gone.pin_index, gone.waiting_since) == (VolunteerState.LEFT, None, None)
    over = {AssignmentState.ENDED, AssignmentState.EXPIRED}
    assert {one.state for one in rows(hotline, Assignment)} == over
    assert {one.state for one in rows(hotline, Request)} == {RequestState.WAITING}
    assert [(one.kind, one.volunteer_id) for one in rows(hotline, Alert)] == [("volunteer_left", gone.id)]
    assert [row.kind for row in rows(hotline, OutboxRow)].count("goodbye") == 1
    assert marie.get("/v/").status_code == 403
    marie.get(other)
    assert marie.post(other).status_code == 403


def test_whoever_left_and_sends_the_form_again_has_no_page_any_more(hotline: Hotline, marie: Visitor) -> None:
    add_caller(hotline, ODETTE)
    marie.read("/v/depart")
    cookie = marie.client.get_cookie("session", "hotline.example")
    assert cookie is not None
    assert marie.post("/v/depart").status_code == 303
    marie.client.set_cookie("session", cookie.value, domain="hotline.example", secure=True)
    assert marie.post("/v/depart").status_code == 403
    assert len(rows(hotline, Alert)) == 1
