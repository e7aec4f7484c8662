"""Volunteers, rounds and coordinators at once, on both engines: a need is met by one volunteer or by none."""

from collections import Counter

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Referral
from hotline.models.status import HELD_ASSIGNMENT, AssignmentState, CallbackState, ReferralState
from hotline.services import assignments
from hotline.services.assignments import Answered
from hotline.services.desk import errands
from hotline.services.referrals import answering
from scheduler import jobs
from tests.needs import add_neighbour, open_need, propose
from tests.people import add_caller
from tests.records import only, rows
from tests.relations import HAND, calls, yes
from tests.services.test_races import at_once
from tests.services.test_relation_races import tried


@pytest.fixture
def shopping(hotline: Hotline) -> int:
    """A need for which our volunteers are asked."""
    odette = add_caller(hotline, "+33639980001", "Odette", postcode="05100")
    return propose(hotline, open_need(hotline, odette))


def test_one_need_is_offered_to_one_neighbour_however_many_ask_at_once(
    hotline: Hotline, shopping: int
) -> None:
    neighbours = [add_neighbour(hotline, f"+336399803{number:02}") for number in range(4)]
    at = hotline.clock.now()

    def offer(volunteer: int) -> bool:
        return hotline.database.run(
            lambda session: (
                assignments.offer_errand(session, hotline.line, shopping, volunteer, at) is not None
            )
        )

    done = at_once(*[lambda one=one: offer(one) for one in neighbours])
    assert sum(done) == 1
    assert max(Counter(one.referral_id for one in rows(hotline, Assignment)).values()) == 1


@pytest.mark.parametrize("rival", ["closed", "withdrawn", "expired", "declined"])
def test_a_yes_and_whatever_comes_with_it_leave_the_need_with_one_or_none(
    hotline: Hotline, shopping: int, rival: str
) -> None:
    add_neighbour(hotline, "+33639980301", capacity=1)
    jobs.hold_round(hotline, hotline.clock.now())
    (errand,) = [one for one in rows(hotline, Assignment) if one.referral_id is not None]
    at = hotline.clock.now()

    def closed(session: Session) -> object:
        return answering.closed(session, shopping, "", at, actor=HAND)

    def withdrawn(session: Session) -> object:
        return errands.withdraw(session, shopping, at, actor=HAND)

    def expired(session: Session) -> object:
        return assignments.expire(session, errand.id, at)

    def declined(session: Session) -> object:
        return assignments.decline(session, session.get_one(Assignment, errand.id), at)

    other = {"closed": closed, "withdrawn": withdrawn, "expired": expired, "declined": declined}[rival]
    at_once(
        lambda: yes(hotline, errand.id) is Answered.ACCEPTED,
        tried(lambda: hotline.database.run(other) or True),
    )
    held = [one for one in rows(hotline, Assignment) if one.referral_id and one.state in HELD_ASSIGNMENT]
    taken = only(hotline, Referral).state is ReferralState.TAKEN
    assert [one.state for one in held] == [AssignmentState.ACTIVE] * taken
    assert bool(calls(hotline, errand.id, CallbackState.PLANNED)) is taken
