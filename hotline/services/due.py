"""Is there anything to do? One question for each job of the clock, answered by an index; no row is loaded.

A question may say yes for nothing: the job then finds out. It never says no to work that is due.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from hotline.models import (
    Absence,
    Assignment,
    Callback,
    EarlyReceipt,
    Heartbeat,
    OutboxRow,
    Request,
    Tap,
    Voicemail,
)
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    OutboxState,
    RequestState,
    TapState,
    VoicemailState,
)
from hotline.services import covers, ladders, planning, recaps, settling
from hotline.services.line import Line

Question = Callable[[Line, datetime], ColumnElement[bool]]


def anything(session: Session, line: Line, at: datetime, questions: Iterable[Question]) -> bool:
    """Tell whether one of the questions says yes: one statement for all of them."""
    return bool(session.scalar(select(or_(*(question(line, at) for question in questions)))))


def taps(_line: Line, _at: datetime) -> ColumnElement[bool]:
    """A volunteer waits for their telephone to be rung, or the line is at it."""
    return exists().where(Tap.state.in_({TapState.QUEUED, TapState.DIALLING}))


def recordings(_line: Line, at: datetime) -> ColumnElement[bool]:
    """A message is to be copied into our own store."""
    fetched = {VoicemailState.EXPECTED, VoicemailState.FETCHING}
    return exists().where(Voicemail.state.in_(fetched), Voicemail.try_at <= at)


def silent_calls(_line: Line, at: datetime) -> ColumnElement[bool]:
    """A call is to be asked about."""
    return exists().where(settling.is_unsettled(at))


def offers(_line: Line, at: datetime) -> ColumnElement[bool]:
    """An offer's time is over."""
    return exists().where(Assignment.state == AssignmentState.OFFERED, Assignment.expires_at <= at)


def absences(line: Line, at: datetime) -> ColumnElement[bool]:
    """Somebody is away, or ought to be."""
    return exists().where(Absence.over_at.is_(None), Absence.from_date <= line.day(at))


def rows_ahead(line: Line, at: datetime) -> ColumnElement[bool]:
    """A cadence is planned less than five weeks ahead."""
    held = {AssignmentState.ACTIVE, AssignmentState.PAUSED}
    return exists().where(
        Assignment.state.in_(held), Assignment.planned_until < line.day(at) + planning.AT_LEAST
    )


def calls_to_watch(_line: Line, at: datetime) -> ColumnElement[bool]:
    """A ladder's next step is due."""
    return exists().where(Callback.state.in_(ladders.WATCHED), Callback.act_at <= at)


def people_waiting(line: Line, at: datetime) -> ColumnElement[bool]:
    """Somebody waits for a volunteer, or a call for a cover."""
    return or_(
        exists().where(Request.state == RequestState.WAITING),
        exists().where(Absence.over_at.is_(None), Absence.from_date <= line.day(at + covers.SOUGHT_AHEAD)),
        exists().where(Callback.state == CallbackState.MISSED, Callback.due_at > at - covers.MISSED_LATELY),
    )


def recaps_to_write(line: Line, at: datetime) -> ColumnElement[bool]:
    """Nobody was told yet of the month that is over."""
    first = line.local(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return ~exists().where(and_(Heartbeat.name == recaps.RECAP, Heartbeat.at >= first))


def doubts(_line: Line, _at: datetime) -> ColumnElement[bool]:
    """A text is on its way or in doubt, or its receipt came before it."""
    unsure = {OutboxState.SENDING, OutboxState.DOUBTFUL}
    return or_(exists().where(OutboxRow.state.in_(unsure)), exists().where(EarlyReceipt.sid.is_not(None)))


def texts(_line: Line, at: datetime) -> ColumnElement[bool]:
    """A text is to leave."""
    return exists().where(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at)
