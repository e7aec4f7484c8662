"""A product put together on a fresh database, a stopped clock, and no way to the outside."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.settings import load
from tests.databases import ENCRYPTION_KEY, Postgres, Sqlite, made, migrate
from tests.served import lender

POSTGRES_URL = os.environ.get("HOTLINE_TEST_POSTGRES", "postgresql+psycopg://127.0.0.1:5432/postgres")
REQUIRED = {name.strip() for name in os.environ.get("HOTLINE_TEST_REQUIRE", "").split(",") if name.strip()}
LINE = "+33199000100"
ACCOUNT = "AC0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"
TOKEN = "rehearsal-token"


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


@pytest.fixture(autouse=True)
def _borrowed() -> Iterator[None]:
    """Applications that a test was lent are given back."""
    yield
    lender.take_back()


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
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Sqlite:
    """The SQLite database of this worker."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"), sqlite_template)


@pytest.fixture(scope="session")
def postgres(postgres_server: str) -> Iterator[Postgres]:
    """The PostgreSQL database of this worker."""
    with made(make_url(postgres_server)) as (url, admin):
        one = Postgres(url, admin)
        yield one
        one.database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a single table, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.strip()


@pytest.fixture(scope="session")
def databases() -> dict[str, Database]:
    """The databases that stay open from test to test, by their address."""
    return {}


@pytest.fixture
def sqlite_url(sqlite: Sqlite, databases: dict[str, Database]) -> str:
    """A migrated SQLite file without a row."""
    sqlite.renew()
    databases[sqlite.database.url] = sqlite.database
    return sqlite.database.url


@pytest.fixture
def postgres_url(postgres: Postgres, databases: dict[str, Database]) -> str:
    """A migrated PostgreSQL database without a row."""
    postgres.renew()
    databases[postgres.database.url] = postgres.database
    return postgres.database.url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database without a row, on each engine in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str, databases: dict[str, Database]) -> Database:
    """That database, opened; a test may close it."""
    return databases[database_url]


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
        "HOTLINE_SPOOL": f"{tmp_path}/spool",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def hotline(
    environment: Path, clock: StoppedClock, database_url: str, databases: dict[str, Database]
) -> Iterator[Hotline]:
    """The whole product on a fresh, migrated database."""
    product = bootstrap.build(load(), clock)
    yield replace(product, database=databases.get(database_url, product.database))
    product.database.close()
