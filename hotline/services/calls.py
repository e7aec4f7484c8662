"""Somebody phones the line: the call is logged first, then a decision says what they hear."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from callflows import texts
from hotline.models import Call, Caller, Contact, Phone, move
from hotline.models.status import CallerState, CallOutcome, ContactKind, Direction
from hotline.services import (
    assignments,
    borrowed,
    bridges,
    inviting,
    outbox,
    people,
    requests,
    ringing,
    steady,
)
from hotline.services.inviting import TakeMessage
from hotline.services.line import Line
from hotline.services.people import Behind
from hotline.services.ringing import Ring
from hotline.services.spending import billing, guard
from hotline.services.spending.guard import Way
from hotline.telephony.statuses import call_is_over
from hotline.telephony.webhooks import CallEnded, DialEnded, IncomingCall


@dataclass(frozen=True)
class KeepApart:
    """A boundary holds: nobody is rung, the caller hears kind words and may leave a message."""

    number: str = field(repr=False)
    language: str = "fr"


@dataclass(frozen=True)
class Refuse:
    """Our own number calls us: a loop, answered with the busy tone."""


@dataclass(frozen=True)
class GreetListener:
    """A listener phones the line: a kind word."""


@dataclass(frozen=True)
class SayNothing:
    """The call is over: whatever we say is not heard."""


Decision = Ring | TakeMessage | KeepApart | Refuse | GreetListener | SayNothing | bridges.Hears


def answer(session: Session, line: Line, incoming: IncomingCall, at: datetime) -> Decision:
    """Log the call once, find who phones, and decide what they hear; a repeated webhook hears the same."""
    return _heard(session, line, _made(session, line, incoming, at) or _known(session, incoming.sid), at)


def _heard(session: Session, line: Line, call: Call, at: datetime) -> Decision:
    if call.outcome is CallOutcome.REFUSED:
        return Refuse()
    if call.outcome is not CallOutcome.IN_PROGRESS or call.ended_at is not None:
        return SayNothing()
    if call.volunteer_id is not None:
        return bridges.greet(session, line, call, at)
    if call.caller_id is None:
        return GreetListener()
    return _for_caller(session, line, call, at)


def logged(session: Session, line: Line, incoming: IncomingCall, at: datetime) -> Call:
    """Return the call's row, made at first sight with the person, the contact and the request it opens."""
    sid = incoming.sid
    return by_sid(session, sid) or _made(session, line, incoming, at) or _known(session, sid)


def _made(session: Session, line: Line, incoming: IncomingCall, at: datetime) -> Call | None:
    """Return a new row with the person, the contact and the request it opens; None for a known call."""
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
    call = people.insert_once(session, Call, "sid", values)
    if call is not None:
        _attribute(session, line, call, incoming, at)
    return call


def typed_pin(
    session: Session, line: Line, incoming: IncomingCall, digits: str, at: datetime
) -> Decision | None:
    """Somebody typed a PIN: they hear what its volunteer hears at home; None when it is nobody's."""
    call = logged(session, line, incoming, at)
    if not borrowed.by_pin(session, call, incoming.from_raw, digits, at):
        return None
    return _heard(session, line, call, at)


def of_volunteer(session: Session, sid: str) -> Call:
    """Return a volunteer's call, held; raises LookupError when no volunteer has made it."""
    call = by_sid(session, sid)
    if call is None or call.volunteer_id is None:
        raise LookupError(f"no volunteer is known to make the call {sid}")
    return call


def by_sid(session: Session, sid: str) -> Call | None:
    """Return the call that the carrier knows by this SID; the webhooks of one call wait for each other."""
    return session.scalar(_by_sid(sid))


def _known(session: Session, sid: str) -> Call:
    return session.scalars(_by_sid(sid)).one()


def rung(
    session: Session, line: Line, incoming: IncomingCall, event: DialEnded, attempt: int, at: datetime
) -> Decision:
    """An attempt to reach a listener is over: spoken, gone, another attempt, or a message.

    Only a bridge counts as an answer. News of an attempt that is not the last one repeats what was decided.
    """
    call = logged(session, line, incoming, at)
    billing.joined(session, line, call, event)
    if event.bridged:
        ringing.joined(session, call, event.dial_sid)
        spoken(session, line, call, at, duration=event.duration)
        return SayNothing()
    if call_is_over(event.status):
        left(session, line, call, at)
    if call.attempt == attempt and call.outcome is CallOutcome.IN_PROGRESS and call.caller_id is not None:
        return ringing.after(session, line, call, event, at) or inviting.invite(session, line, call, at)
    return _heard(session, line, call, at)


