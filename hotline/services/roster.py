"""The roster: which telephones ring for callers, and when."""

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from sqlalchemy import BindParameter, ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from hotline.hours import BrokenHours, Hours
from hotline.models import Phone, Shift
from hotline.services.line import Line

_DAYS_AHEAD = 60
Day = date | BindParameter[date]


def on_shift(
    session: Session, line: Line, at: datetime, *, but: Select[int | None] | None = None
) -> list[Phone]:
    """Return the telephones on duty at a moment for a line, each once, the one known longest first.

    Those whose ids `but` selects are left out. A shift counts when its dates include the line's local day and
    its hours are open; empty hours mean always, hours that cannot be read mean never.
    """
    day = line.day(at)
    found = session.execute(
        select(Phone, Shift.available)
        .join(Shift, Shift.phone_id == Phone.id)
        .where(
            or_(Shift.from_date.is_(None), Shift.from_date <= day),
            _not_over(day),
            hearing(line),
            true() if but is None else Phone.id.not_in(but),
        )
        .order_by(Phone.id)
    )
    return list({phone.id: phone for phone, available in found if _open(available, line, at)}.values())


def next_shift(session: Session, line: Line, phone_id: int, at: datetime) -> datetime | None:
    """Return when a telephone is next on duty and a line of its shift open.

    `at` itself, later, or None for never.
    """
    mine = session.scalars(select(Shift).where(Shift.phone_id == phone_id, _not_over(line.day(at))))
    moments = (_first_duty(each, shift, at) for shift in mine for each in heard(line, shift))
    return min((moment for moment in moments if moment is not None), default=None)


def shift_ahead(day: Day) -> ColumnElement[bool]:
    """Tell, within a query, whether a telephone has a shift that is running or still to come."""
    return select(Shift.id).where(Shift.phone_id == Phone.id, _not_over(day)).correlate(Phone).exists()


def hearing(line: Line) -> ColumnElement[bool]:
    """Tell, within a query, whether a shift hears a line: its number only, or all."""
    return or_(Shift.line.is_(None), Shift.line == line.number)


def hears(shift: Shift, line: Line) -> bool:
    """Tell whether a shift hears a line."""
    return shift.line in {None, line.number}


def heard(line: Line, shift: Shift) -> Sequence[Line]:
    """Return the lines that a shift hears: one, or all; none for a number that was given up."""
    return [each for each in line.each if hears(shift, each)]


def shifts(session: Session, day: date) -> list[Shift]:
    """Return the shifts that are running or still to come, by their first day."""
    known = session.scalars(select(Shift).where(_not_over(day)).order_by(Shift.id))
    return sorted(known, key=lambda shift: shift.from_date or date.min)


def _not_over(day: Day) -> ColumnElement[bool]:
    return or_(Shift.until_date.is_(None), Shift.until_date >= day)


def _first_duty(line: Line, shift: Shift, at: datetime) -> datetime | None:
    """Return the first moment from `at` on, within the shift's dates, at which it and the line are open."""
    hours = _hours(shift.available, line.config.hours.timezone, line.config.hours.country)
    if hours is None:
        return None
    moment: datetime | None = at
    if shift.from_date is not None:
        moment = max(at, datetime.combine(shift.from_date, time(), line.zone))
    for _ in range(_DAYS_AHEAD):
        moment = hours.first_open(moment) if moment else None
        if moment is None or (shift.until_date is not None and line.day(moment) > shift.until_date):
            return None
        if line.hours.is_open(moment):
            return moment
        moment = line.hours.next_opening(moment)
    return None


def _open(available: str, line: Line, at: datetime) -> bool:
    hours = _hours(available, line.config.hours.timezone, line.config.hours.country)
    return hours is not None and hours.is_open(at)


@lru_cache(maxsize=256)
def _hours(available: str, timezone: str, country: str) -> Hours | None:
    try:
        return Hours.parse(available, timezone=timezone, country=country)
    except BrokenHours:
        return None
