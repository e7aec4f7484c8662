"""Fills the tables of some databases at once, column by column and past the ORM: a million rows in seconds.

A column is a list with a value for each row, or one value that all rows share. Values are those that the
database keeps: bytes for what is sealed, texts for moments, days and states, 0 and 1 for booleans.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import repeat
from typing import Any, Protocol

from sqlalchemy import Table, text
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from hotline.db import Database
from hotline.models import Base

_AT_ONCE = 50_000


class Filled(Protocol):
    """One database that is being filled."""

    def insert(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
        """Write rows, given column by column."""


class Bulk:
    """Writes the same rows everywhere at a time; what a model fills in by itself need not be named."""

    def __init__(self, filled: Sequence[Filled], hands: Executor) -> None:
        self._filled = filled
        self._hands = hands

    def write(self, model: type[Base], count: int, **columns: Any) -> None:
        """Write `count` rows."""
        table = Base.metadata.tables[model.__tablename__]
        given = {**_defaults(table, columns), **columns}
        for begin in range(0, count, _AT_ONCE):
            end = min(begin + _AT_ONCE, count)
            values = [
                each[begin:end] if isinstance(each, list) else [each] * (end - begin)
                for each in given.values()
            ]
            writing = [
                self._hands.submit(one.insert, table.name, list(given), values) for one in self._filled
            ]
            for written in writing:
                written.result()


@contextmanager
def filling(databases: Sequence[Database]) -> Iterator[Bulk]:
    """Fill databases; indexes are built once at the end, which is much faster than row by row."""
    tables = Base.metadata.sorted_tables
    for database in databases:
        with database.engine.begin() as connection:
            for index in (index for table in tables for index in table.indexes):
                index.drop(connection)
        database.close()
    with ExitStack() as stack:
        hands = stack.enter_context(ThreadPoolExecutor(len(databases)))
        yield Bulk([stack.enter_context(_opened(database)) for database in databases], hands)
    for database in databases:
        with database.engine.begin() as connection:
            if not database.is_sqlite:
                connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
            for index in (index for table in tables for index in table.indexes):
                index.create(connection)
        settle(database)
        database.close()


@contextmanager
def _opened(database: Database) -> Iterator[Filled]:
    """Borrow a connection and change it for good: nobody else gets it afterwards."""
    borrowed = database.engine.raw_connection()
    connection: Any = borrowed.driver_connection
    borrowed.detach()
    with closing(connection):
        yield _Sqlite(connection) if database.is_sqlite else _Postgres(connection)
        connection.commit()


class _Sqlite:
    """An SQLite file that nobody else has open; a crash meanwhile would spoil it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")

    def insert(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
        """Write rows in one statement."""
        names, marks = ", ".join(columns), ", ".join(repeat("?", len(columns)))
        self._connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",
            zip(*values, strict=True),
        )


class _Postgres:
    """A PostgreSQL database of our own; references are believed where the role may ask for that."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET timezone = 'UTC'")
        connection.execute(
            "SELECT set_config('session_replication_role', 'replica', false) "
            "FROM pg_roles WHERE rolname = current_user AND rolsuper"
        )

    def insert(self, table: str, columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
        """Write rows as PostgreSQL copies them."""
        written = [[_copied(value) for value in column] for column in values]
        lines = "\n".join(map("\t".join, zip(*written, strict=True)))
        names = ", ".join(columns)
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            copy.write(lines + "\n")


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    return rf"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _defaults(table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain values that the model gives to columns that were not named."""
    missing = {one.name: one.default for one in table.columns if one.name not in given}
    values = {name: one.arg for name, one in missing.items() if isinstance(one, ScalarElementColumnDefault)}
    return {name: int(value) if isinstance(value, bool) else str(value) for name, value in values.items()}


def settle(database: Database) -> None:
    """Do at once what PostgreSQL does by and by: count on behind the ids, tidy up, look at the contents.

    SQLite looks at nothing by itself: its queries must be fast without.
    """
    if database.is_sqlite:
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in Base.metadata.sorted_tables:
            if "id" in table.columns:
                last = f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name})"
                sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
                connection.execute(text(f"SELECT setval({sequence}, {last}, false)"))
        connection.execute(text("VACUUM ANALYZE"))
