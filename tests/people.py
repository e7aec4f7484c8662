"""People to play with: volunteers, listeners on shift, callers already known."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Caller, CallerPhone, Phone, Shift, Volunteer
from hotline.models.status import CallerState, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import people


def add_volunteer(hotline: Hotline, first_name: str, number: str, **fields: Any) -> int:
    """Register a volunteer, active and always available unless `fields` say otherwise; return their id."""
    at = hotline.clock.now()

    def register(session: Session) -> int:
        values = {"last_name": "Exemple", "state": VolunteerState.ACTIVE, "waiting_since": at, **fields}
        phone = _phone(session, hotline, number)
        volunteer = Volunteer(first_name=first_name, phone_id=phone.id, created_at=at, **values)
        session.add(volunteer)
        session.flush()
        return volunteer.id

    return hotline.database.run(register)


def add_listener(
    hotline: Hotline,
    number: str,
    available: str = "",
    *,
    from_date: date | None = None,
    until_date: date | None = None,
    line: str | None = None,
) -> int:
    """Put a telephone on the roster, at any hour unless `available` says when; return the shift's id.

    With several numbers it hears all of them, unless `line` names one.
    """

    def enter(session: Session) -> int:
        shift = Shift(
            phone_id=_phone(session, hotline, number).id,
            available=available,
            from_date=from_date,
            until_date=until_date,
            line=line,
            created_at=hotline.clock.now(),
        )
        session.add(shift)
        session.flush()
        return shift.id

    return hotline.database.run(enter)


def add_caller(hotline: Hotline, number: str, names: str | None = None, **fields: Any) -> int:
    """Make a caller known at this number; return their id."""
    at = hotline.clock.now()

    def enter(session: Session) -> int:
        caller = Caller(names=names, state=CallerState.ACTIVE, created_at=at, last_contact_at=at, **fields)
        session.add(caller)
        session.flush()
        session.add(CallerPhone(caller_id=caller.id, phone_id=_phone(session, hotline, number).id))
        return caller.id

    return hotline.database.run(enter)


def _phone(session: Session, hotline: Hotline, number: str) -> Phone:
    return people.phone_for(session, PhoneNumber(number), hotline.clock.now())
