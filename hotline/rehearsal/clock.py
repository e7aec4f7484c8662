"""What time it is in the rehearsal: by hand for tests and scripts, machine time plus an offset when live."""

import math
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """A source of aware UTC moments that the exchange may push ahead."""

    @property
    def live(self) -> bool:
        """Whether time also passes by itself."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def reach(self, moment: datetime) -> None:
        """Jump ahead to `moment`; a moment already past changes nothing."""

    def reset(self) -> None:
        """Return to machine time, which may go backwards; a clock moved by hand has none."""


class ManualClock:
    """Stands still until it is told to move: for tests and scripted days."""

    live = False

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        """Return the moment last reached."""
        return self._now

    def reach(self, moment: datetime) -> None:
        """Move ahead to `moment`, never backwards."""
        self._now = max(self._now, _utc(moment))

    def reset(self) -> None:
        """Do nothing: this clock knows no other time than its own."""


class ShiftedClock:
    """Machine time plus an offset in seconds, kept in a small file that other processes may read."""

    live = True

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Return the seconds added to machine time; an absent or unreadable file means those last known."""
        if self._path is not None:
            try:
                self._offset = _finite(self._path.read_text(encoding="ascii"))
            except (OSError, ValueError):
                return self._offset
        return self._offset

    def now(self) -> datetime:
        """Return machine time plus the offset."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def reach(self, moment: datetime) -> None:
        """Move ahead to `moment` by writing a new offset, never backwards."""
        ahead = (_utc(moment) - self.now()).total_seconds()
        if ahead > 0:
            self._write(self.offset + ahead)

    def reset(self) -> None:
        """Return to machine time, the only jump that may go backwards."""
        self._write(0.0)

    def _write(self, offset: float) -> None:
        self._offset = offset
        if self._path is not None:
            beside = self._path.with_name(self._path.name + ".new")
            beside.write_text(f"{offset!r}\n", encoding="ascii")
            os.replace(beside, self._path)  # noqa: PTH105 - atomic for the readers in other processes


def _finite(text: str) -> float:
    offset = float(text)
    if not math.isfinite(offset):
        raise ValueError(f"not an offset in seconds: {text!r}")
    return offset


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment.astimezone(UTC)
