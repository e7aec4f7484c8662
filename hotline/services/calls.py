"""Somebody phones the line: the call is logged first, then a decision says what they hear."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import texts
from callflows.voicemail import Reason
from hotline.models import Call, Phone, move
from hotline.models.status import CallerState, CallOutcome, ContactKind, Direction
from hotline.services import assignments, bridges, outbox, people, requests, ringing, roster
from hotline.services.bridges import Bridge, GreetVolunteer
from hotline.services.line import Line
from hotline.services.ringing import Ring
from hotline.telephony.webhooks import CallEnded, IncomingCall


@dataclass(frozen=True)
class TakeMessage:
    """The caller is invited to leave a message; `next_opening` is on the line's clock."""

    reason: Reason
    next_opening: datetime | None = None
    skipped_day: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Refuse:
    """Our own number calls us: a loop, answered with the busy tone."""


@dataclass(frozen=True)
class GreetListener:
    """A listener phones the line: a kind word."""


@dataclass(frozen=True)
class SayNothing:
    """The call is over: whatever we say is not heard."""


Decision = Ring | TakeMessage | Refuse | GreetListener | GreetVolunteer | Bridge | SayNothing


def answer(session: Session, line: Line, incoming: IncomingCall, at: datetime) -> Decision:
    """Log the call once, find who phones, and decide what they hear; a repeated webhook hears the same."""
    call = logged(session, line, incoming, at)
    if call.outcome is CallOutcome.REFUSED:
        return Refuse()
    if call.outcome is not CallOutcome.IN_PROGRESS:
        return SayNothing()
    if call.volunteer_id is not None:
        return bridges.greet(session, line, call, at)
    if call.caller_id is None:
        return GreetListener()
    return _for_caller(session, line, call, at)


def logged(session: Session, line: Line, incoming: IncomingCall, at: datetime) -> Call:
    """Return the call's row, made at first sight with the person, the contact and the request it opens."""
    call = by_sid(session, incoming.sid)
    if call is not None:
        return call
    values = {
        "sid": incoming.sid,
        "direction": Direction.INBOUND,
        "from_number": incoming.caller.e164 if incoming.caller else incoming.from_raw,
        "to_number": incoming.to_raw,
        "forwarded_from": incoming.forwarded_from,
        "withheld": incoming.withheld,
        "outcome": CallOutcome.IN_PROGRESS,
        "started_at": at,
    }
    is_new = people.insert_once(session, Call, "sid", values)
    call = session.scalars(select(Call).where(Call.sid == incoming.sid)).one()
    if is_new:
        _attribute(session, line, call, incoming, at)
    return call


def by_sid(session: Session, sid: str) -> Call | None:
    """Return the call that the carrier knows by this SID."""
    return session.scalar(select(Call).where(Call.sid == sid))


def nobody_answered(call: Call, at: datetime) -> TakeMessage:
    """Invite a message after ringing in vain."""
    return _invite(call, TakeMessage(Reason.NOBODY, withheld=call.withheld), at)


def spoken(session: Session, line: Line, call: Call, at: datetime) -> None:
    """A listener spoke with the caller: they are asked, by one text, whether the matter is closed."""
    if not move(session, call, CallOutcome.ANSWERED) or call.answered_by_id is None:
        return
    outbox.enqueue(
        session,
        line,
        kind="listener_closing",
        key=f"closing:{call.id}",
        phone=session.get_one(Phone, call.answered_by_id),
        body=texts.listener_closing(line.words),
        at=at,
    )


def left(session: Session, call: Call, at: datetime) -> None:
    """The caller left while it rang."""
    call.ended_at = call.ended_at or at
    move(session, call, CallOutcome.HUNG_UP)


def ended(session: Session, event: CallEnded, at: datetime) -> None:
    """Note the end of a call; a caller who neither spoke with anybody nor left a message has hung up."""
    call = by_sid(session, event.sid)
    if call is None or not event.over:
        return
    if call.ended_at is None:
        call.ended_at = at
    if call.outcome is CallOutcome.IN_PROGRESS:
        move(session, call, CallOutcome.HUNG_UP)


def _attribute(session: Session, line: Line, call: Call, incoming: IncomingCall, at: datetime) -> None:
    """Give a new call its person: nobody for our own number, a volunteer, a listener, or a caller."""
    if incoming.caller is None:
        _contact_of_nobody(session, call, at)
        return
    if incoming.caller.e164 == line.number:
        move(session, call, CallOutcome.REFUSED, ended_at=at)
        return
    phone = people.phone_for(session, incoming.caller, at)
    volunteer = people.volunteer_at(session, phone)
    if volunteer is not None:
        call.volunteer_id = volunteer.id
    elif not roster.is_listener(session, phone, line.day(at)):
        _contact_of(session, line, call, phone, at)


def _contact_of(session: Session, line: Line, call: Call, phone: Phone, at: datetime) -> None:
    caller = people.caller_for(session, phone, at)
    priority = requests.TELEMARKETER if phone.telemarketing else requests.ORDINARY
    call.caller_id = caller.id
    contact = requests.contact(session, caller, ContactKind.CALL, at, priority=priority)
    call.contact_id = contact.id
    assignments.tell_of_contact(session, line, contact, at)


def _contact_of_nobody(session: Session, call: Call, at: datetime) -> None:
    """A withheld number is a person of their own, never the same as another withheld call."""
    caller = people.new_caller(session, CallerState.UNREACHABLE, at)
    call.caller_id = caller.id
    call.contact_id = requests.contact(session, caller, ContactKind.CALL, at).id


def _for_caller(session: Session, line: Line, call: Call, at: datetime) -> Decision:
    if call.attempt:
        return ringing.again(session, line, call) or nobody_answered(call, at)
    if line.hours.is_open(at):
        return ringing.first(session, line, call, at) or nobody_answered(call, at)
    opening = line.hours.next_opening(at)
    closed = TakeMessage(
        Reason.CLOSED,
        next_opening=line.local(opening) if opening else None,
        skipped_day=opening is not None and line.hours.skipped_working_day(at, opening),
        withheld=call.withheld,
    )
    return _invite(call, closed, at)


def _invite(call: Call, invitation: TakeMessage, at: datetime) -> TakeMessage:
    call.invited_at = call.invited_at or at
    return invitation
