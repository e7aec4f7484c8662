"""A rhythm in words: "chaque mardi à 15 h", "le premier mardi du mois à 15 h"; GSM-7 only in French."""

from collections.abc import Mapping, Sequence
from datetime import time

from callflows.written import hour

_FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FRENCH_NTH: Mapping[int, str] = {
    1: "premier",
    2: "deuxième",
    3: "troisième",
    4: "quatrième",
    5: "cinquième",
    -1: "dernier",
    -2: "avant-dernier",
}
_ENGLISH_NTH: Mapping[int, str] = {
    1: "first",
    2: "second",
    3: "third",
    4: "fourth",
    5: "fifth",
    -1: "last",
    -2: "second to last",
}


def weekly(weekdays: Sequence[int], every: int, at: time, language: str) -> str:
    """Every `every` weeks on weekdays (Monday is 0) at a time; French, or English for any other language."""
    if language == "fr":
        return f"{_weeks_in_french(weekdays, every)} à {hour(at)}"
    return f"{_weeks_in_english(weekdays, every)} at {at:%H:%M}"


def monthly(nth: Sequence[tuple[int, int]], every: int, at: time, language: str) -> str:
    """Every `every` months on the n-th weekdays (n, weekday) at a time; a negative n counts from the end."""
    if language == "fr":
        days = _joined([f"le {_FRENCH_NTH[n]} {_FRENCH_DAYS[day]}" for n, day in nth], "et")
        often = "du mois" if every == 1 else f"tous les {every} mois"
        return f"{days} {often} à {hour(at)}"
    days = _joined([f"the {_ENGLISH_NTH[n]} {_ENGLISH_DAYS[day]}" for n, day in nth], "and")
    often = "of the month" if every == 1 else f"every {every} months"
    return f"{days} {often} at {at:%H:%M}"


def _weeks_in_french(weekdays: Sequence[int], every: int) -> str:
    if len(weekdays) == len(_FRENCH_DAYS) and every == 1:
        return "tous les jours"
    days = _joined([_FRENCH_DAYS[day] for day in weekdays], "et")
    if every == 1:
        return f"chaque {days}"
    if every == 2 and len(weekdays) == 1:
        return f"un {days} sur deux"
    return f"toutes les {every} semaines, {days}"


def _weeks_in_english(weekdays: Sequence[int], every: int) -> str:
    if len(weekdays) == len(_ENGLISH_DAYS) and every == 1:
        return "every day"
    days = _joined([_ENGLISH_DAYS[day] for day in weekdays], "and")
    if every == 1:
        return f"every {days}"
    if every == 2 and len(weekdays) == 1:
        return f"every other {days}"
    return f"every {every} weeks, {days}"


def _joined(names: Sequence[str], last: str) -> str:
    """Join names as people do: "lundi, mercredi et vendredi"."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
