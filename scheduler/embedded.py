"""The clock on one host: APScheduler ticks in UTC at intervals, what is due is asked from the tables."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from scheduler.timetable import TIMETABLE, run


class ClockAlreadyRunningError(HotlineError):
    """A second clock on an SQLite database stops."""


def scheduler(hotline: Hotline) -> BackgroundScheduler:
    """Return a scheduler whose every job starts at once and then at its interval, never twice at a time.

    A tick that finds the last run of its job still busy is left out without a word. Each job has a thread of
    its own: what a large job has held there it finds again, instead of holding as much in every thread.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    made = BackgroundScheduler(
        timezone=UTC,
        executors={departure.name: ThreadPoolExecutor(1) for departure in TIMETABLE},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for departure in TIMETABLE:
        made.add_job(
            run,
            "interval",
            args=[hotline, departure],
            seconds=departure.every.total_seconds(),
            next_run_time=datetime.now(UTC),
            name=departure.name,
            executor=departure.name,
        )
    return made


@contextmanager
def only_clock(database_file: Path | None) -> Iterator[None]:
    """Hold the clock's lock beside an SQLite file; raises ClockAlreadyRunningError when another holds it.

    The lock goes with its process, however that ends. PostgreSQL needs none: there, rows are claimed.
    """
    if database_file is None:
        yield
        return
    file = database_file.with_suffix(".clock")
    with file.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ClockAlreadyRunningError(
                f"Une horloge tourne déjà sur « {database_file} » : une seule suffit, celle-ci s'arrête."
            ) from error
        held.truncate(0)
        held.write(f"{os.getpid()}\n")
        held.flush()
        yield
