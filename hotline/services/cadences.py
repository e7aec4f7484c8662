"""Another rhythm for an assignment from now on, and its former one back."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cadence import Cadence
from hotline.models import Assignment, Callback, move
from hotline.models.status import CallbackState, HolidayPolicy, RequestKind, StepKind
from hotline.services import planning, rhythms, steps
from hotline.services.line import Line
from hotline.services.planning import CannotPlan
from hotline.services.rhythms import Rhythm

EDITED = "edited"


class Keep(Enum):
    """What a change leaves as it is."""

    AS_IT_IS = "as it is"


def edit(
    session: Session,
    line: Line,
    assignment: Assignment,
    *,
    cadence: Cadence,
    at: datetime,
    actor: str,
    starts_on: date | None = None,
    ends_on: date | Keep | None = Keep.AS_IT_IS,
    holidays: HolidayPolicy | None = None,
) -> None:
    """Give an active recurring assignment another rhythm from now on; what is not given stays as it is.

    `ends_on` None is for no end. Calls made or missed stay. A planned one whose day remains gets the new
    hour, unless it was moved by hand; one whose day does not is cancelled. Raises CannotPlan for a paused,
    ended or one-off assignment.
    """
    planning.hold_active(session, assignment)
    if assignment.kind is not RequestKind.RECURRING:
        raise CannotPlan("Cette attribution est pour un seul appel : déplacez l'appel au lieu de son rythme.")
    old, before = planning.rhythm_of(assignment), _as_it_is(assignment)
    assignment.cadence = str(cadence)
    assignment.starts_on = starts_on or assignment.starts_on
    assignment.ends_on = assignment.ends_on if isinstance(ends_on, Keep) else ends_on
    assignment.holidays = holidays or assignment.holidays
    new = _follow(session, line, assignment, old, at)
    was, becomes = (rhythms.in_words(line, one.cadence) for one in (old, new))
    steps.note(
        session,
        assignment,
        StepKind.CADENCE,
        at,
        actor=actor,
        detail=f"{was} → {becomes}",
        before=before,
    )


def restore(
    session: Session, line: Line, assignment: Assignment, before: dict[str, Any], at: datetime
) -> None:
    """Give an active assignment back the rhythm that it had; raises CannotPlan where that has no date."""
    planning.hold_active(session, assignment)
    old = planning.rhythm_of(assignment)
    assignment.cadence = before["cadence"]
    assignment.starts_on = date.fromisoformat(before["starts_on"])
    assignment.ends_on = date.fromisoformat(before["ends_on"]) if before["ends_on"] else None
    assignment.holidays = HolidayPolicy(before["holidays"])
    _follow(session, line, assignment, old, at)


def _as_it_is(assignment: Assignment) -> dict[str, Any]:
    return {
        "cadence": assignment.cadence,
        "starts_on": assignment.starts_on.isoformat() if assignment.starts_on else None,
        "ends_on": assignment.ends_on.isoformat() if assignment.ends_on else None,
        "holidays": assignment.holidays.value,
    }


def _follow(session: Session, line: Line, assignment: Assignment, old: Rhythm, at: datetime) -> Rhythm:
    """Plan by the rhythm that an assignment has now, and return it."""
    new = planning.rhythm_of(assignment)
    if not any(new.upcoming(line, at)):
        raise CannotPlan(
            "Ce rythme n'a aucune date à venir. Donnez un autre rythme, ou une fin plus tardive."
        )
    _replan(session, line, assignment, old, new, at)
    planning.ahead(session, line, assignment, at)
    return new


def _replan(
    session: Session, line: Line, assignment: Assignment, old: Rhythm, new: Rhythm, at: datetime
) -> None:
    """Fit the planned calls ahead to a new rhythm, except those that were moved by hand."""
    ahead = session.scalars(
        select(Callback).where(
            Callback.assignment_id == assignment.id,
            Callback.occurrence.is_not(None),
            Callback.state == CallbackState.PLANNED,
            Callback.due_at > at,
        )
    ).all()
    last = max((row.occurrence for row in ahead if row.occurrence), default=line.day(at))
    were, become = (dict(one.upcoming(line, at, last)) for one in (old, new))
    for row in ahead:
        day = row.occurrence
        if day is None or row.due_at != were.get(day):
            continue
        if day in become:
            planning.reschedule(line, row, become[day])
        else:
            move(session, row, CallbackState.CANCELLED, cancel_reason=EDITED, occurrence=None)
