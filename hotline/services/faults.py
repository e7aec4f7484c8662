"""What is wrong with the line itself and who knows: told once when it begins, once when it is over.

Any process may look and any may tell: a fault is told by the one that claims it. A claim that leads to
nothing lapses.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Coordinator, Fault
from hotline.models.status import Role
from hotline.services import health, people
from hotline.services.line import Line

LOOKED: Final = "watch"
"""The heartbeat of whoever looks at the whole line."""
EVERY: Final = timedelta(seconds=30)
URGENT: Final = frozenset({health.CLOCK, health.CARRIER})
_PATIENCE: Final = timedelta(minutes=5)
_REST, _URGENT_REST = timedelta(hours=4), timedelta(hours=1)
_CLAIM_LASTS: Final = timedelta(minutes=15)
_TOLD: Final = (Role.COORDINATOR, Role.TECHNICAL)


@dataclass(frozen=True)
class News:
    """Something to tell: what has begun to be wrong, or is so no more."""

    name: str
    wrong: bool


def seen(session: Session, wrong: Iterable[str], at: datetime, *, looked_at: Collection[str]) -> None:
    """Note what is wrong among the things that were looked at, and since when."""
    found = set(wrong)
    known = {fault.name: fault for fault in session.scalars(select(Fault))}
    for name in found - known.keys():
        values = {"name": name, "wrong": True, "changed_at": at, "known": False}
        people.insert_once(session, Fault, "name", values)
    for name in known.keys() & (found | set(looked_at)):
        if known[name].wrong is not (name in found):
            known[name].wrong, known[name].changed_at = name in found, at


def to_tell(session: Session, line: Line, at: datetime) -> list[News]:
    """Return what somebody should be told now; what is not urgent waits for a decent hour."""
    decent = line.offer_hours.is_open(at)
    return [
        News(fault.name, fault.wrong)
        for fault in session.scalars(select(Fault).where(_untold(at)).order_by(Fault.name))
        if (decent or fault.name in URGENT) and _has_lasted(fault, at) and _has_rested(fault, at)
    ]


def claim(session: Session, line: Line, at: datetime) -> list[News]:
    """Take it upon us to tell what should be told; no other process gets the same."""
    return [news for news in to_tell(session, line, at) if _claimed(session, news, at)]


def unheard(session: Session, news: Iterable[News]) -> None:
    """Note that nobody could be reached: the same is told again when the claim has lapsed."""
    for each in news:
        session.execute(
            update(Fault)
            .where(Fault.name == each.name, Fault.wrong == each.wrong)
            .values(known=not each.wrong)
        )


def told(session: Session, news: Iterable[News], at: datetime) -> None:
    """Note what somebody knows now."""
    for each in news:
        session.execute(
            update(Fault).where(Fault.name == each.name).values(known=each.wrong, told_at=at, claimed_at=None)
        )


def known(session: Session, name: str) -> bool:
    """Tell whether somebody knows that this is wrong."""
    fault = session.get(Fault, name)
    return fault is not None and fault.wrong and fault.known


def addresses(session: Session, line: Line) -> list[str]:
    """Return who gets a mail: those named in the rules, else coordination and technicians of the desk."""
    given = [each for each in line.config.alarms.tell if "@" in each]
    if given:
        return given
    at_desk = select(Coordinator.email).where(Coordinator.active, Coordinator.role.in_(_TOLD))
    return list(session.scalars(at_desk.order_by(Coordinator.id)))


def telephones(line: Line) -> list[str]:
    """Return who gets a text where no mail arrives."""
    return [each for each in line.config.alarms.tell if "@" not in each]


def _untold(at: datetime) -> ColumnElement[bool]:
    free = or_(Fault.claimed_at.is_(None), Fault.claimed_at <= at - _CLAIM_LASTS, Fault.claimed_at > at)
    return and_(Fault.wrong != Fault.known, free)


def _claimed(session: Session, news: News, at: datetime) -> bool:
    """Claim one of the news. An end counts as known at once: who dies telling it hides nothing."""
    over = {} if news.wrong else {"known": False, "told_at": at}
    taken = session.execute(
        update(Fault)
        .where(Fault.name == news.name, Fault.wrong == news.wrong, _untold(at))
        .values(claimed_at=at, **over)
        .returning(Fault.name)
    )
    return taken.scalar() is not None


def _has_lasted(fault: Fault, at: datetime) -> bool:
    """A stopped clock is told at once; everything else may mend itself first."""
    return fault.name == health.CLOCK or not fault.changed_at <= at < fault.changed_at + _PATIENCE


def _has_rested(fault: Fault, at: datetime) -> bool:
    """What comes and goes is told every few hours only; that it is over is always told."""
    rest = _URGENT_REST if fault.name in URGENT else _REST
    return not fault.wrong or fault.told_at is None or not fault.told_at <= at < fault.told_at + rest
