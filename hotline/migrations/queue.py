"""The tables of the queue that several clocks share (procrastinate's), in a schema of their own.

Nothing in them outlives a restart: another version of the library gets new ones, no backup needs them.
"""

import hashlib
from importlib.util import find_spec
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from hotline.db import Database, DatabaseError

SCHEMA: Final = "procrastinate"
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('hotline.queue'))")
_MADE_FROM: Final = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")


def is_possible(database: Database) -> bool:
    """Tell whether clocks can share a queue: on PostgreSQL, with the extra `distributed`."""
    return not database.is_sqlite and find_spec("procrastinate") is not None


def prepare(database: Database) -> None:
    """Make the queue's tables, or make them anew for another version of the library; nothing elsewhere."""
    if is_possible(database):
        _make(database, anew=True)


def make_missing(database: Database) -> None:
    """Make the queue's tables where there are none; those of another version are left to `db upgrade`."""
    _make(database, anew=False)


def _make(database: Database, *, anew: bool) -> None:
    try:
        with database.engine.begin() as connection:
            connection.execute(_ONE_AT_A_TIME)
            found = connection.scalar(_MADE_FROM, {"schema": SCHEMA})
            if found is None or (anew and found != _fingerprint()):
                _make_tables(connection)
    except ProgrammingError as error:
        raise DatabaseError(
            f"La file des horloges ne peut pas être préparée ({error.orig}) : donnez au rôle de la ligne "
            "le droit CREATE sur sa base, ou désinstallez procrastinate."
        ) from error


def _make_tables(connection: Connection) -> None:
    connection.exec_driver_sql(
        f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; "
        f"COMMENT ON SCHEMA {SCHEMA} IS '{_fingerprint()}'; SET LOCAL search_path TO {SCHEMA};\n{_tables()}",
        execution_options={"no_parameters": True},
    )


def _fingerprint() -> str:
    return hashlib.sha256(_tables().encode()).hexdigest()


def _tables() -> str:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - an extra

    return SchemaManager.get_schema()
