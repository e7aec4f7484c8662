"""What a volunteer or a listener types: understood, obeyed, answered; never silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import commands, texts, written
from callflows.commands import Command, Kind
from hotline.models import Assignment, Call, Caller, Contact, Phone, Request, Volunteer
from hotline.models.status import AssignmentState, CallOutcome
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
    if kind in _REPORTS:
        return _report(heard) or listener_says(session, line, volunteer.phone, body, key, at)
    if kind is Kind.ALERT:
        _tell_coordinators(heard, "volunteer_alert", body)
        return texts.alert_received(line.words)
    _tell_coordinators(heard, "not_understood", body)
    return texts.not_understood(line.words)


def listener_says(session: Session, line: Line, phone: Phone, body: str, key: str, at: datetime) -> str:
    """FAIT after a call closes the caller's request; anything else is for the coordinators."""
    if commands.parse(body).kind is Kind.DONE:
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
        if call is not None:
            _close_matter(session, call, at)
            return texts.listener_closed(line.words)
    alerts.raise_alert(session, "not_understood", f"text:{key}", at, detail=body)
    return texts.not_understood(line.words)


def _close_matter(session: Session, call: Call, at: datetime) -> None:
    contact = session.get(Contact, call.contact_id) if call.contact_id else None
    request = session.get(Request, contact.request_id) if contact and contact.request_id else None
    if request is not None:
        requests.close(session, request, "listener", at)


def _about_an_offer(heard: _Heard) -> str:
    """Answer OUI or NON: by its reference, else the one open offer, else a question comes back."""
    words, reference = heard.line.words, heard.command.reference
    if reference is not None:
        assignment = heard.session.get(Assignment, reference)
        if assignment is None or assignment.volunteer_id != heard.volunteer.id:
            return texts.unknown_reference(words, reference)
        return _answer(heard, assignment)
    held = assignments.held_by(heard.session, heard.volunteer)
    offered = [assignment for assignment in held if assignment.state is AssignmentState.OFFERED]
    if len(offered) > 1:
        return texts.which_one(words, [assignment.id for assignment in offered])
    if offered:
        return _answer(heard, offered[0])
    return _without_offer(heard, held)


def _without_offer(heard: _Heard, held: Sequence[Assignment]) -> str:
    """A yes repeated, or an answer that came after the offer had expired; a bare NON never ends anything."""
    if held and heard.command.kind is Kind.YES:
        return _already(heard, held[-1])
    latest = heard.session.scalar(
        select(Assignment)
        .where(Assignment.volunteer_id == heard.volunteer.id)
        .order_by(Assignment.id.desc())
        .limit(1)
    )
    if latest is None or latest.state is AssignmentState.ACTIVE:
        return texts.no_offer_open(heard.line.words)
    if latest.state is AssignmentState.DECLINED and heard.command.kind is Kind.NO:
        return texts.already_declined(heard.line.words)
    return texts.too_late(heard.line.words)


def _answer(heard: _Heard, assignment: Assignment) -> str:
    words = heard.line.words
    if heard.command.kind is Kind.NO:
        done = assignments.decline(heard.session, assignment, heard.at)
        assignments.rest(heard.session, heard.volunteer.id, heard.at)
        return texts.declined(words) if done is Answered.DECLINED else texts.already_declined(words)
    done = assignments.accept(heard.session, heard.line, assignment, heard.at)
    if done is Answered.ACCEPTED:
        return _accepted(heard, assignment)
    return _already(heard, assignment) if done is Answered.ALREADY_ACCEPTED else texts.too_late(words)


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
    active = [
        assignment
        for assignment in assignments.held_by(heard.session, heard.volunteer)
        if assignment.state is AssignmentState.ACTIVE
    ]
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


def _tell_coordinators(heard: _Heard, kind: str, body: str) -> None:
    alerts.raise_alert(
        heard.session, kind, f"text:{heard.key}", heard.at, detail=body, volunteer_id=heard.volunteer.id
    )


def _caller_name(heard: _Heard, assignment: Assignment) -> str | None:
    return people.first_name(heard.session.get_one(Caller, assignment.caller_id))
