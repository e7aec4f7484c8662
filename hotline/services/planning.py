"""Callbacks as rows ahead of time: planned from a cadence, skipped, moved, planned anew when it changes.

There is one row for a day of the cadence, whatever becomes of it: two clocks never plan the same call twice.
"""

from collections.abc import Sequence
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

SKIPPED, COVERED = "skipped", "covered"
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
) -> datetime:
    """Plan the calls of an assignment that has none yet, not before `after`; return when the first one is.

    A recurring one without a cadence takes over that of its request, else every week at an hour that suits
    both. Raises CannotPlan where the cadence has no date left.
    """
    if assignment.kind is RequestKind.RECURRING:
        if assignment.cadence is None:
            assignment.cadence = str(_agreed(session, line, assignment, at))
        if assignment.starts_on is None:
            assignment.starts_on = rhythms.first_day(line, parse(assignment.cadence), at)
        calls = _complete(session, line, assignment, at, ())
        if not calls:
            raise CannotPlan(
                "Ce rythme n'a aucune date à venir. Donnez un autre rythme, ou une fin plus tardive."
            )
        return calls[0]
    caller = session.get_one(Caller, assignment.caller_id)
    since = max(at, after or at)
    due = wishes.latest_wished(line, caller, since, since + line.config.callbacks.one_off_within)
    return plan_call(session, line, assignment, due).due_at


def ahead(session: Session, line: Line, assignment: Assignment, at: datetime) -> int:
    """See to it that the rows of the next five weeks are there, and one in any case; return how many came.

    A row cancelled by a pause or an end that is over now is planned again; a call left out stays so.
    """
    rows = session.scalars(select(Callback).where(Callback.assignment_id == assignment.id)).all()
    return len(_complete(session, line, assignment, at, rows))


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
        if not planned(session, assignment):
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


def skip(session: Session, line: Line, callback: Callback, at: datetime, actor: str) -> None:
    """Leave out one call of a recurring assignment; its row stays, cancelled. Raises CannotPlan."""
    assignment = session.get_one(Assignment, callback.assignment_id)
    hold_active(session, assignment)
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
    hold_active(session, assignment)
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
    until: date | None = None,
) -> list[datetime]:
    """Return the moments (UTC) of the next calls of a cadence counted from a day, up to `until`, included."""
    rhythm = Rhythm(cadence, anchor, until, holidays)
    return [due for _, due in islice(rhythm.upcoming(line, after), count)]


def rhythm_of(assignment: Assignment) -> Rhythm:
    """Return when the calls of a recurring assignment are. Raises CannotPlan for one without a cadence."""
    if assignment.cadence is None or assignment.starts_on is None:
        raise CannotPlan("Cette attribution n'a pas de rythme.")
    return Rhythm(parse(assignment.cadence), assignment.starts_on, assignment.ends_on, assignment.holidays)


def hold_active(session: Session, assignment: Assignment) -> None:
    """Hold the request of an assignment that must be active. Raises CannotPlan."""
    held_request(session, assignment)
    session.refresh(assignment)
    if assignment.state is not AssignmentState.ACTIVE:
        raise CannotPlan("Cette attribution n'est pas en cours : reprenez-la d'abord, ou annulez sa fin.")


def _complete(
    session: Session, line: Line, assignment: Assignment, at: datetime, rows: Sequence[Callback]
) -> list[datetime]:
    """Plan the calls that are not among the rows of an assignment; return when they are, in order."""
    horizon = line.day(at) + _ENOUGH
    known = {row.occurrence: row for row in rows if row.occurrence}
    one = any(row.state is CallbackState.PLANNED and row.due_at > at for row in rows)
    made: list[datetime] = []
    new: list[dict[str, Any]] = []
    last = horizon
    for day, due in rhythm_of(assignment).upcoming(line, at):
        if day > horizon and one:
            break
        row, last = known.get(day), max(last, day)
        if row is None:
            new.append(_call(line, assignment, due, day))
        elif row.cancel_reason in _STAY_CANCELLED or not again(session, row, at):
            continue
        made.append(due if row is None else row.due_at)
        one = True
    assignment.planned_until = min(last, (assignment.ends_on or date.max - AT_LEAST) + AT_LEAST)
    if new:
        session.execute(insert(Callback), new)
    return made


def _call(line: Line, assignment: Assignment, due: datetime, occurrence: date | None) -> dict[str, Any]:
    return {
        "assignment_id": assignment.id,
        "occurrence": occurrence,
        "due_at": due,
        "act_at": due - line.config.callbacks.remind_before,
        "state": CallbackState.PLANNED,
    }


def _agreed(session: Session, line: Line, assignment: Assignment, at: datetime) -> Cadence:
    """Return the cadence of the request, else every week at an hour that suits caller and volunteer."""
    request = session.get_one(Request, assignment.request_id)
    try:
        return parse(request.cadence or "")
    except BrokenCadence:
        caller = session.get_one(Caller, assignment.caller_id)
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)
        return weekly(line.local(wishes.regular(line, caller, volunteer, at)))
