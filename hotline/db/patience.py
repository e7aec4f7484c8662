"""How long whoever asks may wait for the database: a caller seconds, an export as long as it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_until: ContextVar[float | None] = ContextVar("until", default=None)
_step: ContextVar[float | None] = ContextVar("step", default=None)


@contextmanager
def within(seconds: float, now: Callable[[], float] = monotonic) -> Iterator[None]:
    """Let everything that the block asks of a database take so long together, at most."""
    before = _until.get()
    end = now() + seconds
    token = _until.set(end if before is None else min(end, before))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def each_step(seconds: float) -> Iterator[None]:
    """Let each single question of the block wait so long, at most, however many there are."""
    token = _step.set(seconds)
    try:
        yield
    finally:
        _step.reset(token)


def left(now: Callable[[], float] = monotonic) -> float | None:
    """Return the seconds for which the next question may wait; None when nobody is in a hurry."""
    until, step = _until.get(), _step.get()
    if until is None:
        return step
    rest = max(until - now(), 0.0)
    return rest if step is None else min(rest, step)
