"""When a caller wishes to be phoned; a wish that cannot be read is no wish."""

from datetime import datetime, timedelta

from hotline.hours import BrokenHours, Hours
from hotline.models import Caller
from hotline.services.line import Line

_STEP = timedelta(minutes=5)
_TOMORROW = timedelta(hours=27)
_EARLIER_TOMORROW = timedelta(hours=21)


def wished_hours(line: Line, expression: str) -> Hours | None:
    """Return an expression's hours on the line's clock; None when it is empty or broken."""
    if not expression.strip():
        return None
    try:
        return Hours.parse(expression, timezone=line.config.hours.timezone, country=line.config.hours.country)
    except BrokenHours:
        return None


def latest_wished(line: Line, caller: Caller, after: datetime, before: datetime) -> datetime:
    """Return the last moment up to `before` at which the caller wishes a call; `before` without a wish."""
    hours = wished_hours(line, caller.wished_hours)
    return before if hours is None else _latest_open(hours, after, before)


def another_try(line: Line, caller: Caller, at: datetime) -> datetime:
    """Return when to try again a caller who did not answer at `at`: by tomorrow, in the hours they wish.

    Whoever wishes none is tried at another time of the day, at a decent hour.
    """
    hours = wished_hours(line, caller.wished_hours)
    if hours is None:
        return _latest_open(line.offer_hours, at, at + _EARLIER_TOMORROW)
    return _latest_open(hours, at, at + _TOMORROW)


def _latest_open(hours: Hours, after: datetime, before: datetime) -> datetime:
    """Return the last open moment between two, to five minutes; `before` when there is none."""
    moment = before
    while moment > after:
        if hours.is_open(moment):
            return moment
        moment -= _STEP
    return before
