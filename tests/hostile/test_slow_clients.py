"""Whoever connects and says nothing, or half a word, keeps nobody waiting."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from scripts.bench import town
from scripts.bench.processes import Server, serving

SILENT, QUICK = 60, 3.0
"""Several times as many as there are threads; seconds within which the carrier must be answered."""
HALVES = {
    "nothing": b"",
    "half a line": b"POST /voice/inc",
    "half the headers": b"POST /voice/incoming HTTP/1.1\r\nHost: ligne.exemple.fr\r\nX-Twi",
    "half a form": b"POST /voice/incoming HTTP/1.1\r\nContent-Length: 900\r\n\r\nCallSid=CA",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server of one worker."""
    folder = tmp_path_factory.mktemp("slow")
    environment = town.prepare(folder, f"sqlite:///{folder}/hotline.db", town.opened())
    with serving("hotline.wsgi:app", environment, folder) as running:
        assert _asked(running, within=60) == 200
        yield running


@pytest.mark.parametrize("said", HALVES.values(), ids=HALVES.keys())
def test_silent_connections_take_no_thread_from_the_line(server: Server, said: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(SILENT):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            idle.sendall(said)
        began = time.monotonic()
        assert _asked(server, within=QUICK) == 200
        assert time.monotonic() - began < QUICK


def test_a_request_in_pieces_is_answered_as_soon_as_it_is_whole(server: Server) -> None:
    form = b"a=" + b"x" * 60_000
    head = b"POST /voice/incoming HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(form)
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as slow:
        for piece in (head, b"Content-Type: application/x-www-form-urlencoded\r\n\r\n", form[:9], form[9:]):
            slow.sendall(piece)
            assert _asked(server, within=QUICK) == 200
        assert slow.recv(12) == b"HTTP/1.1 403"


def test_a_connection_that_was_answered_and_then_falls_silent_takes_no_thread(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(SILENT):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            idle.sendall(b"GET /heal")
        assert _asked(server, within=QUICK) == 200


def test_a_client_that_never_hangs_up_keeps_nobody_waiting(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(SILENT):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert _asked(server, within=QUICK) == 200


def _asked(server: Server, *, within: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=within)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()
