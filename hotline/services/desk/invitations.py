"""One-time links with which somebody chooses their password; kept only as a keyed index."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hotline.models import Coordinator, Invitation

LASTS = timedelta(hours=48)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def issue(session: Session, coordinator: Coordinator, at: datetime, lasts: timedelta = LASTS) -> str:
    """Return the token of a fresh link; earlier ones of the same person stop working."""
    session.execute(delete(Invitation).where(Invitation.coordinator_id == coordinator.id))
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(token_index=token, coordinator_id=coordinator.id, created_at=at, expires_at=at + lasts)
    )
    session.flush()
    return token


def find(session: Session, token: str, at: datetime) -> Coordinator | None:
    """Return whom a link invites, None when it is not ours, used, or over."""
    if not _TOKEN.fullmatch(token):
        return None
    return session.scalar(
        select(Coordinator)
        .join(Invitation, Invitation.coordinator_id == Coordinator.id)
        .where(
            Invitation.token_index == token,
            Invitation.used_at.is_(None),
            Invitation.expires_at > at,
            Coordinator.active,
        )
    )


def use(session: Session, token: str, at: datetime) -> Coordinator | None:
    """Return whom a link invites, and make it worthless; None for all but the first to ask."""
    invited = find(session, token, at)
    if invited is None:
        return None
    used = (
        update(Invitation)
        .where(Invitation.token_index == token, Invitation.used_at.is_(None))
        .values(used_at=at)
        .returning(Invitation.id)
    )
    return invited if session.execute(used).all() else None


def address(public_url: str, path: str) -> str:
    """Return a link of ours for a browser: passkeys refuse IP addresses, so that loopback is `localhost`."""
    scheme, separator, rest = public_url.partition("://")
    for loopback in ("127.0.0.1", "[::1]", "0.0.0.0"):  # noqa: S104 - read, never bound
        if rest.startswith(loopback):
            rest = f"localhost{rest.removeprefix(loopback)}"
    return f"{scheme}{separator}{rest}{path}"
