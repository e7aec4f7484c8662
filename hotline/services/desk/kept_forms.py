"""What somebody was typing when their session ended: sealed for an hour, for them alone, given back once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.models import KeptForm

LASTS = timedelta(hours=1)
MOST_CHARACTERS = 48_000
_MOST_EACH = 10

Fields = Sequence[tuple[str, str]]


def keep(session: Session, coordinator_id: int, path: str, fields: Fields, at: datetime) -> str | None:
    """Keep what was typed for an address; return its token, None for what is too long to be kept."""
    session.execute(delete(KeptForm).where(KeptForm.created_at <= at - LASTS))
    if len(path) + sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    mine = select(KeptForm.id).where(KeptForm.coordinator_id == coordinator_id)
    older = session.scalars(mine.order_by(KeptForm.id.desc()).offset(_MOST_EACH - 1)).all()
    session.execute(delete(KeptForm).where(KeptForm.id.in_(older)))
    token = secrets.token_urlsafe(16)
    session.add(
        KeptForm(
            token_index=token,
            coordinator_id=coordinator_id,
            path=path,
            fields=[list(field) for field in fields],
            created_at=at,
        )
    )
    session.flush()
    return token


def find(session: Session, coordinator_id: int, token: str, at: datetime) -> KeptForm | None:
    """Return what this coordinator had typed, as long as it is kept."""
    return session.scalar(
        select(KeptForm).where(
            KeptForm.token_index == token,
            KeptForm.coordinator_id == coordinator_id,
            KeptForm.created_at > at - LASTS,
        )
    )


def give_back(session: Session, coordinator_id: int, token: str, at: datetime) -> str | None:
    """Let go of what was kept; return the address that it was meant for, None when it is gone already."""
    kept = find(session, coordinator_id, token, at)
    if kept is None:
        return None
    gone = delete(KeptForm).where(KeptForm.id == kept.id).returning(KeptForm.id)
    return kept.path if session.execute(gone).all() else None
