"""Listeners ring together until one presses 1, or until the caller has heard enough ringing.

A caller's own volunteer is rung first and alone, whether the line is open or not.

At the carrier the first telephone that picks up ends the ringing of the others, a voicemail too: an answer
without the key 1 ends an attempt, and the others ring again without that telephone (carrier reference §4).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from hotline.models import Call, Caller, Phone, RingLeg, Volunteer, move
from hotline.models.status import CallOutcome, LegState
from hotline.phone import PhoneNumber, dialable
from hotline.services import people, roster, steady
from hotline.services.line import Line
from hotline.telephony.webhooks import DialEnded, LegStatus

MOST_AT_ONCE = 10
SHORTEST_RING = 5
_LONGEST_TALK = timedelta(hours=4)
_OUT = frozenset({LegState.PICKED_UP, LegState.ACCEPTED, LegState.BUSY, LegState.FAILED})


@dataclass(frozen=True)
class RungPhone:
    """One telephone that rings; `leg_id` names it in the addresses that the carrier calls."""

    number: str
    leg_id: int


@dataclass(frozen=True)
class Ring:
    """Telephones ring for `seconds` because `number` was called; the first attempt begins with the greeting.

    `volunteer` is the caller's own one, when it is their telephone that rings; `language` is the caller's.
    """

    attempt: int
    phones: tuple[RungPhone, ...]
    seconds: int
    number: str = field(repr=False)
    volunteer: str | None = None
    language: str = "fr"

    @property
    def greet(self) -> bool:
        """Tell whether the caller has not been greeted yet."""
        return self.attempt == 1


@dataclass(frozen=True)
class Ask:
    """The listener is asked to press 1; `caller` names who phones to their own volunteer only."""

    withheld: bool
    caller: str | None = None


@dataclass(frozen=True)
class Join:
    """Listener and caller are joined."""


@dataclass(frozen=True)
class Decline:
    """The listener pressed another key: their leg ends, the others ring again."""


@dataclass(frozen=True)
class Taken:
    """Another listener has the call, or the caller has left."""


def first(session: Session, line: Line, call: Call, at: datetime) -> Ring | None:
    """Begin the first attempt: the caller's own volunteer, or who is on shift; None when nobody can."""
    own = _own_phone(session, line, call, at)
    return _attempt(session, line, call, [own] if own else _on_duty(session, line, call, at), at)


def again(session: Session, line: Line, call: Call) -> Ring | None:
    """Return the attempt that is under way, for a repeated webhook."""
    legs = session.scalars(
        select(RingLeg)
        .where(RingLeg.call_id == call.id, RingLeg.attempt == call.attempt)
        .order_by(RingLeg.id)
    ).all()
    return _ring(session, line, call, legs) if legs else None


def after(session: Session, line: Line, call: Call, event: DialEnded, at: datetime) -> Ring | None:
    """Close an attempt in which nobody pressed 1 and begin the next; None when the ringing is over.

    A time-out is charged in full whatever the clock says, so that the total always ends the ringing.
    """
    legs = session.scalars(
        select(RingLeg).where(RingLeg.call_id == call.id, RingLeg.attempt == call.attempt)
    ).all()
    told = _settle(session, legs, event)
    charged = int((at - (call.attempt_at or at)).total_seconds())
    if not told:
        charged = max(charged, _seconds(line, call))
    call.rung_seconds += max(charged, 0)
    call.answered_by_id = None
    if _seconds(line, call) < SHORTEST_RING:
        return None
    return _attempt(session, line, call, _left(session, line, call, at), at)


def joined(session: Session, call: Call, leg_sid: str | None) -> None:
    """Note which listener was bridged, when the news of the pressed key never came."""
    if call.answered_by_id is not None or leg_sid is None:
        return
    leg = session.scalar(select(RingLeg).where(RingLeg.call_id == call.id, RingLeg.sid == leg_sid))
    if leg is not None:
        call.answered_by_id = leg.phone_id
        move(session, leg, LegState.ACCEPTED)


def picked_up(session: Session, leg_id: int, leg_sid: str) -> Ask | Taken:
    """A rung telephone was picked up, by somebody or by a voicemail: ask for the key 1."""
    leg = session.get(RingLeg, leg_id)
    call = session.get(Call, leg.call_id) if leg else None
    if leg is None or call is None:
        return Taken()
    leg.sid = leg_sid
    move(session, leg, LegState.PICKED_UP)
    over = call.outcome is not CallOutcome.IN_PROGRESS or call.ended_at is not None
    if over or call.attempt != leg.attempt or call.answered_by_id not in {None, leg.phone_id}:
        return Taken()
    own = _own(session, call)
    if own is None or own.phone_id != leg.phone_id:
        return Ask(withheld=call.withheld)
    return Ask(withheld=False, caller=people.first_name(session.get_one(Caller, call.caller_id)))


def pressed(session: Session, leg_id: int, digits: str) -> Join | Decline | Taken:
    """The listener pressed a key; of two who press 1 only the first is joined."""
    leg = session.get(RingLeg, leg_id)
    if leg is None:
        return Taken()
    if digits != "1":
        return Decline()
    won = session.execute(
        update(Call)
        .where(
            Call.id == leg.call_id,
            Call.attempt == leg.attempt,
            Call.outcome == CallOutcome.IN_PROGRESS,
            Call.ended_at.is_(None),
            Call.answered_by_id.is_(None) | (Call.answered_by_id == leg.phone_id),
        )
        .values(answered_by_id=leg.phone_id)
        .returning(Call.id)
    ).first()
    if won is None:
        return Taken()
    move(session, leg, LegState.ACCEPTED)
    return Join()


