"""What becomes of an offer: a yes, a no, also after a yes, or no answer in time."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Request, Volunteer, move
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    Channel,
    RequestKind,
    RequestState,
    StepKind,
)
from hotline.services import covers, errands, planning, steps
from hotline.services.holding import cancel_planned, held_by, held_request, rest
from hotline.services.line import Line
from hotline.services.mails import introductions

BY_VOLUNTEER, UNDONE = "volunteer", "undone"


class Answered(StrEnum):
    """What became of an answer to an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ALREADY_ACCEPTED = "already_accepted"
    ALREADY_DECLINED = "already_declined"
    TOO_LATE = "too_late"


def accept(session: Session, line: Line, assignment: Assignment, at: datetime) -> Answered:
    """The volunteer says yes: their calls are planned. A second yes, or one too late, changes nothing."""
    request = held_request(session, assignment)
    if not _is_open(session, assignment):
        expire(session, assignment.id, at)
    if move(session, assignment, AssignmentState.ACTIVE, only_from=AssignmentState.OFFERED, answered_at=at):
        steps.note(session, assignment, StepKind.ACCEPTED, at, actor=_name(session, assignment))
        if assignment.covers_id is not None:
            covers.begin(session, line, assignment, at)
        elif assignment.referral_id is not None:
            errands.begin(session, line, assignment, at)
        else:
            planning.begin(session, line, assignment, at)
            move(session, request, RequestState.ASSIGNED)
        if assignment.channel is Channel.MAIL:
            introductions.introduce(session, line, assignment, at)
        return Answered.ACCEPTED
    if assignment.state in HELD_ASSIGNMENT:
        return Answered.ALREADY_ACCEPTED
    return Answered.TOO_LATE


def decline(session: Session, assignment: Assignment, at: datetime) -> Answered:
    """The volunteer says no: the request waits for the next one. A no after a yes hands the caller back."""
    request = held_request(session, assignment)
    if move(session, assignment, AssignmentState.DECLINED, answered_at=at):
        let_go(session, request, assignment, at)
        return Answered.DECLINED
    if move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason=BY_VOLUNTEER):
        steps.note(session, assignment, StepKind.ENDED, at, actor=_name(session, assignment))
        let_go(session, request, assignment, at)
        return Answered.DECLINED
    declined = assignment.state is AssignmentState.DECLINED or assignment.end_reason == BY_VOLUNTEER
    return Answered.ALREADY_DECLINED if declined else Answered.TOO_LATE


def decline_offers(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """The volunteer cannot be written to any more: what they were offered waits for somebody else."""
    for assignment in held_by(session, volunteer):
        if assignment.state is AssignmentState.OFFERED:
            decline(session, assignment, at)


def unanswered(session: Session, at: datetime, limit: int) -> list[int]:
    """Return the offers whose time is over, oldest first."""
    return list(
        session.scalars(
            select(Assignment.id)
            .where(Assignment.state == AssignmentState.OFFERED, Assignment.expires_at <= at)
            .order_by(Assignment.expires_at)
            .limit(limit)
        )
    )


def expire(session: Session, assignment_id: int, at: datetime) -> bool:
    """Take back an offer that was not answered in time; False when its answer was faster."""
    assignment = session.get_one(Assignment, assignment_id)
    request = held_request(session, assignment)
    if not move(session, assignment, AssignmentState.EXPIRED):
        return False
    let_go(session, request, assignment, at)
    return True


def let_go(session: Session, request: Request, assignment: Assignment, at: datetime) -> None:
    """An assignment is over and its caller still waits: the request is free again, with the same rhythm.

    A cover and an errand leave the request alone: a call goes back to whoever holds it, a need is open again.
    """
    cancel_planned(session, assignment)
    if assignment.covers_id is not None:
        covers.give_back(session, assignment, at)
    elif assignment.referral_id is not None:
        errands.give_back(session, assignment, at)
    else:
        move(session, request, RequestState.WAITING)
        if assignment.kind is RequestKind.RECURRING:
            request.kind, request.cadence = RequestKind.RECURRING, assignment.cadence or request.cadence
    rest(session, assignment.volunteer_id, at)


def _is_open(session: Session, assignment: Assignment) -> bool:
    """Tell whether what an offer asks for is still to be done: a request that is not waits for its answer."""
    if assignment.covers_id is not None:
        return covers.open_call(session, assignment.covers_id) is not None
    if assignment.referral_id is not None:
        return errands.open_one(session, assignment.referral_id) is not None
    return True


def _name(session: Session, assignment: Assignment) -> str:
    return session.get_one(Volunteer, assignment.volunteer_id).first_name
