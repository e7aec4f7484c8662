"""The databases of a seed, and how they fail: held by somebody else, cut off, away."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from scripts.bench.databases import SERVER, fresh

_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
)


class Database(Protocol):
    """An empty database, and the faults that it knows."""

    url: str

    def lock(self, until: threading.Event, seconds: float) -> None:
        """Keep everybody from writing for some seconds, at most until the event."""

    def cut(self) -> None:
        """Cut every connection."""

    def refuse(self, until: threading.Event, seconds: float) -> None:
        """Cut every connection and refuse new ones for some seconds, at most until the event."""


class Sqlite:
    """A file; another process that holds it is another connection to it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def lock(self, until: threading.Event, seconds: float) -> None:
        """Hold the file alone, as a careless backup does."""
        file = make_url(self.url).database or ""
        with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as held:
            held.execute("BEGIN EXCLUSIVE")
            until.wait(seconds)
            held.execute("ROLLBACK")

    def cut(self) -> None:
        """A file has no connections to cut."""

    def refuse(self, until: threading.Event, seconds: float) -> None:
        """A file is never away."""


class Postgresql:
    """A database on a server that nobody restarts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._name = str(make_url(url).database)

    def lock(self, until: threading.Event, seconds: float) -> None:
        """Hold the tables that every webhook needs."""
        with self._connected(self.url) as inside, inside.begin():
            inside.execute(text("LOCK TABLE calls, messages, outbox, phones IN ACCESS EXCLUSIVE MODE"))
            until.wait(seconds)

    def cut(self) -> None:
        """End every connection."""
        with self._at_server() as server:
            server.execute(_OTHERS, {"name": self._name})

    def refuse(self, until: threading.Event, seconds: float) -> None:
        """End every connection and allow none for some seconds."""
        with self._at_server() as server:
            server.execute(text(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false'))
            try:
                server.execute(_OTHERS, {"name": self._name})
                until.wait(seconds)
            finally:
                server.execute(text(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true'))

    def _at_server(self) -> AbstractContextManager[Connection]:
        return self._connected(SERVER, isolation_level="AUTOCOMMIT")

    @contextmanager
    def _connected(self, url: str, **options: str) -> Iterator[Connection]:
        engine = create_engine(url, connect_args={"connect_timeout": 3}, **options)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


@contextmanager
def made(kind: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of a kind; raises NoServerError where no PostgreSQL answers."""
    with fresh(kind, folder) as url:
        yield Sqlite(url) if kind == "sqlite" else Postgresql(url)
