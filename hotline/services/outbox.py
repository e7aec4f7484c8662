"""Texts to be sent: rows first, sent after the commit, doubts resolved before any second try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from callflows import gsm
from hotline.models import EarlyReceipt, Message, OutboxRow, Phone, Volunteer, move
from hotline.models.status import Direction, OutboxState
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts, people
from hotline.services.line import Line
from hotline.telephony import statuses
from hotline.telephony.base import CarrierText, SentText, TelephonyError
from hotline.telephony.webhooks import TextReceipt

OPTED_OUT = 21610
WAIT_FOR_LOG = timedelta(seconds=30)
SURE_AFTER = timedelta(minutes=2)
CLAIM_LASTS = timedelta(minutes=1)
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800))
_KEEP_TRYING = timedelta(hours=24)


@dataclass(frozen=True)
class ToSend:
    """One claimed text: what it takes to send it outside of any transaction."""

    row_id: int
    to: str
    body: str
    valid_for: int


@dataclass(frozen=True)
class Doubt:
    """A text that may or may not have been sent: looked up in the carrier's log before any second try."""

    row_id: int
    to: str
    body: str
    since: datetime


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
    after_stop: bool = False,
) -> bool:
    """Write a text to be sent, once per key; False when it may not be sent or was written before.

    `until` is when the text stops making sense. `after_stop` is for the one confirmation of a STOP.
    """
    if not may_text(session, line, phone, at, after_stop=after_stop):
        return False
    values = {
        "kind": kind,
        "key": key,
        "phone_id": phone.id,
        "body": gsm.plain(body),
        "state": OutboxState.QUEUED,
        "created_at": at,
        "due_at": at,
        "expires_at": until or at + _KEEP_TRYING,
    }
    return people.insert_once(session, OutboxRow, "key", values)


def may_text(session: Session, line: Line, phone: Phone, at: datetime, *, after_stop: bool = False) -> bool:
    """Tell whether a text may go there: a mobile of an allowed country, no STOP, under the ceilings."""
    limits = line.config.limits
    if not phone.textable or (phone.stopped_at is not None and not after_stop):
        return False
    if not dialable(PhoneNumber(phone.number), limits.countries):
        return False
    if _written_today(session, line, at, phone) >= limits.sms_per_person_per_day:
        return False
    if _written_today(session, line, at) >= limits.sms_per_day:
        alerts.raise_alert(session, "sms_ceiling", f"sms_ceiling:{line.day(at)}", at)
        return False
    return True


def claim_due(session: Session, at: datetime, limit: int) -> list[ToSend]:
    """Claim the texts that are due, oldest first; no other process gets the same."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=OutboxRow)
    ).all()
    claimed = []
    for row in rows:
        if row.expires_at <= at:
            _fail(session, row, None, "trop tard : le texte n'avait plus de sens")
            continue
        row.state, row.claimed_at, row.attempts = OutboxState.SENDING, at, row.attempts + 1
        valid_for = int(min(max((row.expires_at - at).total_seconds(), 60), 36_000))
        claimed.append(ToSend(row.id, row.phone.number, row.body, valid_for))
    return claimed


def accepted(session: Session, line: Line, row_id: int, sent: SentText, at: datetime) -> None:
    """The carrier has taken the text: log the message and apply a receipt that was faster than the answer."""
    row = session.get_one(OutboxRow, row_id)
    if not move(session, row, OutboxState.SENT, sid=sent.sid, sent_at=at, error_code=None, error=None):
        return
    volunteer_id = session.scalar(select(Volunteer.id).where(Volunteer.phone_id == row.phone_id))
    session.add(
        Message(
            sid=sent.sid,
            direction=Direction.OUTBOUND,
            from_number=line.sender,
            to_number=row.phone.number,
            body=row.body,
            status=sent.status,
            volunteer_id=volunteer_id,
            created_at=at,
        )
    )
    session.flush()
    early = session.get(EarlyReceipt, sent.sid)
    if early is not None:
        receipt(session, TextReceipt(early.sid, early.status, early.error_code), at)
        session.delete(early)


def refused(session: Session, row_id: int, error: TelephonyError, at: datetime) -> None:
    """The carrier did not take the text: doubtful when it may have, else later, or never."""
    row = session.get_one(OutboxRow, row_id)
    if error.uncertain:
        move(session, row, OutboxState.DOUBTFUL, error_code=error.code, error=str(error)[:200])
    elif error.permanent:
        _fail(session, row, error.code, str(error))
        _heed(session, row, error.code, at)
    else:
        wait = timedelta(seconds=error.retry_after) if error.retry_after else _delay(row)
        move(
            session, row, OutboxState.QUEUED, due_at=at + wait, error_code=error.code, error=str(error)[:200]
        )


def abandon_stale(session: Session, at: datetime) -> None:
    """Put in doubt what a process that died was sending."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.SENDING, OutboxRow.claimed_at < at - CLAIM_LASTS)
        .values(state=OutboxState.DOUBTFUL)
    )


