"""Short links to a volunteer's page and calendar: random, kept only as a keyed hash; they can be revoked."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from hotline.models import Link, Volunteer
from hotline.models.status import VolunteerState
from hotline.services.line import Line

PAGE, CALENDAR = "page", "calendar"
_CALENDAR_LASTS = timedelta(days=3650)  # a telephone's calendar cannot ask for a fresh address
_TOKEN_BYTES = 9
_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}")


def issue(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str:
    """Return the address of a fresh link to a volunteer's page: `https://.../v/` and twelve characters."""
    return f"{line.public_url}/v/{_new(session, volunteer, PAGE, at, at + line.config.links.last)}"


def for_text(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str | None:
    """Return the fresh link that a text carries where nobody can answer texts; None where they can."""
    return issue(session, line, volunteer, at) if line.one_way else None


def issue_calendar(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str:
    """Return the address of a volunteer's calendar, shown this once; their earlier ones stop working."""
    revoke_calendar(session, volunteer, at)
    return f"{line.public_url}/v/calendar/{_new(session, volunteer, CALENDAR, at, at + _CALENDAR_LASTS)}.ics"


def has_calendar(session: Session, volunteer: Volunteer, at: datetime) -> bool:
    """Tell whether a volunteer has an address for their calendar."""
    working = select(Link.id).where(*_calendars_of(volunteer), Link.expires_at > at)
    return session.scalar(working.limit(1)) is not None


def revoke_calendar(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Make the address of a volunteer's calendar worthless; their page's links go on working."""
    session.execute(update(Link).where(*_calendars_of(volunteer)).values(revoked_at=at))


def find(session: Session, token: str, at: datetime, purpose: str = PAGE) -> Link | None:
    """Return the link with this token, None when it is not ours, over, revoked, or opens another thing."""
    if not _TOKEN.fullmatch(token):
        return None
    link = session.scalar(select(Link).where(Link.token_index == token, Link.purpose == purpose))
    return _working(session, link, at)


def by_id(session: Session, link_id: int, at: datetime) -> Link | None:
    """Return a link that still works."""
    return _working(session, session.get(Link, link_id), at)


def revoke_all(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Make every link of a volunteer worthless: their telephone was lost, or they left."""
    session.execute(
        update(Link).where(Link.volunteer_id == volunteer.id, Link.revoked_at.is_(None)).values(revoked_at=at)
    )


def _new(session: Session, volunteer: Volunteer, purpose: str, at: datetime, until: datetime) -> str:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        Link(volunteer_id=volunteer.id, token_index=token, purpose=purpose, created_at=at, expires_at=until)
    )
    session.flush()
    return token


def _calendars_of(volunteer: Volunteer) -> tuple[ColumnElement[bool], ...]:
    return Link.volunteer_id == volunteer.id, Link.purpose == CALENDAR, Link.revoked_at.is_(None)


def _working(session: Session, link: Link | None, at: datetime) -> Link | None:
    if link is None or link.revoked_at is not None or link.expires_at <= at:
        return None
    volunteer = session.get_one(Volunteer, link.volunteer_id)
    return link if volunteer.state in {VolunteerState.ACTIVE, VolunteerState.PAUSED} else None
