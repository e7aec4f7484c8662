"""Mails that wait in the outbox: claimed by one process at a time, taken, refused, in doubt once.

A mail that may or may not have been taken goes out once more under the same Message-ID, by which the other
side knows it again.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from hotline.mail.addresses import token_in
from hotline.mail.smtp import MailError, Outgoing
from hotline.models import Address, Assignment, Mail, OutboxRow, move
from hotline.models.status import Direction, OutboxState
from hotline.services import alerts, outbox, people
from hotline.services.line import Line
from hotline.services.mails import bounces
from hotline.services.mails.behind import behind
from hotline.telephony.errors import OPTED_OUT

CLAIM_LASTS = timedelta(minutes=5)
STOPPED = "stopped"
BY_SOMEBODY = frozenset({"relay", "answer"})
_REPLIES = frozenset({"acknowledgement", STOPPED, "relay_over"})
_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
_DOUBTED = "dans le doute, envoyé une seconde fois"
_LOST_IN_DOUBT = "on ne sait pas si le courriel est arrivé, même à la seconde fois"


def claim(session: Session, line: Line, at: datetime) -> tuple[int, Outgoing] | None:
    """Claim the mail due longest, None when nothing is due; no other process gets the same."""
    own = line.mail_address
    if own is None:
        return None
    due = (
        select(OutboxRow)
        .where(OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= at, is_mail())
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    while (row := session.scalar(due)) is not None:
        address = _address(row)
        if address.stopped_at is not None and row.kind != STOPPED:
            outbox.fail(session, row, OPTED_OUT, "la personne ne veut plus de courriels")
        elif address.bounced_at is not None:
            outbox.fail(session, row, None, "cette adresse ne reçoit plus de courriels")
        elif row.expires_at <= at:
            _give_up(session, row, None, "trop tard : le courriel n'avait plus de sens", at)
        elif move(session, row, OutboxState.SENDING, claimed_at=at, attempts=row.attempts + 1):
            return row.id, _outgoing(line, row, own, at)
    return None


def accepted(session: Session, line: Line, row_id: int, mail: Outgoing, at: datetime) -> None:
    """The server has taken the mail: log it, once."""
    row = session.get_one(OutboxRow, row_id)
    move(session, row, OutboxState.SENT, sent_at=at, error_code=None, error=None)
    known = behind(session, mail.to)
    values = {
        "message_index": mail.message_id,
        "message_id": mail.message_id,
        "direction": Direction.OUTBOUND,
        "from_address": mail.sender,
        "from_names": mail.sender_name,
        "to_address": mail.to,
        "subject": mail.subject,
        "body": mail.body,
        "attachments": [],
        "size": len(mail.body.encode()),
        "automatic": row.kind not in BY_SOMEBODY,
        "caller_id": known.caller.id if known.caller else None,
        "volunteer_id": known.volunteer.id if known.volunteer else None,
        "assignment_id": _assignment_of(session, line, mail),
        "created_at": at,
    }
    people.insert_once(session, Mail, "message_index", values)


def refused(session: Session, row_id: int, error: MailError, at: datetime) -> None:
    """The server did not take the mail: doubtful when it may have, else later, or never."""
    row = session.get_one(OutboxRow, row_id)
    if row.state is not OutboxState.SENDING:
        return
    if error.uncertain:
        move(session, row, OutboxState.DOUBTFUL, error_code=error.code)
        return
    if error.no_such_box:
        outbox.fail(session, row, error.code, str(error))
        bounces.dead(session, _address(row), at)
        return
    later = at + _DELAYS[min(row.attempts, len(_DELAYS)) - 1]
    if error.permanent or not _again(session, row, later, str(error), code=error.code):
        _give_up(session, row, error.code, str(error), at)


def settle(session: Session, at: datetime) -> int:
    """Send again, once, what may or may not have been taken; return how many were in doubt."""
    doubtful = session.scalars(
        select(OutboxRow)
        .where(in_doubt(at - CLAIM_LASTS))
        .order_by(OutboxRow.id)
        .with_for_update(skip_locked=True, of=OutboxRow)
    ).all()
    for row in doubtful:
        move(session, row, OutboxState.DOUBTFUL, only_from=OutboxState.SENDING)
        if row.error == _DOUBTED:
            _give_up(session, row, row.error_code, _LOST_IN_DOUBT, at)
        elif not _again(session, row, at, _DOUBTED, code=row.error_code):
            _give_up(session, row, row.error_code, "trop tard pour un autre essai", at)
    return len(doubtful)


def in_doubt(before: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    """Tell, within a query, whether a mail was claimed before a moment and nobody knows what became of it."""
    unknown = OutboxRow.state.in_([OutboxState.SENDING, OutboxState.DOUBTFUL])
    return and_(is_mail(), unknown, OutboxRow.claimed_at < before)


def is_due(now: ColumnElement[datetime], claimed_before: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Tell, within a query, whether there is something to do for a mail of the outbox."""
    waits = and_(is_mail(), OutboxRow.state == OutboxState.QUEUED, OutboxRow.due_at <= now)
    return or_(waits, in_doubt(claimed_before))


def is_mail() -> ColumnElement[bool]:
    """Tell, within a query, a mail from a text."""
    return OutboxRow.address_id.is_not(None)


def _outgoing(line: Line, row: OutboxRow, own: str, at: datetime) -> Outgoing:
    """Return a claimed mail; one that goes over the relay seems to come from there, under a first name."""
    headers = dict(row.headers or {})
    association = line.config.association.name
    return Outgoing(
        message_id=f"<{row.id}.{row.created_at:%Y%m%d%H%M%S%f}@{own.rpartition('@')[2]}>",
        own=own,
        sender=headers.pop("From", own),
        sender_name=headers.pop("From-Name", association),
        to=_address(row).address,
        subject=row.subject or association,
        body=row.body,
        at=at,
        headers=_automatic(row.kind) | headers,
    )


def _automatic(kind: str) -> dict[str, str]:
    """Return the headers that keep machines from answering what a machine has written (RFC 3834)."""
    if kind in BY_SOMEBODY:
        return {}
    said = "auto-replied" if kind in _REPLIES else "auto-generated"
    return {"Auto-Submitted": said, "X-Auto-Response-Suppress": "All"}


def _again(session: Session, row: OutboxRow, later: datetime, why: str, *, code: int | None) -> bool:
    """Queue a mail once more; False when it would come too late. A doubt is never forgotten."""
    if later >= row.expires_at:
        return False
    kept = _DOUBTED if row.error == _DOUBTED else why[:200]
    return move(session, row, OutboxState.QUEUED, due_at=later, error_code=code, error=kept)


def _give_up(session: Session, row: OutboxRow, code: int | None, why: str, at: datetime) -> None:
    if not outbox.fail(session, row, code, why):
        return
    known = behind(session, _address(row).address)
    alerts.raise_alert(
        session,
        "mail_failed",
        f"mail_failed:{row.id}",
        at,
        detail=why,
        volunteer_id=known.volunteer.id if known.volunteer else None,
        caller_id=known.caller.id if known.caller else None,
    )


def _address(row: OutboxRow) -> Address:
    if row.address is None:
        raise ValueError(f"outbox row {row.id} is a text")
    return row.address


def _assignment_of(session: Session, line: Line, mail: Outgoing) -> int | None:
    """Return the assignment over whose relay a mail goes."""
    token = token_in(line.mail_address or "", mail.sender)
    return session.scalar(select(Assignment.id).where(Assignment.relay_index == token)) if token else None
