"""What the desk decided about the line: the newest decision of a name wins over the settings file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from hotline.models import Choice

_NEWEST = select(func.max(Choice.id))


def newest(session: Session) -> int:
    """Return what changes with every decision: a number that only grows, 0 before the first."""
    return session.scalar(_NEWEST) or 0


def one_at_a_time(session: Session) -> None:
    """Let whoever decides at the same moment wait: ids grow in the order in which decisions are seen.

    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('choices'))"))


def everything(session: Session) -> Mapping[str, Any]:
    """Return what holds now, by name; a name that was given back to the settings file is not there."""
    last = select(func.max(Choice.id)).group_by(Choice.name)
    rows = session.execute(select(Choice.name, Choice.value).where(Choice.id.in_(last)))
    return {name: value for name, value in rows if value != {}}


def history(session: Session, name: str, limit: int = 20) -> list[Choice]:
    """Return the decisions about one thing, newest first."""
    mine = select(Choice).where(Choice.name == name)
    return list(session.scalars(mine.order_by(Choice.id.desc()).limit(limit)))


def decide(session: Session, name: str, value: Any, *, author: str, at: datetime) -> Choice:
    """Decide; an empty dictionary gives the matter back to the settings file."""
    one_at_a_time(session)
    choice = Choice(name=name, value=value, author=author, at=at)
    session.add(choice)
    session.flush()
    return choice


def take_back(session: Session, choice: Choice, *, author: str, at: datetime) -> Choice | None:
    """Decide anew what held before `choice`; None when somebody has decided otherwise since."""
    one_at_a_time(session)
    last, *earlier = history(session, choice.name, 2)
    if last.id != choice.id:
        return None
    return decide(session, choice.name, earlier[0].value if earlier else {}, author=author, at=at)
