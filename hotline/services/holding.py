"""Who holds what: the request behind an assignment, a volunteer's assignments, the calls still planned."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Request, Volunteer, move
from hotline.models.status import HELD_ASSIGNMENT, CallbackState, VolunteerState

LOCK = {"key_share": True}


def held_request(session: Session, assignment: Assignment) -> Request:
    """Return the request of an assignment, held: whoever changes both takes the request first."""
    return session.get_one(Request, assignment.request_id, with_for_update=LOCK)


def held_volunteer(session: Session, volunteer_id: int) -> Volunteer:
    """Return a volunteer, held: what they are given meanwhile is counted once."""
    return session.get_one(Volunteer, volunteer_id, with_for_update={"of": Volunteer, **LOCK})


def held_by(session: Session, volunteer: Volunteer) -> list[Assignment]:
    """Return what a volunteer was offered or holds, oldest first."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.volunteer_id == volunteer.id, Assignment.state.in_(HELD_ASSIGNMENT))
            .order_by(Assignment.id)
        )
    )


def has_room(session: Session, volunteer: Volunteer) -> bool:
    """Tell whether a volunteer may be given one more person; covers count too."""
    return len(held_by(session, volunteer)) < volunteer.capacity


def planned(session: Session, assignment: Assignment) -> list[Callback]:
    """Return the planned calls of an assignment, the next one first."""
    return list(session.scalars(select(Callback).where(*_planned(assignment)).order_by(Callback.due_at)))


def next_due(session: Session, assignment: Assignment) -> datetime:
    """Return when the next planned call of an assignment that has one is due."""
    due = select(Callback.due_at).where(*_planned(assignment)).order_by(Callback.due_at)
    return session.scalars(due.limit(1)).one()


def cancel_planned(session: Session, assignment: Assignment, reason: str = "ended") -> None:
    """Cancel the calls that were still planned."""
    for callback in planned(session, assignment):
        move(session, callback, CallbackState.CANCELLED, cancel_reason=reason)


def rest(session: Session, volunteer_id: int, at: datetime) -> None:
    """A volunteer left without a caller waits for one since now, unless they are away or only listen."""
    volunteer = session.get_one(Volunteer, volunteer_id)
    ready = volunteer.state is VolunteerState.ACTIVE and volunteer.capacity > 0
    if ready and not held_by(session, volunteer):
        volunteer.waiting_since = at


def _planned(assignment: Assignment) -> tuple[ColumnElement[bool], ...]:
    return Callback.assignment_id == assignment.id, Callback.state == CallbackState.PLANNED
