"""One sweep after the other, none leaving a gap: when one is due, how far it has come, when it is over.

A sweep is a row. Whoever claims it reads one day of the carrier's log after the other; when they are killed,
the next one goes on with the day at which they were. What is known already is never brought home again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Heartbeat, Sweep
from hotline.services import alerts
from hotline.services.desk import rollup
from hotline.services.line import Line
from hotline.services.sweeping import sums

EVERY = timedelta(hours=1)
AT_MOST = timedelta(days=30)
STANDSTILL = timedelta(minutes=10)
"""A clock that has not beaten for so long had stopped."""
_OVERLAP = timedelta(minutes=15)
"""The carrier's lists are complete a little later than they are true, and calls last."""
_CLAIM_LASTS = timedelta(minutes=2)
_PATIENCE = timedelta(minutes=15)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_EMPTY_KEPT = timedelta(days=7)
_CLOCK = "clock"

_OPEN = Sweep.finished_at.is_(None)
_LAST = select(Sweep).where(Sweep.finished_at.is_not(None), Sweep.whole).order_by(Sweep.until.desc()).limit(1)


@dataclass(frozen=True)
class Claimed:
    """A sweep to carry on with: from when on, up to when, and the next day to read."""

    sweep_id: int
    since: datetime
    until: datetime
    day: date


def is_due(
    now: ColumnElement[datetime], swept_since: ColumnElement[datetime], awake_since: ColumnElement[datetime]
) -> ColumnElement[bool]:
    """Tell, within a query, whether there is something to sweep.

    One that was begun goes on; else an hour has passed since the last one, or the clock had stood still.
    """
    swept = exists().where(~_OPEN, Sweep.whole, Sweep.until > swept_since, Sweep.until <= now)
    begun = exists().where(_OPEN, Sweep.try_at <= now)
    return or_(begun, and_(~exists().where(_OPEN), or_(~swept, _stood_still(awake_since))))


def limits(at: datetime) -> dict[str, datetime]:
    """Return the moments with which `is_due` compares."""
    return {"swept_since": at - EVERY, "awake_since": at - STANDSTILL}


def claim(session: Session, at: datetime) -> Claimed | None:
    """Carry on with the sweep that is open, or begin the next one; None when another clock is at it.

    The first time ever there is nothing to compare: what the carrier knows of before is no business of ours.
    """
    last = session.scalar(_LAST.with_for_update())
    opened = session.scalar(select(Sweep).where(_OPEN).order_by(Sweep.id).limit(1).with_for_update())
    if opened is None:
        opened = _next(session, last, at)
    if opened is None or opened.try_at > at:
        return None
    opened.try_at, opened.until = at + _CLAIM_LASTS, at
    session.flush()
    return _claimed(opened)


def begin(session: Session, since: datetime | None, at: datetime) -> Claimed:
    """Begin a sweep by hand: from `since` on, or from the last complete one on, thirty days at most."""
    last, complete = session.scalar(_LAST), session.scalar(_LAST.where(Sweep.since < Sweep.until))
    covered = complete.until - _OVERLAP if complete else at - AT_MOST
    begun = _open(session, since or max(covered, at - AT_MOST), at)
    begun.whole = last is None or begun.since <= last.until
    begun.try_at = at + _CLAIM_LASTS
    session.flush()
    return _claimed(begun)


def mind_the_gap(session: Session, at: datetime) -> None:
    """Before each beat: where the clock had stood still, begin a sweep, before which no silence counts."""
    if not session.scalar(select(_stood_still(at - STANDSTILL))):
        return
    last = session.scalar(_LAST.with_for_update())
    opened = session.scalar(select(Sweep).where(_OPEN).order_by(Sweep.id).limit(1).with_for_update())
    if opened is None:
        _next(session, last, at)
    else:
        opened.silence_from = at + _PATIENCE


