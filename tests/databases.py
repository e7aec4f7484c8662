"""Databases to test on, one of each kind per worker: opened once, and before each test as on their first day.

An engine compiles every query once: tests that share one are spared what the product does once a day.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from hotline import migrations
from hotline.crypto import decode_key, new_key
from hotline.db import Database
from hotline.models import Base

ENCRYPTION_KEY = new_key()
KEPT = "index_keys"

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not differ between the engines: the services' own tests run on both."""

_STRANGERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
)
_RESTART = text(
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) "
    "FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_SHAPE = text(
    "SELECT md5(string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ',' "
    "                      ORDER BY attrelid, attnum)), "
    f"(SELECT string_agg(wrapped::text, ',') FROM {KEPT}), "
    "(SELECT string_agg(version_num, ',') FROM alembic_version) "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace AND attnum > 0"
)


class Sqlite:
    """One file, alone in its folder before each test."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._file = folder / "hotline.db"
        self._template = template
        self.database = opened(f"sqlite:///{self._file}")

    def renew(self) -> None:
        """Let the file be another one: whoever still holds the old one disturbs nobody."""
        self.database.close()
        shutil.rmtree(self._file.parent)
        self._file.parent.mkdir()
        shutil.copy(self._template, self._file)


class Postgres:
    """One migrated database, emptied before each test over a connection of its own."""

    def __init__(self, url: URL, admin: Connection) -> None:
        self._url = url.render_as_string(hide_password=False)
        self._admin = admin
        self._build()

    def renew(self) -> None:
        """Empty every table; a database whose tables a test has changed is built anew."""
        if not self._is_whole():
            self.strip()
            self._build()
            return
        self._admin.execute(_STRANGERS)
        self.empty()

    def empty(self) -> None:
        """Leave no row, and let the next begin with 1; who is at work here may go on."""
        self._admin.execute(self._empty)
        self._admin.execute(_RESTART)

    def strip(self) -> str:
        """Leave not a single table; return the address."""
        self.database.close()
        self._admin.execute(_STRANGERS)
        self._admin.execute(text("DROP SCHEMA public CASCADE"))
        self._admin.execute(text("CREATE SCHEMA public"))
        return self._url

    def _build(self) -> None:
        migrate(self._url)
        self.database = opened(self._url)
        self._shape = self._admin.execute(_SHAPE).one()
        emptied = (table for table in Base.metadata.tables if table != KEPT)
        steps = ", ".join(f'e{n} AS (DELETE FROM "{table}")' for n, table in enumerate(emptied))
        self._empty = text(f"WITH {steps} SELECT 1")

    def _is_whole(self) -> bool:
        try:
            return self._admin.execute(_SHAPE).one() == self._shape
        except DBAPIError:
            return False


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of a database meanwhile, statement by statement."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def opened(url: str) -> Database:
    """Return the database at an address, with the keys of every test."""
    return Database(url, [decode_key(ENCRYPTION_KEY)])


def migrate(url: str) -> None:
    """Bring a database to the newest version."""
    database = opened(url)
    migrations.upgrade(database)
    database.close()


@contextmanager
def made(server: URL) -> Iterator[tuple[URL, Connection]]:
    """A PostgreSQL database that waits for no disk, and a connection to it; dropped afterwards."""
    name = f"hotline_test_{secrets.token_hex(6)}"
    url = server.set(database=name)
    at_server, inside = (create_engine(one, isolation_level="AUTOCOMMIT") for one in (server, url))
    with at_server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    try:
        with inside.connect() as admin:
            yield url, admin
    finally:
        inside.dispose()
        with at_server.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        at_server.dispose()
