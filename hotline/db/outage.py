"""A database that is away: how it shows, and how not everybody waits for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic

import structlog
from sqlalchemy import exc

from hotline.db import patience
from hotline.errors import HotlineError

log = structlog.get_logger()

FAILURES_IN_A_ROW = 3
ASKED_FOR = 1.0
"""Seconds that somebody in a hurry waits to see whether a database that was away is back."""
_ONE_ROW = frozenset({"40001", "40P01", "55P03", "57014"})
_NO_TABLES = frozenset({"3F000", "42P01", "42703"})


class DatabaseError(HotlineError):
    """The database cannot be used as it is."""


class Outage:
    """What one process knows of its database; after failures in a row one asks, nobody else waits.

    Reading and writing have one each: an SQLite file that somebody holds is still read.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._failures = 0
        self._since = 0.0
        self._asking = threading.Lock()

    @property
    def lasts(self) -> bool:
        """Tell whether the database was away the last times that it was asked."""
        return self._failures >= FAILURES_IN_A_ROW

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note how the block fares; raises DatabaseError at once where somebody in a hurry waited in vain."""
        with self.probing() if self.lasts and patience.left() is not None else nullcontext():
            try:
                yield
            except exc.SQLAlchemyError as error:
                self._note(away=is_away(error))
                raise
            except DatabaseError:
                self._note(away=True)
                raise
            self._note(away=False)

    @contextmanager
    def probing(self) -> Iterator[None]:
        """Be the one who asks whether the database is back; raises DatabaseError while somebody else is."""
        if not self._asking.acquire(blocking=False):
            raise DatabaseError("La base ne répond pas : elle est redemandée de temps en temps.")
        try:
            with patience.within(ASKED_FOR):
                yield
        finally:
            self._asking.release()

    def _note(self, *, away: bool) -> None:
        before, self._failures = self._failures, self._failures + 1 if away else 0
        if away and before + 1 == FAILURES_IN_A_ROW:
            self._since = monotonic()
            log.error("database_away", what=self._what)
        elif not away and before >= FAILURES_IN_A_ROW:
            log.warning("database_back", what=self._what, away_for=round(monotonic() - self._since))


def unreachable(error: BaseException) -> bool:
    """Tell whether an error means that the database is away, locked or unprepared, not a wrong query."""
    if isinstance(error, exc.ProgrammingError):
        return getattr(error.orig, "sqlstate", None) in _NO_TABLES
    broken_file = type(error) is exc.DatabaseError
    return broken_file or isinstance(
        error,
        exc.OperationalError | exc.InterfaceError | exc.InternalError | exc.TimeoutError | DatabaseError,
    )


def is_away(error: BaseException) -> bool:
    """Tell whether nobody would fare better now; a row that somebody holds is no outage."""
    return unreachable(error) and getattr(getattr(error, "orig", None), "sqlstate", None) not in _ONE_ROW
