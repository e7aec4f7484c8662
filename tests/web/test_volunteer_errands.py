"""Help on the spot, on the volunteer's page: offered, accepted, arranged by telephone, told."""

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Referral
from hotline.models.status import AssignmentState, CallbackState, ReferralState
from scheduler import jobs
from tests.needs import add_neighbour, open_need, propose
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import calls, give
from tests.web.visits import BRUNO, MARIE, ODETTE, Visitor


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    """Marie, who lives near Odette and was asked to do her shopping."""
    marie = Visitor(hotline, add_neighbour(hotline, MARIE, "Marie")).come_in()
    odette = add_caller(hotline, ODETTE, "Odette Martin", postcode="05100")
    regular = add_volunteer(hotline, "Bruno", BRUNO)
    give(hotline, odette, regular)
    propose(hotline, open_need(hotline, odette))
    jobs.hold_round(hotline, hotline.clock.now())
    return marie


def errand(hotline: Hotline) -> Assignment:
    """What Marie was asked."""
    return rows(hotline, Assignment)[-1]


def test_the_page_says_what_is_needed_and_where(hotline: Hotline, marie: Visitor) -> None:
    page = marie.read("/v/")
    assert "De l’aide sur place, près de chez vous&nbsp;: faire ses courses." in page
    assert "05100" in page
    assert "Martin" not in page
    assert "Oui, j’y vais" in page


def test_after_a_yes_the_page_shows_the_need_the_call_and_the_instructions(
    hotline: Hotline, marie: Visitor
) -> None:
    marie.does(f"/v/offres/{errand(hotline).id}/oui")
    (call,) = calls(hotline, errand(hotline).id)
    assert "Faire ses courses, avant" in marie.read("/v/")
    page = marie.read(f"/v/appels/{call.id}")
    assert "Les consignes sur place" in page
    assert "Appeler Odette" in page
    assert "Avez-vous pu aider cette personne" in page
    assert "La rappeler un autre jour" not in page


def test_told_done_the_need_is_closed_and_told_absent_there_is_another_try(
    hotline: Hotline, marie: Visitor
) -> None:
    marie.does(f"/v/offres/{errand(hotline).id}/oui")
    (call,) = calls(hotline, errand(hotline).id)
    assert "un autre essai" in marie.does(f"/v/appels/{call.id}/recit", reached="no")
    (call,) = calls(hotline, errand(hotline).id)
    assert "Merci pour votre aide" in marie.does(f"/v/appels/{call.id}/recit", reached="yes", mood="good")
    assert only(hotline, Referral).state is ReferralState.CLOSED
    assert errand(hotline).state is AssignmentState.ENDED
    assert {one.state for one in calls(hotline, errand(hotline).id, *CallbackState)} == {
        CallbackState.MADE,
        CallbackState.NO_ANSWER,
    }


def test_who_cannot_go_says_so_in_the_agenda(hotline: Hotline, marie: Visitor) -> None:
    marie.does(f"/v/offres/{errand(hotline).id}/oui")
    agenda = marie.read("/v/agenda")
    assert "aide sur place" in agenda
    (call,) = calls(hotline, errand(hotline).id)
    assert "d’y aller" in marie.does(f"/v/agenda/{call.id}/empechement")
    assert only(hotline, Referral).state is ReferralState.TO_SEND
