"""When a caller is called again: after a try in vain, or on a day that the volunteer has named."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.hours import Hours
from hotline.models import Assignment, Callback, Caller, Volunteer
from hotline.models.status import AssignmentState, CallbackState, RequestKind
from hotline.services import assignments, planning, silence, wishes
from hotline.services.line import Line


def plan_next(session: Session, line: Line, assignment: Assignment, at: datetime) -> datetime:
    """Plan the next try unless there is one, or the cadence comes round before; return when it is due.

    Once the coordinators know of a silence, a regular call is not tried in between any more. Nothing is
    planned for a cover whose own call comes round first, nor for an assignment that has ended.
    """
    caller = session.get_one(Caller, assignment.caller_id)
    due = wishes.another_try(line, caller, at, quiet=_quiet(session, line, assignment))
    planned = assignments.planned(session, assignment)
    if planned and (
        assignment.kind is not RequestKind.RECURRING
        or planned[0].due_at <= due
        or silence.is_known(session, line, caller)
    ):
        return planned[0].due_at
    comes_round = _comes_round(session, assignment, at)
    if comes_round is not None and comes_round <= due:
        return comes_round
    if assignment.state is AssignmentState.ACTIVE:
        planning.plan_call(session, line, assignment, due)
    return due


def _comes_round(session: Session, assignment: Assignment, at: datetime) -> datetime | None:
    """Return when the call that this cover stands for comes round again by its own cadence."""
    if assignment.covers_id is None:
        return None
    covered = session.get_one(Callback, assignment.covers_id)
    return session.scalar(
        select(Callback.due_at)
        .where(
            Callback.assignment_id == covered.assignment_id,
            Callback.state == CallbackState.PLANNED,
            Callback.due_at > max(at, covered.due_at),
        )
        .order_by(Callback.due_at)
        .limit(1)
    )


def plan_on(
    session: Session,
    line: Line,
    assignment: Assignment,
    callback: Callback,
    day: date,
    at: datetime,
) -> None:
    """The volunteer has named a day for another call: plan it near the hour of this one, or move it there."""
    caller = session.get_one(Caller, assignment.caller_id)
    like = callback.made_at or at
    quiet = _quiet(session, line, assignment)
    due = wishes.on_day(line, caller, day, like, quiet=quiet)
    if due <= at:
        due = wishes.another_try(line, caller, at, quiet=quiet)
    planned = assignments.planned(session, assignment)
    if not planned:
        planning.plan_call(session, line, assignment, due)
    elif line.day(planned[0].due_at) != line.day(due):
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)
        planning.move_to(session, line, planned[0], due, at, volunteer.first_name)


def _quiet(session: Session, line: Line, assignment: Assignment) -> Hours | None:
    return wishes.wished_hours(line, session.get_one(Volunteer, assignment.volunteer_id).quiet)
