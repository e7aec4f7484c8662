"""Where a backup is put back: aside first, then in one move; a killed restore leaves nothing that counts."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, event, inspect, text

from hotline.backup import snapshot
from hotline.backup.errors import BackupError
from hotline.db import Database

_SCHEMA: Final = "hotline_restoring"


class Place(Protocol):
    """A database beside the real one, which it becomes."""

    def opened(self) -> Database:
        """Return the database aside, opened anew."""

    def become(self) -> None:
        """Put it in the place of the real one, in one move; raises BackupError when that is in use."""

    def forget(self) -> None:
        """Remove what lies aside; there may be nothing."""


def beside(database: Database, sqlite_file: Path | None, keys: tuple[bytes, ...]) -> Place:
    """Return the place aside of a database."""
    if sqlite_file is not None:
        return FilePlace(sqlite_file, keys)
    return SchemaPlace(database, keys)


def ensure_empty(database: Database) -> None:
    """Raise BackupError when there is a single row of ours; tables without rows are no hindrance."""
    filled = snapshot.filled_tables(database)
    if filled:
        raise BackupError(
            f"La base contient déjà des données ({', '.join(filled[:3])}…) : une sauvegarde ne se remet que "
            "dans une base vide. Donnez un autre DATABASE_URL, ou mettez d'abord cette base de côté."
        )


class FilePlace:
    """An SQLite file beside the real one."""

    def __init__(self, file: Path, keys: tuple[bytes, ...]) -> None:
        self._file = file
        self._keys = keys
        self._aside = file.with_name(f"{file.name}.restoring")

    def opened(self) -> Database:
        """Return the file aside, opened anew."""
        return Database(f"sqlite:///{self._aside}", self._keys)

    def become(self) -> None:
        """Give the file aside the real name, once nobody holds the real one open."""
        _ensure_alone(self._file)
        _settle(self._aside)
        self._aside.replace(self._file)
        _sync(self._file.parent)

    def forget(self) -> None:
        """Remove the file aside and its journals."""
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._aside.with_name(self._aside.name + suffix).unlink(missing_ok=True)


class SchemaPlace:
    """A schema of its own in the same PostgreSQL database."""

    def __init__(self, database: Database, keys: tuple[bytes, ...]) -> None:
        self._real = database
        self._keys = keys

    def opened(self) -> Database:
        """Return the schema aside, made if need be, as a database of its own."""
        with self._real.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
        aside = Database(self._real.url, self._keys)

        def look_there(connection: object, _record: object) -> None:
            with connection.cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f"SET search_path TO {_SCHEMA}")
            connection.commit()  # type: ignore[attr-defined]

        event.listen(aside.engine, "connect", look_there, insert=True)
        return aside

    def become(self) -> None:
        """Move every table where the real ones are, in one transaction."""
        with self._real.engine.begin() as connection:
            real = connection.scalar(text("SELECT current_schema()"))
            for name in _names(connection, str(real)):
                connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{real}"."{name}" CASCADE')
            for name in _names(connection, _SCHEMA):
                connection.exec_driver_sql(f'ALTER TABLE {_SCHEMA}."{name}" SET SCHEMA "{real}"')
            connection.exec_driver_sql(f"DROP SCHEMA {_SCHEMA}")

    def forget(self) -> None:
        """Remove the schema aside."""
        with self._real.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")


def _names(connection: Connection, schema: str) -> list[str]:
    return inspect(connection).get_table_names(schema)


def _ensure_alone(file: Path) -> None:
    """Raise BackupError when another process has the file open; afterwards it has no journal beside it."""
    if not file.exists():
        return
    try:
        _settle(file)
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"La ligne tourne sur « {file} » : arrêtez-la (web et horloge), puis relancez la même commande."
        ) from error


def _settle(file: Path) -> None:
    """Bring a file to rest: alone, whole, on disk."""
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
