"""The line on several hosts: two web servers and two clocks on one PostgreSQL and one bucket."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli.stage import LINE, PUBLIC_URL, Stage
from hotline.clock import ShiftedClock
from hotline.db import Database
from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.settings import load
from scheduler import timetable
from scheduler.distributed import shared_queue
from tests.conftest import ACCOUNT, TOKEN, missing
from tests.databases import ENCRYPTION_KEY, Postgres, made
from tests.dovecot import PROGRAM, Box
from tests.dovecot import served as dovecot_served
from tests.hosts.machines import CLOCK, PROJECT, Machine, answers, comes_true, free_port, running, web
from tests.journeys.conftest import PARIS
from tests.postman import OWN, Postman
from tests.postman import served as postman_served

BUCKET = "messages"
START = datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)
SEEN = """
DROP TABLE IF EXISTS procrastinate.seen;
TRUNCATE procrastinate.procrastinate_jobs, procrastinate.procrastinate_workers CASCADE;
CREATE TABLE procrastinate.seen (job_id bigint, worker_id bigint, name text, moment bigint, args jsonb);
CREATE OR REPLACE FUNCTION procrastinate.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO procrastinate.seen
  VALUES (NEW.id, NEW.worker_id, NEW.args->>'name', (NEW.args->>'timestamp')::bigint, NEW.args);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER see AFTER UPDATE OF status ON procrastinate.procrastinate_jobs
FOR EACH ROW WHEN (NEW.status = 'doing') EXECUTE FUNCTION procrastinate.see();
"""
"""Writes down which clock begins which job, behind the product's back."""
AT_WORK = text("SELECT count(*) FROM procrastinate.procrastinate_workers")
QUEUED = text("SELECT count(*) FROM procrastinate.procrastinate_jobs")


class HandClock(ManualClock):
    """Stands still for the carrier and the test; the product's processes follow it, running on a little."""

    def __init__(self, start: datetime, file: Path) -> None:
        super().__init__(start)
        self._file = file
        self._write()

    def reach(self, moment: datetime) -> None:
        super().reach(moment)
        self._write()

    def _write(self) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(str((self.now() - datetime.now(UTC)).total_seconds()))
        beside.replace(self._file)


class Turns(dict[str, str]):
    """Leads the carrier to one web server after the other."""

    def __init__(self, webs: list[Machine]) -> None:
        super().__init__()
        self._turn = cycle(webs)

    def items(self) -> Any:
        return {PUBLIC_URL: next(self._turn).url}.items()


@dataclass
class Hosts:
    """The processes, and all that they share."""

    settings: dict[str, str]
    postgres: Postgres
    webs: list[Machine]
    clocks: list[Machine]
    clock_file: Path
    carrier_port: int

    def broken(self) -> list[object]:
        """What has gone wrong with jobs and queue since it was last asked."""
        said = [event for machine in self.clocks for event in machine.complaints()]
        return [event for event in said if event in {"job_failed", "queue_away", "job_rescued"}]


class Town(Stage):
    """A stage whose product runs elsewhere: what is due is given to the clocks by their own queue."""

    def __init__(self, hotline: Hotline, exchange: Exchange, hosts: Hosts) -> None:
        super().__init__(hotline, exchange)
        self._ahead = replace(hotline, clock=ShiftedClock(hosts.clock_file))
        self._queue = shared_queue(hotline.database.url)

    def tick(self) -> None:
        with self._queue.open():
            for departure in timetable.TIMETABLE:
                if timetable.awaited(self._ahead, [departure]):
                    self._queue.configure_task("departure").defer(name=departure.name, timestamp=0)
                    assert comes_true(self._idle, within=20), f"nobody ran {departure.name}"
        self.exchange.settle()

    def _idle(self) -> bool:
        with self.hotline.database.read() as session:
            return not session.scalar(QUEUED)


@pytest.fixture(scope="session")
def bucket() -> Iterator[dict[str, str]]:
    """An S3 server with one bucket, and the settings that lead there."""
    if lacking := [name for name in ("boto3", "moto", "obstore") if find_spec(name) is None]:
        missing("s3", f"not installed: {', '.join(lacking)}")
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-west-3"}
    client = boto3.client("s3", endpoint_url=endpoint, **keys)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    client.close()
    yield {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "eu-west-3",
        "HOTLINE_RECORDINGS_URL": f"s3://{BUCKET}/line",
    }
    server.stop()


