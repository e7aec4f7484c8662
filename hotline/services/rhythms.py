"""A cadence on the line's own calendar: its dates, public holidays considered, and its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from callflows import rhythm
from hotline.cadence import Cadence, moment
from hotline.hours import Hours
from hotline.models.status import HolidayPolicy
from hotline.services.line import Line

_DAY = timedelta(days=1)
_LONGEST_MOVE = timedelta(days=7)
_FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Rhythm:
    """When somebody is called: a cadence counted from its first day, and what holidays do to it.

    `until` is the last day, included; None for no end.
    """

    cadence: Cadence
    since: date
    until: date | None = None
    holidays: HolidayPolicy = HolidayPolicy.KEEP

    def upcoming(self, line: Line, after: datetime, last: date = date.max) -> Iterator[tuple[date, datetime]]:
        """Yield each day of the cadence up to `last` with the moment of its call (UTC), if after a moment."""
        today = line.day(after)
        last = min(last, self.until or date.max, today + _FARTHEST)
        for day in self.cadence.days(self.since, today - _LONGEST_MOVE, last):
            held_on = self._held_on(line, day)
            if held_on is None or (self.until and held_on > self.until):
                continue
            due = moment(held_on, self.cadence.at, line.zone)
            if due > after:
                yield day, due

    def _held_on(self, line: Line, day: date) -> date | None:
        """Return the day on which the call of a day of the cadence takes place, None for not at all."""
        if self.holidays is HolidayPolicy.KEEP or not _is_holiday(line, day):
            return day
        return self._after_holidays(line, day) if self.holidays is HolidayPolicy.MOVE else None

    def _after_holidays(self, line: Line, day: date) -> date | None:
        """Return the next day that is no holiday, None when it has a call of its own or gets another one."""
        moved = day + _DAY
        while _is_holiday(line, moved):
            moved += _DAY
        before = day
        while _is_holiday(line, before - _DAY):
            before -= _DAY
        others = {other for other in self.cadence.days(self.since, before, moved) if other != day}
        return None if any(other < day or other == moved for other in others) else moved


def first_day(line: Line, cadence: Cadence, after: datetime) -> date:
    """Return the first day of a cadence with a call after a moment, as if every week and month counted."""
    every_one = Cadence(1, cadence.weekdays, cadence.nth, cadence.at)
    day, _ = next(Rhythm(every_one, line.day(after)).upcoming(line, after))
    return day


def in_words(line: Line, cadence: Cadence) -> str:
    """Say a cadence in the line's language: "chaque mardi à 15 h"."""
    language = line.words.language
    if cadence.nth:
        return rhythm.monthly(cadence.nth, cadence.every, cadence.at, language)
    return rhythm.weekly(cadence.weekdays, cadence.every, cadence.at, language)


def _is_holiday(line: Line, day: date) -> bool:
    return _holidays(line.config.hours.timezone, line.config.hours.country).opens_on(day)


@lru_cache(maxsize=8)
def _holidays(timezone: str, country: str) -> Hours:
    return Hours.parse("PH", timezone=timezone, country=country)
