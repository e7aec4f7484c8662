"""An SQLite file as it may be met: taken away, replaced, or locked for longer than somebody can wait."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from hotline.db import patience
from hotline.db.outage import DatabaseError

_ROUNDED = 0.2


def follow(engine: Engine, file: Path) -> None:
    """Never write into a file that somebody has taken away: what lies there now is opened instead.

    A file that was there once is not made anew: an empty one would stand in the way of its return.
    """
    seen: set[tuple[int, int]] = set()

    def identity() -> tuple[int, int]:
        try:
            found = file.stat()
        except OSError as error:
            raise DatabaseError(f"La base « {file} » n'est plus là ({error.strerror}).") from error
        return found.st_dev, found.st_ino

    def opens(*_how: object) -> None:
        if seen:
            identity()

    def opened(_connection: object, record: Any) -> None:
        record.info["file"] = identity()
        seen.add(record.info["file"])

    def taken_up(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != identity():
            raise DisconnectionError("another file lies there now")

    event.listen(engine, "do_connect", opens)
    event.listen(engine, "connect", opened)
    event.listen(engine, "checkout", taken_up)


def wait_for_lock(connection: Connection, longest: float) -> None:
    """Let this transaction wait for a lock no longer than whoever asks; most have all the time there is."""
    left = patience.left()
    seconds = longest if left is None or left > longest - _ROUNDED else left
    if connection.info.get("waits", longest) != seconds:
        connection.connection.cursor().execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        connection.info["waits"] = seconds
