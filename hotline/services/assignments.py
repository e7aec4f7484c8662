"""A caller given to a volunteer: offered by text, taken or declined, expired to the next one.

Every change of state is a compare-and-set: two volunteers never hold the same request, whatever the timing.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from callflows import texts, written
from hotline.models import Assignment, Callback, Caller, Contact, Request, Volunteer, move
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallbackState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import outbox, people
from hotline.services.line import Line
from hotline.services.wishes import latest_wished

OFFER = "offer"
ASKED_AGAIN_AFTER = timedelta(days=1)
_HELD = {"key_share": True}


class Answered(StrEnum):
    """What became of an answer to an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALREADY_ACCEPTED = "already_accepted"
    ALREADY_DECLINED = "already_declined"
    TOO_LATE = "too_late"


def offer(
    session: Session, line: Line, request_id: int, volunteer_id: int, at: datetime
) -> Assignment | None:
    """Offer a waiting request to a volunteer by text; None when either is no longer free for it.

    Everything that another process may have changed since the matching is checked again here, the rows held.
    """
    request = session.get_one(Request, request_id, with_for_update=_HELD)
    volunteer = session.get_one(Volunteer, volunteer_id, with_for_update={"of": Volunteer, **_HELD})
    if not _still_free(session, line, request, volunteer, at):
        return None
    move(session, request, RequestState.OFFERED)
    assignment = Assignment(
        request_id=request.id,
        caller_id=request.caller_id,
        volunteer_id=volunteer.id,
        kind=RequestKind.RECURRING if request.kind is RequestKind.RECURRING else RequestKind.ONE_OFF,
        state=AssignmentState.OFFERED,
        offered_at=at,
        expires_at=line.offer_hours.after(at, line.config.offers.answer_within) or at + timedelta(days=1),
    )
    session.add(assignment)
    session.flush()
    volunteer.waiting_since = None
    outbox.enqueue(
        session,
        line,
        kind=OFFER,
        key=_offer_key(assignment.id),
        phone=volunteer.phone,
        body=_offer_text(session, line, assignment, volunteer, at),
        at=at,
        until=assignment.expires_at,
    )
    return assignment


def accept(session: Session, line: Line, assignment: Assignment, at: datetime) -> Answered:
    """The volunteer says yes: the callback is planned. A second yes, or one too late, changes nothing."""
    request = held_request(session, assignment)
    if move(session, assignment, AssignmentState.ACTIVE, answered_at=at):
        move(session, request, RequestState.ASSIGNED)
        caller = session.get_one(Caller, assignment.caller_id)
        due = latest_wished(line, caller, at, at + line.config.callbacks.one_off_within)
        session.add(Callback(assignment_id=assignment.id, due_at=due, state=CallbackState.PLANNED))
        session.flush()
        return Answered.ACCEPTED
    if assignment.state in HELD_ASSIGNMENT:
        return Answered.ALREADY_ACCEPTED
    return Answered.TOO_LATE


def decline(session: Session, assignment: Assignment, at: datetime) -> Answered:
    """The volunteer says no: the request waits for the next one. A no after a yes hands the caller back."""
    request = held_request(session, assignment)
    if move(session, assignment, AssignmentState.DECLINED, answered_at=at):
        _wait_again(session, request, assignment, at)
        return Answered.DECLINED
    if move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason="volunteer"):
        cancel_planned(session, assignment)
        _wait_again(session, request, assignment, at)
        return Answered.DECLINED
    declined = assignment.state is AssignmentState.DECLINED or assignment.end_reason == "volunteer"
    return Answered.ALREADY_DECLINED if declined else Answered.TOO_LATE


def decline_offers(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """The volunteer cannot be written to any more: what they were offered waits for somebody else."""
    for assignment in held_by(session, volunteer):
        if assignment.state is AssignmentState.OFFERED:
            decline(session, assignment, at)


def unanswered(session: Session, at: datetime, limit: int) -> list[int]:
    """Return the offers whose time is over, oldest first."""
    return list(
        session.scalars(
            select(Assignment.id)
            .where(Assignment.state == AssignmentState.OFFERED, Assignment.expires_at <= at)
            .order_by(Assignment.expires_at)
            .limit(limit)
        )
    )


def expire(session: Session, assignment_id: int, at: datetime) -> bool:
    """Take back an offer that was not answered in time; False when its answer was faster."""
    assignment = session.get_one(Assignment, assignment_id)
    request = held_request(session, assignment)
    if not move(session, assignment, AssignmentState.EXPIRED):
        return False
    _wait_again(session, request, assignment, at)
    return True


def offer_lost(session: Session, key: str, at: datetime) -> None:
    """The text with this key, an offer, cannot be read: the request does not wait for an answer to it."""
    expire(session, int(key.removeprefix(_offer_key(""))), at)


def held_by(session: Session, volunteer: Volunteer) -> list[Assignment]:
    """Return what a volunteer was offered or holds, oldest first."""
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.volunteer_id == volunteer.id, Assignment.state.in_(HELD_ASSIGNMENT))
            .order_by(Assignment.id)
        )
    )


