"""Short links to one volunteer's page: random, kept only as a keyed hash; they end and can be revoked."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.models import Link, Volunteer
from hotline.models.status import VolunteerState
from hotline.services.line import Line

PAGE = "page"
_TOKEN_BYTES = 9
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}")


def issue(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str:
    """Return the address of a fresh link to a volunteer's page: `https://.../v/` and twelve characters."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        Link(
            volunteer_id=volunteer.id,
            token_index=token,
            purpose=PAGE,
            created_at=at,
            expires_at=at + line.config.links.last,
        )
    )
    return f"{line.public_url}/v/{token}"


def find(session: Session, token: str, at: datetime) -> Link | None:
    """Return the link with this token, None when it is none of ours, is over, or was revoked."""
    if not _TOKEN.fullmatch(token):
        return None
    return _working(session, session.scalar(select(Link).where(Link.token_index == token)), at)


def by_id(session: Session, link_id: int, at: datetime) -> Link | None:
    """Return a link that still works."""
    return _working(session, session.get(Link, link_id), at)


def revoke_all(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Make every link of a volunteer worthless: their telephone was lost, or they left."""
    session.execute(
        update(Link).where(Link.volunteer_id == volunteer.id, Link.revoked_at.is_(None)).values(revoked_at=at)
    )


def _working(session: Session, link: Link | None, at: datetime) -> Link | None:
    if link is None or link.revoked_at is not None or link.expires_at <= at:
        return None
    volunteer = session.get_one(Volunteer, link.volunteer_id)
    return link if volunteer.state in {VolunteerState.ACTIVE, VolunteerState.PAUSED} else None
