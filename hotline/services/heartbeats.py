"""The last time something that must happen by itself happened."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.models import Heartbeat
from hotline.services import people


def note(session: Session, name: str, at: datetime) -> None:
    """Note that `name` happened at a moment."""
    if not people.insert_once(session, Heartbeat, "name", {"name": name, "at": at}):
        session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=at))
