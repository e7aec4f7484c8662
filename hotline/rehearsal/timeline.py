"""What is to happen and when: a heap of due actions, taken out in order of moment, then of planning."""

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

Action = Callable[[], object]


@dataclass(order=True)
class Due:
    """One planned action; it can be cancelled until it has been taken out."""

    moment: datetime
    order: int
    action: Action = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Make sure that this action never runs."""
        self.cancelled = True


class Timeline:
    """Planned actions of the whole exchange; safe to fill from several threads."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._order = count()
        self._lock = threading.Lock()

    def plan(self, moment: datetime, action: Action) -> Due:
        """Plan `action` at `moment`; actions of the same moment run in the order they were planned."""
        with self._lock:
            due = Due(moment, next(self._order), action)
            heapq.heappush(self._heap, due)
            return due

    def take(self, until: datetime) -> Due | None:
        """Take out the first action due at or before `until`, None when there is none."""
        with self._lock:
            while self._heap and self._heap[0].moment <= until:
                due = heapq.heappop(self._heap)
                if not due.cancelled:
                    return due
            return None

    def shift(self, step: timedelta) -> None:
        """Move everything planned by `step`: time itself has been moved."""
        with self._lock:
            for due in self._heap:
                due.moment += step

    def __len__(self) -> int:
        with self._lock:
            return sum(not due.cancelled for due in self._heap)
