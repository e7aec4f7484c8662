"""Days, hours and lengths of time as a French page writes them, with spaces that do not break."""

import re
from datetime import date, datetime, timedelta

from babel.dates import format_date

_NEAR = {0: "aujourd’hui", 1: "demain", -1: "hier"}
SPACE = "\N{NO-BREAK SPACE}"


def hour(at: datetime) -> str:
    """Write the hour of a local moment: "14 h 30", "18 h"."""
    return f"{at.hour}{SPACE}h{SPACE}{at.minute:02d}" if at.minute else f"{at.hour}{SPACE}h"


def full_day(day: date) -> str:
    """Write a day with its year: "mardi 1er décembre 2026"."""
    return _first(day, format_date(day, "EEEE d MMMM y", locale="fr"))


def near_day(day: date, today: date) -> str:
    """Write a day as seen from another: "demain", "mardi 1er décembre", with its year when that differs."""
    if (near := _NEAR.get((day - today).days)) is not None:
        return near
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return _first(day, format_date(day, pattern, locale="fr"))


def when(at: datetime, now: datetime) -> str:
    """Write a local moment as seen from `now`: "demain à 14 h 30"."""
    return f"{near_day(at.date(), now.date())} à {hour(at)}"


def before(at: datetime, now: datetime) -> str:
    """Write a local moment by which something is to be done: "avant 18 h", "avant demain à 14 h"."""
    return f"avant {hour(at)}" if at.date() == now.date() else f"avant {when(at, now)}"


def week(first: date, today: date) -> str:
    """Name the week that begins on a Monday: "Cette semaine", "Semaine du 7 décembre"."""
    monday = today - timedelta(days=today.weekday())
    known = {0: "Cette semaine", 7: "La semaine prochaine"}
    written = _first(first, format_date(first, "d MMMM", locale="fr"))
    return known.get((first - monday).days, f"Semaine du {written}")


def month(first: date) -> str:
    """Write a month: "octobre 2026"."""
    return str(format_date(first, "MMMM y", locale="fr"))


def lasting(minutes: int) -> str:
    """Write a length of time: "45 min", "3 h 20", "2 h"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{SPACE}min"
    return f"{hours}{SPACE}h{SPACE}{rest:02d}" if rest else f"{hours}{SPACE}h"


def spaced(text: str) -> str:
    """The same text with the spaces of French punctuation kept on its line."""
    return re.sub(r" (?=[?!:;»])|(?<=«) ", SPACE, text)


def _first(day: date, written: str) -> str:
    """The first of a month is "1er"."""
    return re.sub(r"\b1 ", "1er ", written, count=1) if day.day == 1 else written
