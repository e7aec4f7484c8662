"""The database at one moment, while the product goes on writing: every table as its columns and rows.

The tables are looked at, not taken from the models: a base that waits for its migrations is read as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, func, inspect, literal, select, text

from hotline.backup.errors import BackupError
from hotline.db import Database

_AT_ONCE: Final = 500
_VERSION: Final = "alembic_version"
_MADE_WITH_THE_TABLES: Final = "index_keys"


class Snapshot:
    """What the tables held when it was opened; see `opened`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise BackupError("La base est vide : il n'y a rien à sauvegarder.")
        self.revision = revision
        self.tables = own_tables(connection)

    def count(self) -> int:
        """Return how many rows there are in all."""
        counts = (select(func.count()).select_from(table) for table in self.tables)
        return sum(self._connection.scalar(count) or 0 for count in counts)

    def rows(self, table: Table) -> Iterator[Any]:
        """Return the rows of a table, some hundred in memory at a time."""
        wanted = select(*(table.columns[name] for name in columns_of(table)))
        return iter(self._connection.execute(wanted, execution_options={"yield_per": _AT_ONCE}))

    def sequences(self) -> dict[str, int]:
        """Return the last id given out in each table, rows removed since included."""
        if self._connection.dialect.name == "sqlite":
            given = self._connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
            known = {table.name for table in self.tables}
            return {name: last for name, last in given if name in known}
        return {
            name: last
            for name, sequence in sequences_of(self._connection, self.tables).items()
            if (last := self._connection.scalar(text(f"SELECT last_value FROM {sequence} WHERE is_called")))  # noqa: S608
        }


@contextmanager
def opened(database: Database) -> Iterator[Snapshot]:
    """See one moment of the database for as long as it takes; nobody waits for that."""
    options: dict[str, Any] = (
        {"hotline_read": True}
        if database.is_sqlite
        else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    )
    with database.engine.connect().execution_options(**options) as connection:
        if not database.is_sqlite:  # copying the recordings may take longer than others may be idle
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield Snapshot(connection)


def filled_tables(database: Database) -> list[str]:
    """Return the names of our tables that hold a row written by somebody."""
    with database.engine.connect().execution_options(hotline_read=True) as connection:
        return [
            table.name
            for table in own_tables(connection)
            if table.name != _MADE_WITH_THE_TABLES
            and connection.execute(select(literal(1)).select_from(table).limit(1)).first()
        ]


def columns_of(table: Table) -> list[str]:
    """Return the columns of a table by name, in one order on every database."""
    return sorted(table.columns.keys())


def own_tables(connection: Connection) -> list[Table]:
    """Return the product's tables as they are in this database."""
    names = [name for name in inspect(connection).get_table_names() if name != _VERSION]
    metadata = MetaData()
    metadata.reflect(connection, only=names)
    return [metadata.tables[name] for name in sorted(names)]


def sequences_of(connection: Connection, tables: list[Table]) -> dict[str, str]:
    """Return the sequence behind the ids of each table that has one (PostgreSQL)."""
    found = {
        table.name: connection.scalar(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name})
        for table in tables
        if "id" in table.columns
    }
    return {name: sequence for name, sequence in found.items() if sequence}
