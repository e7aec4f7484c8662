"""People who registered by themselves, at the desk: seen at once, welcomed by hand, never under age alone."""

import pytest

from hotline.models import OutboxRow, Volunteer
from hotline.models.status import Role, VolunteerSource, VolunteerState
from tests.people import add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

MARIE = "+33639980101"


def register(desk: Desk, **fields: object) -> int:
    """Somebody who has registered by themselves."""
    values = {
        "state": VolunteerState.PENDING,
        "source": VolunteerSource.REGISTRATION,
        "waiting_since": None,
        "charter_at": desk.hotline.clock.now(),
        "privacy_at": desk.hotline.clock.now(),
        **fields,
    }
    return add_volunteer(desk.hotline, "Marie", MARIE, **values)


def test_whoever_registered_is_on_the_first_page_until_welcomed(desk: Desk) -> None:
    marie = register(desk, birth_date="1958-03-12")
    assert "Personnes à accueillir" in desk.text("/")
    assert "Marie Exemple inscription sur le site" in desk.text("/")
    file = desk.text(f"/volunteers/{marie}")
    assert "68 ans" in file
    assert "mobile vérifié par un code" in file
    assert "acceptée le mardi 24 novembre 2026" in file
    assert "Accord des parents" not in file
    desk.post(f"/volunteers/{marie}/activate")
    assert "Personnes à accueillir" not in desk.text("/")
    assert "1 bénévole attend une mission." in desk.text("/")
    assert only(desk.hotline, OutboxRow).kind == "welcome"


def test_a_trainee_waits_for_no_mission_yet(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Marie", MARIE, trainee=True)
    assert "attend une mission" not in desk.text("/")
    assert "en attente d’une mission" not in desk.text("/volunteers")


def test_nobody_under_age_begins_before_their_parents_have_agreed(desk: Desk) -> None:
    marie = register(desk, birth_date="2010-11-24")
    assert "l’accueil attend l’accord écrit" in desk.text(f"/volunteers/{marie}")
    said = desk.post(f"/volunteers/{marie}/activate").text
    assert "notez d’abord l’accord écrit de ses parents" in said
    assert only(desk.hotline, Volunteer).state is VolunteerState.PENDING
    agreed = desk.post(f"/volunteers/{marie}/guardian").text
    assert f"/volunteers/{marie}/guardian/undo" in agreed
    assert only(desk.hotline, Volunteer).guardian_at == desk.hotline.clock.now()
    desk.post(f"/volunteers/{marie}/activate")
    assert only(desk.hotline, Volunteer).state is VolunteerState.ACTIVE


def test_an_agreement_noted_by_mistake_is_taken_back(desk: Desk) -> None:
    marie = register(desk, birth_date="2010-11-24")
    desk.post(f"/volunteers/{marie}/guardian")
    desk.post(f"/volunteers/{marie}/guardian/undo")
    assert only(desk.hotline, Volunteer).guardian_at is None


@pytest.mark.parametrize(("born", "says"), [("2010-11-25", "pas 16 ans"), ("2010-11-24", "")])
def test_a_coordinator_may_write_down_somebody_of_sixteen_who_is_not_welcomed_at_once(
    desk: Desk, born: str, says: str
) -> None:
    answer = desk.post(
        "/volunteers/new",
        first_name="Marie",
        phone="06 39 98 01 01",
        birth_date=born,
        languages="fr",
        capacity="1",
        welcome="1",
    )
    if says:
        assert says in answer.text
        assert rows(desk.hotline, Volunteer) == []
        return
    assert "a moins de 18 ans" in answer.text
    assert only(desk.hotline, Volunteer).state is VolunteerState.PENDING


def test_a_listener_sees_no_newcomers(desk: Desk) -> None:
    register(desk)
    assert "Personnes à accueillir" not in sign_in(desk.hotline, Role.LISTENER, "Louis").text("/")
