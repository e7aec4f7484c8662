"""Days as people write them in a text: "3 août", "12/11", "lundi", "demain", "November 12"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from callflows.folding import fold

FARTHEST = timedelta(days=400)
_DAY = timedelta(days=1)

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday",
            "mardi tuesday",
            "mercredi wednesday",
            "jeudi thursday",
            "vendredi friday",
            "samedi saturday",
            "dimanche sunday",
        )
    )
    for name in names.split()
}
_NOT_SAID = re.compile(
    r"\b(?:s il (?:vous|te) plait|svp|stp|merci|beaucoup|please|thanks|thank you|inclus|incluse|compris)\b"
)
_SHORT_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?")
_LONG_DATE = re.compile(r"(\d{1,2})(?: ([a-z]+)(?: (\d{4}))?)?")
_ENGLISH_DATE = re.compile(r"([a-z]+) (\d{1,2})(?: (\d{4}))?")


@dataclass(frozen=True)
class SaidDate:
    """A date as it was said: perhaps without its month or its year."""

    day: int
    month: int | None
    year: int | None

    def fits(self, day: date) -> bool:
        """Tell whether a calendar day may be the one that was meant."""
        return day.day == self.day and self.month in {None, day.month} and self.year in {None, day.year}

    def first(self, day: date) -> date | None:
        """The first such day from `day` on."""
        return self._nearest(day, _DAY)

    def last(self, day: date) -> date | None:
        """The last such day up to `day`."""
        return self._nearest(day, -_DAY)

    def _nearest(self, day: date, step: timedelta) -> date | None:
        if self.year and self.month:
            return self._in_its_year(day, step)
        days = (day + step * count for count in range(FARTHEST.days))
        return next((one for one in days if self.fits(one)), None)

    def _in_its_year(self, day: date, step: timedelta) -> date | None:
        try:
            named = date(self.year or 0, self.month or 0, self.day)
        except ValueError:
            return None
        return named if (named - day) * step.days >= timedelta(0) else None


def normal(text: str) -> str:
    """One spelling: folded, no politeness, one space between words, "3-17" as "3 au 17"."""
    said = re.sub(r"(?<=\d)\s*[-–—]\s*(?=\d)", " au ", fold(text))
    said = re.sub(r"[^\w/.]+|_", " ", said)
    said = re.sub(r"(?<!\d)[/.]|[/.](?!\d)", " ", said)
    said = re.sub(r"(?<=\d)(?=[a-z])", " ", said)
    said = re.sub(r"(?<=\d) (?:er|e|eme|st|nd|rd|th)\b", "", said)
    return " ".join(_NOT_SAID.sub(" ", said).split())


def said_day(said: str, today: date) -> date | None:
    """The day that is meant, from today on; a weekday is the next one, never today."""
    if said in {"demain", "tomorrow"}:
        return today + _DAY
    if said in {"aujourd hui", "today", "ce soir", "tonight"}:
        return today
    weekday = WEEKDAYS.get(said.removesuffix(" prochain").removesuffix(" soir").removeprefix("next "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    found = said_date(said)
    return found.first(today) if found else None


def said_date(said: str) -> SaidDate | None:
    """A date in figures or with its month in letters; the name of its weekday is not needed."""
    first, _, rest = said.partition(" ")
    if first in WEEKDAYS and rest:
        return said_date(rest)
    if found := _SHORT_DATE.fullmatch(said):
        return _checked(found[1], int(found[2]), found[3])
    if found := _LONG_DATE.fullmatch(said):
        month = MONTHS.get(found[2]) if found[2] else None
        return None if found[2] and not month else _checked(found[1], month, found[3])
    if (found := _ENGLISH_DATE.fullmatch(said)) and found[1] in MONTHS:
        return _checked(found[2], MONTHS[found[1]], found[3])
    return None


def _checked(day: str, month: int | None, year: str | None) -> SaidDate | None:
    if not 1 <= int(day) <= 31 or not (month is None or 1 <= month <= 12):
        return None
    return SaidDate(int(day), month, int(year) % 2000 + 2000 if year else None)