def is_behind(session: Session, at: datetime) -> bool:
    """Tell whether somebody who seems silent may have spoken while the clock stood still.

    It ends with the sweep, or after a quarter of an hour: a carrier that is away keeps nobody waiting longer.
    """
    catching_up = exists().where(_OPEN, Sweep.silence_from > at)
    return bool(session.scalar(select(or_(catching_up, _stood_still(at - STANDSTILL)))))


def day_read(session: Session, line: Line, claimed: Claimed, day: date, at: datetime) -> None:
    """Note that a day was read to its end; where its figures were kept already they are counted again."""
    _hold(session, claimed, at, day=day + timedelta(days=1), failures=0, says=None)
    for local in (day, day + timedelta(days=1)):
        rollup.count_again(session, line, local)


def hold(session: Session, claimed: Claimed, at: datetime) -> None:
    """Keep other clocks from taking over what goes on."""
    _hold(session, claimed, at)


def leave(session: Session, claimed: Claimed, at: datetime) -> None:
    """Leave the rest to the next run."""
    _change(session, claimed, try_at=at)


def stumbled(
    session: Session, claimed: Claimed, says: str, retry_after: float | None, at: datetime
) -> datetime:
    """The carrier does not answer, or wants to be left alone: return when the sweep goes on."""
    sweep = session.get_one(Sweep, claimed.sweep_id)
    wait = max(timedelta(seconds=retry_after or 0), min(_FIRST_WAIT * 2**sweep.failures, _LONGEST_WAIT))
    sweep.failures, sweep.says, sweep.try_at = min(sweep.failures + 1, 10), says[:200], at + wait
    return sweep.try_at


def finished(session: Session, claimed: Claimed, at: datetime) -> Sweep:
    """Note that a sweep is complete and tell the coordinators what it brought home; old empty ones go."""
    _change(session, claimed, finished_at=at, until=claimed.until, says=None)
    sweep = session.get_one(Sweep, claimed.sweep_id, populate_existing=True)
    if sums.missed(sweep):
        alerts.raise_alert(session, "caught_up", f"sweep:{sweep.id}", at, detail=sums.missed(sweep))
    session.execute(
        delete(Sweep).where(
            Sweep.finished_at < at - _EMPTY_KEPT, Sweep.id != sweep.id, ~sums.brought_something()
        )
    )
    return sweep


def _next(session: Session, last: Sweep | None, at: datetime) -> Sweep | None:
    """Open the sweep that follows the last one, or the clock's last beat; None the first time ever."""
    beat = session.scalar(select(Heartbeat.at).where(Heartbeat.name == _CLOCK))
    known = last.until if last else beat
    if known is None:
        session.add(_new(at, at, finished_at=at))
        session.flush()
        return None
    slept = bool(session.scalar(select(_stood_still(at - STANDSTILL))))
    opened = _open(session, max(min(known, at) - _OVERLAP, at - AT_MOST), at)
    opened.silence_from = at + _PATIENCE if slept else None
    return opened


def _open(session: Session, since: datetime, at: datetime) -> Sweep:
    opened = _new(since, at)
    session.add(opened)
    session.flush()
    return opened


def _new(since: datetime, at: datetime, finished_at: datetime | None = None) -> Sweep:
    day = since.astimezone(UTC).date()
    return Sweep(since=since, until=at, day=day, began_at=at, try_at=at, finished_at=finished_at)


def _stood_still(awake_since: ColumnElement[datetime] | datetime) -> ColumnElement[bool]:
    beat = exists().where(Heartbeat.name == _CLOCK, Heartbeat.at < awake_since)
    return and_(beat, ~exists().where(~_OPEN, Sweep.whole, Sweep.until >= awake_since))


def _claimed(sweep: Sweep) -> Claimed:
    return Claimed(sweep.id, sweep.since, sweep.until, sweep.day)


def _hold(session: Session, claimed: Claimed, at: datetime, **values: object) -> None:
    _change(session, claimed, try_at=at + _CLAIM_LASTS, **values)


def _change(session: Session, claimed: Claimed, **values: object) -> None:
    session.execute(update(Sweep).where(Sweep.id == claimed.sweep_id).values(**values))
