"""What goes wrong, each in a thread of its own, and ends by itself or with the seed."""

import errno
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from hotline.rehearsal.state import Faults
from scripts.chaos.processes import Process
from scripts.chaos.schedule import Event
from scripts.chaos.town import Town

_PIECE = b"\0" * 65536
_SLOW = 4.0


def fail(town: Town, event: Event) -> None:
    """Have something go wrong for as long as the event says."""
    _FAULTS[event.name](town, event)


def end(town: Town) -> None:
    """Let nothing be wrong at the carrier any more."""
    town.over.set()
    with town.exchange.lock:
        town.exchange.faults = Faults()


def _killed(pick: Callable[[Town], Sequence[Process]]) -> Callable[[Town, Event], None]:
    def kill(town: Town, event: Event) -> None:
        chosen = pick(town)
        for process in chosen:
            process.kill()
        town.over.wait(event.seconds)
        for process in chosen:
            process.start()

    return kill


def _kill_worker(town: Town, _event: Event) -> None:
    with suppress(ProcessLookupError):
        town.webs[-1].kill_child()


def _locked(town: Town, event: Event) -> None:
    town.database.lock(town.over, event.seconds)


def _cut(town: Town, _event: Event) -> None:
    town.database.cut()


def _away(town: Town, event: Event) -> None:
    town.database.refuse(town.over, event.seconds)


def _disk_full(town: Town, event: Event) -> None:
    """Fill the little disk that the product writes on."""
    if not town.data.is_mount():
        return
    filler = town.data / "filler"
    try:
        _fill(filler)
        town.over.wait(event.seconds)
    finally:
        filler.unlink()


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as full:
        for size in (len(_PIECE), 512, 1):
            try:
                while full.write(_PIECE[:size]):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def _ahead(town: Town, event: Event) -> None:
    town.exchange.advance(float(event.how))


def _back(town: Town, event: Event) -> None:
    file = town.folder / "clock"
    beside = file.with_suffix(".back")
    beside.write_text(f"{float(file.read_text()) - float(event.how)!r}\n")
    beside.replace(file)


def _at_carrier(change: Callable[[Faults, Event], None]) -> Callable[[Town, Event], None]:
    """A fault of the carrier's: what it changes is as before when it ends."""

    def play(town: Town, event: Event) -> None:
        with town.exchange.lock:
            change(town.exchange.faults, event)
        if event.seconds:
            town.over.wait(event.seconds)
            with town.exchange.lock:
                change(town.exchange.faults, Event(0, event.name))

    return play


def _late(faults: Faults, event: Event) -> None:
    faults.webhook_delay = {event.how: 3.0} if event.how else {}


def _twice(faults: Faults, event: Event) -> None:
    faults.webhook_twice = [event.how] if event.how else []


def _lost(faults: Faults, event: Event) -> None:
    faults.webhook_lost = [event.how] if event.how else []


def _refuses(faults: Faults, event: Event) -> None:
    faults.rest_status, faults.rest_status_times = int(event.how or 0), 1000 if event.how else 0
    faults.rest_status_of = "everything" if event.how else "creates"


def _slow(faults: Faults, event: Event) -> None:
    faults.rest_slow_seconds = _SLOW if event.seconds else 0.0


def _drops(faults: Faults, event: Event) -> None:
    faults.rest_drop_after_processing += int(event.how or 0)


def _lists_late(faults: Faults, event: Event) -> None:
    faults.rest_lists_late = 10.0 if event.seconds else 0.0


def _receipts(faults: Faults, event: Event) -> None:
    faults.receipts = event.how or "normal"  # type: ignore[assignment]


def _recordings(faults: Faults, event: Event) -> None:
    faults.recording_callback = event.how or "normal"  # type: ignore[assignment]
    faults.recording_not_ready = 3 if event.how == "lost" else 0


_FAULTS: Mapping[str, Callable[[Town, Event], None]] = {
    "kill_web": _killed(lambda town: town.webs[:1]),
    "kill_worker": _kill_worker,
    "kill_clock": _killed(lambda town: town.clocks[:1]),
    "kill_all": _killed(lambda town: (*town.webs, *town.clocks)),
    "database_locked": _locked,
    "database_cut": _cut,
    "database_away": _away,
    "disk_full": _disk_full,
    "clock_ahead": _ahead,
    "clock_back": _back,
    "webhooks_late": _at_carrier(_late),
    "webhooks_twice": _at_carrier(_twice),
    "webhooks_lost": _at_carrier(_lost),
    "api_fails": _at_carrier(_refuses),
    "api_slow": _at_carrier(_slow),
    "api_drops": _at_carrier(_drops),
    "lists_late": _at_carrier(_lists_late),
    "receipts": _at_carrier(_receipts),
    "recordings": _at_carrier(_recordings),
}
NAMES = frozenset(_FAULTS)
