"""What one tick of the clock costs when many calls are planned and none is due."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from hotline import bootstrap
from hotline.bootstrap import Hotline
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
        ours = {name: value for name, value in environment.items() if name.startswith(town.OURS)}
        hotline = bootstrap.build(load(**ours))
        try:
            hotline.database.run(lambda session: planned.fill(session, now, callbacks))
            return _ticked(hotline, callbacks, ticks)
        finally:
            hotline.database.close()


def _ticked(hotline: Hotline, callbacks: int, ticks: int) -> Tick:
    timetable.run_due(hotline)
    runs = [[_milliseconds(hotline, job) for job in timetable.TIMETABLE] for _ in range(ticks)]
    names = [job.name for job in timetable.TIMETABLE]
    jobs = {name: median(times) for name, times in zip(names, zip(*runs, strict=True), strict=True)}
    return Tick(callbacks, median(map(sum, runs)), jobs)


def _milliseconds(hotline: Hotline, job: timetable.Departure) -> float:
    begin = time.perf_counter()
    ran = timetable.run(hotline, job)
    if ran.failed:
        raise RuntimeError(f"{job.name} : {ran.says}")
    return (time.perf_counter() - begin) * 1000
