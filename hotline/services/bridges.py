"""A volunteer dials the line and is joined to the caller given to them, both seeing the line's number."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Callback, Caller, Volunteer, move
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    CallOutcome,
)
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts, assignments, people
from hotline.services.assignments import Answered
from hotline.services.line import Line
from hotline.telephony.statuses import call_is_over
from hotline.telephony.webhooks import DialEnded

RING_SECONDS = 40


@dataclass(frozen=True)
class Bridge:
    """The volunteer is joined to a caller; nobody hears the other's number."""

    volunteer: str
    caller: str | None
    number: str
    call_id: int
    seconds: int = RING_SECONDS


@dataclass(frozen=True)
class AskAboutOffer:
    """An offer waits for this volunteer's answer: 1 or 2."""

    volunteer: str
    caller: str | None
    assignment_id: int


@dataclass(frozen=True)
class GreetVolunteer:
    """Nobody to call now, or nobody who can be called: a kind word."""

    volunteer: str
    unreachable: bool = False


@dataclass(frozen=True)
class OfferAnswered:
    """What became of an offer answered by key."""

    became: Answered
    caller: str | None


def greet(session: Session, line: Line, call: Call, at: datetime) -> Bridge | AskAboutOffer | GreetVolunteer:
    """Decide what a volunteer hears who dials: their most urgent callback, their open offer, a kind word.

    A callback already made is dialled again as long as its assignment lasts: conversations get cut off.
    """
    volunteer = session.get_one(Volunteer, call.volunteer_id)
    found = session.execute(
        select(Callback, Assignment)
        .join(Assignment, Callback.assignment_id == Assignment.id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.ACTIVE,
            Callback.state.in_({CallbackState.PLANNED, CallbackState.MISSED, CallbackState.MADE}),
        )
        .order_by(Callback.state == CallbackState.MADE, Callback.due_at)
        .limit(1)
    ).first()
    offer = _open_offer(session, volunteer)
    if offer is not None and (found is None or found[0].state is CallbackState.MADE):
        return offer
    if found is None:
        return GreetVolunteer(volunteer.first_name)
    callback, assignment = found
    phone = people.phone_of(session, assignment.caller_id)
    if phone is None or not dialable(PhoneNumber(phone.number), line.config.limits.countries):
        alerts.raise_alert(
            session, "undialable", f"undialable:{assignment.id}", at, caller_id=assignment.caller_id
        )
        return GreetVolunteer(volunteer.first_name, unreachable=True)
    call.callback_id = callback.id
    caller = session.get_one(Caller, assignment.caller_id)
    return Bridge(volunteer.first_name, people.first_name(caller), phone.number, call.id)


def announced(session: Session, call_id: int) -> Bridge | None:
    """Return who speaks with whom, for the words that the called person hears first."""
    call = session.get(Call, call_id)
    callback = session.get(Callback, call.callback_id) if call and call.callback_id else None
    if call is None or callback is None or call.volunteer_id is None:
        return None
    assignment = session.get_one(Assignment, callback.assignment_id)
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, call.volunteer_id)
    return Bridge(volunteer.first_name, people.first_name(caller), "", call.id)


_UNREACHED = {"busy": CallbackOutcome.BUSY}


def ended(session: Session, call: Call, event: DialEnded, at: datetime) -> bool:
    """Note how the bridge went on the call and its callback; tell whether they spoke.

    A volunteer who hangs up while it rings has tried nothing: the callback stays as it was.
    """
    callback = session.get(Callback, call.callback_id) if call.callback_id else None
    if event.bridged:
        move(session, call, CallOutcome.BRIDGED)
        if callback is not None:
            move(
                session,
                callback,
                CallbackState.MADE,
                made_at=call.started_at,
                duration=event.duration,
                outcome=CallbackOutcome.REACHED,
            )
        return True
    if call_is_over(event.status):
        move(session, call, CallOutcome.HUNG_UP, ended_at=at)
        return False
    move(session, call, CallOutcome.FAILED, ended_at=at)
    if callback is not None and callback.state is CallbackState.PLANNED:
        callback.outcome = _UNREACHED.get(event.dial_status, CallbackOutcome.NO_ANSWER)
    return False


def answer_offer(
    session: Session, line: Line, call_sid: str, assignment_id: int, digits: str, at: datetime
) -> OfferAnswered | AskAboutOffer | GreetVolunteer:
    """Do what the key says about an offer made to the volunteer of this call; any other key asks again."""
    volunteer_id = session.scalar(select(Call.volunteer_id).where(Call.sid == call_sid))
    assignment = session.get(Assignment, assignment_id)
    if assignment is None or assignment.volunteer_id != volunteer_id:
        return GreetVolunteer("")
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    if digits == "1":
        return OfferAnswered(assignments.accept(session, line, assignment, at), caller)
    if digits == "2":
        return OfferAnswered(assignments.decline(session, assignment, at), caller)
    return AskAboutOffer(session.get_one(Volunteer, volunteer_id).first_name, caller, assignment.id)


def _open_offer(session: Session, volunteer: Volunteer) -> AskAboutOffer | None:
    assignment = session.scalar(
        select(Assignment)
        .where(Assignment.volunteer_id == volunteer.id, Assignment.state == AssignmentState.OFFERED)
        .order_by(Assignment.offered_at)
        .limit(1)
    )
    if assignment is None:
        return None
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    return AskAboutOffer(volunteer.first_name, caller, assignment.id)
