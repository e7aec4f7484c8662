"""What a volunteer reports of a planned call: it was made, or nobody answered."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, move
from hotline.models.status import CallbackOutcome, CallbackState
from hotline.services import alerts, assignments, requests
from hotline.services.line import Line
from hotline.services.wishes import another_try

DONE = "done"
_SAME_REPORT = timedelta(minutes=30)


def made(session: Session, assignment: Assignment, at: datetime) -> None:
    """The call took place; a one-off assignment ends with it and its request is closed."""
    request = assignments.held_request(session, assignment)
    for callback in assignments.planned(session, assignment)[:1]:
        move(session, callback, CallbackState.MADE, made_at=at, outcome=CallbackOutcome.REACHED)
    requests.close(session, request, DONE, at)


def unanswered(session: Session, line: Line, assignment: Assignment, at: datetime) -> datetime:
    """The caller did not answer: plan a try at another hour; coordinators know after a few.

    The same report again within half an hour changes nothing. Return when the next try is due.
    """
    assignments.held_request(session, assignment)
    planned, failed = assignments.planned(session, assignment), _failed(session, assignment)
    if planned and failed and at - failed[-1] < _SAME_REPORT:
        return planned[0].due_at
    for callback in planned[:1]:
        move(session, callback, CallbackState.NO_ANSWER, made_at=at, outcome=CallbackOutcome.NO_ANSWER)
    if len(failed) + 1 >= line.config.ladders.caller_tries:
        alerts.raise_alert(
            session, "caller_silent", f"caller_silent:{assignment.id}", at, caller_id=assignment.caller_id
        )
    due = another_try(line, session.get_one(Caller, assignment.caller_id), at)
    session.add(Callback(assignment_id=assignment.id, due_at=due, state=CallbackState.PLANNED))
    session.flush()
    return due


def _failed(session: Session, assignment: Assignment) -> list[datetime]:
    """Return when nobody answered so far, oldest first."""
    found = session.scalars(
        select(Callback.made_at)
        .where(Callback.assignment_id == assignment.id, Callback.state == CallbackState.NO_ANSWER)
        .order_by(Callback.made_at)
    )
    return [moment for moment in found if moment is not None]
