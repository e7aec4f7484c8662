"""What is drawn by lot: the same at every run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hotline.crypto import Vault
from hotline.db import Database

NOW: Final = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
"""A Tuesday at two in the afternoon in Paris."""
DAY: Final = 86_400
YEARS: Final = 3 * 365 * DAY

LONG_AGO: Final = f"{(NOW - timedelta(seconds=YEARS)).date()} 08:00:00.000000"

Numbers = NDArray[np.int64]
Seconds = NDArray[np.int64]
"""How long ago, for each of some things; below zero is to come."""


@dataclass(frozen=True)
class Size:
    """How large a country is."""

    callers: int
    calls: int
    messages: int
    volunteers: int

    def part(self, share: float) -> "Size":
        """Return the same country in small."""
        sizes = {name: max(round(many * share), 10) for name, many in vars(self).items()}
        return replace(self, **sizes)


@dataclass(frozen=True)
class Draw:
    """The lot, and what seals what it draws."""

    size: Size
    lot: np.random.Generator
    vault: Vault

    def many(self, of_a_full_country: int) -> int:
        """Return how many there are of what a country of 200,000 callers has so many of."""
        return max(of_a_full_country * self.size.callers // 200_000, 3)

    def ago(self, count: int, longest: int = YEARS) -> Seconds:
        """Draw moments by day: most of them around two in the afternoon."""
        days = self.lot.integers(0, max(longest // DAY, 1), count)
        clock = np.clip(self.lot.normal(0, 3 * 3600, count), -9 * 3600, 9 * 3600)
        return np.clip(days * DAY + clock.astype(np.int64), 60, longest)

    def below(self, most: int | Numbers, count: int) -> Numbers:
        """Draw numbers from 0 up to, without, some."""
        return self.lot.integers(0, most, count)

    def one_of(self, values: Sequence[Any], count: int, weights: Sequence[float] | None = None) -> list[Any]:
        """Draw from some values."""
        if weights is None:
            return taken(values, self.below(len(values), count))
        steps = np.cumsum(weights) / np.sum(weights)
        return taken(values, np.searchsorted(steps, self.lot.random(count), side="right"))

    def some(self, share: float, count: int) -> NDArray[np.bool_]:
        """Draw yes or no."""
        return self.lot.random(count) < share

    def sealed(self, place: str, texts: Sequence[str]) -> list[bytes]:
        """Seal texts for one column."""
        context = place.encode()
        return [self.vault.seal(text, context) for text in texts]

    def indexed(self, kind: str, texts: Sequence[str]) -> list[bytes]:
        """Return the keyed indexes of texts."""
        context = kind.encode()
        return [self.vault.index(text, context) for text in texts]


def drawing(size: Size, database: Database) -> Draw:
    """Draw for databases with these keys."""
    return Draw(size, np.random.default_rng(size.calls), database.open_vault())


def moments(ago: Seconds) -> list[str]:
    """Write moments as the databases keep them."""
    times = np.datetime64(NOW.replace(tzinfo=None), "s") - ago.astype("timedelta64[s]")
    return [f"{one[:10]} {one[11:]}.000000" for one in np.datetime_as_string(times, unit="s").tolist()]


def days(ago: Seconds) -> list[str]:
    """Write the days of moments."""
    times = np.datetime64(NOW.replace(tzinfo=None), "s") - ago.astype("timedelta64[s]")
    return np.datetime_as_string(times, unit="D").tolist()  # type: ignore[no-any-return]


def day(distance: int) -> str:
    """Write the day that comes in so many days."""
    return (NOW + timedelta(days=distance)).date().isoformat()


def where(yes: NDArray[np.bool_], values: Sequence[Any]) -> list[Any]:
    """Return the values where it is so, None elsewhere."""
    return [value if so else None for value, so in zip(values, yes.tolist(), strict=True)]


def taken(values: Sequence[Any], places: Numbers) -> list[Any]:
    """Return the values at some places."""
    return [values[place] for place in places.tolist()]


def numbered(count: int, first: int = 1) -> list[int]:
    """Return ids in order."""
    return list(range(first, first + count))


def sids(kind: str, count: int) -> list[str]:
    """Return names such as the carrier gives."""
    return [f"{kind}{number:032x}" for number in range(1, count + 1)]
