"""A need is proposed to our own volunteers at the desk: who is asked, why nobody else, and no longer."""

import pytest

from hotline.models import Assignment, Referral
from hotline.models.status import AssignmentState, ReferralState
from scheduler import jobs
from tests.needs import add_neighbour, open_need
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import waits, yes
from tests.web.desk.conftest import Desk

ODETTE, CAMILLE, BRUNO = "+33639980001", "+33639980101", "+33639980102"


@pytest.fixture
def shopping(desk: Desk) -> str:
    """The page of Odette's need."""
    odette = add_caller(desk.hotline, ODETTE, "Odette Martin", postcode="05100")
    waits(desk.hotline, odette)
    return f"/referrals/{open_need(desk.hotline, odette)}"


def test_a_need_is_proposed_and_the_page_says_who_is_asked_and_why_nobody_else(
    desk: Desk, shopping: str
) -> None:
    add_neighbour(desk.hotline, CAMILLE)
    add_volunteer(desk.hotline, "Bruno", BRUNO, capacity=0)
    assert "Proposer aux bénévoles sur place" in desk.text(shopping)
    answer = desk.post(f"{shopping}/errand")
    assert "le prochain tour demande au bénévole le plus proche" in answer.text
    page = desk.text(shopping)
    assert "Proposition à Camille Exemple, qui habite au même code postal" in page
    assert "Bruno Exemple n'aide pas sur place." in page
    jobs.hold_round(desk.hotline, desk.hotline.clock.now())
    page = desk.text(shopping)
    assert "Camille Exemple proposée répond avant" in page
    assert "Bruno Exemple" not in page
    yes(desk.hotline, rows(desk.hotline, Assignment)[0].id)
    assert "Camille Exemple en cours" in desk.text(shopping)
    assert "aide sur place" in desk.text("/assignments/1")
    assert "sur place" in desk.text("/requests/1")


def test_what_is_no_longer_proposed_takes_the_offer_back(desk: Desk, shopping: str) -> None:
    add_neighbour(desk.hotline, CAMILLE)
    desk.post(f"{shopping}/errand")
    jobs.hold_round(desk.hotline, desk.hotline.clock.now())
    assert "plus proposé" in desk.post(f"{shopping}/errand/stop").text
    errand = rows(desk.hotline, Assignment)[0]
    assert (errand.state, only(desk.hotline, Referral).errand_at) == (AssignmentState.EXPIRED, None)
    assert "Proposer aux bénévoles sur place" in desk.text(shopping)


def test_who_was_to_go_is_released_and_the_need_waits_again(desk: Desk, shopping: str) -> None:
    add_neighbour(desk.hotline, CAMILLE)
    desk.post(f"{shopping}/errand")
    jobs.hold_round(desk.hotline, desk.hotline.clock.now())
    yes(desk.hotline, rows(desk.hotline, Assignment)[0].id)
    desk.post(f"{shopping}/errand/stop")
    assert rows(desk.hotline, Assignment)[0].state is AssignmentState.ENDED
    assert only(desk.hotline, Referral).state is ReferralState.TO_SEND
    assert "n’est plus proposé sur place" in desk.text("/assignments/1")


def test_nobody_near_is_said_on_the_page_and_as_an_alert(desk: Desk, shopping: str) -> None:
    add_neighbour(desk.hotline, CAMILLE, postcode="13001")
    desk.post(f"{shopping}/errand")
    for _ in range(2):
        jobs.hold_round(desk.hotline, desk.hotline.clock.now())
    assert "Camille Exemple habite trop loin." in desk.text(shopping)
    assert "Odette Martin : aucun bénévole ne peut aider sur place." in desk.text("/alerts")


def test_without_a_postcode_the_page_says_what_to_do(desk: Desk) -> None:
    need = open_need(desk.hotline, add_caller(desk.hotline, ODETTE, "Odette Martin"))
    assert "notez d&#39;abord son code postal" in desk.post(f"/referrals/{need}/errand").text


def test_a_need_that_is_not_there_is_not_proposed(desk: Desk) -> None:
    assert desk.post("/referrals/99/errand").status_code == 404
