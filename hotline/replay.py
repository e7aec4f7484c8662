"""Empties this host's spool into the database when it is back: web or clock, one process at a time."""

import threading
from collections.abc import Iterable

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.db import patience
from hotline.db.outage import unreachable
from hotline.services import alerts, remembered
from hotline.spool import Event
from hotline.telephony.webhooks import MalformedWebhook

log = structlog.get_logger()

PAUSE = 2.0
"""Seconds between two tries while the database is away."""
_LONGEST_STEP = 10.0
UNREADABLE = "event_unreadable"


def empty(hotline: Hotline) -> int:
    """Carry out what waits, oldest first, and return how much; what is left waits for a database.

    What cannot be read, or carried out, is put aside and told; it stands in nobody's way.
    """
    if not hotline.spool.waiting():
        return 0
    with hotline.spool.turn() as ours, patience.each_step(_LONGEST_STEP):
        return _in_order(hotline, hotline.spool.waiting()) if ours else 0


def _in_order(hotline: Hotline, names: Iterable[str]) -> int:
    """Nothing overtakes what the database was away for; what it alone cannot have, others do not wait for."""
    count = 0
    for name in names:
        done = _tried(hotline, name)
        if done is None:
            if not _answers(hotline):
                break
            done = _tried(hotline, name)
        count += bool(done)
    if count:
        log.warning("spool_replayed", events=count)
    return count


def _tried(hotline: Hotline, name: str) -> bool | None:
    try:
        return _carried_out(hotline, name)
    except Exception as error:
        if not unreachable(error):
            raise
        return None


def _answers(hotline: Hotline) -> bool:
    try:
        hotline.database.run(lambda session: session.execute(select(1)))
    except Exception as error:
        if not unreachable(error):
            raise
        return False
    return True


def _carried_out(hotline: Hotline, name: str) -> bool:
    """Tell whether an event was carried out; False when it was put aside. Raises what means an outage."""
    try:
        event = hotline.spool.read(name)
        stale = _effect(hotline, event)
    except MalformedWebhook as nothing:
        log.error("malformed_webhook", path=event.path, says=str(nothing))  # noqa: TRY400 - told by its name
        stale = None
    except Exception as error:
        if unreachable(error):
            raise
        log.exception("spool_event_aside", file=name)
        _tell(hotline, name)
        hotline.spool.put_aside(name)
        return False
    hotline.spool.done(name)
    if stale is not None:
        hotline.store.delete(stale)
    return True


def _effect(hotline: Hotline, event: Event) -> str | None:
    at = hotline.clock.now()

    def work(session: Session) -> str | None:
        return remembered.carry_out(session, hotline.line_in(session), event, at)

    return hotline.database.run(work)


def _tell(hotline: Hotline, name: str) -> None:
    at = hotline.clock.now()
    hotline.database.run(
        lambda session: alerts.raise_alert(session, UNREADABLE, f"spool:{name}", at, detail=name)
    )


class Replayer:
    """Empties the spool of a web process, which may have no clock beside it; at rest until it is needed."""

    def __init__(self, hotline: Hotline, *, pause: float = PAUSE) -> None:
        self._hotline = hotline
        self._pause = pause
        self._told_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="replay", daemon=True)

    def start(self) -> None:
        """Begin, with what another process may have left behind."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is being carried out."""
        self._told_to_stop.set()
        self._hotline.spool.news.set()
        self._thread.join()

    def _run(self) -> None:
        spool = self._hotline.spool
        while not self._told_to_stop.is_set():
            spool.news.clear()
            if not spool.waiting():
                spool.news.wait()
                continue
            try:
                empty(self._hotline)
            except Exception:
                log.exception("replay_failed")
            self._told_to_stop.wait(self._pause)
