"""What was spent, in euros: an estimate, from the carrier's list prices as the settings keep them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import SpentDay
from hotline.services.line import Line
from hotline.settings.line import CostsSection

_HIGHEST: Final = 1_000_000


class CannotLimit(HotlineError):
    """A ceiling that would not do: why, and what to write instead."""


@dataclass(frozen=True)
class Spent:
    """What was spent on some days, and with how many numbers rented."""

    minutes_in: int
    minutes_out: int
    texts: int
    segments: int
    numbers: int = 0

    def euros(self, prices: CostsSection) -> Mapping[str, float]:
        """Return what each kind costs."""
        return {
            "minutes_in": self.minutes_in * prices.minute_in,
            "minutes_out": self.minutes_out * prices.minute_out,
            "texts": self.segments * prices.text,
            "numbers": self.numbers * prices.number,
        }


def today(session: Session, day: date) -> Spent:
    """Return what a day has cost so far."""
    return _spent(session, day, day)


def month(session: Session, line: Line, day: date) -> Spent:
    """Return what the month of a day has cost so far, its numbers included."""
    return _spent(session, day.replace(day=1), day, numbers=len(line.each))


def ceiling(typed: str) -> int:
    """Return a ceiling as it is kept. Raises CannotLimit."""
    written = "".join(typed.split())
    if not (written.isascii() and written.isdigit()) or not 0 < int(written[:9]) <= _HIGHEST:
        raise CannotLimit(f"Écrivez un nombre entier entre 1 et {_HIGHEST} : par exemple 500.")
    return int(written)


def _spent(session: Session, first: date, last: date, numbers: int = 0) -> Spent:
    columns = (SpentDay.minutes_in, SpentDay.minutes_out, SpentDay.texts, SpentDay.segments)
    those = select(*(func.coalesce(func.sum(each), 0) for each in columns))
    row = session.execute(those.where(SpentDay.day >= first, SpentDay.day <= last)).one()
    minutes_in, minutes_out, texts, segments = (int(each) for each in row)
    return Spent(minutes_in, minutes_out, texts, segments, numbers)
