"""STOP and START by mail: whoever has had enough of our mails gets none at that address until they say so."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from callflows import by_mail
from hotline.models import Address, Assignment, OutboxRow
from hotline.models.status import HELD_ASSIGNMENT, Channel, OutboxState
from hotline.services import alerts, post
from hotline.services.line import Line
from hotline.services.mails.behind import Behind, behind
from hotline.services.mails.sending import STOPPED
from hotline.telephony.errors import OPTED_OUT


def stop(session: Session, line: Line, address: str, key: str, at: datetime) -> bool:
    """No mail leaves to this address any more but one confirmation; False when that was so.

    `key` names the mail that asks for it. Coordinators are told of somebody who writes over the relay.
    """
    found = post.address_for(session, address, at)
    session.refresh(found, with_for_update={"key_share": True})
    if found.stopped_at is not None:
        return False
    letter = by_mail.stopped(line.words, association=line.config.association.name)
    post.enqueue(
        session,
        line,
        kind=STOPPED,
        key=f"{STOPPED}:{key}"[:80],
        to=address,
        subject=letter.subject,
        body=letter.body,
        at=at,
    )
    found.stopped_at = at
    _cancel(session, found)
    _tell(session, behind(session, address), key, at)
    return True


def start(session: Session, address: str) -> None:
    """Mails may leave to this address again."""
    session.execute(update(Address).where(Address.address_index == address.lower()).values(stopped_at=None))


def _cancel(session: Session, address: Address) -> None:
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.address_id == address.id,
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.kind != STOPPED,
        )
        .values(state=OutboxState.FAILED, error_code=OPTED_OUT, error="la personne ne veut plus de courriels")
    )


def _tell(session: Session, known: Behind, key: str, at: datetime) -> None:
    """Somebody who writes over the relay can no longer be answered there: coordinators find another way."""
    if known.volunteer is not None:
        whose = Assignment.volunteer_id == known.volunteer.id
    elif known.caller is not None:
        whose = Assignment.caller_id == known.caller.id
    else:
        return
    writes = select(Assignment).where(
        whose, Assignment.channel == Channel.MAIL, Assignment.state.in_(HELD_ASSIGNMENT)
    )
    for one in session.scalars(writes.order_by(Assignment.id)).all():
        alerts.raise_alert(
            session,
            "mail_stop",
            f"mail_stop:{one.id}:{key}"[:80],
            at,
            volunteer_id=one.volunteer_id,
            caller_id=one.caller_id,
        )
