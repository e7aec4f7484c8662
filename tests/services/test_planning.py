"""Calls that come back are rows ahead of time, and their changes keep what was."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.models import Assignment, Callback, Step, move
from hotline.models.status import CallbackState, HolidayPolicy, RequestKind, StepKind
from hotline.services import cadences, planning
from hotline.services.planning import CannotPlan
from scheduler import relations
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, HAND, calls, give, local, offer, told, undo, waits, yes

ODETTE, CAMILLE = "+33639980001", "+33639980101"
PARIS = ZoneInfo("Europe/Paris")
TUESDAYS = [
    "24/11 15:00",
    "01/12 15:00",
    "08/12 15:00",
    "15/12 15:00",
    "22/12 15:00",
    "29/12 15:00",
    "05/01 15:00",
]


@pytest.fixture
def couple(hotline: Hotline) -> tuple[int, int]:
    """A caller and a volunteer."""
    return add_caller(hotline, ODETTE, "Odette Martin"), add_volunteer(hotline, "Camille", CAMILLE)


def edit(hotline: Hotline, assignment_id: int, cadence: str, **more: object) -> None:
    def change(session: Session) -> None:
        cadences.edit(
            session,
            hotline.line,
            session.get_one(Assignment, assignment_id),
            cadence=parse(cadence),
            at=hotline.clock.now(),
            actor=HAND,
            **more,  # type: ignore[arg-type]
        )

    hotline.database.run(change)


def with_call(hotline: Hotline, callback: Callback, work: Callable[..., None], *more: object) -> None:
    """Skip or move a call."""
    hotline.database.run(
        lambda session: work(
            session, hotline.line, session.get_one(Callback, callback.id), *more, hotline.clock.now(), HAND
        )
    )


def state(hotline: Hotline, callback: Callback, target: CallbackState) -> None:
    hotline.database.run(lambda session: move(session, session.get_one(Callback, callback.id), target))


def test_the_first_calls_are_there_at_once_seven_weeks_ahead(
    hotline: Hotline, couple: tuple[int, int]
) -> None:
    given = give(hotline, *couple)
    planned = calls(hotline, given)
    assert local(hotline, planned) == [*TUESDAYS, "12/01 15:00"]
    assert [one.occurrence for one in planned][:2] == [date(2026, 11, 24), date(2026, 12, 1)]
    assert planned[0].act_at == planned[0].due_at - timedelta(hours=3)
    assert only(hotline, Assignment).planned_until == date(2027, 1, 12)


def test_rows_stay_five_weeks_ahead_whatever_the_clock_does(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    given = give(hotline, *couple)
    for _ in range(20):
        clock.advance(timedelta(days=5))
        relations.plan_ahead(hotline)
        assert relations.plan_ahead(hotline) == ""
        last = max(call.due_at for call in calls(hotline, given))
        assert last - clock.now() > timedelta(weeks=5)
    planned = rows(hotline, Callback)
    assert len({call.occurrence for call in planned}) == len(planned)


def test_a_rare_call_is_planned_however_far_it_is(hotline: Hotline, couple: tuple[int, int]) -> None:
    given = give(hotline, *couple, "FREQ=WEEKLY;INTERVAL=12;BYDAY=MO;BYHOUR=10")
    assert local(hotline, calls(hotline, given)) == ["30/11 10:00"]
    with_call(hotline, calls(hotline, given)[0], planning.skip)
    assert local(hotline, calls(hotline, given)) == ["22/02 10:00"]


def test_fifteen_o_clock_stays_fifteen_o_clock_through_both_changes(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    clock.set(datetime(2026, 10, 12, 10, tzinfo=PARIS))
    given = give(hotline, *couple, EVERY_TUESDAY)
    clock.set(datetime(2027, 3, 1, 10, tzinfo=PARIS))
    relations.plan_ahead(hotline)
    planned = calls(hotline, given)
    assert {f"{hotline.line.local(call.due_at):%H:%M}" for call in planned} == {"15:00"}
    assert {call.due_at.hour for call in planned} == {13, 14}


def test_a_recurring_yes_takes_the_rhythm_of_its_request(hotline: Hotline, couple: tuple[int, int]) -> None:
    caller, volunteer = couple
    every_second_monday = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=10"
    request = waits(hotline, caller, RequestKind.RECURRING, every_second_monday)
    offered = offer(hotline, request, volunteer)
    assert offered is not None
    yes(hotline, offered)
    assert local(hotline, calls(hotline, offered)) == [
        "30/11 10:00",
        "14/12 10:00",
        "28/12 10:00",
        "11/01 10:00",
    ]


@pytest.mark.parametrize(
    ("available", "wished", "first"),
    [
        ("", "", "26/11 14:00"),
        ("", "We 10:00-11:45", "25/11 11:30"),
        ("Mo 09:00-12:00", "", "30/11 11:30"),
        ("Mo 09:00-12:00", "We 10:00-11:45", "25/11 11:30"),
    ],
)
def test_a_recurring_yes_without_a_rhythm_is_every_week_when_both_can(
    hotline: Hotline, available: str, wished: str, first: str
) -> None:
    caller = add_caller(hotline, ODETTE, wished_hours=wished)
    volunteer = add_volunteer(hotline, "Camille", CAMILLE, available=available)
    offered = offer(hotline, waits(hotline, caller, RequestKind.RECURRING), volunteer)
    assert offered is not None
    yes(hotline, offered)
    planned = calls(hotline, offered)
    assert local(hotline, planned)[0] == first
    assert planned[1].due_at - planned[0].due_at == timedelta(weeks=1)


def test_a_yes_in_the_evening_never_makes_a_call_of_every_night(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    caller, volunteer = couple
    offered = offer(hotline, waits(hotline, caller, RequestKind.RECURRING), volunteer)
    assert offered is not None
    clock.set(datetime(2026, 11, 24, 22, 30, tzinfo=PARIS))
    yes(hotline, offered)
    assert local(hotline, calls(hotline, offered))[0] == "26/11 20:30"


@pytest.mark.parametrize(
    ("holidays", "planned"),
    [
        (HolidayPolicy.KEEP, ["18/12 15:00", "25/12 15:00", "01/01 15:00", "08/01 15:00"]),
        (HolidayPolicy.SKIP, ["18/12 15:00", "08/01 15:00"]),
        (HolidayPolicy.MOVE, ["18/12 15:00", "26/12 15:00", "02/01 15:00", "08/01 15:00"]),
    ],
)
def test_public_holidays_are_kept_skipped_or_moved(
    hotline: Hotline,
    couple: tuple[int, int],
    clock: StoppedClock,
    holidays: HolidayPolicy,
    planned: list[str],
) -> None:
    clock.set(datetime(2026, 12, 10, 12, tzinfo=PARIS))
    given = give(
        *(hotline, *couple, "FREQ=WEEKLY;BYDAY=FR;BYHOUR=15"),
        starts_on=date(2026, 12, 18),
        ends_on=date(2027, 1, 8),
        holidays=holidays,
    )
    assert local(hotline, calls(hotline, given)) == planned


def test_a_holiday_is_not_moved_onto_a_day_that_has_its_own_call(
    hotline: Hotline, couple: tuple[int, int]
) -> None:
    given = give(
        *(hotline, *couple, "FREQ=WEEKLY;BYDAY=FR,SA;BYHOUR=15"),
        starts_on=date(2026, 12, 18),
        ends_on=date(2026, 12, 26),
        holidays=HolidayPolicy.MOVE,
    )
    assert local(hotline, calls(hotline, given)) == ["18/12 15:00", "19/12 15:00", "26/12 15:00"]


def test_dates_that_leave_no_call_are_refused(hotline: Hotline, couple: tuple[int, int]) -> None:
    with pytest.raises(CannotPlan, match="aucune date à venir"):
        give(hotline, *couple, ends_on=date(2026, 11, 23))
    assert rows(hotline, Assignment) == []


def test_another_rhythm_keeps_what_was_and_gives_the_days_that_stay_their_new_hour(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    given = give(hotline, *couple)
    made, missed, skipped, moved, *_ = calls(hotline, given)
    state(hotline, made, CallbackState.MADE)
    clock.set(datetime(2026, 12, 1, 18, tzinfo=PARIS))
    state(hotline, missed, CallbackState.MISSED)
    with_call(hotline, skipped, planning.skip)
    with_call(hotline, moved, planning.move_to, datetime(2026, 12, 16, 11, tzinfo=PARIS))

    edit(hotline, given, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;BYHOUR=10", starts_on=date(2026, 12, 22))

    assert local(hotline, calls(hotline, given)) == [
        *("16/12 11:00", "22/12 10:00", "25/12 10:00", "05/01 10:00", "08/01 10:00", "19/01 10:00"),
    ]
    by_id = {call.id: call for call in rows(hotline, Callback)}
    assert by_id[made.id].occurrence == date(2026, 11, 24)
    assert (by_id[missed.id].state, by_id[missed.id].occurrence) == (CallbackState.MISSED, date(2026, 12, 1))
    assert (by_id[skipped.id].state, by_id[skipped.id].cancel_reason) == (CallbackState.CANCELLED, "skipped")
    dropped = [call for call in by_id.values() if call.cancel_reason == "edited"]
    assert [f"{call.due_at:%d/%m}" for call in dropped] == ["29/12", "12/01"]
    assert {call.occurrence for call in dropped} == {None}
    step = rows(hotline, Step)[-1]
    assert (step.kind, step.actor) == (StepKind.CADENCE, HAND)
    assert step.detail == "chaque mardi à 15 h → toutes les 2 semaines, mardi et vendredi à 10 h"


def test_there_and_back_again_plans_each_day_once(hotline: Hotline, couple: tuple[int, int]) -> None:
    given = give(hotline, *couple)
    edit(hotline, given, "FREQ=WEEKLY;BYDAY=FR;BYHOUR=10")
    edit(hotline, given, EVERY_TUESDAY)
    assert local(hotline, calls(hotline, given)) == [*TUESDAYS, "12/01 15:00"]


def test_a_skipped_call_stays_skipped_until_that_is_undone(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    given = give(hotline, *couple)
    with_call(hotline, calls(hotline, given)[1], planning.skip)
    clock.advance(timedelta(days=3))
    relations.plan_ahead(hotline)
    assert "01/12 15:00" not in local(hotline, calls(hotline, given))
    undo(hotline, StepKind.SKIPPED)
    assert "01/12 15:00" in local(hotline, calls(hotline, given))
    assert told(hotline, given) == ["created", "skipped"]


def test_moves_are_undone_the_last_one_first(hotline: Hotline, couple: tuple[int, int]) -> None:
    given = give(hotline, *couple)
    call = calls(hotline, given)[0]
    for hour in (16, 17):
        with_call(hotline, call, planning.move_to, datetime(2026, 11, 24, hour, tzinfo=PARIS))
    assert local(hotline, calls(hotline, given))[0] == "24/11 17:00"
    undo(hotline, StepKind.MOVED)
    assert local(hotline, calls(hotline, given))[0] == "24/11 16:00"


def test_a_missed_call_can_be_given_another_time(
    hotline: Hotline, couple: tuple[int, int], clock: StoppedClock
) -> None:
    given = give(hotline, *couple, None)
    (call,) = calls(hotline, given)
    clock.set(call.due_at + timedelta(hours=1))
    state(hotline, call, CallbackState.MISSED)
    with_call(hotline, call, planning.move_to, datetime(2026, 11, 27, 10, tzinfo=PARIS))
    assert local(hotline, calls(hotline, given)) == ["27/11 10:00"]


@pytest.mark.parametrize(
    ("due", "says"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=UTC), "déjà passé"),
        (datetime(2026, 11, 24, 23, tzinfo=UTC), "plus décente"),
    ],
)
def test_a_call_is_not_moved_into_the_past_nor_the_night(
    hotline: Hotline, couple: tuple[int, int], due: datetime, says: str
) -> None:
    given = give(hotline, *couple)
    with pytest.raises(CannotPlan, match=says):
        with_call(hotline, calls(hotline, given)[0], planning.move_to, due)


def test_the_only_call_of_an_assignment_is_not_skipped(hotline: Hotline, couple: tuple[int, int]) -> None:
    given = give(hotline, *couple, None)
    with pytest.raises(CannotPlan, match="seul appel"):
        with_call(hotline, calls(hotline, given)[0], planning.skip)


def test_the_next_dates_of_a_rhythm_are_told_before_it_begins(hotline: Hotline) -> None:
    dates = planning.next_dates(
        hotline.line, parse(EVERY_TUESDAY), date(2026, 11, 24), hotline.clock.now(), 3
    )
    assert local(hotline, dates) == TUESDAYS[:3]
