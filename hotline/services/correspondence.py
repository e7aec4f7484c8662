"""A relation by mail over time: what a mail passed on means for the calls that are watched.

The volunteer's mail is the call that was due. The caller has some days to answer; without an answer it was a
call in vain, so that the same ladder tells the coordinators of a silent caller.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Mail, Volunteer, move
from hotline.models.status import CallbackOutcome, CallbackState, Direction, StepKind
from hotline.services import assignments, callbacks, meant, steps
from hotline.services.line import Line

ANSWERED_WITHIN = timedelta(days=7)


def written(session: Session, assignment: Assignment, at: datetime) -> None:
    """The volunteer has written to their person: the call that was due is made."""
    assignments.held_request(session, assignment)
    callback = meant.by_done(session, assignment, at)
    if callback is None:
        return
    made = move(
        session,
        callback,
        CallbackState.MADE,
        made_at=at,
        outcome=CallbackOutcome.REACHED,
        act_at=at + ANSWERED_WITHIN,
        reminders=1,
    )
    if made:
        name = session.get_one(Volunteer, assignment.volunteer_id).first_name
        steps.note(session, assignment, StepKind.WRITTEN, at, actor=name, callback=callback)
    elif callback.state is CallbackState.MADE and callback.act_at is not None:
        callback.act_at = at + ANSWERED_WITHIN


def answered(session: Session, assignment: Assignment, at: datetime) -> None:
    """The caller has written: they were reached, also by a mail that seemed in vain."""
    assignments.held_request(session, assignment)
    callback = meant.latest(session, assignment)
    if callback is None:
        return
    move(session, callback, CallbackState.MADE, only_from=CallbackState.NO_ANSWER)
    callback.outcome, callback.act_at, callback.reminders = CallbackOutcome.REACHED, at + ANSWERED_WITHIN, 1


def rested(session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime) -> str:
    """Nobody has written for days: without any answer the call was in vain, else a single one is done."""
    callback.act_at = None
    if not _has_answered(session, assignment, callback):
        callbacks.unanswered(session, line, assignment, at, callback=callback)
        return "unanswered"
    callbacks.conclude(session, assignment, at)
    return ""


def _has_answered(session: Session, assignment: Assignment, callback: Callback) -> bool:
    """Tell whether the caller has written since the volunteer did."""
    answer = select(Mail.id).where(
        Mail.assignment_id == assignment.id,
        Mail.direction == Direction.INBOUND,
        Mail.caller_id == assignment.caller_id,
        Mail.automatic.is_(False),
        Mail.created_at >= (callback.made_at or callback.due_at),
    )
    return session.scalar(answer.limit(1)) is not None
