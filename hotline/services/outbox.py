"""Texts to be sent: rows first, under the ceilings, claimed after the commit by one process at a time."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from callflows import gsm
from hotline.models import OutboxRow, Phone, move
from hotline.models.status import OutboxState
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts, people
from hotline.services.line import Line
from hotline.telephony.errors import OPTED_OUT

CONFIRMATION = "stopped"
_DECENT_HOURS_ONLY = frozenset({"offer", "contact_again"})
_KEEP_TRYING = timedelta(hours=24)
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 60, 36_000


@dataclass(frozen=True)
class ToSend:
    """One claimed text: what it takes to send it outside of any transaction; `valid_for` in seconds."""

    row_id: int
    to: str = field(repr=False)
    body: str = field(repr=False)
    valid_for: int


def enqueue(
    session: Session,
    line: Line,
    *,
    kind: str,
    key: str,
    phone: Phone,
    body: str,
    at: datetime,
    until: datetime | None = None,
) -> bool:
    """Write a text to be sent, once per key; False when it may not be sent or was written before.

    `until` is when the text stops making sense. What asks a volunteer for something waits for a decent hour.
    """
    if not may_text(session, line, phone, at, after_stop=kind == CONFIRMATION):
        return False
    due = decent(line, kind, at)
    values = {
        "kind": kind,
        "key": key,
        "phone_id": phone.id,
        "body": gsm.plain(body),
        "state": OutboxState.QUEUED,
        "created_at": at,
        "due_at": due,
        "expires_at": until or due + _KEEP_TRYING,
    }
    if not people.insert_once(session, OutboxRow, "key", values):
        return False
    if all_written(session, line, at):
        alerts.raise_alert(session, "sms_ceiling", f"sms_ceiling:{line.day(at)}", at)
    return True


def may_text(session: Session, line: Line, phone: Phone, at: datetime, *, after_stop: bool = False) -> bool:
    """Tell whether a text may go there: a mobile of an allowed country, no STOP, under the ceilings.

    `after_stop` is for the one confirmation of a STOP.
    """
    if not takes_texts(line, phone, after_stop=after_stop):
        return False
    return phone.id not in worn_out(session, line, at) and not all_written(session, line, at)


def takes_texts(line: Line, phone: Phone, *, after_stop: bool = False) -> bool:
    """Tell whether texts may go to a telephone at all, ceilings aside."""
    if not phone.textable or (phone.stopped_at is not None and not after_stop):
        return False
    return dialable(PhoneNumber(phone.number), line.config.limits.countries)


def worn_out(session: Session, line: Line, at: datetime) -> set[int]:
    """Return the telephones that have been written to as often as they may be in a day (one query)."""
    most = line.config.limits.sms_per_person_per_day
    written_to = select(OutboxRow.phone_id).where(_today(line, at)).group_by(OutboxRow.phone_id)
    return set(session.scalars(written_to.having(func.count() >= most)))


def all_written(session: Session, line: Line, at: datetime) -> bool:
    """Tell whether the line has written as many texts as it may in a day."""
    written = session.scalar(select(func.count()).where(_today(line, at))) or 0
    return written >= line.config.limits.sms_per_day


def decent(line: Line, kind: str, moment: datetime) -> datetime:
    """Return when a text of this kind may leave: at once, or not before the hours in which offers do."""
    return (line.offer_hours.first_open(moment) if kind in _DECENT_HOURS_ONLY else None) or moment


def claim(session: Session, at: datetime) -> ToSend | None:
    """Claim the text due longest, None when nothing is due; no other process gets the same."""
    due = (
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    while (row := session.scalar(due)) is not None:
        if stopped(row):
            fail(session, row, OPTED_OUT, "la personne a demandé l'arrêt des textes")
        elif row.expires_at <= at:
            fail(session, row, None, "trop tard : le texte n'avait plus de sens")
        elif move(session, row, OutboxState.SENDING, claimed_at=at, attempts=row.attempts + 1):
            left = int((row.expires_at - at).total_seconds())
            valid_for = min(max(left, _SHORTEST_VALIDITY), _LONGEST_VALIDITY)
            return ToSend(row.id, row.phone.number, row.body, valid_for)
    return None


def again(session: Session, line: Line, row: OutboxRow, at: datetime, *, code: int | None, why: str) -> bool:
    """Queue a text once more, to leave at `at`; False when it would come too late or is wanted no more."""
    due = decent(line, row.kind, at)
    if stopped(row) or due >= row.expires_at:
        return False
    return move(session, row, OutboxState.QUEUED, due_at=due, sid=None, error_code=code, error=why[:200])


def stopped(row: OutboxRow) -> bool:
    """Tell whether the person has stopped texts; only the confirmation of that may still leave."""
    return row.phone.stopped_at is not None and row.kind != CONFIRMATION


def fail(session: Session, row: OutboxRow, code: int | None, why: str) -> bool:
    """Note that a text will never arrive, and why; False when that was settled before."""
    return move(session, row, OutboxState.FAILED, error_code=code, error=why[:200])


def cancel(session: Session, phone: Phone) -> None:
    """Drop what was waiting to leave to a telephone whose owner wants no more texts."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.phone_id == phone.id,
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.kind != CONFIRMATION,
        )
        .values(
            state=OutboxState.FAILED, error_code=OPTED_OUT, error="la personne a demandé l'arrêt des textes"
        )
    )


def _today(line: Line, at: datetime) -> ColumnElement[bool]:
    return OutboxRow.created_at >= datetime.combine(line.day(at), time(), line.zone)
