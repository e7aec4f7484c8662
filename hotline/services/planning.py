"""Callbacks as rows ahead of time: planned from a cadence, skipped, moved, planned anew when it changes.

There is one row for a day of the cadence, whatever becomes of it: two clocks never plan the same call twice.
"""

from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from hotline.cadence import BrokenCadence, Cadence, parse, weekly
from hotline.errors import HotlineError
from hotline.models import Assignment, Callback, Caller, Request, Volunteer, move
from hotline.models.status import AssignmentState, CallbackState, HolidayPolicy, RequestKind, StepKind
from hotline.services import rhythms, steps, wishes
from hotline.services.holding import held_request, planned
from hotline.services.line import Line
from hotline.services.rhythms import Rhythm

SKIPPED, EDITED, COVERED = "skipped", "edited", "covered"
AT_LEAST = timedelta(weeks=6)  # so that a call of every week is there five weeks ahead, whatever its day
_ENOUGH = timedelta(weeks=7)
_STAY_CANCELLED = frozenset({SKIPPED, COVERED})


class CannotPlan(HotlineError):
    """A call that cannot be planned, moved or left out: why, and what to do instead."""


def plan_call(
    session: Session, line: Line, assignment: Assignment, due: datetime, *, occurrence: date | None = None
) -> Callback:
    """Plan a call; the clock looks at it first when its reminder is due, at once where that has passed."""
    callback = Callback(**_call(line, assignment, due, occurrence))
    session.add(callback)
    session.flush()
    return callback


def begin(
    session: Session, line: Line, assignment: Assignment, at: datetime, *, after: datetime | None = None
) -> None:
    """Plan the first calls of an assignment that begins, not before `after`.

    A recurring one without a cadence takes over that of its request, else every week at an hour that suits
    both. Raises CannotPlan where the cadence has no date left.
    """
    if assignment.kind is RequestKind.RECURRING:
        if assignment.cadence is None:
            assignment.cadence = str(_agreed(session, line, assignment, at))
        if assignment.starts_on is None:
            assignment.starts_on = rhythms.first_day(line, parse(assignment.cadence), at)
        if not ahead(session, line, assignment, at):
            raise CannotPlan(
                "Ce rythme n'a aucune date à venir. Donnez un autre rythme, ou une fin plus tardive."
            )
    else:
        caller = session.get_one(Caller, assignment.caller_id)
        since = max(at, after or at)
        due = wishes.latest_wished(line, caller, since, since + line.config.callbacks.one_off_within)
        plan_call(session, line, assignment, due)


def ahead(session: Session, line: Line, assignment: Assignment, at: datetime) -> int:
    """See to it that the rows of the next five weeks are there, and one in any case; return how many came.

    A row cancelled by a pause or an end that is over now is planned again; a call left out stays so.
    """
    horizon = line.day(at) + _ENOUGH
    rows = session.scalars(select(Callback).where(Callback.assignment_id == assignment.id)).all()
    known = {row.occurrence: row for row in rows if row.occurrence}
    one = any(row.state is CallbackState.PLANNED and row.due_at > at for row in rows)
    made, last = 0, horizon
    new: list[dict[str, Any]] = []
    for day, due in _rhythm(assignment).upcoming(line, at):
        if day > horizon and one:
            break
        row, last = known.get(day), max(last, day)
        if row is None:
            new.append(_call(line, assignment, due, day))
        elif row.cancel_reason in _STAY_CANCELLED or not again(session, row, at):
            continue
        made, one = made + 1, True
    if new:
        session.execute(insert(Callback), new)
    assignment.planned_until = min(last, (assignment.ends_on or date.max - AT_LEAST) + AT_LEAST)
    session.flush()
    return made


def again(session: Session, callback: Callback, at: datetime) -> bool:
    """Plan a cancelled call again, at its own time if that is still ahead; False when it is not cancelled."""
    if callback.due_at <= at or callback.state is not CallbackState.CANCELLED:
        return False
    return move(session, callback, CallbackState.PLANNED, cancel_reason=None)


