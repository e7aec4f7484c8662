"""OUI and NON: by their reference, else to the one open offer, else a question comes back."""

from datetime import datetime
from typing import assert_never

from callflows import by_mail, errands, texts, written
from callflows.commands import Kind
from hotline.models import Assignment
from hotline.models.status import AssignmentState, Channel, RequestKind
from hotline.services import assignments, people
from hotline.services.answers.heard import Heard
from hotline.services.assignments import Answered, wording

_IN_HAND = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED})


def answered(heard: Heard) -> str:
    """Give a caller to a volunteer, or to somebody else, and return what is answered."""
    if heard.command.reference is not None:
        return _about(heard, heard.referred())
    offered = heard.held(AssignmentState.OFFERED)
    if len(offered) > 1:
        references = [assignment.id for assignment in offered]
        return texts.which_one(heard.words, references, line=heard.line.number, link=heard.link())
    return _answer(heard, offered[0]) if offered else _without_offer(heard)


def _about(heard: Heard, assignment: Assignment | None) -> str:
    if assignment is None:
        return texts.unknown_reference(
            heard.words, heard.command.reference or 0, line=heard.line.number, link=heard.link()
        )
    if heard.command.kind is Kind.NO and _is_a_relationship(assignment):
        return _withdrawal(heard, assignment)
    return _answer(heard, assignment)


def _without_offer(heard: Heard) -> str:
    """A yes repeated, or an answer that came after the offer had gone; a bare NON is read by somebody."""
    latest = heard.latest()
    if latest is None:
        return texts.no_offer_open(heard.words)
    match latest.state, heard.command.kind:
        case ((AssignmentState.ACTIVE | AssignmentState.PAUSED), Kind.YES):
            return _already(heard, latest)
        case ((AssignmentState.ACTIVE | AssignmentState.PAUSED), Kind.NO):
            return _withdrawal(heard, latest)
        case AssignmentState.DECLINED, Kind.NO:
            return texts.already_declined(heard.words)
        case ((AssignmentState.DECLINED | AssignmentState.EXPIRED), _):
            return texts.too_late(heard.words)
    return texts.no_offer_open(heard.words)


def _is_a_relationship(assignment: Assignment) -> bool:
    """Tell whether a NON would end calls that somebody counts on: a person talks it over first."""
    return assignment.kind is RequestKind.RECURRING and assignment.state in _IN_HAND


def _withdrawal(heard: Heard, assignment: Assignment) -> str:
    heard.tell_coordinators("withdrawal", detail=f"NON {assignment.id}")
    return texts.not_understood(heard.words)


def _answer(heard: Heard, assignment: Assignment) -> str:
    caller = heard.caller_of(assignment)
    if heard.command.kind is Kind.NO:
        done = assignments.decline(heard.session, assignment, heard.at)
    else:
        done = assignments.accept(heard.session, heard.line, assignment, heard.at)
    match done:
        case Answered.ACCEPTED:
            assignment.answered_at = heard.said_at
            return _accepted(heard, assignment, people.first_name(caller))
        case Answered.ALREADY_ACCEPTED:
            return _already(heard, assignment)
        case Answered.DECLINED:
            return texts.declined(heard.words)
        case Answered.ALREADY_DECLINED:
            return texts.already_declined(heard.words)
        case Answered.TOO_LATE:
            return texts.too_late(heard.words)
    assert_never(done)


def _accepted(heard: Heard, assignment: Assignment, caller: str | None) -> str:
    """Say when to call: before a moment, or at the hour agreed for a regular call or a cover."""
    line, due = heard.line, assignments.next_due(heard.session, assignment)
    name = heard.volunteer.first_name
    if assignment.channel is Channel.MAIL:
        return _accepted_by_mail(heard, assignment, caller, due)
    if assignment.referral_id is not None:
        return errands.accepted(
            heard.words,
            volunteer=name,
            caller=caller,
            before=written.moment(line.local(due), line.local(heard.at)),
            reference=assignment.id,
            line=line.number,
            link=heard.link(),
        )
    if assignment.kind is RequestKind.RECURRING or assignment.covers_id is not None:
        return texts.accepted_at(
            heard.words,
            volunteer=name,
            caller=caller,
            when=written.appointment(line.local(due), line.local(heard.at)),
            rhythm=wording.rhythm(line, assignment.cadence),
            line=line.number,
            link=heard.link(),
        )
    return texts.accepted(
        heard.words,
        volunteer=name,
        caller=caller,
        before=written.moment(line.local(due), line.local(heard.at)),
        line=line.number,
        link=heard.link(),
    )


def _accepted_by_mail(heard: Heard, assignment: Assignment, caller: str | None, due: datetime) -> str:
    line, name = heard.line, heard.volunteer.first_name
    due, now = line.local(due), line.local(heard.at)
    if assignment.kind is RequestKind.RECURRING or assignment.covers_id is not None:
        when, rhythm = written.appointment(due, now), wording.rhythm(line, assignment.cadence)
        return by_mail.accepted_at(heard.words, volunteer=name, caller=caller, when=when, rhythm=rhythm)
    return by_mail.accepted(heard.words, volunteer=name, caller=caller, before=written.moment(due, now))


def _already(heard: Heard, assignment: Assignment) -> str:
    caller = people.first_name(heard.caller_of(assignment))
    if assignment.channel is Channel.MAIL:
        return by_mail.already_accepted(heard.words, caller=caller)
    return texts.already_accepted(heard.words, caller=caller, line=heard.line.number, link=heard.link())
