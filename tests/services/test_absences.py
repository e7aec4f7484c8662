"""Volunteers on holiday: nothing new for them, others make their calls, and the calendar brings them back."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Absence, Assignment, Request, Volunteer
from hotline.models.status import AssignmentState, CallbackState, RequestState, VolunteerState
from hotline.services import absences
from hotline.services.absences import CannotLeave
from scheduler import relations
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import calls, give, offer, offer_cover, waits

ODETTE, LUCIEN = "+33639980001", "+33639980002"
TODAY = date(2026, 11, 24)


@pytest.fixture
def camille(hotline: Hotline) -> int:
    """A volunteer for several people."""
    return add_volunteer(hotline, "Camille", "+33639980101", capacity=3)


def begin(hotline: Hotline, volunteer: int, first: date, last: date | None = None) -> int:
    def note(session: Session) -> int:
        away = session.get_one(Volunteer, volunteer)
        return absences.begin(session, hotline.line, away, first, last, hotline.clock.now()).id

    return hotline.database.run(note)


def end(hotline: Hotline, volunteer: int) -> bool:
    return hotline.database.run(
        lambda session: absences.end(
            session, hotline.line, session.get_one(Volunteer, volunteer), hotline.clock.now()
        )
    )


def state(hotline: Hotline) -> VolunteerState:
    return rows(hotline, Volunteer)[0].state


def test_whoever_leaves_today_is_paused_and_offered_nothing(hotline: Hotline, camille: int) -> None:
    offered = offer(hotline, waits(hotline, add_caller(hotline, ODETTE)), camille)
    begin(hotline, camille, TODAY)
    assert state(hotline) is VolunteerState.PAUSED
    assert only(hotline, Volunteer).waiting_since is None
    assert only(hotline, Assignment).id == offered
    assert only(hotline, Assignment).state is AssignmentState.EXPIRED
    assert only(hotline, Request).state is RequestState.WAITING
    assert offer(hotline, only(hotline, Request).id, camille) is None


def test_single_calls_are_handed_over_and_regular_ones_stay(hotline: Hotline, camille: int) -> None:
    single = give(hotline, add_caller(hotline, ODETTE), camille, None)
    regular = give(hotline, add_caller(hotline, LUCIEN), camille)
    begin(hotline, camille, TODAY)
    by_id = {one.id: one for one in rows(hotline, Assignment)}
    assert (by_id[single].state, by_id[single].end_reason) == (AssignmentState.ENDED, "handed_over")
    assert by_id[regular].state is AssignmentState.ACTIVE
    assert [one.state for one in rows(hotline, Request)] == [RequestState.WAITING, RequestState.ASSIGNED]


def test_a_cover_that_they_had_taken_is_handed_over_too(hotline: Hotline, camille: int) -> None:
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    regular = give(hotline, add_caller(hotline, ODETTE), bruno)
    call = calls(hotline, regular)[0]
    offer_cover(hotline, call.id, camille)
    begin(hotline, camille, TODAY)
    assert rows(hotline, Assignment)[-1].state is AssignmentState.EXPIRED
    assert calls(hotline, regular)[0].id == call.id


def test_holidays_ahead_begin_and_end_by_the_calendar(
    hotline: Hotline, camille: int, clock: StoppedClock
) -> None:
    begin(hotline, camille, TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    seen = []
    for _ in range(7):
        relations.turn_absences(hotline)
        seen.append(state(hotline))
        assert relations.turn_absences(hotline) == ""
        clock.advance(timedelta(days=1))
    assert [one is VolunteerState.PAUSED for one in seen] == [False] * 3 + [True] * 3 + [False]
    assert only(hotline, Absence).over_at is not None
    assert only(hotline, Volunteer).waiting_since is not None


def test_a_pause_without_end_lasts_until_they_are_back(
    hotline: Hotline, camille: int, clock: StoppedClock
) -> None:
    begin(hotline, camille, TODAY)
    clock.advance(timedelta(days=90))
    assert relations.turn_absences(hotline) == ""
    assert end(hotline, camille)
    assert state(hotline) is VolunteerState.ACTIVE
    assert only(hotline, Volunteer).waiting_since == clock.now()
    assert not end(hotline, camille)


def test_whoever_is_back_early_calls_off_what_was_to_come(hotline: Hotline, camille: int) -> None:
    begin(hotline, camille, TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    assert end(hotline, camille)
    assert only(hotline, Absence).over_at is not None
    assert state(hotline) is VolunteerState.ACTIVE


def test_the_return_from_one_absence_leaves_the_next_one(hotline: Hotline, camille: int) -> None:
    begin(hotline, camille, TODAY, TODAY)
    begin(hotline, camille, TODAY + timedelta(days=3), TODAY + timedelta(days=5))
    end(hotline, camille)
    assert [one.over_at is None for one in rows(hotline, Absence)] == [False, True]


def test_dates_said_anew_change_the_absence_that_they_touch(hotline: Hotline, camille: int) -> None:
    begin(hotline, camille, TODAY)
    begin(hotline, camille, TODAY, TODAY + timedelta(days=5))
    begin(hotline, camille, TODAY + timedelta(days=2), TODAY + timedelta(days=9))
    noted = only(hotline, Absence)
    assert (noted.from_date, noted.until_date) == (TODAY, TODAY + timedelta(days=9))


@pytest.mark.parametrize(("first", "last"), [(0, -1), (3, 2), (-5, -2)])
def test_dates_that_make_no_sense_are_refused(hotline: Hotline, camille: int, first: int, last: int) -> None:
    with pytest.raises(CannotLeave, match="la fin vient avant le début"):
        begin(hotline, camille, TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    assert rows(hotline, Absence) == []


def test_offers_to_cover_them_are_taken_back_when_they_return(hotline: Hotline, camille: int) -> None:
    regular = give(hotline, add_caller(hotline, ODETTE), camille)
    begin(hotline, camille, TODAY)
    offer_cover(hotline, calls(hotline, regular)[0].id, add_volunteer(hotline, "Bruno", "+33639980102"))
    end(hotline, camille)
    assert rows(hotline, Assignment)[-1].state is AssignmentState.EXPIRED
    assert calls(hotline, regular, CallbackState.CANCELLED) == []