def extend(session: Session, line: Line, at: datetime, limit: int) -> int:
    """Plan further the assignments whose rows end too soon; return how many calls were planned."""
    day = line.day(at)
    near = session.scalars(
        select(Assignment)
        .join(Request, Request.id == Assignment.request_id)
        .where(
            Assignment.state == AssignmentState.ACTIVE,
            Assignment.planned_until < day + AT_LEAST,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= day),
        )
        .order_by(Assignment.planned_until)
        .limit(limit)
        .with_for_update(of=Request, skip_locked=True, key_share=True)
    )
    return sum(ahead(session, line, assignment, at) for assignment in near.all())


def resume(session: Session, line: Line, assignment: Assignment, at: datetime) -> None:
    """Plan the calls of an assignment that goes on again. Raises CannotPlan without dates."""
    if assignment.kind is RequestKind.RECURRING:
        ahead(session, line, assignment, at)
        if _next_planned(session, assignment, at) is None:
            raise CannotPlan("Ce rythme n'a plus aucune date à venir : confiez la personne de nouveau.")
    elif not planned(session, assignment):
        last = session.scalar(
            select(Callback)
            .where(Callback.assignment_id == assignment.id)
            .order_by(Callback.due_at.desc())
            .limit(1)
        )
        if last is None or not again(session, last, at):
            begin(session, line, assignment, at)


def edit(
    session: Session,
    line: Line,
    assignment: Assignment,
    *,
    cadence: Cadence,
    at: datetime,
    actor: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    holidays: HolidayPolicy | None = None,
) -> None:
    """Give an active recurring assignment another rhythm from now on; what is not given stays as it is.

    Calls made or missed stay. A planned one whose day remains gets the new hour, unless it was moved by hand;
    one whose day does not is cancelled. Raises CannotPlan for a paused, ended or one-off assignment.
    """
    _held_active(session, assignment)
    if assignment.kind is not RequestKind.RECURRING:
        raise CannotPlan("Cette attribution est pour un seul appel : déplacez l'appel au lieu de son rythme.")
    old = _rhythm(assignment)
    assignment.cadence = str(cadence)
    assignment.starts_on = starts_on or assignment.starts_on
    assignment.ends_on = ends_on or assignment.ends_on
    assignment.holidays = holidays or assignment.holidays
    new = _rhythm(assignment)
    if not any(new.upcoming(line, at)):
        raise CannotPlan(
            "Ce rythme n'a aucune date à venir. Donnez un autre rythme, ou une fin plus tardive."
        )
    _replan(session, line, assignment, old, new, at)
    ahead(session, line, assignment, at)
    was, becomes = (rhythms.in_words(line, one.cadence) for one in (old, new))
    steps.note(session, assignment, StepKind.CADENCE, at, actor=actor, detail=f"{was} → {becomes}")


def skip(session: Session, line: Line, callback: Callback, at: datetime, actor: str) -> None:
    """Leave out one call of a recurring assignment; its row stays, cancelled. Raises CannotPlan."""
    assignment = session.get_one(Assignment, callback.assignment_id)
    _held_active(session, assignment)
    if assignment.kind is not RequestKind.RECURRING:
        raise CannotPlan("C'est le seul appel prévu : déplacez-le, ou terminez l'attribution.")
    if not move(session, callback, CallbackState.CANCELLED, cancel_reason=SKIPPED):
        raise CannotPlan("Cet appel n'est plus à venir : il a été fait, manqué, confié ou annulé.")
    steps.note(session, assignment, StepKind.SKIPPED, at, actor=actor, callback=callback)
    ahead(session, line, assignment, at)


def move_to(
    session: Session, line: Line, callback: Callback, due: datetime, at: datetime, actor: str
) -> None:
    """Give one call another time, also a missed one; raises CannotPlan outside the hours for calls."""
    assignment = session.get_one(Assignment, callback.assignment_id)
    _held_active(session, assignment)
    if due <= at:
        raise CannotPlan("Ce moment est déjà passé : choisissez-en un à venir.")
    if not line.call_hours.is_open(due):
        raise CannotPlan("Personne n'est appelé à cette heure-là : choisissez-en une plus décente.")
    session.refresh(callback)
    if callback.state not in {CallbackState.PLANNED, CallbackState.MISSED}:
        raise CannotPlan("Cet appel n'est plus à venir : il a été fait, confié ou annulé.")
    was = callback.due_at
    move(session, callback, CallbackState.PLANNED)
    reschedule(line, callback, due)
    steps.note(
        session, assignment, StepKind.MOVED, at, actor=actor, callback=callback, detail=was.isoformat()
    )


