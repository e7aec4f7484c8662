"""What a volunteer or a listener types: understood, obeyed, answered; never silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from callflows import commands, texts, written
from callflows.commands import Command, Kind
from hotline.models import Assignment, Call, Caller, Contact, Phone, Volunteer
from hotline.models.status import AssignmentState, CallOutcome, RequestState
from hotline.services import alerts, assignments, callbacks, people, requests
from hotline.services.assignments import Answered
from hotline.services.line import Line

_STILL_FRESH = timedelta(days=1)
_OFFERS = frozenset({Kind.YES, Kind.NO})
_REPORTS = frozenset({Kind.DONE, Kind.ABSENT})


@dataclass(frozen=True)
class _Heard:
    """One text of a volunteer, with all that its answer depends on."""

    session: Session
    line: Line
    volunteer: Volunteer
    command: Command
    key: str
    at: datetime


def volunteer_says(
    session: Session, line: Line, volunteer: Volunteer, body: str, key: str, at: datetime
) -> str:
    """Do what a volunteer's text asks and return the text that answers it."""
    heard = _Heard(session, line, volunteer, commands.parse(body), key, at)
    kind = heard.command.kind
    if kind is Kind.HELP:
        return texts.helped(line.words)
    if kind in _OFFERS:
        return _about_an_offer(heard)
    if kind is Kind.DONE and _listened_last(heard) and _matter_closed(session, volunteer.phone, at):
        return texts.listener_closed(line.words)
    if kind in _REPORTS and (reply := _report(heard)):
        return reply
    if kind is Kind.DONE and (reply := _report_repeated(heard)):
        return reply
    if kind is Kind.ALERT:
        _tell_coordinators(heard, "volunteer_alert", body)
        return texts.alert_received(line.words)
    _tell_coordinators(heard, "not_understood", body)
    return texts.not_understood(line.words)


def listener_says(session: Session, line: Line, phone: Phone, body: str, key: str, at: datetime) -> str:
    """FAIT after a call closes the caller's request; anything else is for the coordinators."""
    done = commands.parse(body).kind is Kind.DONE
    if done and _matter_closed(session, phone, at):
        return texts.listener_closed(line.words)
    alerts.raise_alert(session, "not_understood", f"text:{key}", at, detail=body)
    return texts.not_understood(line.words)


def _matter_closed(session: Session, phone: Phone, at: datetime) -> bool:
    """Close the request behind the call that this telephone answered last.

    False when there was none, or when the caller has a volunteer: coordinators then decide.
    """
    call = session.scalar(
        select(Call)
        .where(
            Call.answered_by_id == phone.id,
            Call.outcome == CallOutcome.ANSWERED,
            Call.started_at > at - _STILL_FRESH,
        )
        .order_by(Call.started_at.desc())
        .limit(1)
    )
    if call is None:
        return False
    contact = session.get(Contact, call.contact_id) if call.contact_id else None
    request = contact.request if contact else None
    if request is not None and request.state is RequestState.ASSIGNED:
        return False
    if request is not None:
        requests.close(session, request, "listener", at)
    return True


def _listened_last(heard: _Heard) -> bool:
    """Tell whether the volunteer's last conversation was one that they took as a listener on shift."""
    if heard.command.reference is not None:
        return False
    phone_id = heard.volunteer.phone_id
    listened = and_(Call.answered_by_id == phone_id, Call.outcome == CallOutcome.ANSWERED)
    phoned = and_(Call.volunteer_id == heard.volunteer.id, Call.outcome == CallOutcome.BRIDGED)
    last = heard.session.scalar(
        select(Call.answered_by_id)
        .where(or_(listened, phoned), Call.started_at > heard.at - _STILL_FRESH)
        .order_by(Call.started_at.desc())
        .limit(1)
    )
    return last == phone_id


def _about_an_offer(heard: _Heard) -> str:
    """Answer OUI or NON: by its reference, else the one open offer, else a question comes back."""
    words, reference = heard.line.words, heard.command.reference
    if reference is not None:
        assignment = heard.session.get(Assignment, reference)
        if assignment is None or assignment.volunteer_id != heard.volunteer.id:
            return texts.unknown_reference(words, reference)
        return _answer(heard, assignment)
    offered = _held(heard, AssignmentState.OFFERED)
    if len(offered) > 1:
        return texts.which_one(words, [assignment.id for assignment in offered])
    if offered:
        return _answer(heard, offered[0])
    return _without_offer(heard)


