"""Hosts to play with: real web servers and clocks, each a process, ended with the test whatever happens."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WEB = ("-m", "gunicorn", "-c", str(PROJECT / "config/gunicorn.conf.py"), "hotline.wsgi:app")
CLOCK = ("-m", "scheduler")
_WITHOUT = "import sys; sys.modules['procrastinate'] = None; import scheduler.__main__ as it; it.main()"
EMBEDDED = ("-c", _WITHOUT)
"""A clock where the extra `distributed` is not installed."""


@dataclass
class Machine:
    """One process of a host: what it was told, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0
    read_to: int = field(default=0, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def events(self) -> list[dict[str, object]]:
        """What it has logged since it was last asked, event by event."""
        with self.log.open("rb") as file:
            file.seek(self.read_to)
            said = file.read()
        self.read_to += len(said)
        return [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]

    def complaints(self) -> list[object]:
        """What it found wrong since it was last asked, by the name of each event."""
        return [event["event"] for event in self.events() if event["level"] not in {"debug", "info"}]

    def kill(self) -> None:
        """End it and its children as when the power fails."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def running(
    what: Sequence[str],
    settings: Mapping[str, str],
    folder: Path,
    *,
    inside: Sequence[str] = (),
    port: int = 0,
) -> Iterator[Machine]:
    """Run a web server or a clock with these settings and no others; `inside` is what starts it elsewhere."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE", "TWILIO"))}
    log = folder / f"{time.monotonic_ns()}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*inside, sys.executable, *what],
            cwd=PROJECT,
            env=clean | dict(settings),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    machine = Machine(process, log, port)
    try:
        yield machine
    finally:
        machine.kill()


@contextmanager
def web(settings: Mapping[str, str], folder: Path) -> Iterator[Machine]:
    """Run a web server on a free port."""
    port = free_port()
    with running(WEB, {**settings, "HOTLINE_PORT": str(port)}, folder, port=port) as machine:
        yield machine


def answers(url: str) -> bool:
    """Tell whether a page answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def comes_true(what: Callable[[], object], within: float) -> bool:
    """Tell whether something becomes true in time."""
    until = time.monotonic() + within
    while not what():
        if time.monotonic() > until:
            return False
        select.select([], [], [], 0.02)
    return True


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