def by_own_volunteer(session: Session, call: Call) -> bool:
    """Tell whether it was the caller's own volunteer who pressed 1."""
    own = _own(session, call)
    return own is not None and own.phone_id == call.answered_by_id


_NEWS = {"busy": LegState.BUSY, "failed": LegState.FAILED, "no-answer": LegState.NO_ANSWER}


def leg_news(session: Session, leg_id: int, event: LegStatus) -> None:
    """Note how one rung telephone fared; late and repeated news change nothing."""
    leg = session.get(RingLeg, leg_id)
    news = _NEWS.get(event.status)
    if leg is None:
        return
    leg.sid = leg.sid or event.sid
    if news is not None:
        move(session, leg, news)


def _own(session: Session, call: Call) -> Volunteer | None:
    """Return the caller's own volunteer; no query for the many who have none."""
    return session.get(Volunteer, call.put_through_id) if call.put_through_id else None


def _own_phone(session: Session, line: Line, call: Call, at: datetime) -> Phone | None:
    """Return the telephone of the caller's own volunteer, if it is to be rung now."""
    own = _own(session, call)
    if (
        own is None
        or not steady.may_ring(session, line, own, at)
        or own.phone_id in set(session.scalars(_talking(at)))
    ):
        return None
    return own.phone if _can_ring(line, call, own.phone) else None


def _on_duty(session: Session, line: Line, call: Call, at: datetime) -> list[Phone]:
    """Return the telephones on shift that can be rung for this call; of many, not always the same first.

    Nobody's, when the number that was called was closed as the call began.
    """
    here = line.at(call.to_number)
    if not here.hours.is_open(call.started_at):
        return []
    phones = [
        phone
        for phone in roster.on_shift(session, here, at, but=_talking(at))
        if _can_ring(line, call, phone)
    ]
    start = call.id % len(phones) if len(phones) > MOST_AT_ONCE else 0
    return phones[start:] + phones[:start]


def _can_ring(line: Line, call: Call, phone: Phone) -> bool:
    if phone.number == call.from_number or phone.number in line.ours:
        return False
    return dialable(PhoneNumber(phone.number), line.config.limits.countries)


def _talking(at: datetime) -> Select[int | None]:
    """Select the telephones whose listeners speak with a caller right now."""
    return select(Call.answered_by_id).where(
        Call.outcome == CallOutcome.IN_PROGRESS,
        Call.ended_at.is_(None),
        Call.answered_by_id.is_not(None),
        Call.started_at > at - _LONGEST_TALK,
    )


def _left(session: Session, line: Line, call: Call, at: datetime) -> list[Phone]:
    """Return whom to ring next: who neither picked up nor proved busy or false, then others on shift.

    The caller's own volunteer has had their turn, unless they are on shift.
    """
    legs = session.scalars(select(RingLeg).where(RingLeg.call_id == call.id).order_by(RingLeg.id)).all()
    out = {leg.phone_id for leg in legs if leg.state in _OUT} | set(session.scalars(_talking(at)))
    own = _own(session, call)
    rung = [leg.phone for leg in legs if own is None or leg.phone_id != own.phone_id]
    return list(
        {
            phone.id: phone for phone in rung + _on_duty(session, line, call, at) if phone.id not in out
        }.values()
    )


def _attempt(session: Session, line: Line, call: Call, phones: Sequence[Phone], at: datetime) -> Ring | None:
    if not phones:
        return None
    call.attempt += 1
    call.attempt_at = at
    legs = [
        RingLeg(call_id=call.id, phone_id=phone.id, phone=phone, attempt=call.attempt, state=LegState.RINGING)
        for phone in phones[:MOST_AT_ONCE]
    ]
    session.add_all(legs)
    session.flush()
    return _ring(session, line, call, legs)


def _ring(session: Session, line: Line, call: Call, legs: Sequence[RingLeg]) -> Ring:
    phones = tuple(RungPhone(leg.phone.number, leg.id) for leg in legs)
    own = _own(session, call)
    alone = own is not None and {leg.phone_id for leg in legs} == {own.phone_id}
    return Ring(
        call.attempt,
        phones,
        _seconds(line, call),
        call.to_number,
        own.first_name if own and alone else None,
        line.at(call.to_number).speaks_to(people.language(session, call.caller_id)),
    )


def _seconds(line: Line, call: Call) -> int:
    left = line.config.ring.total.total_seconds() - call.rung_seconds
    return int(min(line.config.ring.each.total_seconds(), left))


def _settle(session: Session, legs: Collection[RingLeg], event: DialEnded) -> bool:
    """Note on the legs what the end of an attempt tells; False when the carrier only waited in vain."""
    if event.dial_status in {"busy", "failed"}:
        for leg in legs:
            move(session, leg, LegState(event.dial_status))
        return True
    if event.dial_status in {"completed", "answered"}:
        known = [leg for leg in legs if leg.state in {LegState.PICKED_UP, LegState.ACCEPTED}]
        for leg in legs:
            if leg.sid is not None and leg.sid == event.dial_sid:
                move(session, leg, LegState.PICKED_UP)
                known.append(leg)
        return bool(known)
    return False
