"""Opening hours: an OpenStreetMap expression read on the wall clock of one place.

The expression says what a clock on the wall shows: a line open from 01:00 to 04:00 is open two hours
on the night of the spring change and four on the autumn one. Hours hold from their first instant until
just before their last (10:00:00 is open, 18:00:00 is closed). What the library calls
"unknown" is closed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from typing import Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from opening_hours import (  # type: ignore[attr-defined]  # its stubs forget the two errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
    validate,
)

from hotline.errors import HotlineError

HORIZON: Final = timedelta(days=400)
_ALWAYS: Final = "24/7"
_NEVER: Final = "off"
_DAY: Final = timedelta(days=1)
_DAYS_REMEMBERED: Final = 1000
_SPANS: Final = re.compile(r"\d\d?:\d\d-\d\d?:\d\d(?:,\d\d?:\d\d-\d\d?:\d\d)*")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Span = tuple[datetime, datetime]


class BrokenHours(HotlineError):
    """Hours that cannot be read, with the place of the fault and an example."""


@dataclass(frozen=True)
class Hours:
    """Opening hours in one time zone and one country (for its public holidays, `PH`)."""

    expression: str
    zone: ZoneInfo
    country: str
    _rules: OpeningHours = field(repr=False, compare=False)
    _days: dict[date, tuple[Span, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def parse(cls, expression: str, *, timezone: str = "Europe/Paris", country: str = "FR") -> Self:
        """The hours that an expression means; an empty one means always. Raises BrokenHours."""
        expression = expression.strip() or _ALWAYS
        try:
            rules = _rules(expression, country)
        except ParserError as error:
            raise BrokenHours(_unreadable(expression, error)) from error
        return cls(expression=expression, zone=_zone(timezone), country=country, _rules=rules)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` (aware) falls within the hours."""
        moment = _utc(at)
        return any(start <= moment < end for start, end in self._spans_of(self._day(at)))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment strictly after `at` when closed hours open; None within the horizon (400 days)."""
        moment = _utc(at)
        return next((self._local(start) for start, _ in self._periods(at) if start > moment), None)

    def first_open(self, at: datetime) -> datetime | None:
        """`at` itself when it is open, else the next opening."""
        return at.astimezone(self.zone) if self.is_open(at) else self.next_opening(at)

    def first_closed(self, at: datetime) -> datetime | None:
        """`at` itself when it is closed, else the end of that opening; None beyond the horizon."""
        if not self.is_open(at):
            return at.astimezone(self.zone)
        _, end = next(self._periods(at))
        return self._local(end) if end < _utc(at) + HORIZON - 2 * _DAY else None

    def opens_on(self, day: date) -> bool:
        """Whether the local day has any opening at all."""
        return bool(self._spans_of(day))

    def on(self, day: date) -> list[Span]:
        """The open stretches of a local day, as its clocks show them."""
        return [(self._local(since), self._local(to)) for since, to in self._spans_of(day)]

    def after(self, start: datetime, duration: timedelta) -> datetime | None:
        """The moment when `duration` of open time has passed since `start`; None beyond the horizon."""
        if duration <= timedelta(0):
            return start.astimezone(self.zone)
        moment, left = _utc(start), duration
        for since, to in self._spans(start):
            share = to - max(since, moment)
            if share >= left:
                return self._local(max(since, moment) + left)
            left -= share
        return None

    def skipped_working_day(self, now: datetime, opening: datetime) -> bool:
        """Whether a weekday (Mon-Fri) from now's date until before the opening's has no opening at all."""
        days = takewhile(lambda day: day < self._day(opening), _days_from(self._day(now)))
        return any(day.weekday() < 5 and not self.opens_on(day) for day in days)

    def _periods(self, at: datetime) -> Iterator[Span]:
        """Like `_spans`, those that touch at midnight joined."""
        running: Span | None = None
        for since, to in self._spans(at):
            if running is not None and since > running[1]:
                yield running
                running = None
            running = (running[0], to) if running else (since, to)
        if running is not None:
            yield running

    def _spans(self, at: datetime) -> Iterator[Span]:
        """The open stretches that end after `at`, cut at midnight, in order, as far as the horizon."""
        moment, last = _utc(at), self._day(at + HORIZON)
        days = takewhile(lambda day: day < last, _days_from(self._day(at)))
        return (span for day in days for span in self._spans_of(day) if span[1] > moment)

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        spans = self._days.get(day)
        if spans is None:
            if len(self._days) >= _DAYS_REMEMBERED:
                self._days.clear()
            spans = self._days[day] = tuple(self._evaluated(day))
        return spans

    def _evaluated(self, day: date) -> list[Span]:
        """The open stretches of a local day as moments in UTC, whatever its clock does meanwhile."""
        begin = datetime.combine(day, time())
        shown = [
            (since.replace(tzinfo=UTC), to.replace(tzinfo=UTC))
            for since, to, state, _ in self._rules.intervals(begin, begin + _DAY)
            if state == State.OPEN
        ]
        return sorted(
            (max(since - offset, first), min(to - offset, last))
            for first, last, offset in self._offsets(day)
            for since, to in shown
            if max(since - offset, first) < min(to - offset, last)
        )

    def _offsets(self, day: date) -> list[tuple[datetime, datetime, timedelta]]:
        """The stretches of a local day (in UTC) over which the zone's offset stays the same: one, or two."""
        first, last = self._midnight(day), self._midnight(day + _DAY)
        before, after = self._offset(first), self._offset(last - timedelta(seconds=1))
        if before == after:
            return [(first, last, before)]
        low, high = first, last
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        return [(first, high, before), (high, last, after)]

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta(0)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