def reschedule(line: Line, callback: Callback, due: datetime) -> None:
    """Set a call's time; its reminder is counted from there."""
    callback.due_at = due
    callback.act_at = due - line.config.callbacks.remind_before
    callback.reminders = 0


def next_dates(
    line: Line,
    cadence: Cadence,
    anchor: date,
    after: datetime,
    count: int,
    holidays: HolidayPolicy = HolidayPolicy.KEEP,
) -> list[datetime]:
    """Return the moments (UTC) of the next calls of a cadence counted from a day."""
    rhythm = Rhythm(cadence, anchor, holidays=holidays)
    return [due for _, due in islice(rhythm.upcoming(line, after), count)]


def _call(line: Line, assignment: Assignment, due: datetime, occurrence: date | None) -> dict[str, Any]:
    return {
        "assignment_id": assignment.id,
        "occurrence": occurrence,
        "due_at": due,
        "act_at": due - line.config.callbacks.remind_before,
        "state": CallbackState.PLANNED,
    }


def _rhythm(assignment: Assignment) -> Rhythm:
    if assignment.cadence is None or assignment.starts_on is None:
        raise CannotPlan("Cette attribution n'a pas de rythme.")
    return Rhythm(parse(assignment.cadence), assignment.starts_on, assignment.ends_on, assignment.holidays)


def _agreed(session: Session, line: Line, assignment: Assignment, at: datetime) -> Cadence:
    """Return the cadence of the request, else every week at an hour that suits caller and volunteer."""
    request = session.get_one(Request, assignment.request_id)
    try:
        return parse(request.cadence or "")
    except BrokenCadence:
        caller = session.get_one(Caller, assignment.caller_id)
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)
        return weekly(line.local(wishes.regular(line, caller, volunteer, at)))


def _replan(
    session: Session, line: Line, assignment: Assignment, old: Rhythm, new: Rhythm, at: datetime
) -> None:
    """Fit the planned calls ahead to a new rhythm, except those that were moved by hand."""
    rows = [row for row in _by_occurrence(session, assignment).values() if row.due_at > at]
    ahead_of_us = [row for row in rows if row.state is CallbackState.PLANNED]
    last = max((row.occurrence for row in ahead_of_us if row.occurrence), default=line.day(at))
    were, become = (dict(one.upcoming(line, at, last)) for one in (old, new))
    for row in ahead_of_us:
        day = row.occurrence
        if day is None or row.due_at != were.get(day):
            continue
        if day in become:
            reschedule(line, row, become[day])
        else:
            move(session, row, CallbackState.CANCELLED, cancel_reason=EDITED, occurrence=None)


def _by_occurrence(session: Session, assignment: Assignment) -> dict[date, Callback]:
    """Return the rows of the days of a cadence, by day."""
    rows = session.scalars(
        select(Callback).where(Callback.assignment_id == assignment.id, Callback.occurrence.is_not(None))
    )
    return {row.occurrence: row for row in rows if row.occurrence}


def _next_planned(session: Session, assignment: Assignment, at: datetime) -> Callback | None:
    """Return the next call of an assignment still ahead."""
    return session.scalar(
        select(Callback)
        .where(
            Callback.assignment_id == assignment.id,
            Callback.state == CallbackState.PLANNED,
            Callback.due_at > at,
        )
        .order_by(Callback.due_at)
        .limit(1)
    )


def _held_active(session: Session, assignment: Assignment) -> None:
    """Hold the request of an assignment that must be active."""
    held_request(session, assignment)
    session.refresh(assignment)
    if assignment.state is not AssignmentState.ACTIVE:
        raise CannotPlan("Cette attribution n'est pas en cours : reprenez-la d'abord, ou annulez sa fin.")