@pytest.fixture(scope="session")
def recordings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the hosts keep recordings: in a bucket, or in a folder where there is no S3 server."""
    if find_spec("moto") is None:
        return {"HOTLINE_RECORDINGS_URL": f"file:{tmp_path_factory.mktemp('recordings')}"}
    return dict(request.getfixturevalue("bucket"))


@pytest.fixture(scope="session")
def mailer() -> Iterator[Postman]:
    """The mail server through which the hosts write."""
    yield from postman_served(Postman())


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Box | None]:
    """The mailbox that the hosts read, where there is a server for it."""
    if not PROGRAM.exists():
        yield None
        return
    with dovecot_served() as server:
        yield server.box()


@pytest.fixture(scope="session")
def own_database(postgres_server: str) -> Iterator[Postgres]:
    """A database that the processes may keep open from test to test."""
    with made(make_url(postgres_server)) as (url, admin):
        one = Postgres(url, admin)
        yield one
        one.database.close()


@dataclass(frozen=True)
class Begun:
    """A job that a clock has begun."""

    job_id: int
    clock: int
    name: str
    moment: int
    args: dict[str, Any]


def watch(database: Database) -> None:
    """From now on note which clock begins which job."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(SEEN, execution_options={"no_parameters": True})


def at_work(database: Database) -> int:
    """How many clocks share the queue."""
    with database.read() as session:
        return int(session.scalar(AT_WORK) or 0)


def begun(database: Database) -> list[Begun]:
    """Which clock has begun which job, in order."""
    with database.read() as session:
        return [Begun(*row) for row in session.execute(text("SELECT * FROM procrastinate.seen"))]


def shared_settings(database_url: str, folder: Path, carrier: str) -> dict[str, str]:
    """The settings of every process of every host; offers leave at any hour."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config" / "prompts", config / "prompts")
    shutil.copy(PROJECT / "config" / "needs.toml", config)
    (config / "hotline.toml").write_text("")
    return {
        "DATABASE_URL": database_url,
        "HOTLINE_NUMBER": LINE,
        "HOTLINE_SMS_SENDER": LINE,
        "HOTLINE_PUBLIC_URL": PUBLIC_URL,
        "HOTLINE_CONFIG": str(config / "hotline.toml"),
        "HOTLINE_CLOCK_FILE": str(folder / "clock"),
        "HOTLINE_SECRET_KEY": "a secret for tests only",
        "HOTLINE_ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": carrier,
    }


@pytest.fixture(scope="session")
def hosts(
    own_database: Postgres,
    recordings: dict[str, str],
    mailer: Postman,
    mailbox: Box | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hosts]:
    """Two web servers and two clocks, started once."""
    folder, port = tmp_path_factory.mktemp("hosts"), free_port()
    settings = {
        **shared_settings(own_database.database.url, folder, f"http://127.0.0.1:{port}"),
        **recordings,
        "HOTLINE_SMTP_URL": mailer.url,
        "HOTLINE_MAIL_ADDRESS": OWN,
        **({"HOTLINE_IMAP_URL": mailbox.url} if mailbox else {}),
    }
    HandClock(START, folder / "clock")
    watch(own_database.database)
    with ExitStack() as started:
        webs = [started.enter_context(web(settings, folder)) for _ in range(2)]
        clocks = [started.enter_context(running(CLOCK, settings, folder)) for _ in range(2)]
        every = Hosts(settings, own_database, webs, clocks, folder / "clock", port)
        assert comes_true(lambda: all(answers(f"{one.url}/readyz") for one in webs), within=40)
        assert comes_true(lambda: at_work(own_database.database) == 2, within=40)
        yield every


@pytest.fixture
def start() -> datetime:
    """A Tuesday at 14:00, an ordinary opening hour; a journey may begin at another moment."""
    return START


@pytest.fixture
def environment(hosts: Hosts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the test itself knows of the line is what the hosts know."""
    for name in list(os.environ):
        if name.startswith(("HOTLINE_", "TWILIO_")) or name in {"PORT", "DATABASE_URL"}:
            monkeypatch.delenv(name)
    for name, value in hosts.settings.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def town(environment: Path, hosts: Hosts, start: datetime) -> Iterator[Town]:
    """The town of the journeys, its line on several hosts; when it ends, no job of a clock has broken."""
    hosts.postgres.empty()
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=HandClock(start, hosts.clock_file))
    carrier = serve(exchange, hosts.carrier_port)
    exchange.route = Turns(hosts.webs)
    exchange.add_number(
        LINE,
        voice_url=f"{PUBLIC_URL}/voice/incoming",
        voice_fallback_url=f"{PUBLIC_URL}/voice/fallback",
        status_callback=f"{PUBLIC_URL}/voice/status",
        sms_url=f"{PUBLIC_URL}/sms/incoming",
    )
    hotline = bootstrap.build(load(), exchange.clock)
    hosts.broken()
    try:
        yield Town(hotline, exchange, hosts)
        exchange.assert_clean()
        assert hosts.broken() == []
    finally:
        carrier.close()
        hotline.database.close()
