"""Somebody given by hand: at once, to one volunteer only, and never to who cannot have them."""

from datetime import date
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Assignment, OutboxRow, Request, Step, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallerState,
    RequestKind,
    RequestState,
    StepKind,
    VolunteerState,
)
from hotline.phone import PhoneNumber
from hotline.services import people
from hotline.services.assignments import Answered, CannotChange
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import HAND, calls, give, local, offer, waits, yes
from tests.webhooks import Webhooks

ODETTE, LUCIEN = "+33639980001", "+33639980002"
CAMILLE, BRUNO = "+33639980101", "+33639980102"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    """A caller."""
    return add_caller(hotline, ODETTE, "Odette Martin")


@pytest.fixture
def camille(hotline: Hotline) -> int:
    """A volunteer for one person."""
    return add_volunteer(hotline, "Camille", CAMILLE)


def states(hotline: Hotline) -> tuple[AssignmentState, RequestState]:
    return only(hotline, Assignment).state, only(hotline, Request).state


def test_somebody_is_given_by_hand_at_once_and_the_volunteer_is_told(
    hotline: Hotline, odette: int, camille: int
) -> None:
    given = give(hotline, odette, camille)
    assert states(hotline) == (AssignmentState.ACTIVE, RequestState.ASSIGNED)
    assert only(hotline, Request).kind is RequestKind.RECURRING
    assert len(calls(hotline, given)) == 8
    text = only(hotline, OutboxRow)
    assert (text.kind, text.phone_id) == ("given", only(hotline, Volunteer).phone_id)
    assert "Odette (chaque mardi à 15 h)" in text.body
    assert only(hotline, Volunteer).waiting_since is None
    assert [(step.kind, step.actor) for step in rows(hotline, Step)] == [(StepKind.CREATED, HAND)]


def test_one_call_by_hand_is_due_like_any_other(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille, None)
    assert local(hotline, calls(hotline, given)) == ["26/11 14:00"]
    assert only(hotline, Request).kind is RequestKind.ONE_OFF


def test_one_call_may_be_asked_for_later(hotline: Hotline, odette: int, camille: int) -> None:
    given = give(hotline, odette, camille, None, starts_on=date(2026, 12, 7))
    assert local(hotline, calls(hotline, given)) == ["09/12 08:00"]


def test_giving_joins_the_open_request_and_takes_its_offer_back(
    hotline: Hotline, odette: int, camille: int
) -> None:
    bruno = add_volunteer(hotline, "Bruno", BRUNO)
    offered = offer(hotline, waits(hotline, odette), camille)
    assert offered is not None
    give(hotline, odette, bruno)
    assert only(hotline, Request).state is RequestState.ASSIGNED
    assert [one.state for one in rows(hotline, Assignment)] == [
        AssignmentState.EXPIRED,
        AssignmentState.ACTIVE,
    ]
    assert yes(hotline, offered) is Answered.TOO_LATE


def test_who_was_offered_the_same_person_may_be_given_them(
    hotline: Hotline, odette: int, camille: int
) -> None:
    offer(hotline, waits(hotline, odette), camille)
    give(hotline, odette, camille)
    assert rows(hotline, Assignment)[-1].state is AssignmentState.ACTIVE


@pytest.mark.parametrize(
    ("volunteer", "caller", "says"),
    [
        ({"state": VolunteerState.PAUSED}, {}, "Bruno n'est pas disponible"),
        ({"state": VolunteerState.PENDING}, {}, "Bruno n'est pas disponible"),
        ({"capacity": 0}, {}, "autant de personnes que possible"),
        ({}, {"state": CallerState.UNREACHABLE}, "il lui faut d'abord un numéro"),
    ],
)
def test_nobody_is_given_who_cannot_be(
    hotline: Hotline, volunteer: dict[str, Any], caller: dict[str, Any], says: str
) -> None:
    odette, bruno = add_caller(hotline, ODETTE), add_volunteer(hotline, "Bruno", BRUNO, **volunteer)
    if caller:
        with hotline.database.write() as session:
            person = people.caller_at(
                session, people.phone_for(session, PhoneNumber(ODETTE), hotline.clock.now())
            )
            assert person is not None
            person.state = caller["state"]
    with pytest.raises(CannotChange, match=says):
        give(hotline, odette, bruno)
    assert rows(hotline, Assignment) == rows(hotline, OutboxRow) == []


def test_nobody_is_given_to_two_nor_to_themselves(hotline: Hotline, odette: int, camille: int) -> None:
    give(hotline, odette, camille)
    bruno = add_volunteer(hotline, "Bruno", BRUNO)
    with pytest.raises(CannotChange, match=r"déjà confiée à Camille \(attribution 1\)"):
        give(hotline, odette, bruno)
    with pytest.raises(CannotChange, match="le même téléphone"):
        give(hotline, add_caller(hotline, BRUNO), bruno)


def test_no_hand_gives_more_than_a_volunteer_can_hold(hotline: Hotline, odette: int, camille: int) -> None:
    give(hotline, odette, camille)
    with pytest.raises(CannotChange, match="autant de personnes que possible"):
        give(hotline, add_caller(hotline, LUCIEN), camille)


def test_a_further_contact_of_the_person_is_told_to_their_volunteer(
    hotline: Hotline, odette: int, camille: int
) -> None:
    give(hotline, odette, camille)
    Webhooks(hotline).text("Rappelez-moi", ODETTE)
    assert only(hotline, Request).state is RequestState.ASSIGNED
    assert [text.kind for text in rows(hotline, OutboxRow)] == ["given", "contact_again", "acknowledgement"]
