"""Offers: a waiting request, one call to be covered, or a need near by, proposed to a volunteer by text."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, Referral, Request, Volunteer, move
from hotline.models.status import (
    AssignmentState,
    Channel,
    RequestKind,
    RequestState,
    StepKind,
    VolunteerState,
)
from hotline.services import channels, covers, eligibility, errands, outbox, steps
from hotline.services.assignments import replies, wording
from hotline.services.holding import LOCK, has_room, held_request, held_volunteer
from hotline.services.line import Line

OFFER = "offer"
ASKED_AGAIN_AFTER = timedelta(days=1)


def offer(
    session: Session, line: Line, request_id: int, volunteer_id: int, at: datetime
) -> Assignment | None:
    """Offer a waiting request to a volunteer by text; None when either is no longer free for it.

    Everything that another process may have changed since the matching is checked again here, the rows held.
    """
    request = session.get_one(Request, request_id, with_for_update=LOCK)
    volunteer = held_volunteer(session, volunteer_id)
    whole = (
        Assignment.request_id == request.id,
        Assignment.covers_id.is_(None),
        Assignment.referral_id.is_(None),
    )
    by_mail = _channel(session, request) is Channel.MAIL
    if request.state is not RequestState.WAITING:
        return None
    if not _may_ask(session, line, volunteer, at, *whole, by_mail=by_mail):
        return None
    move(session, request, RequestState.OFFERED)
    kind = RequestKind.RECURRING if request.kind is RequestKind.RECURRING else RequestKind.ONE_OFF
    return _write(session, line, request, volunteer, at, kind=kind)


def offer_cover(
    session: Session, line: Line, callback_id: int, volunteer_id: int, at: datetime
) -> Assignment | None:
    """Offer one call of somebody else's assignment; None when it needs none or they are not free."""
    callback = session.get_one(Callback, callback_id)
    held = session.get_one(Assignment, callback.assignment_id)
    request = held_request(session, held)
    volunteer = held_volunteer(session, volunteer_id)
    this_call = Assignment.covers_id == callback.id
    if covers.open_call(session, callback.id) is None or covers.is_taken(session, callback.id):
        return None
    by_mail = _channel(session, request) is Channel.MAIL
    if held.volunteer_id == volunteer.id:
        return None
    if not _may_ask(session, line, volunteer, at, this_call, by_mail=by_mail):
        return None
    return _write(session, line, request, volunteer, at, covered=callback)


def offer_errand(
    session: Session, line: Line, referral_id: int, volunteer_id: int, at: datetime
) -> Assignment | None:
    """Offer a need to be met on the spot; None when nobody is sought any more or they are not free."""
    request_id = session.get_one(Referral, referral_id).request_id
    request = session.get_one(Request, request_id, with_for_update=LOCK)
    volunteer = held_volunteer(session, volunteer_id)
    referral = errands.open_one(session, referral_id)
    if referral is None or errands.holder(session, referral.id) is not None:
        return None
    may_go = eligibility.on_site_eligible(volunteer.birth_date, volunteer.on_site, line.day(at))
    if not may_go or not _may_ask(session, line, volunteer, at, Assignment.referral_id == referral.id):
        return None
    return _write(session, line, request, volunteer, at, referral_id=referral.id)


def asked_lately(at: datetime) -> ColumnElement[bool]:
    """Tell, within a query, whether an assignment keeps its volunteer from being asked the same again.

    A refusal does for good; an offer that was not answered does for a day, one given and taken back at once
    not at all.
    """
    lately = or_(Assignment.state != AssignmentState.EXPIRED, Assignment.expires_at > at - ASKED_AGAIN_AFTER)
    return and_(lately, func.coalesce(Assignment.end_reason, "") != replies.UNDONE)


def offer_lost(session: Session, key: str, at: datetime) -> None:
    """The text with this key, an offer, cannot be read: the request does not wait for an answer to it."""
    replies.expire(session, int(key.removeprefix(_key(""))), at)


def _channel(session: Session, request: Request) -> Channel:
    return channels.of(session.get_one(Caller, request.caller_id))


def _may_ask(
    session: Session,
    line: Line,
    volunteer: Volunteer,
    at: datetime,
    *about: ColumnElement[bool],
    by_mail: bool = False,
) -> bool:
    """Tell whether a volunteer may be asked: active, room left, a text may go there, not asked before.

    With `by_mail` they also have to write mails.
    """
    if volunteer.state is not VolunteerState.ACTIVE:
        return False
    asked = select(Assignment.id).where(*about, Assignment.volunteer_id == volunteer.id, asked_lately(at))
    if session.scalar(asked.limit(1)) is not None:
        return False
    if by_mail and not channels.writes(session, line, volunteer):
        return False
    return has_room(session, volunteer) and outbox.may_text(session, line, volunteer.phone, at)


def _write(
    session: Session,
    line: Line,
    request: Request,
    volunteer: Volunteer,
    at: datetime,
    *,
    kind: RequestKind = RequestKind.ONE_OFF,
    covered: Callback | None = None,
    referral_id: int | None = None,
) -> Assignment:
    """Write the offer and its text; one for a call ahead ends when the call is due."""
    expires_at = line.offer_hours.after(at, line.config.offers.answer_within) or at + timedelta(days=1)
    if covered is not None and covered.due_at > at:
        expires_at = min(expires_at, covered.due_at)
    assignment = Assignment(
        request_id=request.id,
        caller_id=request.caller_id,
        volunteer_id=volunteer.id,
        kind=kind,
        covers_id=covered.id if covered else None,
        referral_id=referral_id,
        channel=_channel(session, request) if referral_id is None else Channel.PHONE,
        state=AssignmentState.OFFERED,
        offered_at=at,
        expires_at=expires_at,
    )
    session.add(assignment)
    session.flush()
    volunteer.waiting_since = None
    steps.note(session, assignment, StepKind.CREATED, at)
    outbox.enqueue(
        session,
        line,
        kind=OFFER,
        key=_key(assignment.id),
        phone=volunteer.phone,
        body=wording.offer(session, line, assignment, volunteer, at),
        at=at,
        until=assignment.expires_at,
    )
    return assignment


def _key(assignment_id: int | str) -> str:
    return f"offer:{assignment_id}"
