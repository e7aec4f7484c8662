"""Moments as people say them, in French, English and Italian, and numbers as the French write them."""

from collections.abc import Callable
from datetime import datetime

from babel.dates import get_day_names, get_month_names
from num2words import num2words

LANGUAGES = ("fr", "en", "it")
_WEEK = 6
_SOME_DAY = 2
_MONTHS_BEFORE_THE_YEAR_IS_SAID = 11
_FRENCH_CODES = ("33", "262", "590", "594", "596")


def next_opening(opening: datetime, now: datetime, *, skipped_day: bool, language: str) -> str:
    """When the line opens, to follow "la ligne ouvrira"; both moments are local, `opening` not before `now`.

    With `skipped_day` (an ordinary working day in between stays closed) the date is said as well. Raises
    ValueError for an opening in the past or a language that is none of LANGUAGES.
    """
    if opening < now:
        raise ValueError("the next opening lies in the past")
    _check(language)
    days = (opening.date() - now.date()).days
    with_year = _months_between(now, opening) > _MONTHS_BEFORE_THE_YEAR_IS_SAID
    return _opening_in(language)(opening, days, dated=skipped_day, with_year=with_year)


def moment(at: datetime, now: datetime, *, language: str) -> str:
    """A local moment, past or to come: "mardi à quatorze heures", "le trois mai à midi". Errors as above."""
    if at >= now:
        return next_opening(at, now, skipped_day=False, language=language)
    _check(language)
    days = (now.date() - at.date()).days
    far = days if days == 0 or days > _WEEK else _SOME_DAY
    return _opening_in(language)(at, far, dated=False, with_year=False)


def _check(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"no spoken dates in {language!r}")


def hour_in_french(hour: int, minute: int) -> str:
    """A time of day in words: "dix heures quinze", "midi", "minuit trente"."""
    if hour in (0, 12):
        spoken = "midi" if hour else "minuit"
    else:
        spoken = f"{_feminine(hour)} heure{'s' if hour > 1 else ''}"
    return f"{spoken} {_feminine(minute)}" if minute else spoken


def hour_in_english(hour: int, minute: int) -> str:
    """A time of day in words: "ten fifteen in the morning", "noon", "two in the afternoon"."""
    if minute == 0 and hour in (0, 12):
        return "noon" if hour else "midnight"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    minutes = f" {'oh ' if minute < 10 else ''}{num2words(minute, lang='en')}" if minute else ""
    return f"{num2words(hour % 12 or 12, lang='en')}{minutes} {part}"


def hour_in_italian(hour: int, minute: int) -> str:
    """A time of day in words, after its preposition: "alle dieci e quindici", "a mezzogiorno", "all'una"."""
    if hour in (0, 12):
        spoken = "a mezzogiorno" if hour else "a mezzanotte"
    else:
        spoken = "all'una" if hour == 1 else f"alle {num2words(hour, lang='it')}"
    return f"{spoken} e {num2words(minute, lang='it')}" if minute else spoken


def written_number(e164: str) -> str:
    """A telephone number as the French write it, "01 99 00 01 00"; a foreign one keeps its prefix."""
    digits = e164.removeprefix("+")
    code = next(
        (code for code in _FRENCH_CODES if digits.startswith(code) and len(digits) == len(code) + 9), ""
    )
    national = f"0{digits.removeprefix(code)}" if code else digits
    odd = len(national) % 2
    pairs = [national[:odd]] * odd + [national[at : at + 2] for at in range(odd, len(national), 2)]
    return ("" if code else "+") + " ".join(pairs)


def _opening_in_french(opening: datetime, days: int, *, dated: bool, with_year: bool) -> str:
    weekday = get_day_names("wide", locale="fr")[opening.weekday()]
    day = "premier" if opening.day == 1 else num2words(opening.day, lang="fr")
    date = f"{day} {get_month_names('wide', locale='fr')[opening.month]}"
    hour = f"à {hour_in_french(opening.hour, opening.minute)}"
    if days == 0:
        return f"aujourd'hui {weekday} {hour}"
    if days > _WEEK:
        year = f" {num2words(opening.year, lang='fr')}" if with_year else ""
        return f"le {date}{year} {hour}"
    tomorrow = "demain " if days == 1 else ""
    return f"{tomorrow}{weekday} {date} {hour}" if dated else f"{tomorrow}{weekday} {hour}"


def _opening_in_english(opening: datetime, days: int, *, dated: bool, with_year: bool) -> str:
    weekday = get_day_names("wide", locale="en")[opening.weekday()]
    month = get_month_names("wide", locale="en")[opening.month]
    date = f"the {num2words(opening.day, lang='en', to='ordinal')} of {month}"
    hour = f"at {hour_in_english(opening.hour, opening.minute)}"
    if days == 0:
        return f"today {weekday} {hour}"
    if days > _WEEK:
        year = f" {num2words(opening.year, lang='en', to='year')}" if with_year else ""
        return f"on {date}{year} {hour}"
    start = "tomorrow" if days == 1 else "on"
    return f"{start} {weekday} {date} {hour}" if dated else f"{start} {weekday} {hour}"


def _opening_in_italian(opening: datetime, days: int, *, dated: bool, with_year: bool) -> str:
    weekday = get_day_names("wide", locale="it")[opening.weekday()]
    day = "primo" if opening.day == 1 else num2words(opening.day, lang="it")
    date = f"{day} {get_month_names('wide', locale='it')[opening.month]}"
    hour = hour_in_italian(opening.hour, opening.minute)
    if days == 0:
        return f"oggi {weekday} {hour}"
    if days > _WEEK:
        article = "l'" if day[0] in "ou" else "il "
        year = f" {num2words(opening.year, lang='it')}" if with_year else ""
        return f"{article}{date}{year} {hour}"
    tomorrow = "domani " if days == 1 else ""
    return f"{tomorrow}{weekday} {date} {hour}" if dated else f"{tomorrow}{weekday} {hour}"


def _opening_in(language: str) -> Callable[..., str]:
    return {"fr": _opening_in_french, "en": _opening_in_english, "it": _opening_in_italian}[language]


def _months_between(now: datetime, then: datetime) -> float:
    months = (then.year - now.year) * 12 + then.month - now.month
    return months + (then.day > now.day) / 2


def _feminine(number: int) -> str:
    spoken = str(num2words(number, lang="fr"))
    return f"{spoken}e" if spoken.endswith("un") else spoken
