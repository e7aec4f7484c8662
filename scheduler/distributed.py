"""The clocks of several hosts: each asks the tables what is due, one of them queues it, any of them runs it.

procrastinate knows the name of a job and its moment, nothing else: what is to be done is in the tables and is
claimed there. A quiet moment writes nothing into the queue.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import structlog
from procrastinate import App, PsycopgConnector, exceptions
from procrastinate.jobs import Job, Status
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from hotline.bootstrap import Hotline
from hotline.db.engine import postgres_arguments
from hotline.errors import HotlineError
from hotline.migrations import queue
from scheduler.timetable import TIMETABLE, Departure, awaited, run

BEATS: Final = 3.0
DEAD_AFTER: Final = 10.0
"""Seconds without a beat after which what a clock had begun is given to another."""
RESCUES: Final = 5
_LOOKS_AGAIN: Final = 1.0
_JOB, _RESCUE = "departure", "rescue"

log = structlog.get_logger()


class SharedClock:
    """One of any number of clocks on one PostgreSQL, in a thread of its own."""

    def __init__(self, hotline: Hotline) -> None:
        self._hotline = hotline
        self._departures = {departure.name: departure for departure in TIMETABLE}
        self._threads = {name: ThreadPoolExecutor(1, name) for name in self._departures}
        self._busy: set[str] = set()
        self._here: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._told_to_stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._tick(),))
        self._app = shared_queue(hotline.database.url)
        self._app.task(name=_JOB)(self._depart)
        self._app.task(name=_RESCUE)(self._rescue)

    def start(self) -> None:
        """Begin; what is due runs at once."""
        for library in ("procrastinate", "psycopg.pool"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        self._thread.start()

    def shutdown(self) -> None:
        """Begin nothing more, and wait for what has begun."""
        self._loop.call_soon_threadsafe(self._told_to_stop.set)
        self._thread.join()
        self._loop.close()
        for thread in self._threads.values():
            thread.shutdown()

    async def _tick(self) -> None:
        """Work until told to stop; a database that goes away is waited for."""
        while not self._told_to_stop.is_set():
            try:
                await asyncio.to_thread(queue.make_missing, self._hotline.database)
                async with self._app.open_async():
                    await self._work()
            except (exceptions.ConnectorException, psycopg.Error, SQLAlchemyError, HotlineError) as error:
                log.warning("queue_away", says=str(error.__cause__ or error))
            await self._pause(_LOOKS_AGAIN)

    async def _work(self) -> None:
        """Queue and run what is due until told to stop; whatever breaks ends both."""
        doing = [
            asyncio.create_task(self._announce()),
            asyncio.create_task(self._app.run_worker_async(**self._ways())),
        ]
        over = asyncio.create_task(self._told_to_stop.wait())
        await asyncio.wait([*doing, over], return_when=asyncio.FIRST_COMPLETED)
        for task in (*doing, over):
            task.cancel()
        ended = await asyncio.gather(*doing, *self._here, return_exceptions=True)
        for fault in ended:
            if isinstance(fault, Exception):
                raise fault

    def _ways(self) -> dict[str, Any]:
        return {
            "concurrency": len(self._departures) + 1,
            "fetch_job_polling_interval": _LOOKS_AGAIN,
            "update_heartbeat_interval": BEATS,
            "stalled_worker_timeout": DEAD_AFTER,
            "delete_jobs": "always",
            "install_signal_handlers": False,
        }

    async def _announce(self) -> None:
        """Queue what is due: all of it at once, then each job when its time comes, once for all clocks."""
        before = int(time.time())
        for departure in await asyncio.to_thread(_due, self._hotline, TIMETABLE):
            await self._call(departure, before)
        while True:
            await asyncio.sleep(1 - time.time() % 1)
            now = int(time.time())
            for departure in await asyncio.to_thread(_due, self._hotline, _between(before, now)):
                await self._call(departure, _period(departure, now) * _seconds(departure))
            if before // RESCUES != now // RESCUES and await self._stalled():
                await self._defer(_RESCUE, "", now // RESCUES * RESCUES)
            before = now

    async def _call(self, departure: Departure, moment: int) -> None:
        """Have a job run by any clock, or by this one where it looks after things of this host."""
        if not departure.everywhere:
            await self._defer(_JOB, departure.name, moment)
            return
        here = asyncio.create_task(self._depart(departure.name, moment))
        self._here.add(here)
        here.add_done_callback(self._here.discard)

    async def _defer(self, task: str, name: str, moment: int) -> None:
        """Queue a job of this moment unless another clock has, or an earlier one still waits there."""
        job = self._app.configure_task(task, queueing_lock=f"{task} {name}", allow_unknown=False).job
        named = job.evolve(task_kwargs={"name": name, "timestamp": moment})
        with suppress(exceptions.AlreadyEnqueued):
            await self._app.job_manager.defer_periodic_job(named, periodic_id=name, defer_timestamp=moment)

    async def _depart(self, name: str, timestamp: int) -> None:  # noqa: ARG002 - the queue's own key
        """Run a job, unless its last run here is not over or a newer version knows it."""
        departure = self._departures.get(name)
        if departure is None or name in self._busy:
            return
        self._busy.add(name)
        try:
            await self._loop.run_in_executor(self._threads[name], run, self._hotline, departure)
        finally:
            self._busy.discard(name)

    async def _stalled(self) -> Iterable[Job]:
        return await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER)

    async def _rescue(self, name: str, timestamp: int) -> None:  # noqa: ARG002 - the queue's own keys
        """Have run again what clocks had begun that are dead; where the same job waits already, forget it."""
        manager = self._app.job_manager
        for job in await self._stalled():
            log.warning("job_rescued", job=job.task_kwargs.get("name"))
            try:
                await manager.retry_job(job, retry_at=datetime.fromtimestamp(0, UTC))
            except exceptions.UniqueViolation:
                await manager.finish_job(job, status=Status.FAILED, delete_job=True)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._told_to_stop.wait(), seconds)


def shared_queue(url: str) -> App:
    """Return procrastinate's queue in a PostgreSQL database."""
    return App(
        connector=PsycopgConnector(
            conninfo=make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
            kwargs=postgres_arguments(search_path=queue.SCHEMA),
            min_size=1,
            max_size=4,
            timeout=5.0,
        )
    )


def _due(hotline: Hotline, departures: Sequence[Departure]) -> list[Departure]:
    hotline.look()
    if not awaited(hotline, departures):
        return []
    return [departure for departure in departures if awaited(hotline, [departure])]


def _between(before: int, now: int) -> list[Departure]:
    return [departure for departure in TIMETABLE if _period(departure, before) != _period(departure, now)]


def _period(departure: Departure, second: int) -> int:
    return second // _seconds(departure)


def _seconds(departure: Departure) -> int:
    return int(departure.every.total_seconds())
