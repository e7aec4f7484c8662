"""The processes that are measured: how they start, what they cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.town import ROOT

_STOP_WITHIN = 10.0
_LAST_LINES = 20
_PROC = Path("/proc")


@dataclass(frozen=True)
class Memory:
    """What one process holds, in MB: `pss` counts pages that it shares by its share, `rss` in full."""

    pss: float
    rss: float


@dataclass(frozen=True)
class Server:
    """A gunicorn with the product's own settings."""

    port: int
    master: int
    log: Path

    @property
    def worker(self) -> int:
        """The process id of its only worker; the master's where the system does not tell."""
        children = _PROC / str(self.master) / "task" / str(self.master) / "children"
        return int(children.read_text().split()[0]) if children.exists() else self.master

    def said(self) -> str:
        """Return the last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


@contextmanager
def serving(app: str, environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """Serve an application on a free loopback port; connections wait until it has started."""
    log = folder / f"{app.partition(':')[0]}.log"
    with socket.socket() as listening, log.open("w") as written:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        port, handle = listening.getsockname()[1], listening.fileno()
        config = ROOT / "config" / "gunicorn.conf.py"
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", str(config), "--bind", f"fd://{handle}", app],
            env=dict(environment),
            cwd=folder,
            stdout=written,
            stderr=subprocess.STDOUT,
            pass_fds=[handle],
        )
    try:
        yield Server(port, process.pid, log)
    finally:
        _stop(process)


@contextmanager
def ticking(environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    """Run the clock; give its process id."""
    with (folder / "clock.log").open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "scheduler"],
            env=dict(environment),
            cwd=folder,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process.pid
    finally:
        _stop(process)


def memory(pid: int) -> Memory | None:
    """Return what a process holds; None where the system does not tell."""
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return None
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(pss=kilobytes["Pss"] / 1024, rss=kilobytes["Rss"] / 1024)


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; zero where the system does not tell."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settled(pid: int, seconds: float) -> Memory | None:
    """Return what a process holds once it has had some seconds to work."""
    time.sleep(seconds)
    return memory(pid)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
