"""The calls that a volunteer may make or tell of now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.models import Assignment, Callback, Caller, Report, Volunteer
from hotline.models.status import AssignmentState, CallbackState, Channel
from hotline.services import meant, people


@dataclass(frozen=True)
class OpenCall:
    """A call that may be made now, or (`made`) that took place and was not told of yet."""

    callback_id: int
    assignment_id: int
    caller: str | None
    due_at: datetime
    made: bool
    cover: bool
    by_mail: bool = False


def to_phone(session: Session, volunteer: Volunteer, at: datetime) -> list[OpenCall]:
    """Return a volunteer's open calls as `open_for` does, without those made by mail."""
    return [one for one in open_for(session, volunteer, at) if not one.by_mail]


def open_for(session: Session, volunteer: Volunteer, at: datetime) -> list[OpenCall]:
    """Return a volunteer's open calls, soonest first, then those whose report is awaited.

    A planned one counts from a day ahead, a one-off's always; a missed one until the next is near.
    """
    found = session.execute(
        select(Callback, Assignment, Caller)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.ACTIVE,
            _open(at),
        )
        .order_by(Callback.state == CallbackState.MADE, Callback.due_at, Callback.id)
    ).all()
    near = {one.assignment_id for one, _, _ in found if one.state is CallbackState.PLANNED}
    spoken = {one.assignment_id for one, _, _ in found if meant.just_made(one, at)}

    def counts(callback: Callback) -> bool:
        """Not a missed call whose next one is near, nor the next one just after this one."""
        if callback.state is CallbackState.MISSED:
            return callback.assignment_id not in near
        return callback.state is CallbackState.MADE or (
            callback.due_at <= at or callback.assignment_id not in spoken
        )

    return [
        OpenCall(
            callback_id=callback.id,
            assignment_id=assignment.id,
            caller=people.first_name(caller),
            due_at=callback.due_at,
            made=callback.state is CallbackState.MADE,
            cover=assignment.covers_id is not None,
            by_mail=assignment.channel is Channel.MAIL,
        )
        for callback, assignment, caller in found
        if counts(callback)
    ]


def next_planned(session: Session, volunteer: Volunteer, at: datetime) -> tuple[Callback, Caller] | None:
    """Return the next call that a volunteer is to make, and to whom; None when none is planned."""
    found = session.execute(
        select(Callback, Caller)
        .join(Assignment, Callback.assignment_id == Assignment.id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.ACTIVE,
            Assignment.channel != Channel.MAIL,
            Callback.state == CallbackState.PLANNED,
            Callback.due_at > at,
        )
        .order_by(Callback.due_at)
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def _open(at: datetime) -> ColumnElement[bool]:
    reported = exists().where(
        Report.callback_id == Callback.id, Report.volunteer_id == Assignment.volunteer_id
    )
    awaited = and_(
        Callback.state == CallbackState.MADE,
        Callback.act_at.is_not(None),
        Assignment.channel != Channel.MAIL,
        ~reported,
    )
    cover = aliased(Assignment)
    covered = exists().where(cover.covers_id == Callback.id, cover.state == AssignmentState.ACTIVE)
    return or_(awaited, and_(meant.may_be_made(at + meant.AHEAD, at), ~covered))
