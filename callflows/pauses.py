"""When a volunteer is away, as they type it after PAUSE: "2 semaines", "jusqu'au 12/11", "du 3 au 17 août".

Dates are days on the line's own calendar, both ends included. What can be read two ways is not read.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from callflows.said_dates import FARTHEST, MONTHS, WEEKDAYS, SaidDate, normal, said_date, said_day

_SOME_DAY = date(2024, 2, 29)
_LONGEST = timedelta(days=186)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)

_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "un une a one",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept",
            "huit",
            "neuf",
        ),
        1,
    )
    for name in names.split()
} | {"dix": 10, "quinze": 15, "ten": 10}
_DAYS, _WEEKS, _SPAN_MONTHS = (
    frozenset(words.split())
    for words in ("jour jours j day days", "semaine semaines sem week weeks", "mois month months")
)
_FOR_NOW = frozenset(
    {
        *("", "jusqu a nouvel ordre", "pour l instant", "pour le moment", "en ce moment", "indefiniment"),
        *("sans date de fin", "until further notice", "for now"),
    }
)

_RANGE = re.compile(
    r"(?:(?:du|de|d|from|entre le|between) )?(.+?) (?:au|a|to|et le|jusqu au|until|till|and) (.+)"
)
_UNTIL = re.compile(r"(?:jusqu (?:au|a|en)|au|until|till|to) (.+)")
_FROM = re.compile(
    r"(?:a (?:partir|compter) (?:du|de|d)|des(?: le)?|from|starting)(?: on)? (.+?)"
    r"(?: (?:pour|pendant|for) (.+))?"
)
_LENGTH = re.compile(
    r"(?:(?:de|d|pendant|pour|for) )?(\w+) ([a-z]+)(?: (a (?:partir|compter) .+|des .+|from .+))?"
)
_ONE_DAY = re.compile(r"(?:le|on|on the) (.+)")
_IN_MONTH = re.compile(r"(?:en|au mois d|au mois de|tout le mois d|tout le mois de|tout|in) ([a-z]+)")


@dataclass(frozen=True)
class Pause:
    """Days away, both included; `until` None until the volunteer comes back."""

    start: date
    until: date | None


def parse(text: str, today: date) -> Pause | None:
    """Read the words after PAUSE; None when they cannot be read, are over, or mean more than half a year.

    A date without its year is the next one, and a pause of a year is more likely a slip.
    """
    pause = _read(text, today)
    if pause is None or pause.start > today + FARTHEST:
        return None
    start = max(pause.start, today)
    if pause.until is not None and not timedelta(0) <= pause.until - start <= _LONGEST:
        return None
    return Pause(start, pause.until)


def readable(text: str) -> bool:
    """Tell whether these words say when somebody is away, whatever the day."""
    return _read(text, _SOME_DAY) is not None


def _read(text: str, today: date) -> Pause | None:
    said = normal(text)
    found = (read(said, today) for read in _READERS)
    return next((pause for pause in found if pause is not None), None)


def _for_now(said: str, today: date) -> Pause | None:
    return Pause(today, None) if said in _FOR_NOW else None


def _named(said: str, today: date) -> Pause | None:
    """Weeks and months called by their place: "cette semaine", "le mois prochain"."""
    sunday = today + timedelta(days=6 - today.weekday())
    month_ends = today.replace(day=monthrange(today.year, today.month)[1])
    next_month = month_ends + _DAY
    next_ends = next_month.replace(day=monthrange(next_month.year, next_month.month)[1])
    spans = {
        Pause(today, sunday): ("cette semaine", "this week"),
        Pause(sunday + _DAY, sunday + _WEEK): ("la semaine prochaine", "semaine prochaine", "next week"),
        Pause(max(today, sunday - _DAY), sunday): ("ce week end", "ce weekend", "this weekend"),
        Pause(today, month_ends): ("ce mois ci", "ce mois", "this month"),
        Pause(next_month, next_ends): ("le mois prochain", "mois prochain", "next month"),
    }
    return next((span for span, names in spans.items() if said in names), None)


def _in_month(said: str, today: date) -> Pause | None:
    found = _IN_MONTH.fullmatch(said)
    month = MONTHS.get(found[1]) if found else None
    if month is None:
        return None
    year = today.year + (month < today.month)
    return Pause(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _between(said: str, today: date) -> Pause | None:
    found = _RANGE.fullmatch(said)
    if found is None:
        return None
    first, last = said_date(found[1]), said_date(found[2])
    if first and last:
        return _between_dates(first, last, today)
    start, until = said_day(found[1], today), said_day(found[2], today)
    if found[1] not in WEEKDAYS or found[2] not in WEEKDAYS or start is None or until is None:
        return None
    return Pause(start, until if until >= start else until + _WEEK)


def _between_dates(first: SaidDate, last: SaidDate, today: date) -> Pause | None:
    """The days from one date to the other that end next: "du 28 décembre au 3 janvier" spans two years."""
    if first.month and not last.month:
        return None
    begins = first.first(date(first.year, 1, 1)) if first.year and first.month else None
    until = last.first(max(today, begins) if begins else today)
    start = begins or (first.last(until) if until else None)
    return Pause(start, until) if start and until else None


def _until(said: str, today: date) -> Pause | None:
    found = _UNTIL.fullmatch(said)
    until = said_day(found[1], today) or _end_of(found[1], today) if found else None
    return Pause(today, until) if until else None


def _from(said: str, today: date) -> Pause | None:
    found = _FROM.fullmatch(said)
    start = said_day(found[1], today) if found else None
    if found is None or start is None:
        return None
    if not found[2]:
        return Pause(start, None)
    until = _last_of(found[2], start)
    return Pause(start, until) if until else None


def _for_long(said: str, today: date) -> Pause | None:
    found = _LENGTH.fullmatch(said)
    if found is None:
        return None
    begins = _from(found[3], today) if found[3] else Pause(today, None)
    until = _last_of(f"{found[1]} {found[2]}", begins.start) if begins else None
    return Pause(begins.start, until) if begins and until else None


def _on(said: str, today: date) -> Pause | None:
    found = _ONE_DAY.fullmatch(said)
    named = said in {"demain", "tomorrow", "aujourd hui", "today"}
    day = said_day(found[1] if found else said, today) if found or named else None
    return Pause(day, day) if day else None


_READERS: tuple[Callable[[str, date], Pause | None], ...] = (
    *(_for_now, _named, _in_month, _from, _until, _between, _for_long, _on),
)


def _last_of(length: str, start: date) -> date | None:
    """The last day of "2 semaines" that begin on `start`; None for another text."""
    number, _, unit = length.partition(" ")
    count = int(number) if number.isdigit() and len(number) <= 3 else _NUMBERS.get(number, 0)
    if not count:
        return None
    if unit in _DAYS:
        return start + timedelta(days=count - 1)
    if unit in _WEEKS:
        return start + count * _WEEK - _DAY
    if unit in _SPAN_MONTHS:
        year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
        return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])) - _DAY
    return None


def _end_of(said: str, today: date) -> date | None:
    """The last day of "fin août", "la fin du mois", "la fin de la semaine"."""
    ends = said.removeprefix("la ").removeprefix("fin ").removeprefix("de ").removeprefix("d ")
    if ends == said:
        return None
    whole = _named({"du mois": "ce mois ci", "la semaine": "cette semaine"}.get(ends, ""), today)
    whole = whole or _in_month(f"en {ends}", today)
    return whole.until if whole else None
