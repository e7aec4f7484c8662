"""The ways in which a database is away, each of them real."""

import resource
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

LOCKER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


class Proxy:
    """The road to a PostgreSQL server: open, cut, or a road on which nothing moves any more."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = self._server.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        self._moves = threading.Event()
        self._moves.set()
        self._open = True
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Who is connected is cut off, who comes is turned away."""
        self._open = False
        self._hang_up()
        yield
        self._open = True

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every connection stands, new ones too, and nothing is ever answered."""
        self._moves.clear()
        yield
        self._hang_up()
        self._moves.set()

    def close(self) -> None:
        """Take the road away."""
        self._open = False
        self._moves.set()
        self._hang_up()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _hang_up(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            if not self._open:
                near.close()
                continue
            thread = threading.Thread(target=self._pump, args=(near,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pump(self, near: socket.socket) -> None:
        far = socket.create_connection((str(self._server.host), self._server.port or 5432))
        self._ends += [near, far]
        with near, far:
            while True:
                ready, _, _ = select.select([near, far], [], [])
                self._moves.wait()
                for end in ready:
                    try:
                        data = end.recv(65536)
                        if not data:
                            return
                        (far if end is near else near).sendall(data)
                    except OSError:
                        return


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another process holds the SQLite file."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.communicate()


@contextmanager
def taken_away(file: Path) -> Iterator[None]:
    """Somebody has moved the file, with what belongs to it, and brings it back."""
    parts = [part for end in ("", "-wal", "-shm") if (part := Path(f"{file}{end}")).exists()]
    for part in parts:
        part.rename(f"{part}.away")
    yield
    for part in parts:
        Path(f"{part}.away").rename(part)


@contextmanager
def nothing_fits() -> Iterator[None]:
    """No file can grow any more, in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small file system of its own in a folder; raises CalledProcessError where none may be mounted."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder], check=True, capture_output=True
    )
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
