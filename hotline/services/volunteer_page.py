"""What a volunteer may see of their offers, calls and messages: first names and postcodes, never more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotline.cadence import BrokenCadence, parse
from hotline.logs import masked
from hotline.models import Assignment, Callback, Caller, Referral, Report, Request, Voicemail, Volunteer
from hotline.models import Call as PhoneCall
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    Channel,
    Mood,
    Need,
    RequestKind,
    VoicemailState,
)
from hotline.services import open_calls, people, rhythms
from hotline.services.line import Line
from hotline.services.mails import introductions
from hotline.services.referrals import telling
from hotline.services.referrals.telling import ToSay

MESSAGES_STAY = timedelta(days=14)
_REPORTABLE = frozenset(
    {CallbackState.PLANNED, CallbackState.MISSED, CallbackState.MADE, CallbackState.NO_ANSWER}
)


@dataclass(frozen=True)
class Person:
    """What a volunteer may know of a caller: the first name, and a postcode, where they are known."""

    name: str | None
    place: str | None


@dataclass(frozen=True)
class Offer:
    """A request that waits for this volunteer's yes or no; `cover_due` is the one call of a cover.

    `rhythm` says how often, where that is known: "chaque mardi à 15 h". With `by_mail` mails are wished.
    `errand` is a need to be met on the spot.
    """

    assignment_id: int
    person: Person
    recurring: bool
    rhythm: str | None
    cover_due: datetime | None
    answer_by: datetime
    by_mail: bool = False
    errand: Need | None = None


@dataclass(frozen=True)
class LastTime:
    """What was told of the call before; the words only to the volunteer who wrote them."""

    at: datetime
    mood: Mood | None
    talks_to_others: bool | None
    needs: frozenset[str]
    words: str | None


@dataclass(frozen=True)
class Call:
    """One call of this volunteer; `appointment` tells a fixed hour from a latest one, `open` what is over.

    A relation by mail has the address `write_to` instead of a telephone; `visio` is a link to be opened.
    `errand` is the need to be met on the spot that the call is about, `to_say` who will phone the person.
    """

    callback_id: int
    assignment_id: int
    person: Person
    due_at: datetime
    appointment: bool
    cover: bool
    made: bool
    open: bool
    minutes: int | None
    last: LastTime | None
    write_to: str | None
    visio: str | None
    errand: Need | None
    to_say: Sequence[ToSay]


@dataclass(frozen=True)
class LeftMessage:
    """A message that a caller left for this volunteer; `seconds` long where that is known."""

    voicemail_id: int
    person: Person
    at: datetime
    seconds: int | None
    heard: bool


@dataclass(frozen=True)
class Today:
    """All that waits for a volunteer now, most pressing first in each list."""

    offers: Sequence[Offer]
    calls: Sequence[Call]
    untold: Sequence[Call]
    messages: Sequence[LeftMessage]


def today(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> Today:
    """Return what waits for a volunteer: offers to answer, calls to make, calls to tell of, messages."""
    found = open_calls.open_for(session, volunteer, at)
    calls = _calls(session, line, volunteer, [entry.callback_id for entry in found])
    ordered = [calls[entry.callback_id] for entry in found]
    return Today(
        offers=_offers(session, line, volunteer, at),
        calls=[call for call in ordered if not call.made],
        untold=[call for call in ordered if call.made],
        messages=_messages(session, volunteer, at),
    )


def call(session: Session, line: Line, volunteer: Volunteer, callback_id: int) -> Call | None:
    """Return one call of this volunteer, None when it is somebody else's or was cancelled."""
    return _calls(session, line, volunteer, [callback_id]).get(callback_id)


def person(caller: Caller) -> Person:
    """Return what a volunteer may know of a caller."""
    return Person(people.first_name(caller), caller.postcode)


def _offers(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> list[Offer]:
    found = session.execute(
        select(Assignment, Caller, Request.cadence, Callback.due_at, Referral.need)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Request, Request.id == Assignment.request_id)
        .outerjoin(Referral, Referral.id == Assignment.referral_id)
        .outerjoin(Callback, Callback.id == Assignment.covers_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.OFFERED,
            Assignment.expires_at > at,
        )
        .order_by(Assignment.expires_at, Assignment.id)
    )
    return [
        Offer(
            assignment_id=assignment.id,
            person=person(caller),
            recurring=assignment.kind is RequestKind.RECURRING and assignment.holds_request,
            rhythm=_rhythm(line, assignment.cadence or cadence),
            cover_due=cover_due,
            answer_by=assignment.expires_at,
            by_mail=assignment.channel is Channel.MAIL,
            errand=need,
        )
        for assignment, caller, cadence, cover_due, need in found
    ]