def spoken(session: Session, line: Line, call: Call, at: datetime, *, duration: int | None = None) -> None:
    """Somebody spoke with the caller, for `duration` seconds where that is known.

    Their own volunteer has made today's call. A listener is asked, by one text, whether the matter is closed;
    not where texts leave under a name that nobody can answer: the caller then waits for a volunteer.
    """
    ended_at = call.ended_at or at
    if not move(session, call, CallOutcome.ANSWERED, ended_at=ended_at) or call.answered_by_id is None:
        return
    billing.over(session, line, call, None)
    if ringing.by_own_volunteer(session, call):
        steady.spoken(session, line, call, at, duration=duration)
        return
    steady.missed(session, line, call, at)
    if line.one_way:
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


def left(session: Session, line: Line, call: Call, at: datetime) -> None:
    """The caller has left without speaking with anybody; a message that they left stays one."""
    call.ended_at = call.ended_at or at
    billing.over(session, line, call, None)
    if call.outcome is CallOutcome.IN_PROGRESS:
        call.answered_by_id = None
        move(session, call, CallOutcome.HUNG_UP)
        steady.missed(session, line, call, at)


def ended(session: Session, line: Line, incoming: IncomingCall, event: CallEnded, at: datetime) -> None:
    """A call is over, perhaps one of which nothing else was ever heard.

    After a listener pressed 1, the news of the bridge says whether they spoke; if it is lost, the clock asks.
    """
    if not event.over:
        return
    call = by_sid(session, event.sid)
    if call is None and incoming.direction.startswith("outbound"):
        return
    began = at - timedelta(seconds=event.duration or 0)
    call = call or logged(session, line, incoming, began)
    billing.over(session, line, call, event.duration)
    if call.answered_by_id is None:
        left(session, line, call, at)
    call.ended_at = call.ended_at or at


def _by_sid(sid: str) -> Select[Call]:
    return select(Call).where(Call.sid == sid).with_for_update(of=Call)


def _attribute(session: Session, line: Line, call: Call, incoming: IncomingCall, at: datetime) -> None:
    """Give a new call its person: nobody for our own number, a volunteer, a listener, or a caller."""
    if incoming.caller is None:
        _contact_of_nobody(session, line, call, at)
        return
    if incoming.caller.e164 in line.ours:
        move(session, call, CallOutcome.REFUSED, ended_at=at)
        return
    behind = people.behind(session, incoming.caller, line.day(at), at)
    if behind.volunteer is not None:
        call.volunteer_id = behind.volunteer.id
    elif not behind.listener:
        _contact_of(session, line, call, behind, at, told_at=incoming.found_at or at)


def _contact_of(
    session: Session, line: Line, call: Call, behind: Behind, at: datetime, *, told_at: datetime
) -> None:
    caller = people.caller_for(session, behind, at, line.at(call.to_number))
    if behind.kept_away:
        _belongs(session, call, requests.contact_apart(session, caller, ContactKind.CALL, at), caller)
        return
    priority = requests.TELEMARKETER if behind.phone.telemarketing else requests.ORDINARY
    contact = requests.contact(session, caller, ContactKind.CALL, at, priority=priority)
    _belongs(session, call, contact, caller)
    own = steady.volunteer_of(session, contact)
    if own is None:
        assignments.tell_of_contact(session, line, contact, told_at)
    else:
        call.put_through_id = own.id


def _contact_of_nobody(session: Session, line: Line, call: Call, at: datetime) -> None:
    """A withheld number is a person of their own, never the same as another withheld call."""
    caller = people.new_caller(session, CallerState.UNREACHABLE, at, line.at(call.to_number))
    _belongs(session, call, requests.contact(session, caller, ContactKind.CALL, at), caller)


def _belongs(session: Session, call: Call, contact: Contact, caller: Caller) -> None:
    call.caller, call.contact, call.block = caller, contact, guard.block_of(call)
    session.flush()


def _for_caller(session: Session, line: Line, call: Call, at: datetime) -> Decision:
    """Ring the caller's own volunteer, then the listeners if the line was open when the call began.

    Without anybody to ring, invite a message.
    """
    if _behind_boundary(call):
        return KeepApart(call.to_number, inviting.language(session, line, call))
    way = Way.RING
    if call.attempt:
        ring = ringing.again(session, line, call) if call.invited_at is None else None
    else:
        way = guard.way_of(session, line, call, at)
        rings = way is Way.RING and call.invited_at is None
        ring = ringing.first(session, line, call, at) if rings else None
    return ring or inviting.invite(session, line, call, at, brief=way is Way.BRIEF)


def _behind_boundary(call: Call) -> bool:
    """Tell whether a boundary held as the call began: its contact belongs to no request."""
    return call.contact is not None and call.contact.request_id is None
