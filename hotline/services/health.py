"""What is wrong right now, for uptime monitors: one aggregate query for each concern, no personal data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Callback, Heartbeat, Mailbox, OutboxRow, Sweep, Voicemail
from hotline.models.status import CallbackState, OutboxState, VoicemailState
from hotline.services.line import Line
from hotline.services.mails import mailboxes
from hotline.telephony.errors import OPTED_OUT

CLOCK: Final = "clock"
CARRIER: Final = "carrier"
CARRIER_OK, CARRIER_FAULT = "carrier_ok", "carrier_fault"
STORE_OK, STORE_FAULT = "store_ok", "store_fault"
SMTP_OK, SMTP_FAULT = "smtp_ok", "smtp_fault"
BACKUP: Final = "backup"
"""The heartbeat of whoever makes backups."""
CHECKS: Final = frozenset(
    {
        *(CLOCK, CARRIER, BACKUP),
        *("store", "smtp", "outbox", "mailbox", "voicemails", "callbacks", "sweep", "hours"),
    }
)
"""Every check that a reason may name."""
_SWEPT_WITHIN: Final = timedelta(hours=12)
_BACKED_UP_WITHIN: Final = timedelta(days=3)
_FAILURES_SHOWN: Final = timedelta(hours=24)
_AUDIO_DUE_WITHIN: Final = timedelta(hours=1)
_MAILBOX_READ_WITHIN: Final = timedelta(minutes=10)

Concern = Callable[[Session, Line, datetime], "Iterator[Reason]"]


@dataclass(frozen=True)
class Reason:
    """Why not all is well: the check that says so, and a sentence for whoever mends it.

    Somebody is told, unless it is one of those that the desk shows one by one (`alarming`).
    """

    check: str
    says: str
    alarming: bool = True


def report(session: Session, line: Line, at: datetime, *, faults: Sequence[str]) -> list[Reason]:
    """Return every reason why not all is well; `faults` are those of the line's hours."""
    concerns: tuple[Concern, ...] = (
        _heartbeats,
        _texts,
        _mails,
        _mailbox,
        _voicemails,
        _callbacks,
        _sweep,
    )
    found = [reason for concern in concerns for reason in concern(session, line, at)]
    return [*found, *(Reason("hours", fault) for fault in faults)]


def clock_fault(line: Line, last: datetime | None, at: datetime) -> str | None:
    """Return a sentence when the clock's last heartbeat is too old or there never was one, else None."""
    mend = "lancez « python -m scheduler » (ou « hotline serve »)"
    if last is None:
        return f"L'horloge n'a jamais tourné : {mend}."
    if at - last > line.config.alarms.clock:
        return f"L'horloge est arrêtée depuis le {line.local(last):%d/%m à %H:%M:%S} : {mend}."
    return None


def backup_fault(line: Line, last: datetime | None, at: datetime) -> str | None:
    """Return a sentence when backups were made and are made no more, else None."""
    if last is None or at - last <= _BACKED_UP_WITHIN:
        return None
    return f"Plus de sauvegarde depuis le {line.local(last):%d/%m à %H:%M} : lancez « hotline backup »."


def sweep_fault(line: Line, last: datetime | None, at: datetime) -> str | None:
    """Return a sentence when the carrier's log was compared with ours and is no more, else None."""
    if last is None or at - last <= _SWEPT_WITHIN:
        return None
    since = f"{line.local(last):%d/%m à %H:%M}"
    return f"Le rattrapage n'aboutit plus depuis le {since} : « hotline sweep » dit pourquoi."


def last_sweep(session: Session) -> datetime | None:
    """Return when the last comparison without a gap was complete."""
    whole = select(Sweep.finished_at).where(Sweep.whole, Sweep.finished_at.is_not(None))
    return session.scalar(whole.order_by(Sweep.id.desc()).limit(1))


