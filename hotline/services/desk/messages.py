"""What a coordinator does with one voicemail besides looking after it: hears it, puts it into words."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.models import AuditEntry, Coordinator, Voicemail, move
from hotline.models.status import TranscriptState
from hotline.services import custody
from hotline.services.desk import claims

HEARD: Final = "voicemail.heard"
ONE_SITTING: Final = timedelta(minutes=30)
"""A browser asks for a sound in many pieces: whoever hears a message again this soon is not noted again."""


def heard(session: Session, voicemail: Voicemail, coordinator: Coordinator, at: datetime) -> None:
    """Note that somebody hears a message: in the audit log once a sitting, on the message the first time."""
    first = update(Voicemail).where(Voicemail.id == voicemail.id, Voicemail.heard_at.is_(None))
    session.execute(first.values(heard_at=at).execution_options(synchronize_session=False))
    claims.busy(session, voicemail.id, coordinator, at)
    subject = f"voicemail:{voicemail.id}"
    noted = select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.at > at - ONE_SITTING,
        AuditEntry.action == HEARD,
        AuditEntry.actor_index == coordinator.email,
    )
    if session.scalar(noted.limit(1)) is None:
        custody.note(session, at, actor=coordinator.email, action=HEARD, subject=subject)


def corrected(
    session: Session, voicemail: Voicemail, words: str, at: datetime, *, seen: datetime | None
) -> bool:
    """Keep a transcript written by hand; False when it was corrected by somebody else since it was `seen`."""
    session.refresh(voicemail, with_for_update={"of": Voicemail})
    if voicemail.edited_at != seen:
        return False
    voicemail.transcript = words
    voicemail.edited_at = at
    session.flush()
    move(session, voicemail, TranscriptState.DONE)
    return True
