"""A volunteer phones the line: whom they may call, what they may answer, and what they hear."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows.bridge import OFFERS_KEY
from hotline.models import Assignment, Call, Callback, Caller, Volunteer
from hotline.models.status import AssignmentState, Channel, Need
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts, assignments, errands, open_calls, people, roster
from hotline.services.assignments import Answered
from hotline.services.line import Line
from hotline.services.open_calls import OpenCall
from hotline.services.spending import guard

RING_SECONDS = 40
MOST_CHOICES = 8


@dataclass(frozen=True)
class Bridge:
    """The volunteer is joined to a caller; nobody hears the other's number.

    The caller sees the number `shown`. Here and below, `volunteer` is None once they were greeted by name.
    """

    volunteer: str | None
    caller: str | None
    number: str = field(repr=False)
    shown: str = field(repr=False)
    call_id: int
    seconds: int = RING_SECONDS


@dataclass(frozen=True)
class Choice:
    """Somebody who may be called: first name, postcode, and when, on the line's clock."""

    callback_id: int
    caller: str | None
    place: str | None
    due: datetime


@dataclass(frozen=True)
class Choose:
    """Several people may be called, or an offer waits beside: the volunteer chooses by key."""

    volunteer: str | None
    choices: tuple[Choice, ...]
    offers: bool
    now: datetime


@dataclass(frozen=True)
class AskToCall:
    """The volunteer confirms with the key 1: the hour is `late`, or the line has rung them."""

    volunteer: str | None
    caller: str | None
    callback_id: int
    late: bool
    again: bool = False


@dataclass(frozen=True)
class AskAboutOffer:
    """An offer waits for this volunteer's answer: 1 or 2; `errand` is the need of an errand's."""

    volunteer: str | None
    caller: str | None
    assignment_id: int
    errand: Need | None = None
    again: bool = False


@dataclass(frozen=True)
class AskReport:
    """A call took place: the volunteer tells by key how it was, or calls again.

    `after` is true when they have just hung up, `again` after a key that means nothing.
    """

    volunteer: str | None
    caller: str | None
    callback_id: int
    after: bool = False
    again: bool = False


@dataclass(frozen=True)
class GreetVolunteer:
    """Nobody to call now: a kind word, the next call and the next shift, on the line's clock."""

    volunteer: str | None
    now: datetime
    next_call: Choice | None = None
    next_shift: datetime | None = None


@dataclass(frozen=True)
class Unreachable:
    """The person's number cannot be dialled; the coordinators know."""

    volunteer: str | None
    caller: str | None


@dataclass(frozen=True)
class Exhausted:
    """The minutes of the day are spent; the coordinators know, and the call stays to be made."""

    volunteer: str | None


@dataclass(frozen=True)
class OfferAnswered:
    """What became of an offer answered by key."""

    became: Answered
    caller: str | None


Hears = Bridge | Choose | AskToCall | AskAboutOffer | AskReport | GreetVolunteer | Exhausted | Unreachable


def greet(session: Session, line: Line, call: Call, at: datetime) -> Hears:
    """Decide what a volunteer hears who dials: their open call, their open offer, a choice, a kind word."""
    volunteer = _volunteer(session, call)
    to_make, offer = open_calls.to_phone(session, volunteer, at), _open_offer(session, volunteer)
    if len(to_make) + (offer is not None) > 1:
        return _choose(session, line, volunteer, to_make[:MOST_CHOICES], offer, at)
    if offer is not None:
        return offer
    if to_make:
        return _about(session, line, call, to_make[0], at, volunteer.first_name)
    return _kind_word(session, line, volunteer, at)


def chosen(
    session: Session, line: Line, call: Call, offered: Sequence[int], digits: str, at: datetime
) -> Hears:
    """Go on with what was chosen among the calls `offered`; a key that means nothing is asked again.

    0 and the number of a call, which a link dials by itself, name it whatever was offered.
    """
    volunteer = _volunteer(session, call)
    if digits == str(OFFERS_KEY) and (offer := _open_offer(session, volunteer)):
        return replace(offer, volunteer=None)
    open_call = _open(session, volunteer, _meant(digits, offered), at)
    if open_call is None:
        return greet(session, line, call, at)
    return _about(session, line, call, open_call, at, None)


def rung(session: Session, line: Line, call: Call, callback_id: int, at: datetime) -> Hears:
    """The line has rung the volunteer for one of their calls: they confirm, so that no voicemail does."""
    volunteer = _volunteer(session, call)
    open_call = _open(session, volunteer, callback_id, at)
    if open_call is None:
        return greet(session, line, call, at)
    return AskToCall(volunteer.first_name, open_call.caller, callback_id, late=_late(line, at))


