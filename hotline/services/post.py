"""Mails to be sent: rows of the outbox first, under the same rules as texts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Address, OutboxRow
from hotline.models.status import OutboxState
from hotline.services import alerts, outbox, people
from hotline.services.line import Line

_AT_ONCE = frozenset({"acknowledgement", "answer", "introduction", "relay", "relay_over", "stopped"})
_KEEP_TRYING = timedelta(days=3)


def enqueue(
    session: Session,
    line: Line,
    *,
    kind: str,
    key: str,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    until: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Write a mail to be sent, once per key; False when it may not be sent or was written before.

    `until` is when it stops making sense. Answers leave at once, everything else at a decent hour.
    `headers` are more of RFC 5322's: Reply-To, In-Reply-To, References; From is another address of ours from
    which the mail comes, From-Name the name beside it.
    """
    address = address_for(session, to, at)
    if not may_write(session, line, address, at):
        return False
    due = at if kind in _AT_ONCE else outbox.decent(line, at)
    if due is None or (until is not None and due >= until):
        return False
    values = {
        "kind": kind,
        "key": key,
        "address_id": address.id,
        "subject": subject,
        "headers": dict(headers or {}) or None,
        "body": body,
        "state": OutboxState.QUEUED,
        "created_at": at,
        "due_at": due,
        "expires_at": until or due + _KEEP_TRYING,
    }
    return people.insert_once(session, OutboxRow, "key", values) is not None


def may_write(session: Session, line: Line, address: Address, at: datetime) -> bool:
    """Tell whether a mail may go there: mails are set up, no STOP, no bounce, under the ceilings."""
    if line.mail_address is None or address.stopped_at is not None or address.bounced_at is not None:
        return False
    limits, to_them = line.config.limits, func.count().filter(OutboxRow.address_id == address.id)
    today = outbox.written_on(line.day(at), line)
    written, to_person = session.execute(
        select(func.count(), to_them).where(today, OutboxRow.address_id.is_not(None))
    ).one()
    if written >= limits.mails_per_day:
        alerts.raise_alert(session, "mail_ceiling", f"mail_ceiling:{line.day(at)}", at)
    return bool(written < limits.mails_per_day and to_person < limits.mails_per_person_per_day)


def address_for(session: Session, address: str, at: datetime) -> Address:
    """Return the address as we keep it, made at first sight; letters' case does not matter."""
    found = select(Address).where(Address.address_index == address.lower())
    values = {"address": address, "address_index": address.lower(), "created_at": at}
    return (
        session.scalar(found)
        or people.insert_once(session, Address, "address_index", values)
        or session.scalars(found).one()
    )
