"""The clock watches over the calls: a reminder, a nudge, missed and handed over; the report asked for.

`Callback.act_at` is when it looks next. One step at a time, under the lock of the request, everything checked
again: two clocks, or one that was down for a day, take each step once.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import by_mail, errands, reminders, written
from hotline.models import Assignment, Call, Callback, Caller, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    Channel,
    RequestKind,
    StepKind,
)
from hotline.services import (
    absences,
    assignments,
    callbacks,
    correspondence,
    links,
    missed,
    outbox,
    people,
    reports,
    silence,
    steps,
)
from hotline.services.line import Line

WATCHED = (CallbackState.PLANNED, CallbackState.MADE, CallbackState.MISSED, CallbackState.NO_ANSWER)
_TOO_LATE_TO_REMIND = timedelta(hours=1)
_WHILE_THEY_SPEAK = timedelta(minutes=15)
_LONGEST_CALL = timedelta(hours=4)

log = structlog.get_logger()


def due(session: Session, at: datetime, limit: int) -> list[int]:
    """Return the calls at which the clock must look now, the longest due first."""
    return list(
        session.scalars(
            select(Callback.id)
            .where(Callback.state.in_(WATCHED), Callback.act_at <= at)
            .order_by(Callback.act_at)
            .limit(limit)
        )
    )


def act(session: Session, line: Line, callback_id: int, at: datetime) -> str:
    """Take the step that is due for a call and set when to look next; return what was done, if anything."""
    callback = session.get_one(Callback, callback_id)
    assignment = session.get_one(Assignment, callback.assignment_id)
    assignments.held_request(session, assignment)
    session.refresh(assignment)
    session.refresh(callback)
    if callback.act_at is None or callback.act_at > at:
        return ""
    if _being_made(session, callback, at):
        callback.act_at = at + _WHILE_THEY_SPEAK
        return ""
    match callback.state:
        case CallbackState.PLANNED if assignment.state is AssignmentState.ACTIVE:
            return _awaited(session, line, assignment, callback, at)
        case CallbackState.MADE if assignment.state is AssignmentState.ACTIVE:
            return _made(session, line, assignment, callback, at)
    callback.act_at = None
    if callback.state is CallbackState.MISSED:
        return missed.looked_after(session, assignment, callback, at)
    if callback.state is CallbackState.NO_ANSWER:
        return silence.tell_contact(session, line, callback, at)
    return ""


def _awaited(session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime) -> str:
    """Remind some hours before, nudge while there is grace, then call it missed."""
    grace, nudges = line.config.callbacks.grace, line.config.ladders.volunteer_reminders
    if at >= callback.due_at + grace:
        return missed.noted(session, line, assignment, callback, at)
    between = grace / (nudges + 1)
    rung = max(0, (at - callback.due_at) // between)
    said = ""
    told = callback.reminders > rung
    if not told and not absences.is_away(session, line, assignment.volunteer_id, callback.due_at):
        said = _remind(session, line, assignment, callback, rung, at)
    callback.reminders = rung + 1
    callback.act_at = callback.due_at + between * (rung + 1)
    return said


def _remind(
    session: Session, line: Line, assignment: Assignment, callback: Callback, rung: int, at: datetime
) -> str:
    """Write the reminder (rung 0, unless the call is near or past) or one nudge."""
    if not rung and at > callback.due_at - _TOO_LATE_TO_REMIND:
        return ""
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    kind = "nudge" if rung else "reminder"
    written_now = outbox.enqueue(
        session,
        line,
        kind=kind,
        key=f"{kind}:{callback.id}:{callback.due_at:%Y%m%d%H%M}:{rung}",
        phone=volunteer.phone,
        body=(_nudge if rung else _reminder)(session, line, assignment, callback, volunteer, at),
        at=at,
        until=callback.due_at + line.config.callbacks.grace if rung else callback.due_at,
    )
    if not written_now:
        return ""
    steps.note(session, assignment, StepKind.REMINDED, at, callback=callback)
    log.info("volunteer_reminded", callback=callback.id, assignment=assignment.id, rung=rung)
    return kind


def _reminder(
    session: Session,
    line: Line,
    assignment: Assignment,
    callback: Callback,
    _volunteer: Volunteer,
    at: datetime,
) -> str:
    wording = reminders.reminder if assignment.kind is RequestKind.RECURRING else reminders.reminder_before
    if assignment.referral_id is not None:
        wording = errands.reminder
    when = written.moment(line.local(callback.due_at), line.local(at))
    if assignment.channel is Channel.MAIL:
        return by_mail.reminder(line.words, caller=_caller(session, assignment), when=when)
    return wording(line.words, caller=_caller(session, assignment), when=when, line=line.number)


def _nudge(
    session: Session,
    line: Line,
    assignment: Assignment,
    _callback: Callback,
    volunteer: Volunteer,
    at: datetime,
) -> str:
    if assignment.channel is Channel.MAIL:
        return by_mail.nudge(line.words, caller=_caller(session, assignment))
    wording = errands.nudge if assignment.referral_id is not None else reminders.nudge
    return wording(
        line.words,
        caller=_caller(session, assignment),
        reference=assignment.id,
        line=line.number,
        link=_link(session, line, volunteer, at),
    )


def _made(session: Session, line: Line, assignment: Assignment, callback: Callback, at: datetime) -> str:
    """Ask once how the call went; without an answer a single call counts as done. Mails are awaited."""
    if assignment.channel is Channel.MAIL:
        return correspondence.rested(session, line, assignment, callback, at)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    if callback.reminders or reports.of(session, callback, volunteer.id) is not None:
        callback.act_at = None
        callbacks.conclude(session, assignment, at)
        return "" if assignment.state is AssignmentState.ACTIVE else "concluded"
    callback.reminders, callback.act_at = 1, at + line.config.callbacks.report_within
    asked = outbox.enqueue(
        session,
        line,
        kind="report_ask",
        key=f"report_ask:{callback.id}",
        phone=volunteer.phone,
        body=reminders.report_ask(
            line.words,
            caller=_caller(session, assignment),
            reference=assignment.id,
            line=line.number,
            link=_link(session, line, volunteer, at),
        ),
        at=at,
        until=callback.act_at,
    )
    if not asked:
        return ""
    steps.note(session, assignment, StepKind.REPORT_ASKED, at, callback=callback)
    return "report_asked"


def _being_made(session: Session, callback: Callback, at: datetime) -> bool:
    """Tell whether the volunteer is on the telephone for this call right now."""
    call = select(Call.id).where(
        Call.outcome == CallOutcome.IN_PROGRESS,
        Call.started_at > at - _LONGEST_CALL,
        Call.callback_id == callback.id,
    )
    return session.scalar(call.limit(1)) is not None


def _caller(session: Session, assignment: Assignment) -> str | None:
    return people.first_name(session.get_one(Caller, assignment.caller_id))


def _link(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str | None:
    return links.issue(session, line, volunteer, at) if line.one_way else None
