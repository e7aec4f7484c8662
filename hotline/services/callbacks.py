"""What becomes of a planned call: made, not answered, difficult. What is said twice counts once."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Request, Volunteer, move
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    ReportSource,
    RequestKind,
    StepKind,
)
from hotline.services import (
    alerts,
    assignments,
    errands,
    meant,
    reports,
    requests,
    silence,
    steps,
    tries,
)
from hotline.services.line import Line
from hotline.services.referrals import reported
from hotline.services.reports import Told

DONE = "done"
ABSENT = "absent"
ASK_AFTER = timedelta(hours=1)
_SAME_REPORT = timedelta(minutes=30)
_NOTHING = Told()
_UNDER_WAY = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED})

log = structlog.get_logger()


def made(
    session: Session,
    line: Line,
    assignment: Assignment,
    at: datetime,
    *,
    callback: Callback | None = None,
    told: Told = _NOTHING,
    source: ReportSource = ReportSource.TEXT,
) -> None:
    """FAIT: the call took place. A one-off assignment ends with it, unless `told` names a next date.

    Without `callback` it is the one that a report of this moment must be about, if any.
    """
    _hold(session, assignment)
    callback = callback or meant.by_done(session, assignment, at)
    if callback is None:
        return
    move(session, callback, CallbackState.MADE, made_at=at, outcome=_reached(callback))
    if callback.state is not CallbackState.MADE:
        return
    callback.act_at = None
    report = reports.write(session, callback, assignment.volunteer_id, told, source, at)
    reported.told(session, line, assignment, report, at)
    if told.next_date is not None and told.next_date >= line.day(at) and _one_off(assignment):
        tries.plan_on(session, line, assignment, callback, told.next_date, at)
    else:
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)
        conclude(session, assignment, at, actor=volunteer.first_name)


def unanswered(
    session: Session,
    line: Line,
    assignment: Assignment,
    at: datetime,
    *,
    callback: Callback | None = None,
    outcome: CallbackOutcome = CallbackOutcome.NO_ANSWER,
    told_at: datetime | None = None,
) -> datetime:
    """ABSENT: nobody answered; return when the next try is due, at another hour.

    The same report again within half an hour changes nothing; a call believed made is corrected. Where it was
    `told_at` a later moment, the next try comes after that.
    """
    _hold(session, assignment)
    last = meant.latest(session, assignment)
    if not _just_said(last, at):
        callback = callback or meant.by_absent(session, assignment, at)
        if callback is not None:
            _in_vain(session, line, callback, at, outcome)
    due = tries.plan_next(session, line, assignment, told_at or at)
    if assignment.covers_id is not None and not assignments.planned(session, assignment):
        _end_apart(session, assignment, ABSENT, at, steps.CLOCK)
    return due


def bridged(
    session: Session, line: Line, callback: Callback, at: datetime, *, duration: int | None, machine: bool
) -> None:
    """The line joined both sides for `duration` seconds: they spoke, unless a machine had answered.

    To be told once of each call: when a cut one is dialled again, the seconds add up. To speak about an
    errand is not yet doing it: it waits for its report.
    """
    assignment = session.get_one(Assignment, callback.assignment_id)
    _hold(session, assignment)
    session.refresh(callback)
    if machine:
        if reports.of(session, callback, assignment.volunteer_id) is None:
            unanswered(
                session,
                line,
                assignment,
                at,
                callback=callback,
                outcome=CallbackOutcome.ANSWERING_MACHINE,
            )
        return
    if assignment.referral_id is not None:
        return
    if move(
        session,
        callback,
        CallbackState.MADE,
        made_at=at,
        outcome=_reached(callback),
        act_at=at + ASK_AFTER,
        reminders=0,
    ):
        log.info("callback_made", callback=callback.id, assignment=assignment.id)
    if callback.state is CallbackState.MADE and duration is not None:
        callback.duration = (callback.duration or 0) + duration


def difficult(
    session: Session,
    line: Line,
    assignment: Assignment,
    volunteer: Volunteer,
    words: str,
    key: str,
    at: datetime,
    *,
    source: ReportSource = ReportSource.TEXT,
) -> None:
    """ALERTE: coordinators see the volunteer's words at once; nothing else ends. Once per `key`."""
    _hold(session, assignment)
    if not alerts.raise_alert(
        session,
        "difficult_call",
        f"difficult:{key}",
        at,
        detail=words,
        caller_id=assignment.caller_id,
        volunteer_id=volunteer.id,
    ):
        return
    reported.alerted(session, line, assignment, volunteer, words, at)
    callback = meant.by_done(session, assignment, at)
    steps.note(
        session, assignment, StepKind.ALERT, at, actor=volunteer.first_name, callback=callback, detail=words
    )
    log.warning("difficult_call", assignment=assignment.id, callback=callback.id if callback else None)
    if callback is None:
        return
    callback.outcome = CallbackOutcome.ALERT
    if callback.state is CallbackState.MADE:
        callback.act_at = at + line.config.callbacks.report_within
        reports.write(session, callback, volunteer.id, Told(words=words), source, at)
    session.flush()


def conclude(session: Session, assignment: Assignment, at: datetime, *, actor: str = steps.CLOCK) -> None:
    """A call has taken place: a one-off assignment ends and its request closes; others end by themselves."""
    request = _hold(session, assignment)
    if assignment.covers_id is not None:
        _end_apart(session, assignment, DONE, at, actor)
    elif assignment.referral_id is not None:
        errands.done(session, assignment, at, actor)
        _end_apart(session, assignment, DONE, at, actor)
    elif assignment.kind is not RequestKind.RECURRING and assignment.state in _UNDER_WAY:
        requests.close(session, request, DONE, at, actor=actor)


def _hold(session: Session, assignment: Assignment) -> Request:
    """Hold the request of an assignment, and see both as they are now."""
    request = assignments.held_request(session, assignment)
    session.refresh(assignment)
    return request


def _just_said(last: Callback | None, at: datetime) -> bool:
    if last is None or last.made_at is None or last.state is not CallbackState.NO_ANSWER:
        return False
    return at - last.made_at < _SAME_REPORT


def _reached(callback: Callback) -> CallbackOutcome:
    """Return how a call went that took place: a difficult one stays difficult."""
    return CallbackOutcome.ALERT if callback.outcome is CallbackOutcome.ALERT else CallbackOutcome.REACHED


def _one_off(assignment: Assignment) -> bool:
    return assignment.kind is not RequestKind.RECURRING and assignment.holds_request


def _in_vain(
    session: Session, line: Line, callback: Callback, at: datetime, outcome: CallbackOutcome
) -> None:
    tried_at = callback.made_at if callback.state is CallbackState.MADE else at
    if move(
        session,
        callback,
        CallbackState.NO_ANSWER,
        made_at=tried_at,
        outcome=outcome,
        act_at=None,
        reminders=0,
    ):
        log.info("callback_not_answered", callback=callback.id, outcome=outcome)
        silence.noted(session, line, callback, at)


def _end_apart(session: Session, apart: Assignment, reason: str, at: datetime, actor: str) -> None:
    """End a cover or an errand that has been settled; the call that a cover stood for stays as it is."""
    if move(session, apart, AssignmentState.ENDED, ended_at=at, end_reason=reason):
        assignments.cancel_planned(session, apart)
        assignments.rest(session, apart.volunteer_id, at)
        steps.note(session, apart, StepKind.ENDED, at, actor=actor, detail=reason)
