"""Every step of a hand can be taken back: given, another rhythm, taken up again, closed with all it held."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.models import Assignment, Request, Step, Volunteer
from hotline.models.status import AssignmentState, CallbackState, HolidayPolicy, RequestState, StepKind
from hotline.services import assignments, cadences, requests
from hotline.services.assignments import CannotChange
from scheduler import relations
from tests.conftest import StoppedClock
from tests.holders import done
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, HAND, calls, give, local, offer_cover, told, undo, yes

FRIDAYS = "FREQ=WEEKLY;BYDAY=FR;BYHOUR=10;BYMINUTE=0"


@pytest.fixture
def given(hotline: Hotline) -> int:
    """Odette is called by Camille every Tuesday."""
    return give(
        hotline,
        add_caller(hotline, "+33639980001", "Odette Martin"),
        add_volunteer(hotline, "Camille", "+33639980101"),
    )


def edit(hotline: Hotline, assignment_id: int, cadence: str, ends_on: date | None = None) -> None:
    def change(session: Session) -> None:
        cadences.edit(
            session,
            hotline.line,
            session.get_one(Assignment, assignment_id),
            cadence=parse(cadence),
            at=hotline.clock.now(),
            actor=HAND,
            ends_on=ends_on,
            holidays=HolidayPolicy.SKIP,
        )

    hotline.database.run(change)


def pause(hotline: Hotline, assignment_id: int, resumes_on: date | None = None) -> None:
    def stop(session: Session) -> None:
        held = session.get_one(Assignment, assignment_id)
        assignments.pause(session, held, hotline.clock.now(), actor=HAND, resumes_on=resumes_on)

    hotline.database.run(stop)


def close(hotline: Hotline) -> None:
    def finish(session: Session) -> None:
        request = session.get_one(Request, 1)
        requests.close(session, request, "by_desk", hotline.clock.now(), actor=HAND)

    hotline.database.run(finish)


def test_somebody_given_by_hand_is_taken_back_and_may_be_asked_again(hotline: Hotline, given: int) -> None:
    undo(hotline, StepKind.CREATED)
    assert only(hotline, Assignment).state is AssignmentState.ENDED
    assert only(hotline, Request).state is RequestState.WAITING
    assert calls(hotline, given) == []
    assert only(hotline, Volunteer).waiting_since == hotline.clock.now()
    with hotline.database.write() as session:
        assert assignments.offer(session, hotline.line, 1, 1, hotline.clock.now()) is not None


def test_nobody_is_taken_back_after_a_call(hotline: Hotline, given: int, clock: StoppedClock) -> None:
    clock.set(calls(hotline, given)[0].due_at)
    done(hotline, given)
    with pytest.raises(CannotChange, match="Un appel a déjà eu lieu"):
        undo(hotline, StepKind.CREATED)


def test_a_former_rhythm_comes_back_with_its_end_and_its_holidays(hotline: Hotline, given: int) -> None:
    before = local(hotline, calls(hotline, given))
    edit(hotline, given, FRIDAYS, date(2026, 12, 31))
    assert local(hotline, calls(hotline, given))[0] == "27/11 10:00"
    undo(hotline, StepKind.CADENCE)
    assert local(hotline, calls(hotline, given)) == before
    held = only(hotline, Assignment)
    assert (held.cadence, held.ends_on, held.holidays) == (EVERY_TUESDAY, None, HolidayPolicy.KEEP)


def test_an_end_that_was_set_can_be_taken_away(hotline: Hotline, given: int) -> None:
    edit(hotline, given, EVERY_TUESDAY, date(2026, 12, 1))
    assert len(calls(hotline, given)) == 2
    edit(hotline, given, EVERY_TUESDAY, None)
    assert only(hotline, Assignment).ends_on is None
    assert len(calls(hotline, given)) == 8


def test_only_the_last_rhythm_is_taken_back(hotline: Hotline, given: int) -> None:
    edit(hotline, given, FRIDAYS)
    edit(hotline, given, "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9")
    with hotline.database.write() as session, pytest.raises(CannotChange, match="changé de nouveau"):
        assignments.undo(session, hotline.line, 2, hotline.clock.now(), HAND)
    for step in (3, 2):
        with hotline.database.write() as session:
            assignments.undo(session, hotline.line, step, hotline.clock.now(), HAND)
    assert only(hotline, Assignment).cadence == EVERY_TUESDAY


def test_a_pause_is_over_by_itself_on_its_day(hotline: Hotline, given: int, clock: StoppedClock) -> None:
    pause(hotline, given, date(2026, 12, 7))
    relations.plan_ahead(hotline)
    assert only(hotline, Assignment).state is AssignmentState.PAUSED
    clock.advance(timedelta(days=13))
    assert relations.plan_ahead(hotline) == "1 attributions reprises"
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE
    assert local(hotline, calls(hotline, given))[0] == "08/12 15:00"


def test_going_on_again_is_taken_back_with_the_day_of_the_pause(hotline: Hotline, given: int) -> None:
    pause(hotline, given, date(2026, 12, 7))
    with hotline.database.write() as session:
        held = session.get_one(Assignment, given)
        assignments.resume(session, hotline.line, held, hotline.clock.now(), actor=HAND)
    undo(hotline, StepKind.RESUMED)
    held = only(hotline, Assignment)
    assert (held.state, held.resumes_on) == (AssignmentState.PAUSED, date(2026, 12, 7))
    assert calls(hotline, given) == []


def test_what_was_paused_when_it_was_closed_is_paused_again(hotline: Hotline, given: int) -> None:
    pause(hotline, given)
    close(hotline)
    undo(hotline, StepKind.ENDED)
    assert only(hotline, Assignment).state is AssignmentState.PAUSED
    assert only(hotline, Request).state is RequestState.ASSIGNED
    assert told(hotline, given)[-1] == "paused"


def test_a_covered_call_is_not_forgotten_when_a_closing_is_taken_back(hotline: Hotline, given: int) -> None:
    covered = calls(hotline, given)[1]
    cover = offer_cover(hotline, covered.id, add_volunteer(hotline, "Bruno", "+33639980102"))
    assert cover is not None
    yes(hotline, cover)
    close(hotline)
    with hotline.database.write() as session:
        ended = [one.id for one in rows(hotline, Step) if one.kind is StepKind.ENDED]
        assert len(ended) == 2
        assignments.undo(session, hotline.line, ended[0], hotline.clock.now(), HAND)
    assert covered.id in [one.id for one in calls(hotline, given)]
    assert calls(hotline, given, CallbackState.CANCELLED) == []
