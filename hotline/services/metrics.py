"""The figures of this moment for whoever watches from afar: ages of what waits longest, read by index."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Executable, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import (
    Alert,
    Assignment,
    Call,
    Callback,
    Fault,
    Heartbeat,
    Mailbox,
    OutboxRow,
    Request,
    Voicemail,
)
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    OutboxState,
    RequestState,
    VoicemailState,
)
from hotline.services import health
from hotline.services.line import Line
from hotline.services.mails import mailboxes

_TEXT: Final = OutboxRow.phone_id.is_not(None)
_MAIL: Final = OutboxRow.address_id.is_not(None)
_DOUBTFUL: Final = OutboxRow.state.in_([OutboxState.SENDING, OutboxState.DOUBTFUL])


@dataclass(frozen=True)
class Sample:
    """One value, with the label that tells it from its neighbours, empty where it stands alone."""

    value: float
    label: str = ""


@dataclass(frozen=True)
class Figure:
    """A gauge under a stable name; `label` names what its samples differ by."""

    name: str
    help: str
    samples: Sequence[Sample]
    label: str = ""


@dataclass(frozen=True)
class _Waiting:
    """Something that should not wait for long: since when each does, and which rows are meant."""

    name: str
    help: str
    since: InstrumentedAttribute[Any]
    which: Callable[[datetime], ColumnElement[bool]]


_WAITING: Final = (
    _Waiting(
        "voicemail_unheard",
        "messages that nobody has heard",
        Voicemail.created_at,
        lambda _at: and_(Voicemail.handled_at.is_(None), Voicemail.heard_at.is_(None)),
    ),
    _Waiting(
        "voicemail_unfetched",
        "messages whose sound is still at the carrier's only",
        Voicemail.created_at,
        lambda _at: Voicemail.state.in_([VoicemailState.EXPECTED, VoicemailState.FETCHING]),
    ),
    _Waiting(
        "text_queued",
        "texts that are due",
        OutboxRow.due_at,
        lambda at: and_(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at, _TEXT),
    ),
    _Waiting(
        "mail_queued",
        "mails that are due",
        OutboxRow.due_at,
        lambda at: and_(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at, _MAIL),
    ),
    _Waiting(
        "text_doubtful",
        "texts that may or may not have left",
        OutboxRow.claimed_at,
        lambda _at: and_(_DOUBTFUL, _TEXT),
    ),
    _Waiting(
        "mail_doubtful",
        "mails that may or may not have left",
        OutboxRow.claimed_at,
        lambda _at: and_(_DOUBTFUL, _MAIL),
    ),
    _Waiting(
        "request_waiting",
        "requests without a volunteer",
        Request.opened_at,
        lambda _at: Request.state == RequestState.WAITING,
    ),
    _Waiting(
        "offer_open",
        "offers without an answer",
        Assignment.offered_at,
        lambda _at: Assignment.state == AssignmentState.OFFERED,
    ),
    _Waiting(
        "callback_overdue",
        "planned calls whose moment has passed",
        Callback.due_at,
        lambda at: and_(Callback.state == CallbackState.PLANNED, Callback.due_at <= at),
    ),
    _Waiting(
        "alert_open", "alerts that nobody has closed", Alert.created_at, lambda _at: Alert.closed_at.is_(None)
    ),
)


def read(session: Session, line: Line, at: datetime) -> list[Figure]:
    """Return every figure of this moment; what never happened has no sample."""
    found = [figure for waiting in _WAITING for figure in _waited(session, waiting, at)]
    return [*found, *_ages(session, at), _faults(session, at), *_today(session, line, at)]


def statements(line: Line, at: datetime) -> list[Executable]:
    """Return all that is asked of tables that grow, so that it may be seen to use an index."""
    days = [_calls(line, at), _written(line, at, _TEXT), _written(line, at, _MAIL)]
    return [*(_oldest(waiting, at) for waiting in _WAITING), *days]


def _waited(session: Session, waiting: _Waiting, at: datetime) -> Iterator[Figure]:
    since, count = session.execute(_oldest(waiting, at)).one()
    oldest = Sample(_age(since, at) if since else 0.0)
    yield Figure(f"{waiting.name}_oldest_seconds", f"Age of the oldest of the {waiting.help}.", [oldest])
    yield Figure(f"{waiting.name}_count", f"How many {waiting.help}.", [Sample(count)])


def _oldest(waiting: _Waiting, at: datetime) -> Executable:
    return select(func.min(waiting.since), func.count()).where(waiting.which(at))


def _ages(session: Session, at: datetime) -> Iterator[Figure]:
    beats = dict(session.execute(select(Heartbeat.name, Heartbeat.at)).all())
    box = session.get(Mailbox, mailboxes.FOLDER)
    for name, says, last in (
        ("clock_heartbeat", "the clock was last seen alive", beats.get(health.CLOCK)),
        ("backup", "the last backup was complete", beats.get(health.BACKUP)),
        ("sweep", "the carrier's log was last compared with ours", health.last_sweep(session)),
        ("mailbox_read", "the mailbox was last read", box.read_at if box else None),
        ("carrier_used", "the carrier last took a text", beats.get(health.CARRIER_OK)),
        ("smtp_used", "the mail server last took a mail", beats.get(health.SMTP_OK)),
    ):
        samples = [Sample(_age(last, at))] if last else []
        yield Figure(f"{name}_age_seconds", f"Since {says}.", samples)


def _faults(session: Session, at: datetime) -> Figure:
    rows = session.scalars(select(Fault).where(Fault.wrong).order_by(Fault.name))
    samples = [Sample(_age(fault.changed_at, at), fault.name) for fault in rows]
    return Figure("fault_age_seconds", "Since when a check of /status has failed.", samples, "check")


def _today(session: Session, line: Line, at: datetime) -> Iterator[Figure]:
    yield _by(
        session, "calls_today", "Calls of the day by outcome.", "outcome", CallOutcome, _calls(line, at)
    )
    for name, which in (("texts", _TEXT), ("mails", _MAIL)):
        says = f"Outgoing {name} of the day by state."
        yield _by(session, f"{name}_today", says, "state", OutboxState, _written(line, at, which))


def _by(session: Session, name: str, says: str, label: str, states: Any, query: Executable) -> Figure:
    counts = {str(state): count for state, count in session.execute(query)}
    return Figure(name, says, [Sample(counts.get(str(state), 0), str(state)) for state in states], label)


def _calls(line: Line, at: datetime) -> Executable:
    since, until = _day(line, line.day(at))
    within = (Call.started_at >= since, Call.started_at < until)
    return select(Call.outcome, func.count()).where(*within).group_by(Call.outcome)


def _written(line: Line, at: datetime, which: ColumnElement[bool]) -> Executable:
    since, until = _day(line, line.day(at))
    within = (OutboxRow.created_at >= since, OutboxRow.created_at < until)
    return select(OutboxRow.state, func.count()).where(*within, which).group_by(OutboxRow.state)


def _day(line: Line, day: date) -> tuple[datetime, datetime]:
    since, until = (datetime.combine(each, time(), line.zone) for each in (day, day + timedelta(days=1)))
    return since, until


def _age(since: datetime, at: datetime) -> float:
    return max(0.0, (at - since).total_seconds())
