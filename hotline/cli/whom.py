"""The people whom a command names by their number."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from hotline.models import Phone, Volunteer
from hotline.models.status import VolunteerState
from hotline.services import cells


def volunteer(session: Session, hotline: Hotline, number: str) -> Volunteer:
    """Return the volunteer with this number; raises HotlineError when nobody has it."""
    wanted = cells.phone(number, hotline.line)
    found = session.scalar(
        select(Volunteer)
        .join(Volunteer.phone)
        .where(Phone.number_index == wanted.e164, Volunteer.state != VolunteerState.LEFT)
    )
    if found is None:
        raise HotlineError("aucun bénévole n'a ce numéro : « hotline volunteer list » les nomme tous")
    return found
