"""gunicorn's threaded worker, with threads for whole requests only: a slow client keeps nobody waiting."""

import re
import socket
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

SLOWEST: Final = 10.0
"""Seconds after which a new connection that has not sent a whole request is closed."""
LEAVES_WITHIN: Final = 2.0
"""Seconds for a client to close its side, once it has been answered."""
_LONGEST_HEAD: Final = 64 * 1024
_LONGEST_FORM: Final = 64 * 1024
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?:\r\n|$)", re.IGNORECASE)


class PatientWorker(ThreadWorker):  # type: ignore[misc] # gunicorn is not typed
    """A connection waits in the loop, and costs no thread, until its request has arrived; so it leaves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._leaving: deque[Any] = deque()

    def enqueue_req(self, conn: Any) -> None:
        """Give a connection that speaks to a thread, and let a new one wait."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + SLOWEST
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Let a connection that is over leave by itself; the library would wait for it, and all with it."""
        if fs.cancelled() or fs.exception() is not None or fs.result():
            super().finish_request(conn, fs)
            return
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + LEAVES_WITHIN
        self._leaving.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._hear_out, conn))

    def murder_pending(self) -> None:
        """Close what has waited too long, for its request or for its end."""
        super().murder_pending()
        while self._leaving and self._leaving[0].timeout <= time.monotonic():
            self._part(self._leaving[0])

    def _hear_out(self, conn: Any, _client: Any) -> None:
        """Read what a client still sends, so that it gets our answer whole, until it has closed."""
        try:
            heard = conn.sock.recv(_LONGEST_FORM)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if not heard:
            self._part(conn)

    def _part(self, conn: Any) -> None:
        self._leaving.remove(conn)
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def _cap_keepalive(self, deadline: float) -> None:
        """Who has said nothing yet does not hold up a server that stops, no more than who may speak again."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def on_pending_socket_readable(self, conn: Any, client: Any) -> None:
        """Take the first request of a connection once it is whole."""
        if _arrived(conn.sock):
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: Any, client: Any) -> None:
        """Take the next request of a connection once it is whole."""
        if _arrived(conn.sock):
            super().on_client_socket_readable(conn, client)


def _arrived(connection: socket.socket) -> bool:
    """Tell whether a request can be read without waiting; if not, be told again when more has come."""
    awaited = _awaited(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, awaited or 1)
    return not awaited


def _awaited(connection: socket.socket) -> int:
    """Return how many bytes must be there before it is worth looking again; 0 when now is the time.

    What is longer than any form goes on at once: only who is signed in may send it, the others are refused.
    """
    try:
        seen = connection.recv(_LONGEST_HEAD + _LONGEST_FORM, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        return 0
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end:
        return len(seen) + 1 if seen and len(seen) < _LONGEST_HEAD else 0
    length = _LENGTH.search(head)
    expected = int(length[1]) if length else 0
    return len(head) + len(end) + expected if len(body) < expected <= _LONGEST_FORM else 0
