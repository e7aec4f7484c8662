"""Where a list goes on: a place that an address carries, and that stays true when rows come and go."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """After the row with this id, at this moment, in this band of the list."""

    band: int
    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.band}_{(self.moment - _EPOCH) // _MICROSECOND}_{self.id}"


def read(text: str | None) -> Place | None:
    """Return the place that an address carries; None, the beginning, where there is none."""
    try:
        band, moment, row_id = map(int, (text or "").split("_"))
        return Place(band, _EPOCH + moment * _MICROSECOND, row_id)
    except (ValueError, OverflowError):
        return None