def _without_offer(heard: _Heard) -> str:
    """A yes repeated, or an answer that came after the offer had gone; a bare NON is read by somebody."""
    words = heard.line.words
    latest = _latest(heard)
    if latest is None:
        return texts.no_offer_open(words)
    match latest.state, heard.command.kind:
        case ((AssignmentState.ACTIVE | AssignmentState.PAUSED), Kind.YES):
            return _already(heard, latest)
        case ((AssignmentState.ACTIVE | AssignmentState.PAUSED), Kind.NO):
            _tell_coordinators(heard, "withdrawal", f"NON {latest.id}")
            return texts.not_understood(words)
        case AssignmentState.DECLINED, Kind.NO:
            return texts.already_declined(words)
        case ((AssignmentState.DECLINED | AssignmentState.EXPIRED), _):
            return texts.too_late(words)
    return texts.no_offer_open(words)


def _answer(heard: _Heard, assignment: Assignment) -> str:
    if heard.command.kind is Kind.NO:
        done = assignments.decline(heard.session, assignment, heard.at)
    else:
        done = assignments.accept(heard.session, heard.line, assignment, heard.at)
    words = heard.line.words
    match done:
        case Answered.ACCEPTED:
            return _accepted(heard, assignment)
        case Answered.ALREADY_ACCEPTED:
            return _already(heard, assignment)
        case Answered.DECLINED:
            return texts.declined(words)
        case Answered.ALREADY_DECLINED:
            return texts.already_declined(words)
        case Answered.TOO_LATE:
            return texts.too_late(words)
    assert_never(done)


def _accepted(heard: _Heard, assignment: Assignment) -> str:
    line, due = heard.line, assignments.planned(heard.session, assignment)[0].due_at
    return texts.accepted(
        line.words,
        volunteer=heard.volunteer.first_name,
        caller=_caller_name(heard, assignment),
        line=line.number,
        before=written.moment(line.local(due), line.local(heard.at)),
    )


def _already(heard: _Heard, assignment: Assignment) -> str:
    return texts.already_accepted(
        heard.line.words, caller=_caller_name(heard, assignment), line=heard.line.number
    )


def _report(heard: _Heard) -> str | None:
    """Note FAIT or ABSENT for the assignment meant; None when the volunteer holds none."""
    words = heard.line.words
    active = _held(heard, AssignmentState.ACTIVE)
    meant = [one for one in active if heard.command.reference in {None, one.id}]
    if not active:
        return None
    if not meant:
        return texts.unknown_reference(words, heard.command.reference or 0)
    if len(meant) > 1:
        return texts.which_report(words, [one.id for one in meant])
    assignment = meant[0]
    name = _caller_name(heard, assignment)
    if heard.command.kind is Kind.DONE:
        callbacks.made(heard.session, assignment, heard.at)
        return texts.reported(words, name)
    due = callbacks.unanswered(heard.session, heard.line, assignment, heard.at)
    when = written.moment(heard.line.local(due), heard.line.local(heard.at))
    return texts.next_try(words, name, when)


def _report_repeated(heard: _Heard) -> str | None:
    """FAIT once more after a FAIT that ended the assignment; None when that is not what it is."""
    latest = _latest(heard)
    if latest is None or latest.end_reason != callbacks.DONE:
        return None
    return texts.reported(heard.line.words, _caller_name(heard, latest))


def _held(heard: _Heard, state: AssignmentState) -> list[Assignment]:
    held = assignments.held_by(heard.session, heard.volunteer)
    return [assignment for assignment in held if assignment.state is state]


def _latest(heard: _Heard) -> Assignment | None:
    return heard.session.scalar(
        select(Assignment)
        .where(Assignment.volunteer_id == heard.volunteer.id)
        .order_by(Assignment.id.desc())
        .limit(1)
    )


def _tell_coordinators(heard: _Heard, kind: str, body: str) -> None:
    alerts.raise_alert(
        heard.session, kind, f"text:{heard.key}", heard.at, detail=body, volunteer_id=heard.volunteer.id
    )


def _caller_name(heard: _Heard, assignment: Assignment) -> str | None:
    return people.first_name(heard.session.get_one(Caller, assignment.caller_id))
