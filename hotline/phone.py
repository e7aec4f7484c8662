"""Telephone numbers: read however they are typed, masked unless asked, dialled only when that is harmless.

French numbers follow Arcep's numbering plan; what `phonenumbers` does not know (the ranges kept for fiction,
the telemarketers' prefixes, the emergency numbers) is listed here.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.errors import HotlineError

_METROPOLITAN: Final = re.compile(r"(\+33|0)([1-9][0-9]{8})")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_FRENCH_PLAN: Final = {33: "FR", 590: "GP", 594: "GF", 596: "MQ", 262: "RE", 508: "PM"}
_REGIONS: Final = ("FR", "GP", "RE", "MQ", "GF", "YT")

_FICTIONAL_MOBILES: Final = ("+3363998",)
_FICTIONAL_LANDLINES: Final = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")

_TELEMARKETERS: Final = tuple(
    "+33" + prefix
    for prefix in ("162", "163", "270", "271", "377", "378", "424", "425", "568", "569", "948", "949")
)
_OVERSEAS_TELEMARKETERS: Final = ("9475", "9476", "9477", "9478", "9479")

_EMERGENCIES: Final = frozenset(
    {"15", "17", "18", "110", "112", "114", "115", "119", "191", "196", "197", "911"}
)
_LISTENERS: Final = frozenset({"3018", "3114", "3117", "3919", "3939", "3966", "3977"})
_EUROPEAN: Final = frozenset({"116000", "116006", "116111", "116117", "116123"})
_NEVER_DIALLED: Final = _EMERGENCIES | _LISTENERS | _EUROPEAN

# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE as typed on a keypad (carrier reference §3).
_KEYPAD_WORDS: Final = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
_TYPED: Final = re.compile(r"[\d\s().,/+\-\u00a0\u2010-\u2015\u202f]+")
_NUMBERS_KEPT: Final = 20_000
_DETAILS_KEPT: Final = 1000
_SPREADSHEET_FLOAT: Final = re.compile(r"\d+\.0")


class InvalidNumber(HotlineError):
    """What was typed is no telephone number; the sentence never repeats it."""


class PhoneKind(StrEnum):
    """What hangs at the other end, as far as the numbering plan tells."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    OTHER = "other"


