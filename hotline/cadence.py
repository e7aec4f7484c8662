"""The rhythm of a recurring assignment: a few rules of RFC 5545, on the clock on the wall.

Read and written as RRULE without a date; counted from an anchor day, weeks beginning on Monday. A cadence
yields local days, and `moment` gives a day its hour: 15 h stays 15 h through both changes of the clock.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hotline.errors import HotlineError

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS: Final = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE", "WKST"})
_MOST: Final = {"DAILY": 1, "WEEKLY": 52, "MONTHLY": 12}
_MOST_DAYS: Final = 10
_NTH: Final = re.compile(r"([1-5]|-[12])(MO|TU|WE|TH|FR|SA|SU)")
_WEEK: Final = timedelta(days=7)
_MINUTE: Final = timedelta(minutes=1)
_EXAMPLES: Final = (
    "Écrivez par exemple « FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0 » (chaque mardi à 15 h), "
    "« FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=10 » (une semaine sur deux) "
    "ou « FREQ=MONTHLY;BYDAY=1TU;BYHOUR=15 » (le premier mardi du mois)."
)


class BrokenCadence(HotlineError):
    """A rhythm that is not understood: what is wrong, and examples of what is."""


@dataclass(frozen=True)
class Cadence:
    """Every `every` weeks on `weekdays` (Monday is 0), or every `every` months on `nth` (n, weekday).

    A negative n counts from the month's end; months that lack an n-th weekday are passed over.
    """

    every: int
    weekdays: tuple[int, ...]
    nth: tuple[tuple[int, int], ...]
    at: time

    def __str__(self) -> str:
        byday = [f"{n}{WEEKDAYS[day]}" for n, day in self.nth] or [WEEKDAYS[day] for day in self.weekdays]
        parts = [
            "FREQ=MONTHLY" if self.nth else "FREQ=WEEKLY",
            *([f"INTERVAL={self.every}"] if self.every > 1 else []),
            f"BYDAY={','.join(byday)}",
            f"BYHOUR={self.at.hour}",
            f"BYMINUTE={self.at.minute}",
        ]
        return ";".join(parts)

    def days(self, anchor: date, first: date, last: date) -> Iterator[date]:
        """Yield the local days from `first` to `last`, both included, in order; none before the anchor."""
        since = max(anchor, first)
        for period in self._months(anchor, since, last) if self.nth else self._weeks(anchor, since, last):
            yield from (day for day in period if since <= day <= last)

    def _weeks(self, anchor: date, since: date, last: date) -> Iterator[list[date]]:
        """Yield the days of each week that counts, from that of `since` to that of `last`."""
        monday = anchor - timedelta(days=anchor.weekday())
        passed = (since - monday) // _WEEK // self.every
        for week in range(passed * self.every, (last - monday) // _WEEK + 1, self.every):
            yield [monday + week * _WEEK + timedelta(days=day) for day in self.weekdays]

    def _months(self, anchor: date, since: date, last: date) -> Iterator[list[date]]:
        """Yield the days of each month that counts, from that of `since` to that of `last`."""
        begin = _months_since_year_0(anchor)
        passed = (_months_since_year_0(since) - begin) // self.every
        for turn in range(begin + passed * self.every, _months_since_year_0(last) + 1, self.every):
            year, month = divmod(turn, 12)
            yield sorted({day for n, weekday in self.nth if (day := _nth_day(year, month + 1, n, weekday))})


def parse(text: str) -> Cadence:
    """Return the cadence that an RRULE means. Raises BrokenCadence, which says what is understood."""
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _MOST:
        raise _broken("il manque FREQ=WEEKLY ou FREQ=MONTHLY")
    if parts.get("WKST", "MO") != "MO":
        raise _broken("les semaines commencent le lundi (WKST=MO)")
    every = _whole(parts, "INTERVAL", "1", 1, _MOST[frequency])
    nth = _nth(parts.get("BYDAY", "")) if frequency == "MONTHLY" else ()
    weekdays = () if nth else _weekdays(parts.get("BYDAY", ",".join(WEEKDAYS * (frequency == "DAILY"))))
    if "BYHOUR" not in parts:
        raise _broken("il manque l'heure (BYHOUR)")
    at = time(_whole(parts, "BYHOUR", "", 0, 23), _whole(parts, "BYMINUTE", "0", 0, 59))
    return Cadence(every, weekdays, nth, at)


def weekly(local_moment: datetime) -> Cadence:
    """Return the cadence of every week on the weekday and at the time of a local moment."""
    return Cadence(1, (local_moment.weekday(),), (), time(local_moment.hour, local_moment.minute))


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return, in UTC, when the clock on the wall shows `at` on a day.

    A time that the spring change leaves out moves to the next minute that there is; of a time that the autumn
    change shows twice the first is meant.
    """
    shown = datetime.combine(day, at)
    while True:
        found = shown.replace(tzinfo=zone).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) == shown:
            return found
        shown += _MINUTE


def _parts(text: str) -> Mapping[str, str]:
    """Return the rule's parts by name, each once and each of those that are understood."""
    parts: dict[str, str] = {}
    for piece in text.strip().upper().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = piece.strip().partition("=")
        if not equals or not value:
            raise _broken(f"« {piece[:40]} » ne se lit pas")
        if name in {"UNTIL", "COUNT"}:
            raise _broken(f"{name} n'est pas compris : la fin se donne par une date, à part")
        if name not in _PARTS:
            raise _broken(f"{name[:40]} n'est pas compris")
        if name in parts:
            raise _broken(f"{name} est donné deux fois")
        parts[name] = value
    return parts


def _whole(parts: Mapping[str, str], name: str, default: str, least: int, most: int) -> int:
    value = parts.get(name, default)
    if not re.fullmatch(r"[0-9]{1,2}", value) or not least <= int(value) <= most:
        allowed = f"un nombre de {least} à {most}" if most > least else f"{most} ici"
        raise _broken(f"{name} doit être {allowed}")
    return int(value)


def _weekdays(value: str) -> tuple[int, ...]:
    names = value.split(",")
    if not set(names) <= set(WEEKDAYS):
        raise _broken("BYDAY doit nommer des jours de la semaine (MO, TU, WE, TH, FR, SA, SU)")
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))


def _nth(value: str) -> tuple[tuple[int, int], ...]:
    found = [_NTH.fullmatch(name) for name in value.split(",")]
    days = {(int(one[1]), WEEKDAYS.index(one[2])) for one in found if one}
    if not all(found) or len(days) > _MOST_DAYS:
        raise _broken("chaque mois, BYDAY doit dire lequel : 1TU, 2WE, -1FR (le dernier vendredi)")
    return tuple(sorted(days, key=_within_the_month))


def _months_since_year_0(day: date) -> int:
    return day.year * 12 + day.month - 1


def _within_the_month(nth: tuple[int, int]) -> tuple[bool, int, int]:
    n, weekday = nth
    return (n < 0, n, weekday)


def _nth_day(year: int, month: int, n: int, weekday: int) -> date | None:
    """Return the n-th weekday of a month; None when it has none."""
    begins_on, length = monthrange(year, month)
    first = 1 + (weekday - begins_on) % 7
    days = range(first, length + 1, 7)
    return date(year, month, days[n - 1 if n > 0 else n]) if abs(n) <= len(days) else None


def _broken(what: str) -> BrokenCadence:
    return BrokenCadence(f"Ce rythme ne se comprend pas : {what}. {_EXAMPLES}")
