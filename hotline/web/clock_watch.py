"""The clock's own death is told by the web: a thread of each process looks at the heartbeat, one tells."""

import fcntl
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.orm import Session

from hotline import alarms
from hotline.bootstrap import Hotline
from hotline.db.outage import unreachable
from hotline.models import Heartbeat
from hotline.services import faults, health
from hotline.services.faults import News

LOOK_EVERY: Final = 5.0
STILL_FOR: Final = 15.0
"""Seconds of this machine without a new heartbeat: a moment that jumps is no fault of the clock's."""

_STOPPED: Final = News(health.CLOCK, wrong=True)

log = structlog.get_logger()


class ClockWatch:
    """Looks after the clock from a thread of its own; touches the carrier's client only to send a text."""

    def __init__(self, hotline: Hotline, *, every: float = LOOK_EVERY, still_for: float = STILL_FOR) -> None:
        self._hotline = hotline
        self._every = every
        self._still_for = still_for
        self._beat: datetime | None = None
        self._alone: datetime | None = None
        self._owed: datetime | None = None
        self._since = time.monotonic()
        self._over = threading.Event()

    def start(self) -> None:
        """Look every few seconds until the process ends or `stop` is called."""
        threading.Thread(target=self._run, name="clock-watch", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def look(self) -> bool:
        """Look once; tell whether somebody has just been told."""
        hotline, at = self._hotline, self._hotline.clock.now()
        self._settle()
        with hotline.database.read() as session:
            beat = session.get(Heartbeat, health.CLOCK)
            last = beat.at if beat else None
            says = health.clock_fault(hotline.line, last, at)
            known = faults.known(session, health.CLOCK)
        if last != self._beat:
            self._beat, self._since = last, time.monotonic()
        has_moved = time.monotonic() - self._since < self._still_for
        if says is None or last is None or known or has_moved:
            return False
        return self._tell({health.CLOCK: [says]}, last, at)

    def _tell(self, says: Mapping[str, Sequence[str]], last: datetime, at: datetime) -> bool:
        """Let one of all processes tell, by the database; by a file where the dead clock holds even that."""
        try:
            self._hotline.database.run(lambda session: faults.seen(session, [health.CLOCK], at, looked_at=()))
            return not self._was_told(last) and bool(alarms.tell(self._hotline, says))
        except Exception as error:
            if not unreachable(error):
                raise
        if not self._is_first(last):
            return False
        self._owed = at
        return bool(alarms.spread(self._hotline, [_STOPPED], says, at).reached)

    def _settle(self) -> None:
        """Write down what was told without the database, so that the end of it is told too."""
        owed = self._owed
        if owed is None:
            return

        def note(session: Session) -> None:
            faults.seen(session, [health.CLOCK], owed, looked_at=())
            faults.told(session, [_STOPPED], owed)

        self._hotline.database.run(note)
        self._owed = None

    def _was_told(self, last: datetime) -> bool:
        """Tell whether a process told without the database that the clock stands still since `last`."""
        file = self._mark
        if file is None:
            return self._alone == last
        return file.exists() and file.read_text() == last.isoformat()

    def _is_first(self, last: datetime) -> bool:
        """Take it upon us to tell without the database; False when another process here has done so."""
        file = self._mark
        if file is None:
            first, self._alone = self._alone != last, last
            return first
        with file.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if self._was_told(last):
                return False
            file.write_text(last.isoformat())
        return True

    @property
    def _mark(self) -> Path | None:
        """The file beside the database in which processes agree; without one each tells for itself."""
        database = self._hotline.settings.sqlite_file
        return database and database.with_suffix(".alarm")

    def _run(self) -> None:
        while not self._over.wait(self._every):
            try:
                self._hotline.look()
                self.look()
            except Exception as error:
                if not unreachable(error):
                    log.exception("clock_watch_failed")