_KINDS: Final = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.VOIP: PhoneKind.VOIP,
}
_PRIVATE_LINES: Final = frozenset({*_KINDS, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_CHARGED: Final = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """A number in E.164; `str`, `repr` and formats are masked, `.e164` is the only way out.

    Raises ValueError for text that does not have the shape of E.164 (carrier reference §3).
    """

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise ValueError("not an E.164 number")

    def __str__(self) -> str:
        return f"•• •• •• •• {self.e164[-2:]}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self})"

    @property
    def kind(self) -> PhoneKind:
        """Mobile, landline, VoIP or other."""
        if self.e164.startswith(_FICTIONAL_MOBILES):
            return PhoneKind.MOBILE
        if self.e164.startswith(_FICTIONAL_LANDLINES):
            return PhoneKind.LANDLINE
        return _KINDS.get(phonenumbers.number_type(_details(self)), PhoneKind.OTHER)

    @property
    def textable(self) -> bool:
        """Whether a text can arrive: mobiles only, overseas ones included."""
        return self.kind is PhoneKind.MOBILE

    @property
    def telemarketing(self) -> bool:
        """Whether Arcep reserves the prefix for telemarketers (never an isolated person)."""
        if self.e164.startswith(_TELEMARKETERS):
            return True
        details = _details(self)
        return details.country_code in _FRENCH_PLAN and _national(details).startswith(_OVERSEAS_TELEMARKETERS)


def parse(raw: str | float) -> PhoneNumber:
    """The number a person typed or a spreadsheet kept, as E.164.

    Overseas mobiles typed the French way (0690…, 0692…) are found too. Raises InvalidNumber.
    """
    typed = _typed(raw)
    for region in _REGIONS:
        number = _parsed(typed, region)
        if number is not None:
            return number
    raise InvalidNumber(_refusal(typed))


def from_carrier(value: str) -> PhoneNumber | None:
    """The number behind a carrier's `From`, None when nobody can be called back there.

    None stands for withheld numbers (words and their old keypad spellings), addresses that are no telephone,
    short codes and sender names (carrier reference §3).
    """
    value = value.strip()
    if value.removeprefix("+") in _KEYPAD_WORDS:
        return None
    if _E164.fullmatch(value):
        details = _details(PhoneNumber(value))
        return _number(details) if phonenumbers.is_possible_number(details) else None
    try:
        return parse(value)
    except InvalidNumber:
        return None


def dialable(number: PhoneNumber, countries: Collection[str]) -> bool:
    """Whether a machine may dial it: no emergency, short, toll-free or premium number, only these countries.

    "FR" stands for every territory on France's own numbering plan: metropolitan France, Guadeloupe,
    Martinique, Guyane, La Réunion, Mayotte, Saint-Martin, Saint-Barthélemy, Saint-Pierre-et-Miquelon.
    Polynésie française, Nouvelle-Calédonie and Wallis-et-Futuna have plans and prices of their own and must
    be named (PF, NC, WF).
    """
    return _dialable(number, frozenset(countries))


@lru_cache(_NUMBERS_KEPT)
def _dialable(number: PhoneNumber, countries: frozenset[str]) -> bool:
    """Look a number up in the numbering plans once: a round asks of every volunteer."""
    details = _details(number)
    national = _national(details)
    if national in _NEVER_DIALLED or not phonenumbers.is_possible_number(details):
        return False
    kind = phonenumbers.number_type(details)
    region = _FRENCH_PLAN.get(details.country_code or 0)
    if region is not None and ("FR" in countries or region in countries):
        return not national.startswith("8") and kind not in _CHARGED
    return phonenumbers.region_code_for_number(details) in countries and kind in _PRIVATE_LINES


def _typed(raw: str | float) -> str:
    """What was typed, with the zero that spreadsheets eat put back. Raises InvalidNumber for other text."""
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
        raise InvalidNumber(_refusal(""))
    text = "".join(mark for mark in str(raw) if unicodedata.category(mark) != "Cf").strip()
    if _SPREADSHEET_FLOAT.fullmatch(text):
        text = text[:-2]
    if not _TYPED.fullmatch(text):
        raise InvalidNumber(_refusal(text))
    text = re.sub(r"[^\d+]+", " ", text)
    return "0" + text if re.fullmatch(r"[1-9]\d{8}", text) else text


def _parsed(typed: str, region: str) -> PhoneNumber | None:
    details = _read(typed, region)
    number = _number(details) if details else None
    if (
        details is None
        or number is None
        or not (phonenumbers.is_valid_number(details) or _fictional(details))
    ):
        return None
    return number


def _number(details: phonenumbers.PhoneNumber) -> PhoneNumber | None:
    e164 = phonenumbers.format_number(details, phonenumbers.PhoneNumberFormat.E164)
    return PhoneNumber(e164) if _E164.fullmatch(e164) else None


def _fictional(details: phonenumbers.PhoneNumber) -> bool:
    """Arcep keeps six ranges for films, books and rehearsals; the library calls the mobile one invalid."""
    e164 = f"+{details.country_code}{_national(details)}"
    return e164.startswith(_FICTIONAL_MOBILES + _FICTIONAL_LANDLINES) and bool(
        phonenumbers.is_possible_number(details)
    )


@lru_cache(_DETAILS_KEPT)
def _details(number: PhoneNumber) -> phonenumbers.PhoneNumber:
    """The library's view, never to be changed; an empty one when no country has such a code."""
    return _read(number.e164, None) or phonenumbers.PhoneNumber()


def _read(typed: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """Return a number typed in a region; those of metropolitan France, most of ours, need no parser."""
    found = _METROPOLITAN.fullmatch(typed)
    if found and (found[1] == "+33" or region == "FR"):
        return phonenumbers.PhoneNumber(country_code=33, national_number=int(found[2]))
    try:
        return phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None


def _national(details: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.national_significant_number(details)) if details.national_number else ""


def _refusal(typed: str) -> str:
    digits = re.sub(r"\D", "", typed)
    if digits in _NEVER_DIALLED:
        return (
            f"Le {digits} est un numéro d'urgence ou d'écoute : la ligne ne l'appelle jamais. "
            "Indiquez le numéro de la personne."
        )
    return (
        f"Ce numéro de téléphone n'est pas valable ({len(digits)} chiffres lus) : écrivez-le en entier et "
        "sans lettres, par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."
    )
