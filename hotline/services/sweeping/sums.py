"""What sweeps have brought home, counted and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Sweep

_SHOWN = 5


@dataclass(frozen=True)
class Standing:
    """How the sweeps stand: the last complete one, the one that does not come to its end, the finds."""

    last_at: datetime | None
    stuck: Sweep | None
    finds: Sequence[Sweep]


def add(session: Session, sweep_id: int, what: str) -> None:
    """Count one thing that a sweep has brought home: the name of a column."""
    column = getattr(Sweep, what)
    session.execute(update(Sweep).where(Sweep.id == sweep_id).values({column: column + 1}))


def brought_something() -> ColumnElement[bool]:
    """Tell, within a query, whether a sweep has found anything."""
    return or_(
        *(one > 0 for one in (Sweep.calls, Sweep.voicemails, Sweep.messages, Sweep.sent, Sweep.receipts)),
        Sweep.broken > 0,
    )


def missed(sweep: Sweep) -> str:
    """Return what people had said that nobody here knew, in French; empty when there was nothing."""
    counts = (
        (sweep.calls, "appel manqué", "appels manqués"),
        (sweep.voicemails, "message vocal", "messages vocaux"),
        (sweep.messages, "SMS reçu", "SMS reçus"),
    )
    return ", ".join(f"{count} {many if count > 1 else one}" for count, one, many in counts if count)


def standing(session: Session) -> Standing:
    """Return how the sweeps stand, the latest finds first."""
    finds = select(Sweep).where(Sweep.finished_at.is_not(None), brought_something())
    last = select(Sweep.finished_at).where(Sweep.finished_at.is_not(None), Sweep.whole)
    stuck = select(Sweep).where(Sweep.finished_at.is_(None), Sweep.failures > 0).order_by(Sweep.id).limit(1)
    return Standing(
        last_at=session.scalar(last.order_by(Sweep.finished_at.desc()).limit(1)),
        stuck=session.scalar(stuck),
        finds=session.scalars(finds.order_by(Sweep.finished_at.desc()).limit(_SHOWN)).all(),
    )
