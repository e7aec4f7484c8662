"""A call that its volunteer did not make in time: handed over or covered, and coordinators when it lasts."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callflows import by_mail, reminders
from callflows import errands as errand_words
from hotline.models import Assignment, Callback, Caller, Request, Volunteer, move
from hotline.models.status import CallbackState, Channel, RequestKind, RequestState, StepKind
from hotline.services import absences, alerts, assignments, errands, links, outbox, people, steps
from hotline.services.line import Line

HANDED_OVER = "handed_over"
_TAKEN_WITHIN = timedelta(days=1)
_OFTEN = 2

log = structlog.get_logger()


def noted(session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime) -> str:
    """The volunteer has not called: somebody else is asked, for good or, if it is regular, for this once."""
    if not move(session, callback, CallbackState.MISSED, act_at=None):
        return ""
    steps.note(session, assignment, StepKind.MISSED, at, callback=callback)
    log.info("callback_missed", callback=callback.id, assignment=assignment.id)
    if assignment.kind is RequestKind.RECURRING and assignment.covers_id is None:
        _silent_again(session, line, assignment, callback, at)
        return "missed"
    assignments.hand_over(session, assignment, at)
    if assignment.covers_id is None:
        callback.act_at = at + _TAKEN_WITHIN
        _handed_over_often(session, assignment, callback, at)
    _tell_volunteer(session, line, assignment, callback, at)
    return HANDED_OVER


def looked_after(session: Session, assignment: Assignment, callback: Callback, at: datetime) -> str:
    """A day after a hand-over: coordinators know when nobody has taken the request, or the errand, since."""
    if not _waits(session, assignment):
        return ""
    _tell_coordinators(session, assignment, callback, "nobody_takes", f"nobody_takes:{callback.id}", at)
    return "nobody_takes"


def _waits(session: Session, assignment: Assignment) -> bool:
    if assignment.referral_id is not None:
        return errands.open_one(session, assignment.referral_id) is not None
    request = session.get_one(Request, assignment.request_id)
    return request.state in {RequestState.WAITING, RequestState.OFFERED}


def _tell_volunteer(
    session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime
) -> None:
    """Tell them kindly that somebody else is asked; silent twice in a row, they rest until they write."""
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    caller = people.first_name(session.get_one(Caller, assignment.caller_id))
    missed_told = errand_words.missed_told if assignment.referral_id else reminders.missed_told
    if assignment.channel is Channel.MAIL:
        missed_told = by_mail.missed_told
    body = missed_told(line.words, caller)
    if _let_down(session, volunteer) >= _OFTEN:
        absences.begin(session, line, volunteer, line.day(at), None, at)
        _tell_coordinators(
            session, assignment, callback, "volunteer_silent", f"volunteer_silent:{callback.id}", at
        )
        link = links.issue(session, line, volunteer, at) if line.one_way else None
        body = reminders.rested(line.words, line.number, link=link)
    key = f"missed_told:{callback.id}"
    outbox.enqueue(session, line, kind="missed_told", key=key, phone=volunteer.phone, body=body, at=at)


def _let_down(session: Session, volunteer: Volunteer) -> int:
    """Return how many single calls the volunteer has missed since they last made or tried one."""
    theirs = (
        select(Callback)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Assignment.volunteer_id == volunteer.id)
    )
    last_tried = session.scalar(theirs.with_only_columns(func.max(Callback.made_at)))
    missed = theirs.where(
        Callback.state == CallbackState.MISSED,
        Assignment.kind != RequestKind.RECURRING,
        Callback.due_at > (last_tried or volunteer.created_at),
    )
    return session.scalar(missed.with_only_columns(func.count())) or 0


def _silent_again(
    session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime
) -> None:
    """Tell the coordinators of a regular call that nobody made: the volunteer is away, or silent again."""
    if absences.is_away(session, line, assignment.volunteer_id, callback.due_at):
        _tell_coordinators(session, assignment, callback, "uncovered", f"uncovered:{callback.id}", at)
        return
    row = _missed_in_a_row(session, assignment)
    if len(row) >= _OFTEN:
        _tell_coordinators(
            session, assignment, callback, "volunteer_silent", f"volunteer_silent:{row[0]}", at
        )


def _missed_in_a_row(session: Session, assignment: Assignment) -> list[int]:
    """Return the calls missed since the volunteer last tried one, oldest first."""
    last_tried = (
        select(func.max(Callback.due_at))
        .where(
            Callback.assignment_id == assignment.id,
            Callback.state.in_({CallbackState.MADE, CallbackState.NO_ANSWER}),
        )
        .scalar_subquery()
    )
    return list(
        session.scalars(
            select(Callback.id)
            .where(
                Callback.assignment_id == assignment.id,
                Callback.state == CallbackState.MISSED,
                Callback.due_at > func.coalesce(last_tried, assignment.offered_at),
            )
            .order_by(Callback.due_at)
        )
    )


def _handed_over_often(session: Session, assignment: Assignment, callback: Callback, at: datetime) -> None:
    count = session.scalar(
        select(func.count()).where(
            Assignment.request_id == assignment.request_id,
            Assignment.referral_id.is_not_distinct_from(assignment.referral_id),
            Assignment.end_reason == HANDED_OVER,
        )
    )
    if count is not None and count >= _OFTEN:
        of_errand = f"errand{assignment.referral_id}" if assignment.referral_id else assignment.request_id
        key = f"{HANDED_OVER}:{of_errand}:{count}"
        _tell_coordinators(session, assignment, callback, HANDED_OVER, key, at)


def _tell_coordinators(
    session: Session, assignment: Assignment, callback: Callback, kind: str, key: str, at: datetime
) -> None:
    raised = alerts.raise_alert(
        session, kind, key, at, caller_id=assignment.caller_id, volunteer_id=assignment.volunteer_id
    )
    if raised:
        steps.note(session, assignment, StepKind.COORDINATORS_TOLD, at, callback=callback, detail=kind)
        log.warning(kind, assignment=assignment.id, callback=callback.id)
