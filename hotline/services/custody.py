"""Who did what with everybody's data, and who vouches that a copy of the keys lies elsewhere."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import AuditEntry

_CONFIRMED = "keys.confirm"


def note(session: Session, at: datetime, *, actor: str, action: str, subject: str) -> None:
    """Write into the audit log who did what to what; `subject` never holds personal data."""
    session.add(AuditEntry(at=at, actor=actor, actor_index=actor, action=action, subject=subject))


def fingerprint(key: bytes) -> str:
    """Return what names a key without telling it."""
    return hashlib.sha256(b"key copy" + key).hexdigest()[:12]


def confirm(session: Session, at: datetime, *, actor: str, key: bytes) -> None:
    """Note that a copy of this key lies elsewhere; a new key asks for it again."""
    note(session, at, actor=actor, action=_CONFIRMED, subject=fingerprint(key))


def confirmed(session: Session, key: bytes) -> bool:
    """Tell whether somebody vouched for a copy of this key."""
    entry = select(AuditEntry.id).where(
        AuditEntry.action == _CONFIRMED, AuditEntry.subject == fingerprint(key)
    )
    return session.scalar(entry.limit(1)) is not None
