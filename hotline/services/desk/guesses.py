"""Guessing at the door is slow: after a few failures each further try has to wait, longer every time.

Tries are counted by account, known or not, and by address, in the database: every host counts along.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from hotline.models import Attempt
from hotline.services import alerts

_KEPT = timedelta(hours=24)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=1)
_MANY = 20


@dataclass(frozen=True)
class Kind:
    """Something that can be tried too often, how many tries cost nothing, and the alert about many."""

    what: str
    free: int
    alert: str = "sign_in_guessing"


Try = tuple[Kind, str]
PASSWORD = Kind("sign_in", 5)
CODE = Kind("one_time_code", 5)
ADDRESS = Kind("sign_in_address", 20)
REGISTRATION = Kind("registration_address", 20, "registration_flood")


def begin(session: Session, at: datetime, *tries: Try) -> datetime | None:
    """Count a try; return None when it may go ahead, else the moment from which the next one may.

    A try that has to wait is not counted.
    """
    for kind, who in tries:
        _one_at_a_time(session, kind, who)
        session.execute(delete(Attempt).where(Attempt.what == kind.what, Attempt.at <= at - _KEPT))
    counts = [_so_far(session, *one) for one in tries]
    free_from = max((free for _count, free in counts if free is not None), default=at)
    if free_from > at:
        return free_from
    session.add_all(Attempt(what=kind.what, who=who, at=at) for kind, who in tries)
    session.flush()
    for (kind, _who), (count, _free) in zip(tries, counts, strict=True):
        if count + 1 == _MANY:
            alerts.raise_alert(session, kind.alert, f"{kind.alert}:{at:%Y-%m-%d}", at)
    return None


def forget(session: Session, kind: Kind, who: str) -> None:
    """Whoever got in begins anew."""
    session.execute(delete(Attempt).where(Attempt.what == kind.what, Attempt.who == who))


def _so_far(session: Session, kind: Kind, who: str) -> tuple[int, datetime | None]:
    """Return how many tries there were, and until when the next one waits."""
    mine = select(func.count(), func.max(Attempt.at)).where(Attempt.what == kind.what, Attempt.who == who)
    count, last = session.execute(mine).one()
    return count, last + _wait(count - kind.free) if last is not None else None


def _wait(beyond: int) -> timedelta:
    """Thirty seconds after the last free try, then twice as long each time, up to an hour."""
    if beyond < 0:
        return timedelta(0)
    return min(_FIRST_WAIT * (1 << min(beyond, 12)), _LONGEST_WAIT)


def _one_at_a_time(session: Session, kind: Kind, who: str) -> None:
    """Tries at the same moment are counted one after another; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = f"{kind.what}:{who!r}"  # PostgreSQL takes no NUL as text
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
