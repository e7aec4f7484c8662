"""When a caller wishes to be phoned; a wish that cannot be read is no wish."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from hotline.hours import BrokenHours, Hours
from hotline.models import Caller, Volunteer
from hotline.services.line import Line

_STEP = timedelta(minutes=5)
_QUARTER = timedelta(minutes=15)
_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)
_TOMORROW = timedelta(hours=27)
_EARLIER_TOMORROW = timedelta(hours=21)

Fits = Callable[[datetime], bool]


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
    return before if hours is None else _latest(hours.is_open, after, before) or before


def another_try(line: Line, caller: Caller, at: datetime, *, quiet: Hours | None = None) -> datetime:
    """Return when to try again a caller who did not answer at `at`: by tomorrow, in the hours they wish.

    Whoever wishes none is tried at another time of the day. Always on a quarter of an hour that is decent for
    calls and, if that can be, outside the volunteer's `quiet` ones.
    """
    wished = wished_hours(line, caller.wished_hours)
    last = _quarter(at + (_EARLIER_TOMORROW if wished is None else _TOMORROW))
    found = (_latest(fits, at, last, _QUARTER) for fits in _best_first(line, wished, quiet))
    return next((moment for moment in found if moment is not None), last)


def regular(line: Line, caller: Caller, volunteer: Volunteer, at: datetime) -> datetime:
    """Return a full or half hour soon that suits both, to be kept every week; never at night.

    In the time for a single call if that can be, else within a week; at worst the volunteer's hours give way.
    """
    wished, free = (wished_hours(line, hours) for hours in (caller.wished_hours, volunteer.available))
    best, *others = _best_first(line, wished, wished_hours(line, volunteer.quiet))

    def shared(moment: datetime) -> bool:
        return best(moment) and (free is None or free.is_open(moment))

    soon = at + line.config.callbacks.one_off_within
    tries = [(shared, soon), (shared, at + 7 * _DAY), *((fits, soon) for fits in (best, *others))]
    found = (_latest(fits, at, _half_hour(line, last), _HALF_HOUR) for fits, last in tries)
    return next((moment for moment in found if moment is not None), _half_hour(line, soon))


def on_day(line: Line, caller: Caller, day: date, like: datetime, *, quiet: Hours | None = None) -> datetime:
    """Return the moment of a day nearest to the hour of `like` that suits the caller and the volunteer."""
    midnight = datetime.combine(day, time(), line.zone)
    wanted = datetime.combine(day, line.local(like).time().replace(tzinfo=None), line.zone)
    moments = [midnight + _STEP * count for count in range(_DAY // _STEP)]
    for fits in _best_first(line, wished_hours(line, caller.wished_hours), quiet):
        if suiting := [moment for moment in [wanted, *moments] if fits(moment)]:
            return min(suiting, key=lambda moment: abs(moment - wanted))
    return wanted


def _best_first(line: Line, wished: Hours | None, quiet: Hours | None) -> list[Fits]:
    """Return what a moment should fit: everything; what the caller wishes; at least a decent hour."""

    def decent(moment: datetime) -> bool:
        return line.call_hours.is_open(moment)

    def wanted(moment: datetime) -> bool:
        return decent(moment) and (wished is None or wished.is_open(moment))

    def best(moment: datetime) -> bool:
        return wanted(moment) and not (quiet is not None and quiet.is_open(moment))

    return [best, wanted, decent]


def _quarter(moment: datetime) -> datetime:
    """Return the first quarter of an hour from a moment on, the same in every time zone."""
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (_QUARTER - past) % _QUARTER


def _half_hour(line: Line, moment: datetime) -> datetime:
    """Return the full or half hour that the line's clock showed last."""
    past = timedelta(minutes=line.local(moment).minute % 30, seconds=moment.second)
    return moment - past - timedelta(microseconds=moment.microsecond)


def _latest(fits: Fits, after: datetime, before: datetime, step: timedelta = _STEP) -> datetime | None:
    """Return the last moment between two that fits, in steps back from the later one."""
    moment = before
    while moment > after:
        if fits(moment):
            return moment
        moment -= step
    return None
