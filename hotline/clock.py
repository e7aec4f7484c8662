"""Where every process reads the time; a rehearsal may shift it, nothing else may."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the moment."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class ShiftedClock:
    """The machine's time plus the seconds found in a small file, read at every call.

    The rehearsal's carrier writes the file, so that all processes jump together.
    """

    offset_file: Path
    machine: Callable[[], datetime] = SystemClock().now

    def now(self) -> datetime:
        """Return the shifted moment in UTC; an absent or odd file shifts nothing."""
        try:
            offset = float(self.offset_file.read_text())
        except (OSError, ValueError):
            offset = 0.0
        return self.machine() + timedelta(seconds=offset)
