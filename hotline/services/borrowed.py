"""A volunteer on somebody else's telephone: the call becomes theirs, and leaves no trace of its owner."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Call, Contact, Request, Volunteer
from hotline.services import pins, requests

VOLUNTEER = "volunteer"


def by_pin(session: Session, call: Call, from_raw: str, digits: str, at: datetime) -> bool:
    """Give a call to the volunteer whose PIN was typed; False when it is nobody's."""
    volunteer = pins.who(session, digits, from_raw, at)
    if volunteer is None:
        return False
    if call.volunteer_id != volunteer.id:
        _give(session, call, volunteer, at)
    return True


def _give(session: Session, call: Call, volunteer: Volunteer, at: datetime) -> None:
    """The telephone's owner did not phone: their contact goes, and the request that it opened closes.

    A withheld call keeps the person made for it, whom nobody can call back.
    """
    contact = session.get(Contact, call.contact_id) if call.contact_id else None
    call.volunteer_id = volunteer.id
    call.contact_id = call.put_through_id = None
    if not call.withheld:
        call.caller_id = None
    session.flush()
    if contact is None:
        return
    request = session.get(Request, contact.request_id, with_for_update={"key_share": True})
    session.delete(contact)
    session.flush()
    if request is not None and request.opened_at == contact.at and not _others(session, request):
        requests.close(session, request, VOLUNTEER, at)


def _others(session: Session, request: Request) -> bool:
    return session.scalar(select(Contact.id).where(Contact.request_id == request.id).limit(1)) is not None