def confirmed(session: Session, line: Line, call: Call, callback_id: int, digits: str, at: datetime) -> Hears:
    """The key 1 calls; any other is asked again."""
    open_call = _open(session, _volunteer(session, call), callback_id, at)
    if open_call is None:
        return greet(session, line, call, at)
    if digits != "1":
        return AskToCall(None, open_call.caller, callback_id, late=_late(line, at), again=True)
    return connect(session, line, call, callback_id, at)


def connect(
    session: Session, line: Line, call: Call, callback_id: int, at: datetime, volunteer: str | None = None
) -> Bridge | Exhausted | Unreachable:
    """Join the volunteer with the person of a callback, unless that may not be dialled, or no more today."""
    callback = session.get_one(Callback, callback_id)
    assignment = session.get_one(Assignment, callback.assignment_id)
    caller = session.get_one(Caller, assignment.caller_id)
    phone = people.phone_of(session, caller.id)
    if phone is None or not dialable(PhoneNumber(phone.number), line.config.limits.countries):
        alerts.raise_alert(session, "undialable", f"undialable:{assignment.id}", at, caller_id=caller.id)
        return Unreachable(volunteer, people.first_name(caller))
    if call.volunteer_id is not None and not guard.may_join(session, line, call.volunteer_id, at):
        return Exhausted(volunteer)
    call.callback_id, call.machine = callback.id, None
    known = line.at(caller.line).number
    return Bridge(volunteer, people.first_name(caller), phone.number, known, call.id)


def answer_offer(
    session: Session, line: Line, call: Call, assignment_id: int, digits: str, at: datetime
) -> OfferAnswered | Hears:
    """Do what the key says about an offer made to the volunteer of this call; any other key asks again."""
    assignment = session.get(Assignment, assignment_id)
    if assignment is None or assignment.volunteer_id != call.volunteer_id:
        return greet(session, line, call, at)
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    if digits == "1":
        return OfferAnswered(assignments.accept(session, line, assignment, at), caller)
    if digits == "2":
        return OfferAnswered(assignments.decline(session, assignment, at), caller)
    return AskAboutOffer(None, caller, assignment.id, _errand(session, assignment), again=True)


def _volunteer(session: Session, call: Call) -> Volunteer:
    return session.get_one(Volunteer, call.volunteer_id)


def _late(line: Line, at: datetime) -> bool:
    return not line.call_hours.is_open(at)


def _about(
    session: Session, line: Line, call: Call, open_call: OpenCall, at: datetime, volunteer: str | None
) -> Hears:
    """One call is meant: it took place already, the hour is late, or it is dialled."""
    if open_call.made:
        return AskReport(volunteer, open_call.caller, open_call.callback_id)
    if _late(line, at):
        return AskToCall(volunteer, open_call.caller, open_call.callback_id, late=True)
    return connect(session, line, call, open_call.callback_id, at, volunteer)


def _open(session: Session, volunteer: Volunteer, callback_id: int | None, at: datetime) -> OpenCall | None:
    found = open_calls.to_phone(session, volunteer, at)
    return next((one for one in found if one.callback_id == callback_id), None)


def _meant(digits: str, offered: Sequence[int]) -> int | None:
    if not digits.isdigit():
        return None
    if digits.startswith("0"):
        return int(digits)
    return offered[int(digits) - 1] if int(digits) <= len(offered) else None


def _choose(
    session: Session,
    line: Line,
    volunteer: Volunteer,
    to_make: Sequence[OpenCall],
    offer: AskAboutOffer | None,
    at: datetime,
) -> Choose:
    places = dict(
        session.execute(
            select(Assignment.id, Caller.postcode)
            .join(Caller, Caller.id == Assignment.caller_id)
            .where(Assignment.id.in_([one.assignment_id for one in to_make]))
        ).all()
    )
    choices = tuple(
        Choice(one.callback_id, one.caller, places[one.assignment_id], line.local(one.due_at))
        for one in to_make
    )
    return Choose(volunteer.first_name, choices, offer is not None, line.local(at))


def _kind_word(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> GreetVolunteer:
    found = open_calls.next_planned(session, volunteer, at)
    shift = roster.next_shift(session, line, volunteer.phone_id, at)
    return GreetVolunteer(
        volunteer.first_name,
        line.local(at),
        next_call=Choice(found[0].id, people.first_name(found[1]), None, line.local(found[0].due_at))
        if found
        else None,
        next_shift=line.local(shift) if shift else None,
    )


def _open_offer(session: Session, volunteer: Volunteer) -> AskAboutOffer | None:
    assignment = session.scalar(
        select(Assignment)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.OFFERED,
            Assignment.channel != Channel.MAIL,
        )
        .order_by(Assignment.offered_at)
        .limit(1)
    )
    if assignment is None:
        return None
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    return AskAboutOffer(volunteer.first_name, caller, assignment.id, _errand(session, assignment))


def _errand(session: Session, assignment: Assignment) -> Need | None:
    return errands.need_of(session, assignment) if assignment.referral_id is not None else None
