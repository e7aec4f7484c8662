"""STOP and START: whoever has had enough of our texts gets none until they say otherwise."""

from datetime import datetime

from sqlalchemy.orm import Session

from hotline.models import Phone
from hotline.services import alerts, assignments, outbox, people


def stop(session: Session, phone: Phone, key: str, at: datetime) -> bool:
    """No text leaves to this telephone any more, not even one that was waiting; False when that was so.

    Coordinators are told of a volunteer, and what was offered to them goes to somebody else.
    """
    session.refresh(phone, with_for_update={"key_share": True})
    if phone.stopped_at is not None:
        return False
    phone.stopped_at = at
    outbox.cancel(session, phone)
    volunteer = people.volunteer_at(session, phone)
    if volunteer is not None:
        alerts.raise_alert(session, "volunteer_stop", f"stop:{key}", at, volunteer_id=volunteer.id)
        assignments.decline_offers(session, volunteer, at)
    return True


def start(phone: Phone) -> None:
    """Texts may leave to this telephone again."""
    phone.stopped_at = None
