"""Which call of an assignment a report is about, when it does not say."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback
from hotline.models.status import CallbackState, RequestKind

AHEAD = timedelta(hours=24)
_MISSED_STAYS_OPEN = timedelta(days=7)
_CORRECTED_WITHIN = timedelta(hours=24)
_SAME_CALL = timedelta(hours=12)
_CONCLUDED = (CallbackState.MADE, CallbackState.NO_ANSWER)


def by_done(session: Session, assignment: Assignment, at: datetime) -> Callback | None:
    """Return the call that a FAIT is about: one awaited, an open one, else the last that was tried."""
    last = latest(session, assignment)
    return _expected(session, assignment, at) or (
        last if last is not None and (last.state is CallbackState.MADE or _lately(last, at)) else None
    )


def by_absent(session: Session, assignment: Assignment, at: datetime) -> Callback | None:
    """Return the call that an ABSENT is about: one awaited, an open one, else the last believed made."""
    last = latest(session, assignment)
    return _expected(session, assignment, at) or (
        last if last is not None and last.state is CallbackState.MADE and _lately(last, at) else None
    )


def _expected(session: Session, assignment: Assignment, at: datetime) -> Callback | None:
    return _awaited(session, assignment) or _open_call(session, assignment, at)


def _lately(callback: Callback, at: datetime) -> bool:
    return callback.made_at is not None and at - callback.made_at < _CORRECTED_WITHIN


def _awaited(session: Session, assignment: Assignment) -> Callback | None:
    """Return the call that took place and whose report is awaited, the latest of them."""
    return session.scalar(
        select(Callback)
        .where(
            Callback.assignment_id == assignment.id,
            Callback.state == CallbackState.MADE,
            Callback.act_at.is_not(None),
        )
        .order_by(Callback.made_at.desc())
        .limit(1)
    )


def _open_call(session: Session, assignment: Assignment, at: datetime) -> Callback | None:
    """Return the call to be made now: the planned one, else one missed lately.

    A recurring one counts from a day ahead; once somebody was reached, only when it is due.
    """
    last = latest(session, assignment)
    soon = at if last is not None and just_made(last, at) else at + AHEAD
    return session.scalar(
        select(Callback)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Callback.assignment_id == assignment.id, may_be_made(soon, at))
        .order_by(Callback.state == CallbackState.MISSED, Callback.due_at)
        .limit(1)
    )


def may_be_made(soon: datetime, at: datetime) -> ColumnElement[bool]:
    """Tell, within a query, whether a call may be made now: a one-off's always, others due by `soon`."""
    near = or_(Assignment.kind != RequestKind.RECURRING, Callback.due_at <= soon)
    planned = and_(Callback.state == CallbackState.PLANNED, near)
    missed = and_(Callback.state == CallbackState.MISSED, Callback.due_at > at - _MISSED_STAYS_OPEN)
    return or_(planned, missed)


def just_made(callback: Callback, at: datetime) -> bool:
    """Tell whether somebody was reached so lately that another report means the same call."""
    return (
        callback.state is CallbackState.MADE
        and callback.made_at is not None
        and at - callback.made_at < _SAME_CALL
    )


def latest(session: Session, assignment: Assignment) -> Callback | None:
    """Return the last call that was tried, whether somebody answered or not."""
    return session.scalar(
        select(Callback)
        .where(Callback.assignment_id == assignment.id, Callback.state.in_(_CONCLUDED))
        .order_by(Callback.made_at.desc(), Callback.id.desc())
        .limit(1)
    )