def _rhythm(line: Line, cadence: str | None) -> str | None:
    try:
        return rhythms.in_words(line, parse(cadence or ""))
    except BrokenCadence:
        return None


def _calls(session: Session, line: Line, volunteer: Volunteer, ids: Iterable[int]) -> dict[int, Call]:
    """Return those of these calls that are this volunteer's own."""
    wanted = list(ids)
    found = session.execute(
        select(Callback, Assignment, Caller, Referral.need)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .outerjoin(Referral, Referral.id == Assignment.referral_id)
        .where(
            Callback.id.in_(wanted),
            Callback.state.in_(_REPORTABLE),
            Assignment.volunteer_id == volunteer.id,
        )
    ).all()
    callers = {caller.id for _, _, caller, _ in found}
    last = _last_times(session, volunteer, callers, wanted)
    said = telling.to_say(session, callers) if callers else {}
    return {
        callback.id: _call(
            line, callback, assignment, caller, last.get(caller.id), need, said.get(caller.id, ())
        )
        for callback, assignment, caller, need in found
    }


def _call(
    line: Line,
    callback: Callback,
    assignment: Assignment,
    caller: Caller,
    last: LastTime | None,
    errand: Need | None,
    to_say: Sequence[ToSay],
) -> Call:
    return Call(
        callback_id=callback.id,
        assignment_id=assignment.id,
        person=person(caller),
        due_at=callback.due_at,
        appointment=callback.occurrence is not None or assignment.covers_id is not None,
        cover=assignment.covers_id is not None,
        made=callback.state is CallbackState.MADE,
        open=assignment.state is AssignmentState.ACTIVE,
        minutes=None if callback.duration is None else max(1, round(callback.duration / 60)),
        last=last,
        write_to=introductions.address_of(line, assignment) if assignment.channel is Channel.MAIL else None,
        visio=assignment.visio_link if assignment.channel is Channel.VISIO else None,
        errand=errand,
        to_say=to_say,
    )


def _last_times(
    session: Session, volunteer: Volunteer, callers: Iterable[int], but: Sequence[int]
) -> Mapping[int, LastTime]:
    """Return what was told last of each caller, calls in `but` left out."""
    told = or_(Report.mood.is_not(None), Report.words.is_not(None))
    newest = (
        select(func.max(Report.id))
        .join(Callback, Callback.id == Report.callback_id)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Assignment.caller_id.in_(list(callers)), Callback.id.not_in(but), told)
        .group_by(Assignment.caller_id)
    )
    found = session.execute(
        select(Assignment.caller_id, Report)
        .join(Callback, Callback.id == Report.callback_id)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Report.id.in_(newest))
    )
    return {caller_id: _last_time(report, volunteer) for caller_id, report in found}


def _last_time(report: Report, volunteer: Volunteer) -> LastTime:
    own = report.words if report.volunteer_id == volunteer.id else None
    return LastTime(
        at=report.at,
        mood=report.mood,
        talks_to_others=report.talks_to_others,
        needs=frozenset(
            need for need in ("food", "shops", "medicines", "doctor") if getattr(report, f"needs_{need}")
        ),
        words=masked(own) if own else None,
    )


def _messages(session: Session, volunteer: Volunteer, at: datetime) -> list[LeftMessage]:
    found = session.execute(
        select(Voicemail, Caller)
        .join(PhoneCall, PhoneCall.id == Voicemail.call_id)
        .join(Caller, Caller.id == PhoneCall.caller_id)
        .where(
            Voicemail.volunteer_id == volunteer.id,
            Voicemail.state == VoicemailState.STORED,
            Voicemail.created_at > at - MESSAGES_STAY,
        )
        .order_by(Voicemail.heard_at.is_not(None), Voicemail.created_at.desc())
    )
    return [
        LeftMessage(
            voicemail_id=voicemail.id,
            person=person(caller),
            at=voicemail.created_at,
            seconds=voicemail.duration,
            heard=voicemail.heard_at is not None,
        )
        for voicemail, caller in found
    ]
