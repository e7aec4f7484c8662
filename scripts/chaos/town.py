"""The town of one seed: the carrier in this process, the product in processes, all on one shifted clock."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.crypto import new_key
from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Behaviour
from hotline.rehearsal.server import serve
from hotline.services import demo
from hotline.settings import load
from hotline.telephony.overrides import OVERRIDES
from scripts.chaos import databases, elsewhere, processes
from scripts.chaos.processes import Port, Process
from scripts.chaos.schedule import Schedule

LINE = "+33199000100"
PARIS = ZoneInfo("Europe/Paris")
TUESDAY = 1
_FAST_SPEECH = 30.0
_AT_ONCE = 24
_SPOOL = "spool-"
_OURS = ("HOTLINE_", "TWILIO_", "DATABASE_URL", "PORT", "WEB_CONCURRENCY")
_RULES = """
[hours]
open = "{hours}"
[ring]
each = "1s"
total = "8s"
[voicemail]
silence = "4s"
[limits]
sms_per_person_per_day = 200
sms_per_day = 5000
"""


class Crowd:
    """Requests to the product on their way beside each other, as the carrier's are."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._nobody = threading.Condition()
        self._inside = 0

    def __call__(self, request: Callable[[], None]) -> None:
        """Carry a request out beside the others."""
        with self._nobody:
            self._inside += 1
        self._pool.submit(self._carried_out, request)

    def wait(self, seconds: float) -> bool:
        """Wait until none is on its way; False when that takes too long."""
        with self._nobody:
            return self._nobody.wait_for(lambda: not self._inside, seconds)

    def close(self) -> None:
        """Let nobody in any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _carried_out(self, request: Callable[[], None]) -> None:
        try:
            request()
        finally:
            with self._nobody:
                self._inside -= 1
                self._nobody.notify_all()


@dataclass(frozen=True)
class Town:
    """Everything that a seed plays with; `over` is set when its faults are to end."""

    schedule: Schedule
    folder: Path
    hotline: Hotline
    exchange: Exchange
    database: databases.Database
    webs: Sequence[Process]
    clocks: Sequence[Process]
    crowd: Crowd
    url: str
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def data(self) -> Path:
        """Where the product writes."""
        return self.folder / "data"

    @property
    def spooled(self) -> list[Path]:
        """What the hosts have kept while the database was away, and not carried out."""
        return [file for file in self.data.glob(f"{_SPOOL}*/**/*") if file.suffix == ".event"]

    def start(self) -> None:
        """Have every process run, and wait until the web answers."""
        for process in (*self.webs, *self.clocks):
            process.start()
        processes.wait_for(self.url)


@contextmanager
def opened(schedule: Schedule, folder: Path) -> Iterator[Town]:
    """Put the town together in a folder; all of it is gone afterwards, but what was said."""
    with ExitStack() as closing:
        database = closing.enter_context(databases.made(schedule.kind, folder / "data"))
        port = Port()
        closing.callback(port.close)
        exchange, crowd = _exchange(folder), Crowd()
        closing.callback(crowd.close)
        exchange.beside = crowd
        carrier = serve(exchange)
        closing.callback(carrier.close)
        settings = _settings(schedule, folder, database.url, port, exchange)
        hotline = _prepared(settings)
        closing.callback(hotline.database.close)
        aid = closing.enter_context(elsewhere.hosted(hotline.line, folder / "elsewhere"))
        fallback = aid if schedule.elsewhere else f"{port.url}/voice/fallback{OVERRIDES}"
        _connect(exchange, port.url, fallback, schedule.moods)
        webs, clocks = _processes(schedule.kind, _environment(settings), folder)
        for process in (*webs, *clocks):
            closing.callback(process.kill)
        yield Town(schedule, folder, hotline, exchange, database, webs, clocks, crowd, port.url)


def _exchange(folder: Path) -> Exchange:
    """A carrier on a Tuesday morning."""
    clock = ShiftedClock(folder / "clock")
    today = datetime.now(PARIS).date()
    tuesday = today + timedelta(days=(TUESDAY - today.weekday()) % 7 or 7)
    clock.reach(datetime.combine(tuesday, time(10, 12), PARIS).astimezone(UTC))
    exchange = Exchange(account_sid=f"AC{token_hex(16)}", auth_token=token_hex(16), clock=clock)
    exchange.speech_rate, exchange.calls_per_second = _FAST_SPEECH, 100.0
    return exchange


def _settings(
    schedule: Schedule, folder: Path, database_url: str, port: Port, exchange: Exchange
) -> dict[str, str]:
    rules = folder / "hotline.toml"
    rules.write_text(_RULES.format(hours="24/7" if schedule.is_open else "Su 03:00-04:00"), encoding="utf-8")
    return {
        "DATABASE_URL": database_url,
        "HOTLINE_CONFIG": str(rules),
        "HOTLINE_CLOCK_FILE": str(folder / "clock"),
        "HOTLINE_ENCRYPTION_KEYS": new_key(),
        "HOTLINE_SECRET_KEY": token_hex(16),
        "HOTLINE_RECORDINGS_URL": f"file:{folder}/data/recordings",
        "HOTLINE_NUMBER": LINE,
        "HOTLINE_SMS_SENDER": LINE,
        "HOTLINE_PORT": str(port.number),
        "HOTLINE_PUBLIC_URL": port.url,
        "TWILIO_ACCOUNT_SID": exchange.account_sid,
        "TWILIO_AUTH_TOKEN": exchange.auth_token,
        "TWILIO_API_BASE_URL": exchange.base_url,
    }


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**inherited, "PYTHONPATH": str(processes.ROOT), **settings}


def _prepared(settings: Mapping[str, str]) -> Hotline:
    """The product as this process knows it, on a database with the people of the rehearsal."""
    hotline = bootstrap.build(load(**settings))
    migrations.upgrade(hotline.database)
    at = hotline.clock.now()
    with hotline.database.write() as session:
        demo.prepare(session, hotline.line, at)
        demo.page(session, hotline.line, at)
    return hotline


def _connect(exchange: Exchange, url: str, fallback: str, moods: Mapping[str, str]) -> None:
    exchange.route[url] = url
    exchange.add_number(
        LINE,
        voice_url=f"{url}/voice/incoming{OVERRIDES}",
        voice_fallback_url=fallback,
        status_callback=f"{url}/voice/status{OVERRIDES}",
        sms_url=f"{url}/sms/incoming{OVERRIDES}",
    )
    for number, mood in moods.items():
        behaviour = Behaviour(mood, after=0.7, keys=("1",), hangs_up_after=2.5)  # type: ignore[arg-type]
        exchange.phone(number, behaviour=behaviour)


def _processes(
    kind: str, environment: Mapping[str, str], folder: Path
) -> tuple[list[Process], list[Process]]:
    """SQLite: one web of two workers and one clock; PostgreSQL: a web and a clock on each of two hosts."""
    workers, hosts = (2, ("1",)) if kind == "sqlite" else (1, ("1", "2"))
    webs, clocks = [], []
    for host in hosts:
        own = {**environment, "HOTLINE_SPOOL": str(folder / "data" / f"{_SPOOL}{host}")}
        webs.append(processes.web(f"web-{host}", workers, own, folder))
        clocks.append(processes.clock(f"clock-{host}", own, folder))
    return webs, clocks
