"""`python -m scheduler`: the clock, until it is told to stop."""

import signal
import sys
from types import FrameType

from hotline import bootstrap, logs
from hotline.errors import HotlineError
from scheduler.embedded import only_clock, scheduler


def main() -> int:
    """Tick until SIGTERM or SIGINT; work that has begun is finished first."""
    logs.configure()
    try:
        hotline = bootstrap.build()
        hotline.settings.carrier()
        with only_clock(hotline.settings.sqlite_file):
            clock = scheduler(hotline)

            def stop(_signal: int, _frame: FrameType | None) -> None:
                clock.shutdown(wait=False)

            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            clock.start()
    except HotlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
