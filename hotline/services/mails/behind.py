"""Who is behind a mail address."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Caller, Volunteer
from hotline.models.status import CallerState, VolunteerState


@dataclass(frozen=True)
class Behind:
    """Who is known at an address: a volunteer who has not left, else the caller known longest, or nobody."""

    volunteer: Volunteer | None = None
    caller: Caller | None = None


def behind(session: Session, address: str) -> Behind:
    """Return who is known at an address; letters' case does not matter."""
    volunteer = session.scalar(
        select(Volunteer)
        .where(Volunteer.email_index == address.lower(), Volunteer.state != VolunteerState.LEFT)
        .order_by(Volunteer.id)
        .limit(1)
    )
    if volunteer is not None:
        return Behind(volunteer=volunteer)
    caller = select(Caller).where(Caller.email_index == address.lower(), Caller.state != CallerState.MERGED)
    return Behind(caller=session.scalar(caller.order_by(Caller.id).limit(1)))
