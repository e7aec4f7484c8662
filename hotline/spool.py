"""What came while the database was away: a folder of this host, one sealed file an event, oldest first.

A file's name is its moment, so that events of several processes keep their order. It names nobody.
"""

import fcntl
import json
import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from hotline.crypto import KeyRing, UnreadableSecretError
from hotline.errors import HotlineError

log = structlog.get_logger()

MOST_EVENTS = 20_000
_CONTEXT = b"spool"
_KEPT, _HALF = ".event", ".part"
_ASIDE = "aside"
_LOCK = "lock"


class UnreadableEventError(HotlineError):
    """A file of the spool that cannot be opened, or is no event."""


@dataclass(frozen=True)
class Event:
    """One webhook as it came: its path, its query, its form, and when."""

    path: str
    query: Mapping[str, str] = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    at: datetime


class Spool:
    """The folder; nothing is made before there is something to keep."""

    def __init__(self, folder: Path, cipher: KeyRing, *, most: int = MOST_EVENTS) -> None:
        self.folder = folder
        self._cipher = cipher
        self._most = most
        self.news = threading.Event()
        """Set when this process has kept something."""

    def keep(self, event: Event) -> bool:
        """Keep an event, on disk before this returns; False, with a line in the log, when it cannot be."""
        told = {**asdict(event), "at": event.at.isoformat()}
        sealed = self._cipher.encrypt(json.dumps(told).encode(), _CONTEXT)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(self.waiting()) >= self._most:
                log.error("spool_full", folder=str(self.folder), events=self._most)
                return False
            _write(self.folder / _name(event.at), sealed)
        except OSError as error:
            log.error("spool_unwritable", folder=str(self.folder), says=error.strerror)  # noqa: TRY400
            return False
        self.news.set()
        return True

    def waiting(self) -> Sequence[str]:
        """Return the names of the events that wait, oldest first; none when the folder cannot be read."""
        try:
            return sorted(file.name for file in self.folder.iterdir() if file.suffix == _KEPT)
        except OSError:
            return []

    def aside(self) -> Sequence[str]:
        """Return the names of the events that were put aside, oldest first."""
        try:
            return sorted(file.name for file in (self.folder / _ASIDE).iterdir())
        except OSError:
            return []

    def read(self, name: str) -> Event:
        """Return an event; raises UnreadableEventError for what is none, or sealed with another key."""
        try:
            told = json.loads(self._cipher.decrypt((self.folder / name).read_bytes(), _CONTEXT))
            return Event(told["path"], told["query"], told["form"], datetime.fromisoformat(told["at"]))
        except (OSError, ValueError, LookupError, TypeError, UnreadableSecretError) as error:
            raise UnreadableEventError(f"« {name} » ne se lit pas : {error}") from error

    def done(self, name: str) -> None:
        """Forget an event that has taken effect."""
        (self.folder / name).unlink(missing_ok=True)

    def put_aside(self, name: str) -> None:
        """Keep an event out of the way of the others."""
        aside = self.folder / _ASIDE
        aside.mkdir(mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            (self.folder / name).replace(aside / name)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Tell whether this process may empty the folder: one at a time, so that the order holds."""
        try:
            held = (self.folder / _LOCK).open("ab")
        except OSError:
            yield False
            return
        with held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True


def _name(at: datetime) -> str:
    """Return a name that sorts by moment, then by the machine's own order, whichever process asks."""
    moment = f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"
    return f"{moment}-{time.monotonic_ns():020d}-{secrets.token_hex(4)}{_KEPT}"


def _write(target: Path, data: bytes) -> None:
    """Write a file that is whole, and on disk, as soon as it has its name."""
    half = target.with_suffix(_HALF)
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
