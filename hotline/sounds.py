"""The association's own recordings, kept in memory once read: a call never waits long for the store."""

import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import structlog

from hotline.errors import HotlineError
from hotline.store import NotStored, Store

PATIENCE: Final = 2.0
"""Seconds that a call waits for a recording; the text is read instead, and the recording heard next time."""
ASK_AGAIN: Final = 60.0
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)

log = structlog.get_logger()


class Sounds:
    """WAV files under names that nobody can guess; they never change, a new recording has a new name."""

    def __init__(self, store: Callable[[], Store], patience: float = PATIENCE) -> None:
        self._store = store
        self._patience = patience
        self._kept: dict[str, bytes] = {}
        self._missed: dict[str, float] = {}
        self._asked: dict[str, Future[bytes]] = {}
        self._readers = ThreadPoolExecutor(2, thread_name_prefix="sounds")

    def keep(self, wav: bytes) -> str:
        """Store a recording and return its name; raises StoreError."""
        name = secrets.token_urlsafe(16)
        self._store().put(_key(name), wav)
        self._kept[name] = wav
        return name

    def read(self, name: str) -> bytes | None:
        """Return a recording however long the store takes; None when there is none of this name."""
        if not _NAME.fullmatch(name):
            return None
        if name in self._kept:
            return self._kept[name]
        try:
            return self._store().get(_key(name))
        except NotStored:
            return None

    def at_hand(self, name: str) -> bool:
        """Tell whether a recording can be played now; never raises, and answers within a moment."""
        if name in self._kept:
            return True
        if time.monotonic() - self._missed.get(name, -ASK_AGAIN) < ASK_AGAIN or not _NAME.fullmatch(name):
            return False
        if name not in self._asked:
            self._asked[name] = self._readers.submit(self._fetched, name)
        asked = self._asked[name]
        try:
            self._kept[name] = asked.result(self._patience)
        except (HotlineError, TimeoutError) as error:
            log.warning("recording_not_at_hand", sound=name[:6], says=str(error))
            self._missed[name] = time.monotonic()
        if asked.done():
            self._asked.pop(name, None)
        return name in self._kept

    def _fetched(self, name: str) -> bytes:
        return self._store().get(_key(name))


def _key(name: str) -> str:
    """A prefix of their own: no name can ever reach the message of a caller."""
    return f"prompt-{name}"
