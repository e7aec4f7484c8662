"""What became of the texts handed to the carrier: taken or refused, arrived or lost, or in doubt.

A text whose fate is unknown is looked up before any second try; receipts only ever move forward.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from hotline.models import EarlyReceipt, Message, OutboxRow, move
from hotline.models.status import Direction, OutboxState
from hotline.services import alerts, assignments, optouts, outbox, people
from hotline.services.line import Line
from hotline.services.spending import billing
from hotline.telephony import statuses
from hotline.telephony.base import CarrierText, SentText, TelephonyError
from hotline.telephony.errors import NO_TEXTS, OPTED_OUT, advice_for
from hotline.telephony.webhooks import TextReceipt

CLAIM_LASTS = timedelta(minutes=1)
WAIT_FOR_LOG = timedelta(seconds=5)
SURE_AFTER = timedelta(seconds=30)
_CLOCKS_DIFFER = timedelta(minutes=1)
_RECEIPT_KEPT = timedelta(days=2)
_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800))
_TRIES: Mapping[int, int] = {30001: 3, 30003: 3, 30008: 2}
"""How often a text is handed over at most when its receipt gives this error (carrier reference §6)."""
_DEAD_ENDS = NO_TEXTS | {21211, 30004, 30005}
_UNREAD = _DEAD_ENDS | {30003}
_LOST = frozenset({"undelivered", "failed", "canceled"})
_JUST_TAKEN = "queued"


@dataclass(frozen=True)
class Doubt:
    """A text that may or may not have been sent, and since when the carrier's log could show it."""

    row_id: int
    to: str = field(repr=False)
    body: str = field(repr=False)
    since: datetime


def accepted(session: Session, line: Line, row_id: int, sent: SentText, at: datetime) -> None:
    """The carrier has taken the text: log the message, once."""
    row = session.get_one(OutboxRow, row_id)
    move(session, row, OutboxState.SENT, sid=sent.sid, sent_at=at, error_code=None, error=None)
    volunteer = people.volunteer_at(session, row.telephone)
    caller = people.caller_at(session, row.telephone) if volunteer is None else None
    values = {
        "sid": sent.sid,
        "direction": Direction.OUTBOUND,
        "from_number": row.sender or line.sender,
        "to_number": row.telephone.number,
        "body": row.body,
        "status": sent.status,
        "volunteer_id": volunteer.id if volunteer else None,
        "caller_id": caller.id if caller else None,
        "created_at": at,
    }
    if people.insert_once(session, Message, "sid", values) is not None:
        billing.texted(session, line, row.body, at)


def refused(session: Session, line: Line, row_id: int, error: TelephonyError, at: datetime) -> None:
    """The carrier did not take the text: doubtful when it may have, else later, or never."""
    row = session.get_one(OutboxRow, row_id)
    if row.state is not OutboxState.SENDING:
        return
    if error.uncertain:
        move(session, row, OutboxState.DOUBTFUL, error_code=error.code, error=str(error)[:200])
        return
    later = at + (timedelta(seconds=error.retry_after) if error.retry_after else _delay(row))
    if error.permanent or not outbox.again(session, line, row, later, code=error.code, why=str(error)):
        _give_up(session, row, error.code, str(error), at)