@dataclass(frozen=True)
class Closure:
    """Whole local days on which the line stays closed, both ends included."""

    from_date: date
    until_date: date
    reason: str


@dataclass(frozen=True)
class Opening:
    """What one local day is open instead of its usual hours: "10:00-12:00", or several with commas."""

    date: date
    hours: str


@dataclass(frozen=True)
class LineHours(Hours):
    """The line's own hours: usual hours, then announced closures, then exceptional openings; the last wins.

    `fault` says in French what could not be read; unreadable usual hours leave the line closed (voicemail).
    """

    fault: str | None = None

    @classmethod
    def build(
        cls,
        *,
        open: str,  # noqa: A002 - the word of the settings file
        closures: Sequence[Closure] = (),
        openings: Sequence[Opening] = (),
        timezone: str = "Europe/Paris",
        country: str = "FR",
    ) -> Self:
        """The line's hours as one expression. Raises BrokenHours for an unknown zone or country only."""
        usual, faults = open.strip(), []
        try:
            _rules(usual, country)
        except ParserError as error:
            faults.append(f"La ligne reste fermée. {_unreadable(usual, error)}")
            usual = _NEVER
        exceptional, more_faults = _exceptional(openings)
        closed = [f"{_dated(*sorted((c.from_date, c.until_date)))} {_NEVER}" for c in closures]
        expression = "; ".join([usual, *closed, *exceptional])
        return cls(
            expression=expression,
            zone=_zone(timezone),
            country=country,
            _rules=_rules(expression, country),
            fault=" ".join(faults + more_faults) or None,
        )


def _exceptional(openings: Sequence[Opening]) -> tuple[list[str], list[str]]:
    """The openings' rules, one a day since a later rule would replace an earlier one, and what is wrong."""
    hours_of: dict[date, list[str]] = {}
    faults = []
    for opening in openings:
        hours = "".join(opening.hours.split())
        if _readable(hours):
            hours_of.setdefault(opening.date, []).append(hours)
        else:
            faults.append(
                f"Ouverture du {opening.date:%d/%m/%Y} ignorée, « {opening.hours[:80]} » ne se lit pas : "
                "écrivez par exemple « 10:00-12:00 » ou « 10:00-12:00,14:00-16:00 »."
            )
    return [f"{_dated(day, day)} {','.join(hours)}" for day, hours in sorted(hours_of.items())], faults


def _readable(hours: str) -> bool:
    """Whether these are spans of time and nothing else that a rule could hold."""
    return bool(_SPANS.fullmatch(hours)) and validate(hours)


def _dated(first: date, last: date) -> str:
    """A span of days as OpenStreetMap writes it: `2026 Dec 24-2027 Jan 02`."""
    days = [f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}" for day in (first, last)]
    return days[0] if first == last else "-".join(days)


def _rules(expression: str, country: str) -> OpeningHours:
    """The library's reading. Raises its ParserError, and BrokenHours for an unknown country."""
    try:
        return OpeningHours(expression, country=country)
    except UnknownCountryError as error:
        raise BrokenHours(
            f"Pays inconnu pour les jours fériés : « {country} ». Indiquez son code, par exemple FR."
        ) from error


def _unreadable(expression: str, error: ParserError) -> str:
    place = re.search(r"--> 1:(\d+)", str(error))
    where = f" à partir du caractère {place[1]}" if place else ""
    return (
        f"Horaires illisibles{where} : « {expression[:80]} ». "
        "Écrivez par exemple « Mo-Fr 10:00-18:00; PH off » (Mo Tu We Th Fr Sa Su ; PH : jours fériés)."
    )


def _zone(timezone: str) -> ZoneInfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BrokenHours(
            f"Fuseau horaire inconnu : « {timezone} ». Indiquez par exemple Europe/Paris."
        ) from error


def _days_from(day: date) -> Iterator[date]:
    return (day + _DAY * step for step in count())


def _utc(at: datetime) -> datetime:
    """The moment in UTC. Raises ValueError when it does not say where its clock hangs."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone has no place in opening hours")
    return at.astimezone(UTC)
