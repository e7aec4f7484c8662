"""One seed from beginning to end."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from scripts.chaos import acting, calm, faults, keeping, ledger
from scripts.chaos.schedule import Event, Schedule
from scripts.chaos.town import Town, opened

BOUND = 300
log = structlog.get_logger()


class TooLongError(Exception):
    """A seed did not end in time."""


def play(schedule: Schedule, folder: Path) -> list[str]:
    """Play a seed in a folder and return every difference between the carrier's books and ours."""
    with _bounded(BOUND), opened(schedule, folder) as town:
        town.start()
        log.info("the storm begins")
        _storm(town)
        log.info("the storm is over")
        broken = calm.settle(town)
        print(f"  {ledger.size(town.exchange)}")
        log.info("all is calm")
        found = [*broken, *ledger.differences(town.exchange, town.hotline)]
        if found:
            keeping.keep(town)
        return found


@contextmanager
def _bounded(seconds: int) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _storm(town: Town) -> None:
    """Have everything happen at its moment; faults end by themselves or are ended here."""
    began = time.monotonic()
    hands = [_thread(acting.volunteers, town)]
    for event in town.schedule.events:
        time.sleep(max(0.0, began + event.at - time.monotonic()))
        hands.append(_thread(_happen, town, event))
    time.sleep(max(0.0, began + town.schedule.seconds - time.monotonic()))
    town.over.set()
    for hand in hands:
        hand.join(30)


def _happen(town: Town, event: Event) -> None:
    if event.name in faults.NAMES:
        with suppress(SQLAlchemyError):
            faults.fail(town, event)
    else:
        acting.act(town, event)


def _thread(work: object, *arguments: object) -> threading.Thread:
    thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
    thread.start()
    return thread
