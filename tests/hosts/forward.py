"""Leads whoever connects here to somewhere else; also a program: ADDRESS PORT TO-ADDRESS TO-PORT."""

import socket
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Way(socketserver.ThreadingTCPServer):
    """One port that leads to another."""

    daemon_threads = True

    def __init__(self, here: tuple[str, int], to: tuple[str, int]) -> None:
        super().__init__(here, Passage)
        self.to = to


class Passage(socketserver.BaseRequestHandler):
    """One connection through it."""

    def handle(self) -> None:
        way: Way = self.server  # type: ignore[assignment]
        with suppress(OSError), socket.create_connection(way.to, timeout=3) as there:
            there.settimeout(30)
            back = threading.Thread(target=_carry, args=(there, self.request), daemon=True)
            back.start()
            _carry(self.request, there)
            back.join()


@contextmanager
def forwarded(here: str, to: tuple[str, int]) -> Iterator[int]:
    """A free port at an address of this machine that leads somewhere else."""
    with Way((here, 0), to) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    host, port, to_host, to_port = sys.argv[1:]
    Way((host, int(port)), (to_host, int(to_port))).serve_forever()
