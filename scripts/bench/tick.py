"""What one tick of the clock costs when many calls are planned and none is due."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.services import heartbeats, recaps
from hotline.settings import load
from scheduler import timetable
from scripts.bench import planned, town

CALLBACKS = 100_000
TICKS = 30


@dataclass(frozen=True)
class Tick:
    """The median milliseconds of one tick, and of each of its jobs."""

    callbacks: int
    milliseconds: float
    jobs: dict[str, float]


def measured(callbacks: int = CALLBACKS, ticks: int = TICKS) -> Tick:
    """Plan calls on a new SQLite file, then tick."""
    with TemporaryDirectory(prefix="hotline-bench-") as name:
        folder, now = Path(name), datetime.now(UTC)
        environment = town.prepare(folder, f"sqlite:///{folder}/hotline.db", town.closed(now))
        hotline = bootstrap.build(load(**town.ours(environment)))
        try:
            hotline.database.run(lambda session: planned.fill(session, now, callbacks))
            hotline.database.run(lambda session: heartbeats.note(session, recaps.RECAP, now))
            return _ticked(hotline, callbacks, ticks)
        finally:
            hotline.database.close()


def _ticked(hotline: Hotline, callbacks: int, ticks: int) -> Tick:
    timetable.run_due(hotline)
    whole = [_milliseconds(lambda: timetable.run_due(hotline)) for _ in range(ticks)]
    jobs = {
        job.name: median(_milliseconds(partial(_alone, hotline, job)) for _ in range(ticks))
        for job in timetable.TIMETABLE
    }
    return Tick(callbacks, median(whole), jobs)


def _alone(hotline: Hotline, job: timetable.Departure) -> list[timetable.Ran]:
    return [timetable.run(hotline, job)]


def _milliseconds(work: Callable[[], list[timetable.Ran]]) -> float:
    begin = time.perf_counter()
    ran = work()
    taken = (time.perf_counter() - begin) * 1000
    broken = [f"{one.name} : {one.says}" for one in ran if one.failed]
    if broken:
        raise RuntimeError("; ".join(broken))
    return taken