def abandon_stale(session: Session, at: datetime) -> None:
    """Put in doubt what a process that died was sending."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.SENDING,
            OutboxRow.claimed_at < at - CLAIM_LASTS,
            OutboxRow.phone_id.is_not(None),
        )
        .values(state=OutboxState.DOUBTFUL)
    )


def doubts(session: Session, at: datetime, limit: int) -> list[Doubt]:
    """Return the doubtful texts old enough for the carrier's log to show them.

    Not while another text is on its way to the same telephone: in the log it might pass for this one.
    """
    other = aliased(OutboxRow)
    sending = select(other.id).where(other.phone_id == OutboxRow.phone_id, other.state == OutboxState.SENDING)
    rows = session.scalars(
        select(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.DOUBTFUL,
            OutboxRow.claimed_at < at - WAIT_FOR_LOG,
            OutboxRow.phone_id.is_not(None),
            ~sending.exists(),
        )
        .order_by(OutboxRow.claimed_at)
        .limit(limit)
    )
    return [
        Doubt(row.id, row.telephone.number, row.body, (row.claimed_at or row.created_at) - _CLOCKS_DIFFER)
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
            accepted(session, line, row.id, SentText(text.sid, _JUST_TAKEN), at)
            receipt(session, line, TextReceipt(text.sid, text.status, text.error_code), at)
            return
    claimed_at = row.claimed_at or row.created_at
    if claimed_at < at - SURE_AFTER and not outbox.again(
        session, line, row, at, code=row.error_code, why=row.error or ""
    ):
        _give_up(session, row, row.error_code, "trop tard pour un autre essai", at)


def receipt(session: Session, line: Line, news: TextReceipt, at: datetime) -> None:
    """Apply a delivery receipt; older news than what is known changes nothing.

    One that is faster than the carrier's answer to us is kept until `catch_up`.
    """
    message = session.scalar(
        select(Message)
        .where(Message.sid == news.sid, Message.direction == Direction.OUTBOUND)
        .with_for_update()
    )
    if message is None:
        _keep_early(session, line, news, at)
    elif statuses.newer(message.status, news.status):
        message.status, message.error_code = news.status, news.error_code
        row = session.scalar(select(OutboxRow).where(OutboxRow.sid == news.sid))
        if row is not None:
            _apply(session, line, row, news, at)


def catch_up(session: Session, line: Line, at: datetime) -> int:
    """Apply the receipts that came too early, forget those of texts that we never sent; return how many."""
    early = session.scalars(
        select(EarlyReceipt).join(Message, Message.sid == EarlyReceipt.sid).with_for_update(of=EarlyReceipt)
    ).all()
    for found in early:
        receipt(session, line, TextReceipt(found.sid, found.status, found.error_code), at)
        session.delete(found)
    session.execute(delete(EarlyReceipt).where(EarlyReceipt.at < at - _RECEIPT_KEPT))
    return len(early)


def _keep_early(session: Session, line: Line, news: TextReceipt, at: datetime) -> None:
    if not statuses.newer("", news.status):
        return
    values = {"sid": news.sid, "status": news.status, "error_code": news.error_code, "at": at}
    if people.insert_once(session, EarlyReceipt, "sid", values):
        return
    early = session.get(EarlyReceipt, news.sid, with_for_update=True)
    if early is None:
        receipt(session, line, news, at)  # `catch_up` has just met the one that was there
    elif statuses.newer(early.status, news.status):
        early.status, early.error_code = news.status, news.error_code


def _apply(session: Session, line: Line, row: OutboxRow, news: TextReceipt, at: datetime) -> None:
    """Carry what a receipt says over to the outbox: arrived, lost for now, or lost for good."""
    if news.status == "delivered":
        move(session, row, OutboxState.DELIVERED)
    elif news.status in _LOST:
        code, advice = news.error_code, advice_for(news.error_code)
        again = row.attempts < _TRIES.get(code or 0, 0)
        later = at + timedelta(seconds=advice.retry_after or 0)
        if not (again and outbox.again(session, line, row, later, code=code, why=advice.says)):
            _give_up(session, row, code, advice.says, at)


def _give_up(session: Session, row: OutboxRow, code: int | None, why: str, at: datetime) -> None:
    """A text that will never arrive means something: an opt-out, a dead end, or work for a coordinator."""
    if outbox.stopped(row):
        outbox.fail(session, row, OPTED_OUT, why)
        return
    if not outbox.fail(session, row, code, why):
        return
    if code == OPTED_OUT:
        optouts.stop(session, row.telephone, f"outbox:{row.id}", at)
        return
    if code in _DEAD_ENDS:
        row.telephone.textable = False
    if code in _UNREAD and row.kind == assignments.OFFER:
        assignments.offer_lost(session, row.key, at)
    volunteer = people.volunteer_at(session, row.telephone)
    alerts.raise_alert(
        session,
        "text_failed",
        f"text_failed:{row.id}",
        at,
        detail=why,
        volunteer_id=volunteer.id if volunteer else None,
    )


def _delay(row: OutboxRow) -> timedelta:
    return _DELAYS[min(row.attempts, len(_DELAYS)) - 1]
