"""After the storm: nothing fails any more, time passes, the product puts everything in order by itself."""

import time
from datetime import timedelta

from scheduler.timetable import run_due
from scripts.chaos import faults
from scripts.chaos.town import Town

_DRAINED_WITHIN = 40.0
_REPLAYED_WITHIN = 45.0
_STEPS = (
    *(timedelta(seconds=seconds) for seconds in (5, 30, 60, 120, 300)),
    *(timedelta(minutes=minutes) for minutes in (10, 20, 30)),
    *(timedelta(hours=hours) for hours in (1, 4, 4, 4, 4, 4, 4)),
)
_ROUNDS = 2


def settle(town: Town) -> list[str]:
    """Let more than a day pass without faults; return what broke meanwhile, which nothing should."""
    faults.end(town)
    town.start()
    _hang_up(town)
    broken = _carried_out(town)
    for clock in town.clocks:
        clock.stop()
    for step in _STEPS:
        town.exchange.advance(step.total_seconds())
        for _ in range(_ROUNDS):
            broken += [f"{ran.name} : {ran.says}" for ran in run_due(town.hotline) if ran.failed]
            town.exchange.settle()
            if not town.crowd.wait(_DRAINED_WITHIN):
                broken.append("the carrier still waits for an answer")
    return list(dict.fromkeys(broken))


def _carried_out(town: Town) -> list[str]:
    """Wait until every host has carried out what it had kept; return what it has not."""
    until = time.monotonic() + _REPLAYED_WITHIN
    while town.spooled and time.monotonic() < until:
        time.sleep(0.2)
    return [f"the event {file.relative_to(town.data)} waits" for file in town.spooled]


def _hang_up(town: Town) -> None:
    """Everybody hangs up, and all requests that are on their way arrive."""
    with town.exchange.lock:
        for run in list(town.exchange.runs.values()):
            run.finish("completed" if run.call.answered else "canceled")
    town.exchange.settle()
    town.crowd.wait(_DRAINED_WITHIN)
