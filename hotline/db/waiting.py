"""Connections that wait no longer than whoever asks: a server that is frozen says nothing for ever."""

import threading
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

from hotline.db import patience

Answer = TypeVar("Answer")


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is given up as soon as an answer takes longer than the one who asks may wait."""

    def wait(self, gen: PQGen[Answer], interval: float = 0.1, timeout: float | None = None) -> Answer:
        """Return what the server answers; raises OperationalError, and closes, when that takes too long."""
        seconds = patience.left()
        if seconds is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.errors._WaitTimeout as late:  # noqa: SLF001 - what `wait` documents
            self.close()
            raise psycopg.OperationalError(f"no answer within {seconds:.1f} seconds") from late


def connect(*args: Any, **parameters: Any) -> PatientConnection:
    """Return a new connection, or raise OperationalError in time: resolving a name may hang as well."""
    seconds = patience.left()
    if seconds is None:
        return PatientConnection.connect(*args, **parameters)
    made: SimpleQueue[PatientConnection | BaseException] = SimpleQueue()
    given_up = threading.Lock()

    def make() -> None:
        try:
            connection = PatientConnection.connect(*args, **parameters)
        except BaseException as error:  # noqa: BLE001 - told to the one who waits
            made.put(error)
            return
        if given_up.acquire(blocking=False):
            made.put(connection)
        else:
            connection.close()

    threading.Thread(target=make, name="connect", daemon=True).start()
    try:
        found = made.get(timeout=seconds)
    except Empty:
        if given_up.acquire(blocking=False):
            raise psycopg.OperationalError(f"no connection within {seconds:.1f} seconds") from None
        found = made.get()
    if isinstance(found, BaseException):
        raise found
    return found
