"""The processes of the product: started, killed without a word, started again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 90.0


class Process:
    """One program in a process group of its own; whatever it says is kept in a log."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        self._command, self._environment, self._folder = command, environment, folder
        self._running: subprocess.Popen[bytes] | None = None
        self._turn = threading.Lock()

    def start(self) -> None:
        """Have it run, if it does not, or no longer."""
        with self._turn:
            if self._running is None or self._running.poll() is not None:
                with (self._folder / f"{self.name}.log").open("ab") as log:
                    self._running = subprocess.Popen(
                        self._command,
                        env=dict(self._environment),
                        cwd=self._folder,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )

    def kill(self) -> None:
        """End it and its children at once, in the middle of whatever they do."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def kill_child(self) -> None:
        """End one child, if there is any: its parent has to notice."""
        running = self._running
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children") if running else None
        if children is not None and children.exists() and (pids := children.read_text().split()):
            os.kill(int(pids[0]), signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        with self._turn:
            running, self._running = self._running, None
            if running is None:
                return
            try:
                os.killpg(running.pid, how)
                running.wait(10)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()


class Port:
    """A port of the loopback that stays ours while nobody listens there."""

    def __init__(self) -> None:
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number: int = self._held.getsockname()[1]

    @property
    def url(self) -> str:
        """The address of whoever listens there."""
        return f"http://127.0.0.1:{self.number}"

    def close(self) -> None:
        """Give it back."""
        self._held.close()


def web(name: str, workers: int, environment: Mapping[str, str], folder: Path) -> Process:
    """A web server on the port of its environment, which others may share."""
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config" / "gunicorn.conf.py")]
    own = {**environment, "WEB_CONCURRENCY": str(workers)}
    return Process(name, [*command, "--reuse-port", "hotline.wsgi:app"], own, folder)


def clock(name: str, environment: Mapping[str, str], folder: Path) -> Process:
    """A clock."""
    return Process(name, [sys.executable, "-m", "scheduler"], environment, folder)


def wait_for(url: str) -> None:
    """Wait until the web answers; raises TimeoutError when it does not in time."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            with urlopen(f"{url}/healthz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{url} does not answer")
