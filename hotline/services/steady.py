"""A caller's own volunteer, the one who phones them regularly: rung first when the caller phones the line."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Callback, Contact, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    Channel,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import absences, assignments, callbacks
from hotline.services.line import Line
from hotline.services.wishes import wished_hours


def volunteer_of(session: Session, contact: Contact) -> Volunteer | None:
    """Return the volunteer who phones regularly whoever made this contact; no query where nobody does."""
    request = contact.request
    if request is None or request.state is not RequestState.ASSIGNED:
        return None
    return session.scalar(
        select(Volunteer)
        .join(Assignment, Assignment.volunteer_id == Volunteer.id)
        .where(
            Assignment.request_id == request.id,
            Assignment.state == AssignmentState.ACTIVE,
            Assignment.kind == RequestKind.RECURRING,
            Assignment.channel != Channel.MAIL,
            Assignment.holds_request,
            Volunteer.state == VolunteerState.ACTIVE,
        )
    )


def may_ring(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> bool:
    """Tell whether a volunteer is rung for their callers now: they take calls, are there, in their hours."""
    if not volunteer.takes_calls or volunteer.state is not VolunteerState.ACTIVE:
        return False
    quiet = wished_hours(line, volunteer.quiet)
    if quiet is not None and quiet.is_open(at):
        return False
    hours = wished_hours(line, volunteer.available) or line.offer_hours
    return hours.is_open(at) and not absences.is_away(session, line, volunteer.id, at)


def spoken(session: Session, line: Line, call: Call, at: datetime, *, duration: int | None) -> None:
    """A caller and their own volunteer have spoken: what was planned for today has taken place."""
    callback = _planned_today(session, line, call, at)
    if callback is not None:
        callbacks.bridged(session, line, callback, at, duration=duration, machine=False)


def missed(session: Session, line: Line, call: Call, at: datetime) -> None:
    """A caller who has a volunteer of their own did not reach them: the volunteer is told, once a day."""
    if call.put_through_id is None:
        return
    contact = session.get(Contact, call.contact_id)
    if contact is not None:
        assignments.tell_of_contact(session, line, contact, at)


def _planned_today(session: Session, line: Line, call: Call, at: datetime) -> Callback | None:
    planned = session.scalars(
        select(Callback)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(
            Assignment.caller_id == call.caller_id,
            Assignment.volunteer_id == call.put_through_id,
            Assignment.referral_id.is_(None),
            Assignment.state == AssignmentState.ACTIVE,
            Callback.state == CallbackState.PLANNED,
        )
        .order_by(Callback.due_at)
    )
    return next((callback for callback in planned if line.day(callback.due_at) == line.day(at)), None)