def _heartbeats(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    beats = dict(session.execute(select(Heartbeat.name, Heartbeat.at)).all())
    if says := clock_fault(line, beats.get(CLOCK), at):
        yield Reason("clock", says)
    if since := _broken(beats, CARRIER_OK, CARRIER_FAULT):
        yield Reason(
            CARRIER,
            f"L'opérateur téléphonique refuse ou ne répond pas (le {line.local(since):%d/%m à %H:%M}) : "
            "« hotline check » dit pourquoi.",
        )
    if since := _broken(beats, STORE_OK, STORE_FAULT):
        yield Reason(
            "store",
            f"Le dépôt des enregistrements ne fonctionne pas (le {line.local(since):%d/%m à %H:%M}) : "
            "« hotline check » dit pourquoi.",
        )
    if since := _broken(beats, SMTP_OK, SMTP_FAULT):
        yield Reason(
            "smtp",
            f"Le serveur de courriels refuse ou ne répond pas (le {line.local(since):%d/%m à %H:%M}) : "
            "« hotline check » dit pourquoi.",
        )
    if says := backup_fault(line, beats.get(BACKUP), at):
        yield Reason(BACKUP, says)


def _sweep(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    if says := sweep_fault(line, last_sweep(session), at):
        yield Reason("sweep", says)


def _broken(beats: Mapping[str, datetime], ok: str, fault: str) -> datetime | None:
    """Return when something last failed, if it has not worked since."""
    failed, worked = beats.get(fault), beats.get(ok)
    return failed if failed and (worked is None or worked < failed) else None


def _texts(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    return _outbox(session, line, at, "SMS", OutboxRow.phone_id.is_not(None))


def _mails(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    return _outbox(session, line, at, "courriel", OutboxRow.address_id.is_not(None))


def _outbox(
    session: Session, line: Line, at: datetime, word: str, those: ColumnElement[bool]
) -> Iterator[Reason]:
    late = at - line.config.alarms.outbox
    waits = and_(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at < late)
    stuck = and_(
        OutboxRow.state.in_([OutboxState.SENDING, OutboxState.DOUBTFUL]), OutboxRow.claimed_at < late
    )
    failed = and_(
        OutboxRow.state == OutboxState.FAILED,
        OutboxRow.error_code.is_distinct_from(OPTED_OUT),
        func.coalesce(OutboxRow.claimed_at, OutboxRow.created_at) >= at - _FAILURES_SHOWN,
    )
    oldest, waiting, doubts, failures = _counts(
        session,
        func.min(OutboxRow.due_at).filter(waits),
        *(func.count().filter(rows) for rows in (waits, stuck, failed)),
        where=and_(those, or_(waits, stuck, failed)),
    )
    if waiting:
        yield Reason(
            "outbox", f"{_n(waiting, word)} à envoyer depuis le {line.local(oldest):%d/%m à %H:%M} au moins."
        )
    if doubts:
        yield Reason("outbox", f"{_n(doubts, word)} dont on ne sait pas s'ils sont partis.")
    if failures:
        says = f"{_n(failures, word)} définitivement en échec depuis 24 heures."
        yield Reason("outbox", says, alarming=False)


def _mailbox(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    """A mailbox that was never looked at is the clock's concern."""
    box = session.get(Mailbox, mailboxes.FOLDER) if line.reads_mail else None
    if box is None:
        return
    if box.down_since:
        since = f"{line.local(box.down_since):%d/%m à %H:%M}"
        yield Reason("mailbox", f"La boîte aux lettres ne se relève plus depuis le {since}. {box.says}")
    elif box.read_at and box.read_at < at - _MAILBOX_READ_WITHIN:
        since = f"{line.local(box.read_at):%d/%m à %H:%M}"
        yield Reason("mailbox", f"La boîte aux lettres n'a pas été relevée depuis le {since}.")


def _voicemails(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    unheard = and_(
        Voicemail.state == VoicemailState.STORED,
        Voicemail.heard_at.is_(None),
        Voicemail.handled_at.is_(None),
        Voicemail.created_at < at - line.config.alarms.unheard,
    )
    lost = and_(Voicemail.state == VoicemailState.LOST, Voicemail.handled_at.is_(None))
    late = and_(
        Voicemail.state.in_([VoicemailState.EXPECTED, VoicemailState.FETCHING]),
        Voicemail.created_at < at - _AUDIO_DUE_WITHIN,
    )
    oldest, waiting, gone, awaited = _counts(
        session,
        func.min(Voicemail.created_at).filter(unheard),
        *(func.count().filter(rows) for rows in (unheard, lost, late)),
        where=or_(unheard, lost, late),
    )
    if waiting:
        yield Reason(
            "voicemails",
            f"{_n(waiting, 'message')} à écouter, le plus ancien du {line.local(oldest):%d/%m}.",
        )
    if gone:
        yield Reason("voicemails", f"{_n(gone, 'message')} dont le son est perdu.")
    if awaited:
        yield Reason("voicemails", f"{_n(awaited, 'message')} dont le son manque depuis plus d'une heure.")


def _callbacks(session: Session, line: Line, at: datetime) -> Iterator[Reason]:
    """The clock calls a late call missed as soon as its grace is over; one still planned is not watched."""
    unhandled = at - line.config.callbacks.grace - line.config.alarms.clock
    overdue = and_(Callback.state == CallbackState.PLANNED, Callback.due_at < unhandled)
    oldest, count = _counts(session, func.min(Callback.due_at), func.count(), where=overdue)
    if count:
        yield Reason(
            "callbacks", f"{_n(count, 'rappel')} en retard, le plus ancien du {line.local(oldest):%d/%m}."
        )


def _counts(session: Session, *columns: Any, where: Any) -> Sequence[Any]:
    return session.execute(select(*columns).where(where)).one()


def _n(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 and not word.isupper() else ''}"