def doubts(session: Session, at: datetime, limit: int) -> list[Doubt]:
    """Return the doubtful texts old enough for the carrier's log to show them."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.DOUBTFUL, OutboxRow.claimed_at < at - WAIT_FOR_LOG)
        .order_by(OutboxRow.claimed_at)
        .limit(limit)
    )
    return [
        Doubt(row.id, row.phone.number, row.body, (row.claimed_at or row.created_at) - timedelta(minutes=1))
        for row in rows
    ]


def resolve(session: Session, line: Line, doubt: Doubt, log: Sequence[CarrierText], at: datetime) -> None:
    """Settle a doubt by the carrier's log: sent when it is there, again only once it surely is not."""
    row = session.get_one(OutboxRow, doubt.row_id)
    if row.state is not OutboxState.DOUBTFUL:
        return
    known = set(session.scalars(select(Message.sid).where(Message.sid.in_([text.sid for text in log]))))
    for text in log:
        if text.direction != "inbound" and text.body == doubt.body and text.sid not in known:
            accepted(session, line, row.id, SentText(text.sid, text.status), at)
            receipt(session, TextReceipt(text.sid, text.status, text.error_code), at)
            return
    if row.claimed_at is None or row.claimed_at < at - SURE_AFTER:
        move(session, row, OutboxState.QUEUED, due_at=at)


def receipt(session: Session, news: TextReceipt, at: datetime) -> None:
    """Apply a delivery receipt; older news than what is known changes nothing."""
    message = session.scalar(
        select(Message).where(Message.sid == news.sid, Message.direction == Direction.OUTBOUND)
    )
    if message is None:
        _keep_early(session, news, at)
        return
    if not statuses.newer(message.status, news.status):
        return
    message.status, message.error_code = news.status, news.error_code
    row = session.scalar(select(OutboxRow).where(OutboxRow.sid == news.sid))
    if row is None:
        return
    if news.status == "delivered":
        move(session, row, OutboxState.DELIVERED)
    elif news.status in {"undelivered", "failed"}:
        _fail(session, row, news.error_code, "l'opérateur n'a pas pu remettre ce texte")
        _heed(session, row, news.error_code, at)


def stop(session: Session, phone: Phone, at: datetime) -> None:
    """No text leaves to this telephone any more, not even one that was waiting."""
    phone.stopped_at = phone.stopped_at or at
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.phone_id == phone.id, OutboxRow.state == OutboxState.QUEUED)
        .values(state=OutboxState.FAILED, error="la personne a demandé l'arrêt des textes")
    )


def _keep_early(session: Session, news: TextReceipt, at: datetime) -> None:
    early = session.get(EarlyReceipt, news.sid)
    if early is None:
        values = {"sid": news.sid, "status": news.status, "error_code": news.error_code, "at": at}
        people.insert_once(session, EarlyReceipt, "sid", values)
    elif statuses.newer(early.status, news.status):
        early.status, early.error_code = news.status, news.error_code


def _fail(session: Session, row: OutboxRow, code: int | None, why: str) -> None:
    move(session, row, OutboxState.FAILED, error_code=code, error=why[:200])


def _heed(session: Session, row: OutboxRow, code: int | None, at: datetime) -> None:
    """A refused text means something: an opt-out, or a number that a coordinator should look at."""
    if code == OPTED_OUT:
        stop(session, row.phone, at)
        return
    volunteer_id = session.scalar(select(Volunteer.id).where(Volunteer.phone_id == row.phone_id))
    alerts.raise_alert(
        session, "text_failed", f"text_failed:{row.id}", at, detail=row.error, volunteer_id=volunteer_id
    )


def _delay(row: OutboxRow) -> timedelta:
    return _DELAYS[min(row.attempts, len(_DELAYS)) - 1]


def _written_today(session: Session, line: Line, at: datetime, phone: Phone | None = None) -> int:
    midnight = datetime.combine(line.day(at), time(), line.zone)
    count = select(func.count()).select_from(OutboxRow).where(OutboxRow.created_at >= midnight)
    if phone is not None:
        count = count.where(OutboxRow.phone_id == phone.id)
    return session.scalar(count) or 0
