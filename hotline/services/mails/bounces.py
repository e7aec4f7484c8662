"""Mails that came back: nobody reads at that address, so it is written to no more, and somebody is told."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline import models
from hotline.models import Address, OutboxRow, move
from hotline.models.status import OutboxState
from hotline.services import alerts
from hotline.services.line import Line
from hotline.services.mails.behind import behind

_COMES_BACK_WITHIN = timedelta(days=14)
_DEAD = "cette adresse ne reçoit plus de courriels"


def bounced(
    session: Session,
    line: Line,  # noqa: ARG001 - session, line, event, moment come in this order everywhere
    mail: models.Mail,
    address: str,
    permanent: bool,
    at: datetime,
) -> None:
    """A server says in `mail` that ours to an address did not arrive; only what we wrote lately counts.

    What is not `permanent` only stands in the file: that server goes on trying.
    """
    known = session.scalar(select(Address).where(Address.address_index == address.lower()))
    if known is None:
        return
    person = behind(session, address)
    mail.volunteer_id = person.volunteer.id if person.volunteer else None
    mail.caller_id = person.caller.id if person.caller else None
    if not permanent:
        return
    row = session.scalar(
        select(OutboxRow)
        .where(
            OutboxRow.address_id == known.id,
            OutboxRow.state == OutboxState.SENT,
            OutboxRow.sent_at > at - _COMES_BACK_WITHIN,
        )
        .order_by(OutboxRow.sent_at.desc())
        .limit(1)
    )
    if row is not None:
        move(session, row, OutboxState.FAILED, error=_DEAD)
        dead(session, known, at)


def dead(session: Session, address: Address, at: datetime) -> None:
    """Nobody has this address (any more): what waits for it is dropped, coordinators are told once."""
    if address.bounced_at is not None:
        return
    address.bounced_at = at
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.address_id == address.id, OutboxRow.state == OutboxState.QUEUED)
        .values(state=OutboxState.FAILED, error=_DEAD)
    )
    known = behind(session, address.address)
    alerts.raise_alert(
        session,
        "mail_failed",
        f"mail_failed:address:{address.id}:{at:%Y%m%d}",
        at,
        detail=_DEAD,
        volunteer_id=known.volunteer.id if known.volunteer else None,
        caller_id=known.caller.id if known.caller else None,
    )


def alive(session: Session, address: str) -> None:
    """Somebody has just written from this address: it may be written to again."""
    session.execute(update(Address).where(Address.address_index == address.lower()).values(bounced_at=None))
