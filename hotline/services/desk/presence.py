"""Who is signed in where: a browser's random token, kept as a keyed index only."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.models import Coordinator, DeskSession

LASTS = timedelta(hours=12)
"""A browser left alone this long has to sign in again."""

_NOTED_EVERY = timedelta(minutes=5)
_LONGEST_AGENT = 200


@dataclass(frozen=True)
class SignedIn:
    """A coordinator in one browser."""

    session_id: int
    coordinator: Coordinator


def begin(session: Session, coordinator: Coordinator, at: datetime, *, agent: str, address: str) -> str:
    """Sign a coordinator in; return the token that the browser keeps."""
    token = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            token_index=token,
            coordinator_id=coordinator.id,
            agent=agent[:_LONGEST_AGENT],
            address=address,
            created_at=at,
            seen_at=at,
            over_at=at + LASTS,
        )
    )
    coordinator.last_seen_at = at
    session.flush()
    return token


def found(session: Session, token: str, at: datetime) -> SignedIn | None:
    """Return who holds this token and is still signed in."""
    row = session.scalar(
        select(DeskSession)
        .join(DeskSession.coordinator)
        .where(DeskSession.token_index == token, DeskSession.over_at > at, Coordinator.active)
    )
    return SignedIn(row.id, row.coordinator) if row else None


def last_known(session: Session, token: str) -> Coordinator | None:
    """Return who held this token, signed in or not any more, as long as they have a place at the desk."""
    return session.scalar(
        select(Coordinator)
        .join(DeskSession, DeskSession.coordinator_id == Coordinator.id)
        .where(DeskSession.token_index == token, Coordinator.active)
    )


def to_be_noted(session: Session, signed_in: SignedIn, at: datetime) -> bool:
    """Tell whether `seen` is due, which need not be written at each click."""
    seen = session.scalar(select(DeskSession.seen_at).where(DeskSession.id == signed_in.session_id))
    return seen is not None and at - seen >= _NOTED_EVERY


def seen(session: Session, signed_in: SignedIn, at: datetime) -> None:
    """Note that the browser is in use, which keeps it signed in."""
    session.execute(
        update(DeskSession)
        .where(DeskSession.id == signed_in.session_id, DeskSession.over_at > at)
        .values(seen_at=at, over_at=at + LASTS)
    )
    session.execute(
        update(Coordinator).where(Coordinator.id == signed_in.coordinator.id).values(last_seen_at=at)
    )


def of(session: Session, coordinator_id: int, at: datetime) -> list[DeskSession]:
    """Return the browsers in which a coordinator is signed in, the last used first."""
    mine = select(DeskSession).where(DeskSession.coordinator_id == coordinator_id, DeskSession.over_at > at)
    return list(session.scalars(mine.order_by(DeskSession.seen_at.desc(), DeskSession.id.desc())))


def end(session: Session, coordinator_id: int, at: datetime, *, only: int | None = None) -> int:
    """Sign a coordinator out, everywhere or in one browser; return in how many."""
    ending = (
        update(DeskSession)
        .where(DeskSession.coordinator_id == coordinator_id, DeskSession.over_at > at)
        .values(over_at=at)
    )
    if only is not None:
        ending = ending.where(DeskSession.id == only)
    return len(session.execute(ending.returning(DeskSession.id)).all())
