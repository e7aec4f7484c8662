"""Rows put into fresh tables, in one transaction: keys between tables are checked at its end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import IntegrityError

from hotline.backup.archive import Manifest
from hotline.backup.errors import BackupError
from hotline.backup.sealed import SPOILT
from hotline.backup.snapshot import columns_of, own_tables, sequences_of
from hotline.db import Database


class Loading:
    """Fills the tables of one database; see `into`."""

    def __init__(self, connection: Connection, manifest: Manifest) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in own_tables(connection)}
        self._columns = manifest.columns
        if self._columns != {name: columns_of(table) for name, table in self._tables.items()}:
            raise BackupError(SPOILT)
        for table in self._tables.values():
            connection.execute(table.delete())

    def put(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        naive = self._connection.dialect.name == "sqlite"
        columns = self._columns[name]
        values = [{c: _kept(v, naive) for c, v in zip(columns, row, strict=True)} for row in rows]
        self._connection.execute(insert(self._tables[name]), values)

    def go_on_from(self, sequences: dict[str, int]) -> None:
        """Let new ids begin behind every one that was ever given out."""
        if self._connection.dialect.name == "sqlite":
            self._connection.execute(text("DELETE FROM sqlite_sequence"))
            for name, last in sequences.items():
                values = {"name": name, "last": last}
                self._connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)
            return
        behind = sequences_of(self._connection, list(self._tables.values()))
        for name, sequence in behind.items():
            if name in sequences:
                values = {"sequence": sequence, "last": sequences[name]}
                self._connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :last)"), values)


@contextmanager
def into(database: Database, manifest: Manifest) -> Iterator[Loading]:
    """Fill the tables and commit, or leave them as they were; raises BackupError when rows point nowhere."""
    try:
        with database.engine.begin() as connection, _keys_later(connection):
            loading = Loading(connection, manifest)
            yield loading
            loading.go_on_from(manifest.sequences)
    except IntegrityError as error:
        raise BackupError(SPOILT) from error


@contextmanager
def _keys_later(connection: Connection) -> Iterator[None]:
    """Let rows come in any order; a database that is not ours to command has its foreign keys made anew."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        yield
        return
    keys = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _rule in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, rule in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")


def _kept(value: Any, naive: bool) -> Any:
    return value.replace(tzinfo=None) if naive and isinstance(value, datetime) else value
