"""The cells of a sheet, read one by one; every fault is a sentence for whoever typed it."""

import re
import unicodedata
from datetime import date
from functools import cache

from babel import Locale

from hotline.errors import HotlineError
from hotline.hours import Hours
from hotline.phone import PhoneNumber, dialable, parse
from hotline.services.eligibility import ADULT, age
from hotline.services.line import Line

_LONGEST_EXPRESSION = 200
_MOST_CALLERS = 99
_MOST_CALLS = 99
_DIGITS = 9
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_FRENCH = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "x", "1"})
_NO = frozenset({"", "non", "n", "no", "faux", "false", "0"})


class CellError(HotlineError):
    """A cell that cannot be read, and what to write instead."""


def phone(text: str, line: Line) -> PhoneNumber:
    """Return a number that the line may dial and that is not its own; raises CellError or InvalidNumber."""
    number = parse(text)
    if not dialable(number, line.config.limits.countries):
        raise CellError(
            "la ligne n'appelle pas ce genre de numéro (surtaxé, ou d'un pays absent de [limits] countries)"
        )
    if number.e164 in line.ours:
        raise CellError("c'est le numéro de la ligne elle-même")
    return number


def hours(text: str, line: Line) -> str:
    """Return an opening-hours expression as typed (empty: always); raises CellError or BrokenHours."""
    if len(text) > _LONGEST_EXPRESSION:
        raise CellError(f"ces horaires dépassent {_LONGEST_EXPRESSION} caractères : simplifiez-les")
    Hours.parse(text, timezone=line.config.hours.timezone, country=line.config.hours.country)
    return text


def line_number(text: str, line: Line) -> str | None:
    """Return the number of one of our lines, given by name or number; None, for all, when empty.

    Raises CellError.
    """
    if not text:
        return None
    for one in line.each:
        if folded(text) == folded(one.name) or _digits(text) == _digits(one.number):
            return one.number
    names = ", ".join(f"« {one.name} »" for one in line.each)
    raise CellError(f"« {text[:40]} » n'est aucune de vos lignes : écrivez {names}, ou rien pour toutes")


def capacity(text: str) -> int:
    """Return how many callers somebody takes (empty: 1, 0: listener only); raises CellError."""
    whole = text or "1"
    if not (whole.isascii() and whole.isdigit() and len(whole) <= _DIGITS and int(whole) <= _MOST_CALLERS):
        raise CellError(f"la capacité « {text[:20]} » n'est pas un nombre entier entre 0 et {_MOST_CALLERS}")
    return int(whole)


def weekly_cap(text: str) -> int | None:
    """Return how many calls a week somebody makes at most, None when empty; raises CellError."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= _MOST_CALLS):
        raise CellError(f"« {text[:20]} » n'est pas un nombre d'appels par semaine, entre 1 et {_MOST_CALLS}")
    return int(text)


def day(text: str) -> date | None:
    """Return the date written 2026-12-31 or 31/12/2026, None when empty; raises CellError."""
    if not text:
        return None
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FRENCH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise CellError(f"« {text[:20]} » n'est pas une date : écrivez 2026-12-31 ou 31/12/2026")


def birth_date(text: str, today: date, *, youngest: int = ADULT) -> str | None:
    """Return a date of birth in ISO 8601, None when empty; raises CellError for who is too young for it."""
    born = day(text)
    if born is None:
        return None
    if (age(born.isoformat(), today) or 0) < youngest:
        raise CellError(f"né(e) le {born:%d/%m/%Y}, cette personne n'a pas {youngest} ans")
    return born.isoformat()


def languages(text: str) -> str:
    """Return ISO 639 codes joined by commas (empty: "fr") from codes or French names; raises CellError."""
    codes = [_language(word) for word in re.split(r"[,;/|+\s]+", text) if word]
    return ",".join(dict.fromkeys(codes)) or "fr"


def email(text: str) -> str | None:
    """Return an e-mail address, None when empty; raises CellError."""
    if text and not _ADDRESS.fullmatch(text):
        raise CellError("l'adresse électronique n'est pas valable : écrivez-la comme nom@exemple.fr")
    return text or None


def postcode(text: str) -> str | None:
    """Return a postcode with the zero that spreadsheets eat put back, None when empty."""
    return text.zfill(5) if text.isdigit() and len(text) == 4 else text or None


def yes(text: str) -> bool:
    """Return whether a cell says yes (empty: no); raises CellError."""
    word = text.casefold()
    if word in _YES | _NO:
        return word in _YES
    raise CellError(f"« {text[:20]} » n'est ni « oui » ni « non »")


def folded(text: str) -> str:
    """Return a text without case nor accents, to compare names."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(mark for mark in bare if not unicodedata.combining(mark)).strip()


def _digits(text: str) -> str:
    """Return the last nine digits, which tell French numbers apart however they are written."""
    return "".join(filter(str.isdigit, text))[-_DIGITS:]


def _language(word: str) -> str:
    code = _language_codes().get(folded(word))
    if code is None:
        raise CellError(
            f"la langue « {word[:20]} » n'est pas connue : écrivez un code comme fr, en, ar, ou son nom"
        )
    return code


@cache
def _language_codes() -> dict[str, str]:
    names = {code: name for code, name in Locale("fr").languages.items() if code.isalpha() and len(code) <= 3}
    return {folded(name): code for code, name in names.items()} | {code: code for code in names}
