"""A database that has just come out of a backup must know that it knows nothing of what happened since."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from hotline.models import Heartbeat, OutboxRow
from hotline.models.status import OutboxState
from hotline.services import alerts, custody, health, heartbeats

BACKUP: Final = "backup"
_GAP: Final = timedelta(hours=1)


def note(session: Session, made_at: datetime, at: datetime, *, actor: str) -> None:
    """Put in doubt the texts that may have left since the backup, and let the clock see a gap.

    The carrier's log is asked about each before it leaves, if that still makes sense. What is due later waits
    as it did. A mail leaves under the Message-ID that it would have had, by which a second one is known.
    """
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.phone_id.is_not(None),
            OutboxRow.due_at <= at,
            OutboxRow.state.in_([OutboxState.QUEUED, OutboxState.SENDING]),
        )
        .values(
            state=OutboxState.DOUBTFUL,
            claimed_at=case((OutboxRow.state == OutboxState.SENDING, OutboxRow.claimed_at), else_=made_at),
        )
    )
    if session.get(Heartbeat, health.CLOCK):
        heartbeats.note(session, health.CLOCK, made_at - _GAP)
    heartbeats.note(session, BACKUP, made_at)
    alerts.raise_alert(session, "restored", f"restored:{at.isoformat()}", at)
    custody.note(session, at, actor=actor, action="restore", subject=f"{made_at:%Y-%m-%d %H:%M} UTC")
