"""How a caller and their volunteer speak to each other: who wants mails, and who writes them."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from hotline.models import Address, Caller, Volunteer
from hotline.models.status import Channel
from hotline.services.line import Line


def of(caller: Caller) -> Channel:
    """Return how a caller is spoken to: whoever wants mails and has no address is phoned."""
    if caller.channel is Channel.MAIL and caller.email is None:
        return Channel.PHONE
    return caller.channel


def reachable(caller: Caller) -> bool:
    """Tell whether a volunteer can reach a caller at all: by telephone, or by mail where they want mails."""
    return of(caller) is Channel.MAIL or bool(caller.phones)


def wants_mail() -> ColumnElement[bool]:
    """Tell, within a query, whether a caller is written to."""
    return (Caller.channel == Channel.MAIL) & Caller.email_index.is_not(None)


def writers(session: Session, line: Line) -> set[int]:
    """Return the volunteers who write to callers who want mails (one query)."""
    return set(session.scalars(select(Volunteer.id).where(_writes()))) if line.mail_address else set()


def writes(session: Session, line: Line, volunteer: Volunteer) -> bool:
    """Tell whether a volunteer may be given somebody who wants mails."""
    this = select(Volunteer.id).where(Volunteer.id == volunteer.id, _writes())
    return line.mail_address is not None and session.scalar(this) is not None


def _writes() -> ColumnElement[bool]:
    """They said so, and mails arrive at their address."""
    closed = select(Address.id).where(
        Address.address_index == Volunteer.email_index,
        or_(Address.stopped_at.is_not(None), Address.bounced_at.is_not(None)),
    )
    return Volunteer.by_mail & Volunteer.email_index.is_not(None) & ~closed.exists()
