"""Which engine the clock runs on: the queue that several clocks share where there is one, else its own."""

from typing import Protocol

from hotline.bootstrap import Hotline
from hotline.migrations import queue
from scheduler import embedded


class Engine(Protocol):
    """Runs the timetable in threads of its own."""

    def start(self) -> None:
        """Begin; what is due runs at once."""

    def shutdown(self) -> None:
        """Begin nothing more, and wait for what has begun."""


def engine(hotline: Hotline) -> Engine:
    """Return the engine for this database and what is installed; both run the same timetable."""
    if not queue.is_possible(hotline.database):
        alone: Engine = embedded.scheduler(hotline)
        return alone
    from scheduler.distributed import SharedClock  # noqa: PLC0415 - its library is an extra

    return SharedClock(hotline)
