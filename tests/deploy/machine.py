"""A machine of its own: the real web server and the real clock as processes, at a time of theirs."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.clock import SystemClock
from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.settings import load
from tests.conftest import ACCOUNT, LINE, TOKEN
from tests.databases import ENCRYPTION_KEY

ROOT = Path(__file__).resolve().parents[2]
AT_NIGHT = datetime(2026, 11, 21, 22, 0, tzinfo=ZoneInfo("Europe/Paris"))
PATIENCE = 40.0
_AS_SYSTEMD_DOES = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); pid = str(os.getpid());"
    "os.environ.update(LISTEN_FDS='1', LISTEN_PID=pid); os.execv(sys.argv[2], sys.argv[2:])"
)


@dataclass
class Machine:
    """Where the line runs: its settings, the carrier that calls it, the socket that systemd holds for it."""

    folder: Path
    exchange: Exchange
    listening: socket.socket
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    @cached_property
    def hotline(self) -> Hotline:
        """The product as its processes see it, at the carrier's time."""
        return bootstrap.build(load(**self.settings), self.exchange.clock)

    @contextmanager
    def web(self) -> Iterator["subprocess.Popen[bytes]"]:
        """The web server, started as systemd starts it: callers queue at the socket until it answers."""
        held = self.listening.fileno()
        server = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(ROOT / "config" / "gunicorn.conf.py"),
            "hotline.wsgi:app",
        ]
        with self._running([sys.executable, "-c", _AS_SYSTEMD_DOES, str(held), *server], held) as process:
            yield process

    @contextmanager
    def clock(self) -> Iterator["subprocess.Popen[bytes]"]:
        """The clock."""
        with self._running([sys.executable, "-m", "scheduler"]) as process:
            yield process

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask the web itself."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        asked.request("GET", path, headers=headers)
        answer = asked.getresponse()
        found = answer.status, answer.read()
        asked.close()
        return found

    @contextmanager
    def _running(self, command: list[str], *fds: int) -> Iterator["subprocess.Popen[bytes]"]:
        clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = clean | {"PYTHONPATH": str(ROOT)} | self.settings
        with (
            (self.folder / "log").open("ab") as log,
            subprocess.Popen(command, cwd=self.folder, env=environment, stderr=log, pass_fds=fds) as process,
        ):
            try:
                yield process
            finally:
                with suppress(subprocess.TimeoutExpired):
                    process.terminate()
                    process.wait(PATIENCE)
                process.kill()


@contextmanager
def machine(folder: Path, public_url: str, start: datetime = AT_NIGHT) -> Iterator[Machine]:
    """A prepared machine; its carrier finds the line at `public_url`, wherever `route` says that it is."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ManualClock(start))
    carrier = serve(exchange)
    exchange.add_number(
        LINE,
        voice_url=f"{public_url}/voice/incoming",
        voice_fallback_url=f"{public_url}/voice/fallback",
        status_callback=f"{public_url}/voice/status",
        sms_url=f"{public_url}/sms/incoming",
    )
    behind = (start - SystemClock().now()) / timedelta(seconds=1)
    (folder / "offset").write_text(str(behind))
    settings = {
        "DATABASE_URL": f"sqlite:///{folder}/hotline.db",
        "HOTLINE_NUMBER": LINE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": carrier.base_url,
        "HOTLINE_PUBLIC_URL": public_url,
        "HOTLINE_SECRET_KEY": "a secret for tests only",
        "HOTLINE_ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HOTLINE_RECORDINGS_URL": f"file:{folder}/recordings",
        "HOTLINE_CLOCK_FILE": str(folder / "offset"),
    }
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        made = Machine(folder, exchange, listening, settings)
        exchange.route[public_url] = f"http://127.0.0.1:{made.port}"
        prepared = made.hotline
        migrations.upgrade(prepared.database)
        prepared.database.close()
        try:
            yield made
        finally:
            made.hotline.database.close()
            carrier.close()
