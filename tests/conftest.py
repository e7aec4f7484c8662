"""A product put together on a fresh database, a stopped clock, and no way to the outside."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.crypto import decode_key, new_key
from hotline.db import Database
from hotline.models import Base
from hotline.settings import load

POSTGRES_URL = os.environ.get("HOTLINE_TEST_POSTGRES", "postgresql+psycopg://127.0.0.1:5432/postgres")
REQUIRED = {name.strip() for name in os.environ.get("HOTLINE_TEST_REQUIRE", "").split(",") if name.strip()}
LINE = "+33199000100"
ACCOUNT = "AC0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
TOKEN = "rehearsal-token"
ENCRYPTION_KEY = new_key()


class StoppedClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        self._now += step


def missing(component: str, why: str) -> None:
    """Skip for want of a component, or fail where it is required."""
    if component in REQUIRED:
        pytest.fail(f"{component} is required here: {why}")
    pytest.skip(f"{component}: {why}")


@pytest.fixture
def clock() -> StoppedClock:
    """A Tuesday at 14:00 in Paris, an ordinary opening hour."""
    return StoppedClock(datetime(2026, 11, 24, 13, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL server where databases may be made."""
    engine = create_engine(POSTGRES_URL, connect_args={"connect_timeout": 2})
    try:
        engine.connect().close()
    except OperationalError as error:
        missing("postgres", f"no server at {make_url(POSTGRES_URL).render_as_string()} ({error.orig})")
    finally:
        engine.dispose()
    return POSTGRES_URL


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    file = tmp_path_factory.mktemp("template") / "hotline.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[URL]:
    """A migrated PostgreSQL database, emptied before each test."""
    with _database(make_url(postgres_server)) as url:
        _migrate(url.render_as_string(hide_password=False))
        yield url


def _empty(url: URL) -> None:
    """Empty every table; a database whose tables a test has broken is built anew."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = :name AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        connection.execute(text(others), {"name": url.database})
        names = [f'"{name}"' for name in Base.metadata.tables if name != "index_keys"]
        try:
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))
            whole = inspect(connection).get_table_names()
        except ProgrammingError:
            whole = []
        if not set(Base.metadata.tables) <= set(whole):
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
            _migrate(url.render_as_string(hide_password=False))


def _migrate(url: str) -> None:
    database = Database(url, [decode_key(ENCRYPTION_KEY)])
    migrations.upgrade(database)
    database.close()


@contextmanager
def _database(server: URL) -> Iterator[URL]:
    """A database of its own on a PostgreSQL server, dropped afterwards; nobody waits for its disk."""
    name = f"hotline_test_{secrets.token_hex(6)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    try:
        yield server.set(database=name)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, on each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    with _database(make_url(request.getfixturevalue("postgres_server"))) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of its own, on each engine in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "hotline.db")
        yield f"sqlite:///{tmp_path}/hotline.db"
        return
    url: URL = request.getfixturevalue("postgres_template")
    _empty(url)
    yield url.render_as_string(hide_password=False)


@pytest.fixture
def environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a line in rehearsal, as an operator would set them; returns its folder."""
    for name in list(os.environ):
        if name.startswith(("HOTLINE_", "TWILIO_")) or name in {"PORT", "DATABASE_URL"}:
            monkeypatch.delenv(name)
    values = {
        "DATABASE_URL": database_url,
        "HOTLINE_NUMBER": LINE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "HOTLINE_PUBLIC_URL": "https://hotline.example",
        "HOTLINE_SECRET_KEY": "a secret for tests only",
        "HOTLINE_ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "HOTLINE_RECORDINGS_URL": f"file:{tmp_path}/recordings",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def hotline(environment: Path, clock: StoppedClock) -> Iterator[Hotline]:
    """The whole product on a fresh, migrated database."""
    product = bootstrap.build(load(), clock)
    yield product
    product.database.close()
