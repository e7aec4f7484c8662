"""What a volunteer reports of a planned call: it was made, or nobody answered."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, Request, move
from hotline.models.status import AssignmentState, CallbackOutcome, CallbackState
from hotline.services import alerts, assignments, requests
from hotline.services.line import Line
from hotline.services.wishes import latest_wished

_ANOTHER_HOUR = timedelta(hours=27)


def made(session: Session, assignment: Assignment, at: datetime) -> None:
    """The call took place; a one-off assignment ends with it and its request is closed."""
    for callback in assignments.planned(session, assignment)[:1]:
        move(session, callback, CallbackState.MADE, made_at=at, outcome=CallbackOutcome.REACHED)
    assignments.cancel_planned(session, assignment)
    if move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason="done"):
        requests.close(session, session.get_one(Request, assignment.request_id), "done", at)
        assignments.rest(session, assignment.volunteer_id, at)


def unanswered(session: Session, line: Line, assignment: Assignment, at: datetime) -> datetime:
    """The caller did not answer: plan a try at another hour; coordinators know after a few."""
    for callback in assignments.planned(session, assignment)[:1]:
        move(session, callback, CallbackState.NO_ANSWER, made_at=at, outcome=CallbackOutcome.NO_ANSWER)
    tries = session.scalar(
        select(func.count())
        .select_from(Callback)
        .where(Callback.assignment_id == assignment.id, Callback.state == CallbackState.NO_ANSWER)
    )
    if (tries or 0) >= line.config.ladders.caller_tries:
        alerts.raise_alert(
            session, "caller_silent", f"caller_silent:{assignment.id}", at, caller_id=assignment.caller_id
        )
    caller = session.get_one(Caller, assignment.caller_id)
    due = latest_wished(line, caller, at, at + _ANOTHER_HOUR)
    session.add(Callback(assignment_id=assignment.id, due_at=due, state=CallbackState.PLANNED))
    session.flush()
    return due
