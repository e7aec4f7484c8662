"""Who looks after a voicemail: taken by one, given back, put off, handled, always by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, and_, or_, update
from sqlalchemy.orm import Session

from hotline.models import Coordinator, Voicemail
from hotline.services.line import Line

HELD_FOR: Final = timedelta(minutes=30)
"""A message that its holder has left alone this long is everybody's again."""

_NOBODYS: Final[dict[str, Any]] = {"claimed_by": None, "claimed_by_id": None, "claimed_at": None}
_LATER_TODAY: Final = timedelta(hours=2)
_MORNING: Final = time(9)


class Later(StrEnum):
    """Until when a message is put off."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    MONDAY = "monday"


@dataclass(frozen=True)
class Claim:
    """Whether somebody got what they asked for; `holder` is who has the message now, None for nobody."""

    won: bool
    holder: str | None

    def __bool__(self) -> bool:
        return self.won


def take(
    session: Session, voicemail_id: int, coordinator: Coordinator, at: datetime, *, from_id: int | None = None
) -> Claim:
    """Take a message that nobody holds, or that `from_id` still holds; of two who try at once one gets it."""
    free = _free(coordinator, at)
    allowed = free if from_id is None else or_(free, Voicemail.claimed_by_id == from_id)
    return _changed(session, voicemail_id, allowed, at, **_holds(coordinator, at))


def release(session: Session, voicemail_id: int, coordinator: Coordinator, at: datetime) -> Claim:
    """Give a message back to everybody; only its holder can."""
    return _changed(session, voicemail_id, Voicemail.claimed_by_id == coordinator.id, at, **_NOBODYS)


def handle(session: Session, voicemail_id: int, coordinator: Coordinator, at: datetime) -> Claim:
    """Note that a message is dealt with, unless somebody else holds it."""
    values = {**_holds(coordinator, at), "handled_at": at, "snoozed_until": None}
    return _changed(session, voicemail_id, _free(coordinator, at), at, **values)


def put_off(
    session: Session, voicemail_id: int, coordinator: Coordinator, until: datetime, at: datetime
) -> Claim:
    """Put a message aside until a moment, for everybody, unless somebody else holds it."""
    return _changed(session, voicemail_id, _free(coordinator, at), at, snoozed_until=until, **_NOBODYS)


def wake(session: Session, voicemail_id: int, at: datetime) -> Claim:
    """Take a message back from those put off."""
    return _changed(session, voicemail_id, Voicemail.snoozed_until.is_not(None), at, snoozed_until=None)


def reopen(session: Session, voicemail_id: int, coordinator: Coordinator, at: datetime) -> bool:
    """Take back that a message is dealt with; whoever does so looks after it."""
    reopened = (
        update(Voicemail)
        .where(Voicemail.id == voicemail_id, Voicemail.handled_at.is_not(None))
        .values(handled_at=None, **_holds(coordinator, at))
        .returning(Voicemail.id)
    )
    return session.scalar(reopened) is not None


def busy(session: Session, voicemail_id: int, coordinator: Coordinator, at: datetime) -> None:
    """The holder did something with the message: it stays theirs."""
    still = and_(Voicemail.claimed_by_id == coordinator.id, Voicemail.claimed_at > at - HELD_FOR)
    _changed(session, voicemail_id, still, at, claimed_at=at)


def lapsed(session: Session, at: datetime) -> int:
    """Free the messages whose holders have left them alone; return how many."""
    freed = update(Voicemail).where(is_stale(at - HELD_FOR)).values(**_NOBODYS).returning(Voicemail.id)
    return len(session.execute(freed).all())


def is_stale(held_since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Tell, within a query, which messages were taken so long ago that they are everybody's again."""
    return and_(
        Voicemail.handled_at.is_(None), Voicemail.claimed_at.is_not(None), Voicemail.claimed_at <= held_since
    )


def holder(voicemail: Voicemail, at: datetime) -> str | None:
    """Return who looks after a message that is not dealt with, None for nobody."""
    if voicemail.handled_at is not None or voicemail.claimed_at is None:
        return None
    return voicemail.claimed_by if voicemail.claimed_at > at - HELD_FOR else None


def is_held(at: datetime) -> ColumnElement[bool]:
    """Tell, within a query, which messages somebody looks after."""
    return and_(Voicemail.claimed_at.is_not(None), Voicemail.claimed_at > at - HELD_FOR)


def moment(line: Line, later: Later, at: datetime) -> datetime:
    """Return the moment that a choice means, on the line's clock: in two hours, or at nine on a day."""
    if later is Later.TODAY:
        return at + _LATER_TODAY
    today = line.day(at)
    days = 1 if later is Later.TOMORROW else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=days), _MORNING, line.zone)


def _holds(coordinator: Coordinator, at: datetime) -> dict[str, Any]:
    return {"claimed_by": coordinator.name, "claimed_by_id": coordinator.id, "claimed_at": at}


def _free(coordinator: Coordinator, at: datetime) -> ColumnElement[bool]:
    return or_(
        Voicemail.claimed_at.is_(None),
        Voicemail.claimed_at <= at - HELD_FOR,
        Voicemail.claimed_by_id == coordinator.id,
    )


def _changed(
    session: Session, voicemail_id: int, allowed: ColumnElement[bool], at: datetime, **values: Any
) -> Claim:
    """Change a message in one UPDATE if it is not dealt with and may be changed; tell who has it now."""
    changing = (
        update(Voicemail)
        .where(Voicemail.id == voicemail_id, Voicemail.handled_at.is_(None), allowed)
        .values(**values)
        .returning(Voicemail.id)
        .execution_options(synchronize_session=False)
    )
    won = session.scalar(changing) is not None
    now = session.get_one(Voicemail, voicemail_id, populate_existing=True)
    return Claim(won, now.claimed_by if now.handled_at else holder(now, at))