def cancel_planned(session: Session, assignment: Assignment) -> None:
    """Cancel the calls that were still planned."""
    for callback in planned(session, assignment):
        move(session, callback, CallbackState.CANCELLED)


def planned(session: Session, assignment: Assignment) -> list[Callback]:
    """Return the planned calls of an assignment, the next one first."""
    return list(
        session.scalars(
            select(Callback)
            .where(Callback.assignment_id == assignment.id, Callback.state == CallbackState.PLANNED)
            .order_by(Callback.due_at)
        )
    )


def rest(session: Session, volunteer_id: int, at: datetime) -> None:
    """A volunteer left without a caller waits for one since now."""
    volunteer = session.get_one(Volunteer, volunteer_id)
    if not held_by(session, volunteer):
        volunteer.waiting_since = at


def tell_of_contact(session: Session, line: Line, contact: Contact, at: datetime) -> None:
    """The caller of an active assignment made contact again: their volunteer is told, once a day."""
    request = contact.request
    if request is None or request.state is not RequestState.ASSIGNED:
        return
    assignment = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id, Assignment.state == AssignmentState.ACTIVE
        )
    )
    if assignment is None:
        return
    caller = session.get_one(Caller, assignment.caller_id)
    outbox.enqueue(
        session,
        line,
        kind="contact_again",
        key=f"again:{assignment.id}:{line.day(at)}",
        phone=session.get_one(Volunteer, assignment.volunteer_id).phone,
        body=texts.contact_again(line.words, people.first_name(caller), assignment.id),
        at=at,
    )


def _still_free(session: Session, line: Line, request: Request, volunteer: Volunteer, at: datetime) -> bool:
    """Tell whether the request waits and the volunteer may have it: active, room left, not asked before."""
    if request.state is not RequestState.WAITING or volunteer.state is not VolunteerState.ACTIVE:
        return False
    asked = select(Assignment.id).where(
        Assignment.request_id == request.id, Assignment.volunteer_id == volunteer.id, asked_lately(at)
    )
    if session.scalar(asked.limit(1)) is not None:
        return False
    room_left = len(held_by(session, volunteer)) < volunteer.capacity
    return room_left and outbox.may_text(session, line, volunteer.phone, at)


def asked_lately(at: datetime) -> ColumnElement[bool]:
    """Tell, within a query, whether an assignment keeps its volunteer from being asked the same again.

    A refusal does for good; an offer that was not answered does for a day.
    """
    return or_(Assignment.state != AssignmentState.EXPIRED, Assignment.expires_at > at - ASKED_AGAIN_AFTER)


def held_request(session: Session, assignment: Assignment) -> Request:
    """Return the request of an assignment, held: whoever changes both takes the request first."""
    return session.get_one(Request, assignment.request_id, with_for_update=_HELD)


def _wait_again(session: Session, request: Request, assignment: Assignment, at: datetime) -> None:
    move(session, request, RequestState.WAITING)
    rest(session, assignment.volunteer_id, at)


def _offer_key(assignment_id: int | str) -> str:
    return f"offer:{assignment_id}"


def _offer_text(
    session: Session, line: Line, assignment: Assignment, volunteer: Volunteer, at: datetime
) -> str:
    caller = session.get_one(Caller, assignment.caller_id)
    answer_by = written.moment(line.local(assignment.expires_at), line.local(at))
    recurring = assignment.kind is RequestKind.RECURRING
    if line.one_way:
        return texts.offer_one_way(
            line.words,
            volunteer=volunteer.first_name,
            caller=people.first_name(caller),
            place=caller.postcode,
            recurring=recurring,
            answer_by=answer_by,
            line=line.number,
        )
    return texts.offer(
        line.words,
        reference=assignment.id,
        volunteer=volunteer.first_name,
        caller=people.first_name(caller),
        place=caller.postcode,
        recurring=recurring,
        answer_by=answer_by,
    )
