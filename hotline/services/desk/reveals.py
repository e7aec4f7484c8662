"""What is written down of a look at somebody's file or a mail, and of a number shown in clear."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import AuditEntry, CallerPhone, Phone, Volunteer
from hotline.phone import PhoneNumber

SEEN = "caller.seen"
MAIL_SEEN = "mail.seen"
REVEALED = "phone.revealed"


def number(session: Session, phone_id: int, *, also_of_team: bool) -> PhoneNumber | None:
    """Return a number to be shown in clear, None for no telephone, and for a volunteer's unless asked."""
    phone = session.get(Phone, phone_id)
    if phone is None or not (also_of_team or _of_callers(session, phone_id)):
        return None
    return PhoneNumber(phone.number)


def _of_callers(session: Session, phone_id: int) -> bool:
    """Tell whether a telephone is a caller's, or at least nobody's of the team."""
    caller = select(CallerPhone.caller_id).where(CallerPhone.phone_id == phone_id)
    volunteer = select(Volunteer.id).where(Volunteer.phone_id == phone_id)
    return session.scalar(caller.limit(1)) is not None or session.scalar(volunteer) is None


def seen_since(session: Session, caller_id: int, actor: str, since: datetime) -> bool:
    """Tell whether somebody's look at a file is in the audit log since a moment."""
    return noted_since(session, SEEN, f"caller:{caller_id}", actor, since)


def noted_since(session: Session, action: str, subject: str, actor: str, since: datetime) -> bool:
    """Tell whether something that somebody did is in the audit log since a moment."""
    entry = select(AuditEntry.id).where(
        AuditEntry.subject == subject,
        AuditEntry.at >= since,
        AuditEntry.action == action,
        AuditEntry.actor_index == actor,
    )
    return session.scalar(entry.limit(1)) is not None
