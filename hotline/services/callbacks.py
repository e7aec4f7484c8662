"""What becomes of a planned call: made, not answered, difficult. What is said twice counts once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.models import Assignment, Callback, Caller, Report, Request, Volunteer, move
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
    meant,
    people,
    reports,
    requests,
    silence,
    steps,
    tries,
)
from hotline.services.line import Line
from hotline.services.reports import Told

DONE = "done"
ABSENT = "absent"
ASK_AFTER = timedelta(hours=1)
_SAME_REPORT = timedelta(minutes=30)
_NOTHING = Told()
_UNDER_WAY = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED})

log = structlog.get_logger()


@dataclass(frozen=True)
class OpenCall:
    """A call that may be made now, or (`made`) that took place and was not told of yet."""

    callback_id: int
    assignment_id: int
    caller: str | None
    due_at: datetime
    made: bool
    cover: bool


def open_for(session: Session, volunteer: Volunteer, at: datetime) -> list[OpenCall]:
    """Return a volunteer's open calls, soonest first, then those whose report is awaited.

    A planned one counts from a day ahead, a one-off's always; a missed one until the next is near.
    """
    found = session.execute(
        select(Callback, Assignment, Caller)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.ACTIVE,
            _open(at),
        )
        .order_by(Callback.state == CallbackState.MADE, Callback.due_at, Callback.id)
    ).all()
    near = {one.assignment_id for one, _, _ in found if one.state is CallbackState.PLANNED}
    spoken = {one.assignment_id for one, _, _ in found if meant.just_made(one, at)}

    def counts(callback: Callback) -> bool:
        """Not a missed call whose next one is near, nor the next one just after this one."""
        if callback.state is CallbackState.MISSED:
            return callback.assignment_id not in near
        return callback.state is CallbackState.MADE or (
            callback.due_at <= at or callback.assignment_id not in spoken
        )

    return [
        OpenCall(
            callback_id=callback.id,
            assignment_id=assignment.id,
            caller=people.first_name(caller),
            due_at=callback.due_at,
            made=callback.state is CallbackState.MADE,
            cover=assignment.covers_id is not None,
        )
        for callback, assignment, caller in found
        if counts(callback)
    ]


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
    reports.write(session, callback, assignment.volunteer_id, told, source, at)
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
) -> datetime:
    """ABSENT: nobody answered; return when the next try is due, at another hour.

    The same report again within half an hour changes nothing; a call believed made is corrected.
    """
    _hold(session, assignment)
    last = meant.latest(session, assignment)
    if not _just_said(last, at):
        callback = callback or meant.by_absent(session, assignment, at)
        if callback is not None:
            _in_vain(session, line, callback, at, outcome)
    due = tries.plan_next(session, line, assignment, at)
    if assignment.covers_id is not None and not assignments.planned(session, assignment):
        _end_cover(session, assignment, ABSENT, at, steps.CLOCK)
    return due


def bridged(
    session: Session, line: Line, callback: Callback, at: datetime, *, duration: int | None, machine: bool
) -> None:
    """The line joined both sides for `duration` seconds: they spoke, unless a machine had answered.

    To be told once of each call: when a cut one is dialled again, the seconds add up.
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
    """A call has taken place: a one-off assignment ends and its request closes, a cover ends by itself."""
    request = _hold(session, assignment)
    if assignment.covers_id is not None:
        _end_cover(session, assignment, DONE, at, actor)
    elif assignment.kind is not RequestKind.RECURRING and assignment.state in _UNDER_WAY:
        requests.close(session, request, DONE, at, actor=actor)


def _hold(session: Session, assignment: Assignment) -> Request:
    """Hold the request of an assignment, and see both as they are now."""
    request = assignments.held_request(session, assignment)
    session.refresh(assignment)
    return request


def _open(at: datetime) -> ColumnElement[bool]:
    reported = exists().where(
        Report.callback_id == Callback.id, Report.volunteer_id == Assignment.volunteer_id
    )
    awaited = and_(Callback.state == CallbackState.MADE, Callback.act_at.is_not(None), ~reported)
    cover = aliased(Assignment)
    covered = exists().where(cover.covers_id == Callback.id, cover.state == AssignmentState.ACTIVE)
    return or_(awaited, and_(meant.may_be_made(at + meant.AHEAD, at), ~covered))


def _just_said(last: Callback | None, at: datetime) -> bool:
    if last is None or last.made_at is None or last.state is not CallbackState.NO_ANSWER:
        return False
    return at - last.made_at < _SAME_REPORT


def _reached(callback: Callback) -> CallbackOutcome:
    """Return how a call went that took place: a difficult one stays difficult."""
    return CallbackOutcome.ALERT if callback.outcome is CallbackOutcome.ALERT else CallbackOutcome.REACHED


def _one_off(assignment: Assignment) -> bool:
    return assignment.kind is not RequestKind.RECURRING and assignment.covers_id is None


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


def _end_cover(session: Session, cover: Assignment, reason: str, at: datetime, actor: str) -> None:
    """End a cover whose call has been settled; the one that it stood for stays as it is."""
    if move(session, cover, AssignmentState.ENDED, ended_at=at, end_reason=reason):
        assignments.cancel_planned(session, cover)
        assignments.rest(session, cover.volunteer_id, at)
        steps.note(session, cover, StepKind.ENDED, at, actor=actor, detail=reason)
