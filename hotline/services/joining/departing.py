"""A volunteer leaves the team by themselves: at once and for good, and a coordinator can take them back."""

from datetime import datetime

from sqlalchemy.orm import Session

from callflows import texts
from hotline.models import Volunteer
from hotline.services import alerts, links, outbox
from hotline.services.desk import membership
from hotline.services.line import Line

GOODBYE = "goodbye"


def depart(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> bool:
    """End everything that somebody held, their links and their PIN; False when they had left before.

    Whoever they phoned waits for somebody else, the coordinators are told, and one text says goodbye.
    """
    if not membership.leave(session, volunteer, at, actor=volunteer.first_name):
        return False
    links.revoke_all(session, volunteer, at)
    volunteer.pin_index = None
    key = f"{volunteer.id}:{at.isoformat()}"
    alerts.raise_alert(session, "volunteer_left", f"left:{key}", at, volunteer_id=volunteer.id)
    body = texts.goodbye(line.words, volunteer=volunteer.first_name)
    outbox.enqueue(
        session, line, kind=GOODBYE, key=f"{GOODBYE}:{key}", phone=volunteer.phone, body=body, at=at
    )
    session.flush()
    return True
