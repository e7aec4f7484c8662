"""Days, hours and lengths of time as a page of the desk writes them, in its language."""

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_time, get_day_names

from hotline.web.i18n import language
from hotline.web.volunteer import words as french

_NEAR = {0: "today", 1: "tomorrow", -1: "yesterday"}


def hour(at: datetime) -> str:
    """Write the hour of a local moment: "14 h 30", "2:30 PM"."""
    return french.hour(at) if language() == "fr" else str(format_time(at, "short", locale="en"))


def full_day(day: date) -> str:
    """Write a day with its year: "mardi 1er décembre 2026", "Tuesday 1 December 2026"."""
    if language() == "fr":
        return french.full_day(day)
    return str(format_date(day, "EEEE d MMMM y", locale="en"))


def near_day(day: date, today: date) -> str:
    """Write a day as seen from another: "demain", "mardi 1er décembre"."""
    if language() == "fr":
        return french.near_day(day, today)
    if (near := _NEAR.get((day - today).days)) is not None:
        return near
    return str(format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale="en"))


def when(at: datetime, now: datetime) -> str:
    """Write a local moment as seen from `now`: "demain à 14 h 30", "tomorrow at 2:30 PM"."""
    if language() == "fr":
        return french.when(at, now)
    return f"{near_day(at.date(), now.date())} at {hour(at)}"


def month(first: date) -> str:
    """Write a month: "octobre 2026"."""
    return str(format_date(first, "MMMM y", locale=language()))


def short_day(day: date) -> str:
    """Write a day for a table: "mar. 24 nov."."""
    return str(format_date(day, "EEE d MMM", locale=language()))


def lasting(seconds: float) -> str:
    """Write a length of time that counts in seconds: "45 s", "3 min 20", "2 h 05", "3 j"."""
    whole = timedelta(seconds=int(seconds))
    minutes, rest = divmod(whole.seconds, 60)
    if whole.days:
        return f"{whole.days}{french.SPACE}{'j' if language() == 'fr' else 'd'}"
    if minutes >= 60:
        return french.lasting(minutes)
    if not minutes:
        return f"{rest}{french.SPACE}s"
    return f"{minutes}{french.SPACE}min" + (f"{french.SPACE}{rest:02d}" if rest else "")


def weekday(number: int) -> str:
    """Write a weekday, 0 for Monday: "lundi"."""
    return str(get_day_names("wide", locale=language())[number])
