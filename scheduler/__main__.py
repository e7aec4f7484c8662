"""`python -m scheduler`: the clock, until it is told to stop."""

import os
import signal
import sys
from contextlib import suppress
from threading import Event, Thread
from types import FrameType
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hotline import bootstrap, logs, migrations
from hotline.errors import HotlineError
from scheduler import writing
from scheduler.embedded import only_clock
from scheduler.engines import Engine, engine
from scheduler.listening import listening

ENDS_WITHIN: Final = 20.0

log = structlog.get_logger()


def main() -> int:
    """Tick until SIGTERM or SIGINT; work that has begun is finished first."""
    logs.configure()
    told_to_stop = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        hotline = bootstrap.build()
        hotline.settings.carrier()
        with suppress(SQLAlchemyError):  # a database that is away comes back; one without its tables does not
            migrations.require_current(hotline.database)
            writing.try_again(hotline)
        with only_clock(hotline.settings.sqlite_file):
            clock = engine(hotline)
            clock.start()
            with listening(hotline):
                told_to_stop.wait()
                hotline.stopping.set()
            _finish(clock)
            hotline.database.close()
    except HotlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _finish(clock: Engine) -> None:
    """Let what has begun end; what takes longer than anybody waits is taken up at the next start."""
    ending = Thread(target=clock.shutdown, daemon=True)
    ending.start()
    ending.join(ENDS_WITHIN)
    if ending.is_alive():
        log.warning("jobs_left_unfinished", after=ENDS_WITHIN)
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
