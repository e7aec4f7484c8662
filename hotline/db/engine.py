"""The engine: SQLite as a real engine (WAL, one writer at a time), PostgreSQL as it is."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from hotline.crypto import KEY_BYTES, KeyRing, Vault
from hotline.db import file as sqlite_file
from hotline.db import patience, waiting
from hotline.db.outage import DatabaseError, Outage

_INDEX_KEY_CONTEXT = b"index_keys.wrapped"
_LOCKED_SECONDS = 3  # below what the carrier waits for an answer (web/addresses)
_REOPENED_SECONDS = 3600
_LOOKED_AT = 400
_CONFLICTS = 2
_VANISHED_FROM_US = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_VANISHED_FROM_SERVER = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
    "idle_in_transaction_session_timeout": "5min",
}
_BROKEN_TIES = frozenset({"40001", "40P01"})

Result = TypeVar("Result")


class Database:
    """Opens short transactions: `read()` sees one snapshot, `write()` commits at its end or not at all."""

    def __init__(self, url: str, encryption_keys: Sequence[bytes]) -> None:
        self.url = url
        self._ring = KeyRing(encryption_keys)
        self._one_writer = _Queue() if self.is_sqlite else nullcontext()
        self.outage, self._no_reading = Outage("writing"), Outage("reading")
        self._new_session = sessionmaker(expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether everything lives in one file on this host."""
        return self.url.startswith("sqlite:")

    @cached_property
    def engine(self) -> Engine:
        """The engine, made at first use, its dialect carrying the vault for sealed columns."""
        engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        cast("Any", engine.dialect).hotline_vault = _LazyVault(self)
        return engine

    @cached_property
    def _reader(self) -> Engine:
        return self.engine.execution_options(hotline_read=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that changes nothing."""
        with self._no_reading.watched(), self._new_session(bind=self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that is committed when the block ends and rolled back when it raises.

        On SQLite the writers of one process queue up here rather than in the engine's busy handler.
        """
        with (
            self.outage.watched(),
            self._one_writer,
            self._new_session(bind=self.engine) as session,
            session.begin(),
        ):
            yield session

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Return what `work` returns in a writing transaction; a conflict with another process repeats it."""
        for _ in range(_CONFLICTS):
            try:
                with self.write() as session:
                    return work(session)
            except DBAPIError as error:
                if not _is_conflict(error):
                    raise
        with self.write() as session:
            return work(session)

    def take_stock(self) -> None:
        """Let SQLite look at what its tables hold: it chooses its ways by that, PostgreSQL looks by itself.

        A process learns of it as it opens a connection, at the latest an hour later.
        """
        if not self.is_sqlite:
            return
        with self._one_writer, self.engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {_LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")

    def make_index_key(self) -> None:
        """Make the random key of the blind indexes once, wrapped by the newest encryption key."""
        wrapped = self._ring.encrypt(os.urandom(KEY_BYTES), _INDEX_KEY_CONTEXT)
        try:
            with self.engine.begin() as connection:
                if not connection.scalar(text("SELECT count(*) FROM index_keys")):
                    connection.execute(
                        text("INSERT INTO index_keys (id, wrapped) VALUES (1, :key)"), {"key": wrapped}
                    )
        except IntegrityError:
            pass  # another process made it first

    def rewrap_index_key(self) -> None:
        """Wrap the key of the blind indexes by the newest encryption key: it stays the same key."""
        with self.engine.begin() as connection:
            wrapped = bytes(connection.scalars(text("SELECT wrapped FROM index_keys WHERE id = 1")).one())
            if not wrapped.startswith(self._ring.header):
                renewed = self._ring.renewed(wrapped, _INDEX_KEY_CONTEXT)
                connection.execute(
                    text("UPDATE index_keys SET wrapped = :key WHERE id = 1 AND wrapped = :old"),
                    {"key": renewed, "old": wrapped},
                )

    def open_vault(self) -> Vault:
        """Return the vault; raises DatabaseError before the first `hotline db upgrade`."""
        try:
            with self._reader.connect() as connection:
                wrapped = connection.scalar(text("SELECT wrapped FROM index_keys WHERE id = 1"))
        except DBAPIError as error:
            raise DatabaseError(
                f"La base ne répond pas ou n'est pas préparée : hotline db upgrade ({error.orig})"
            ) from error
        if wrapped is None:
            raise DatabaseError("La base n'est pas préparée : lancez « hotline db upgrade ».")
        return Vault(self._ring, self._ring.decrypt(bytes(wrapped), _INDEX_KEY_CONTEXT))

    @property
    def cipher(self) -> KeyRing:
        """The key ring, for what is sealed outside the database."""
        return self._ring

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _Queue:
    """Writers of one process come one after the other; whoever is in a hurry does not queue for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        seconds = patience.left()
        if not self._lock.acquire(timeout=-1 if seconds is None else seconds):
            raise DatabaseError("La base est occupée par une autre écriture.")

    def __exit__(self, *_error: object) -> None:
        self._lock.release()


def _is_conflict(error: DBAPIError) -> bool:
    """Tell whether another process was faster, or whether PostgreSQL broke a deadlock at our expense."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _BROKEN_TIES


class _LazyVault:
    """Opens the vault at the first sealed value, once the database has its tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._vault: Vault | None = None

    def __getattr__(self, name: str) -> Any:
        if self._vault is None:
            self._vault = self._database.open_vault()
        return getattr(self._vault, name)


def _sqlite(url: str) -> Engine:
    file = make_url(url).database
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DatabaseError(
                f"Impossible de créer le dossier de la base « {file} » : {error.strerror}."
            ) from error
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": _LOCKED_SECONDS, "check_same_thread": False},
        pool_size=20,
        max_overflow=20,
        pool_use_lifo=True,  # few connections stay warm: each keeps 2 MB of pages
        pool_recycle=_REOPENED_SECONDS,
        pool_timeout=_LOCKED_SECONDS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if file and file != ":memory:":
        sqlite_file.follow(engine, Path(file))
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once when writing: a lock upgraded later would fail without waiting."""
    sqlite_file.wait_for_lock(connection, _LOCKED_SECONDS)
    reading = connection.get_execution_options().get("hotline_read")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgresql(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_pre_ping=True,
        pool_timeout=_LOCKED_SECONDS,
        hide_parameters=True,
        connect_args=postgres_arguments(lock_timeout=f"{_LOCKED_SECONDS}s"),
    )
    event.listen(engine, "do_connect", _connect_patiently)
    return engine


def _connect_patiently(_dialect: object, _record: object, args: list[Any], parameters: dict[str, Any]) -> Any:
    return waiting.connect(*args, **parameters)


def postgres_arguments(**settings: str) -> dict[str, Any]:
    """Return libpq's arguments; within seconds each side notices that the other has left the network.

    Otherwise a host that is cut off would wait a quarter of an hour, its locks two hours.
    """
    settings = _VANISHED_FROM_SERVER | settings
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"connect_timeout": 3, **_VANISHED_FROM_US, "options": options}
