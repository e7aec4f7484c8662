"""The half hours of the coming week, counted from the line's last midnight: who is free or wishes a call."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from hotline.hours import BrokenHours, Hours
from hotline.services.line import Line

Slots = frozenset[int]
Days = tuple[date, date | None]

DAYS_AHEAD: Final = 8
_SLOT: Final = timedelta(minutes=30)
_A_DAY: Final = int(timedelta(days=1) / _SLOT)
_ALL: Final = frozenset(range(DAYS_AHEAD * _A_DAY))


def wished(line: Line, expression: str, at: datetime) -> Slots | None:
    """Return the half hours in which an expression is open; None means any time."""
    hours = _hours(line, expression)
    return None if hours is None else _open(hours, line.day(at))


def free(line: Line, available: str, quiet: str, away: Iterable[Days], at: datetime) -> Slots | None:
    """Return a volunteer's half hours: those available, not quiet, on no day of absence; None is any time."""
    first = line.day(at)
    taken = frozenset().union(*(_of_days(first, *days) for days in away)) | (
        wished(line, quiet, at) or Slots()
    )
    slots = wished(line, available, at)
    return slots if not taken else (_ALL if slots is None else slots) - taken


def slot(line: Line, moment: datetime, at: datetime) -> int:
    """Return the half hour of a moment."""
    begin = datetime.combine(line.day(at), time())
    return (line.local(moment).replace(tzinfo=None) - begin) // _SLOT


def is_open(line: Line, expression: str, at: datetime) -> bool:
    """Tell whether an expression is open at a moment; an empty or a broken one never is."""
    hours = _hours(line, expression)
    return hours is not None and hours.is_open(at)


def _of_days(first: date, begin: date, end: date | None) -> Slots:
    since = max((begin - first).days, 0)
    to = DAYS_AHEAD if end is None else min((end - first).days + 1, DAYS_AHEAD)
    return frozenset(range(since * _A_DAY, to * _A_DAY))


def _hours(line: Line, expression: str) -> Hours | None:
    return _parsed(expression.strip(), line.config.hours.timezone, line.config.hours.country)


@lru_cache(maxsize=4096)
def _parsed(expression: str, timezone: str, country: str) -> Hours | None:
    if not expression:
        return None
    try:
        return Hours.parse(expression, timezone=timezone, country=country)
    except BrokenHours:
        return None


def _open(hours: Hours, day: date) -> Slots:
    return _open_slots(hours.expression, str(hours.zone), hours.country, day)


@lru_cache(maxsize=4096)
def _open_slots(expression: str, timezone: str, country: str, day: date) -> Slots:
    hours = Hours.parse(expression, timezone=timezone, country=country)
    start = datetime.combine(day, time(), hours.zone)
    return frozenset(slot for slot in _ALL if hours.is_open(start + slot * _SLOT))
