"""Hands, clocks and volunteers at once, on both engines: one holder, one cover, one row a day."""

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from hotline.models import Assignment, Callback, Request, Volunteer
from hotline.models.status import HELD_ASSIGNMENT, AssignmentState, CallbackState, RequestState, StepKind
from hotline.services import absences, assignments
from hotline.services.assignments import Answered
from scheduler import jobs, relations
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, HAND, calls, give, no, offer, offer_cover, undo, waits, yes
from tests.services.test_races import at_once

CAMILLE = "+33639980101"


def tried(work: Callable[[], object]) -> Callable[[], bool]:
    """Whether something was done, or refused with a sentence."""

    def attempt() -> bool:
        try:
            return work() is not None
        except HotlineError:
            return False

    return attempt


def held(hotline: Hotline) -> Counter[int]:
    return Counter(one.volunteer_id for one in rows(hotline, Assignment) if one.state in HELD_ASSIGNMENT)


def test_hands_and_rounds_at_once_never_give_more_than_a_volunteer_can_hold(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE, capacity=2)
    people = [add_caller(hotline, f"+3319900{number:04}") for number in range(6)]
    for caller in people[:3]:
        waits(hotline, caller)
    at = hotline.clock.now()
    hands = [tried(lambda caller=caller: give(hotline, caller, camille, None)) for caller in people[2:]]
    at_once(*hands, lambda: jobs.hold_round(hotline, at) is not None)
    assert held(hotline) == {camille: 2}


def test_hands_at_once_give_one_person_to_one_volunteer(hotline: Hotline) -> None:
    odette = add_caller(hotline, "+33639980001")
    volunteers = [add_volunteer(hotline, "Camille", f"+336399801{number:02}") for number in range(4)]
    done = at_once(*[tried(lambda one=one: give(hotline, odette, one)) for one in volunteers])
    assert sum(done) == 1
    assert len(rows(hotline, Assignment)) == 1
    assert only(hotline, Request).state is RequestState.ASSIGNED


def test_one_call_is_offered_to_one_cover_and_a_volunteer_covers_no_more_than_they_can(
    hotline: Hotline,
) -> None:
    holder = add_volunteer(hotline, "Camille", CAMILLE)
    given = give(hotline, add_caller(hotline, "+33639980001"), holder)
    others = [add_volunteer(hotline, "Bruno", f"+336399802{number:02}") for number in range(3)]
    planned = calls(hotline, given)[:3]
    offers = [
        lambda call=call, other=other: offer_cover(hotline, call.id, other) is not None
        for call in planned
        for other in others
    ]
    at_once(*offers)
    covers = [one for one in rows(hotline, Assignment) if one.covers_id is not None]
    assert max(Counter(one.covers_id for one in covers).values()) == 1
    assert max(held(hotline).values()) == 1


@pytest.mark.parametrize("rival", ["pause", "hand-over", "expiry", "no"])
def test_a_cover_s_yes_and_whatever_comes_with_it_leave_the_call_with_one_or_none(
    hotline: Hotline, rival: str
) -> None:
    holder = add_volunteer(hotline, "Camille", CAMILLE)
    given = give(hotline, add_caller(hotline, "+33639980001"), holder)
    call = calls(hotline, given)[0]
    cover = offer_cover(hotline, call.id, add_volunteer(hotline, "Bruno", "+33639980102"))
    assert cover is not None
    at = hotline.clock.now()

    def pause(session: Session) -> None:
        assignments.pause(session, session.get_one(Assignment, given), at, actor=HAND)

    def hand_over(session: Session) -> None:
        assignments.hand_over(session, session.get_one(Assignment, given), at)

    def expire(session: Session) -> None:
        assignments.expire(session, cover, at)

    def refuse(session: Session) -> None:
        assignments.decline(session, session.get_one(Assignment, cover), at)

    other = {"pause": pause, "hand-over": hand_over, "expiry": expire, "no": refuse}[rival]
    at_once(
        lambda: yes(hotline, cover) is Answered.ACCEPTED,
        tried(lambda: hotline.database.run(other) or True),
    )
    (covered,) = [one for one in rows(hotline, Callback) if one.id == call.id]
    taken = calls(hotline, cover)
    states = {one.id: one.state for one in rows(hotline, Assignment)}
    assert bool(taken) == (states[cover] is AssignmentState.ACTIVE)
    assert not (taken and covered.state is CallbackState.PLANNED)
    if rival in {"expiry", "no"}:
        assert taken or covered.state is CallbackState.PLANNED


def test_clocks_at_once_plan_each_day_once(hotline: Hotline, clock: StoppedClock) -> None:
    given = give(hotline, add_caller(hotline, "+33639980001"), add_volunteer(hotline, "Camille", CAMILLE))
    clock.set(calls(hotline, given)[4].due_at)
    at_once(*[lambda: relations.plan_ahead(hotline)] * 4)
    days = Counter(call.occurrence for call in rows(hotline, Callback))
    assert set(days.values()) == {1}
    assert len(days) > 8


def test_an_end_taken_back_and_a_new_offer_leave_one_holder(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    given = give(hotline, add_caller(hotline, "+33639980001"), camille)
    no(hotline, given)
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    request = only(hotline, Request).id
    done = at_once(
        tried(lambda: undo(hotline, StepKind.ENDED) or True),
        lambda: offer(hotline, request, bruno) is not None,
    )
    assert sum(done) == 1
    assert sum(held(hotline).values()) == 1
    assert only(hotline, Request).cadence == EVERY_TUESDAY


def test_whoever_leaves_while_they_are_offered_somebody_keeps_nothing(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE, capacity=9)
    requests = [waits(hotline, add_caller(hotline, f"+3319900{number:04}")) for number in range(4)]
    at = hotline.clock.now()

    def leave(session: Session) -> bool:
        volunteer = session.get_one(Volunteer, camille)
        return absences.begin(session, hotline.line, volunteer, hotline.line.day(at), None, at) is not None

    at_once(
        lambda: hotline.database.run(leave),
        *[lambda one=one: offer(hotline, one, camille) is not None for one in requests],
    )
    assert held(hotline) == {}
    assert {one.state for one in rows(hotline, Request)} == {RequestState.WAITING}
