"""Databases for one case: an SQLite file, or one made on a PostgreSQL server and dropped afterwards."""

import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

SERVER = os.environ.get("HOTLINE_TEST_POSTGRES", "postgresql+psycopg://127.0.0.1:5432/postgres")
KINDS = ("sqlite", "postgresql")


class NoServerError(Exception):
    """No PostgreSQL server answers."""


def fresh(kind: str, folder: Path, server: str = SERVER) -> AbstractContextManager[str]:
    """Give the address of an empty database; raises NoServerError on entering."""
    return _sqlite(folder) if kind == "sqlite" else _postgresql(server)


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/hotline.db"


@contextmanager
def _postgresql(server: str) -> Iterator[str]:
    url, name = make_url(server), f"hotline_bench_{secrets.token_hex(6)}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except OperationalError as error:
        admin.dispose()
        raise NoServerError(f"no PostgreSQL answers at {url.render_as_string()} ({error.orig})") from error
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
