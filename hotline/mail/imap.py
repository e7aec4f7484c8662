"""The association's mailbox over IMAP, opened for looking only: nothing there is ever marked or deleted."""

import imaplib
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Final
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailboxLoginError, MailBoxUnencrypted
from imap_tools.errors import MailboxFolderSelectError, UnexpectedCommandStatusError

from hotline.errors import HotlineError
from hotline.mail.parsing import MOST_READ
from hotline.settings.environment import LOOPBACK

FOLDER: Final = "INBOX"
TIMEOUT: Final = 20.0
"""Seconds that the server may take for each of its answers."""
AT_ONCE: Final = 20
_BYTES_AT_ONCE: Final = 250_000
IDLE_SECONDS: Final = 290.0
"""How long one IDLE lasts: servers and home routers forget connections that are silent for longer."""
_SLICE: Final = 1.0
_PORTS: Final = {"imap": 143, "imaps": 993}
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d+)")
_SEEN: Final = re.compile(rb"FLAGS \([^)]*\\Seen")

_AWAY: Final = (
    "Le serveur de la boîte aux lettres ne répond pas, ou a coupé : vérifiez HOTLINE_IMAP_URL et le réseau."
)

_Fetched = Sequence[bytes | tuple[bytes, bytes] | None]


class MailboxError(HotlineError):
    """The mailbox cannot be read; the sentence never holds a name or a password."""


@dataclass(frozen=True)
class Waiting:
    """One mail in the mailbox: its UID, how many bytes it has, whether somebody has read it elsewhere."""

    uid: int
    size: int
    seen: bool


@dataclass(frozen=True)
class Letter:
    """One mail as the server gave it, or its beginning; empty when the server could not give it."""

    uid: int
    size: int
    seen: bool
    raw: bytes = field(repr=False)


class Inbox:
    """An open mailbox. Its methods raise MailboxError when the server fails or goes away."""

    def __init__(self, server: BaseMailBox) -> None:
        self._server = server
        self.uid_validity = self._number("UIDVALIDITY")
        self.uid_next = self._number("UIDNEXT")

    @property
    def idles(self) -> bool:
        """Tell whether the server says by itself when a mail comes."""
        return "IDLE" in self._server.client.capabilities

    def after(self, uid: int) -> list[int]:
        """Return the UIDs of what came after a UID, in order."""
        with _told():
            found = self._server.uids(f"UID {uid + 1}:*", charset=None)
        return sorted(number for number in map(int, found) if number > uid)

    def waiting(self, uids: Sequence[int]) -> list[Waiting]:
        """Return what is known of some mails without fetching them, in order."""
        with _told():
            answer = self._fetch(uids, "(UID RFC822.SIZE FLAGS)")
        lines = [line for line in answer if isinstance(line, bytes)]
        found = [(_UID.search(line), _SIZE.search(line), _SEEN.search(line)) for line in lines]
        known = (Waiting(int(uid[1]), int(size[1]), bool(seen)) for uid, size, seen in found if uid and size)
        return sorted(known, key=lambda one: one.uid)

    def letters(self, waiting: Sequence[Waiting]) -> Iterator[Letter]:
        """Fetch mails in order, no more than MOST_READ bytes of each, a few at a time."""
        for batch in _batches(waiting):
            fetched = self._bodies([one.uid for one in batch])
            for one in batch:
                if one.uid in fetched:
                    yield Letter(one.uid, one.size, one.seen, fetched[one.uid])

    def news(self, stop: Event) -> bool:
        """Wait until a mail comes; False when none came for a while, or the wait is to stop."""
        with _told():
            return self._idled(stop)

    def _idled(self, stop: Event) -> bool:
        idle, until = self._server.idle, time.monotonic() + IDLE_SECONDS
        idle.start()  # type: ignore[no-untyped-call]  # the library's own types are not whole
        heard: list[bytes] = []
        while not heard and not stop.is_set() and time.monotonic() < until:
            began = time.monotonic()
            heard = idle.poll(timeout=_SLICE)
            if not heard and time.monotonic() - began < _SLICE / 2:
                raise MailboxError(_AWAY)
        idle.stop()  # type: ignore[no-untyped-call]
        return any(b"EXISTS" in line or b"RECENT" in line for line in heard)

    def _bodies(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Fetch some mails; one that the server cannot give comes empty, and one just deleted not at all."""
        with _told():
            try:
                return _by_uid(self._fetch(uids, f"(UID BODY.PEEK[]<0.{MOST_READ}>)"))
            except UnexpectedCommandStatusError:
                if len(uids) == 1:
                    return {uids[0]: b""}
        return {uid: raw for one in uids for uid, raw in self._bodies([one]).items()}

    def _fetch(self, uids: Sequence[int], parts: str) -> _Fetched:
        if not uids:
            return []
        status, answer = self._server.client.uid("FETCH", ",".join(map(str, uids)), parts)
        if status != "OK":
            raise UnexpectedCommandStatusError((status, answer), "OK")
        return answer

    def _number(self, name: str) -> int:
        _name, values = self._server.client.response(name)
        said = values[-1] if values else None
        return int(said) if isinstance(said, bytes) and said.isdigit() else 0


@contextmanager
def opened(url: str) -> Iterator[Inbox]:
    """Open the mailbox of an `imaps://name:password@server` address; raises MailboxError."""
    with _told():
        server = _connected(url)
    try:
        with _told():
            _signed_in(server, url)
            inbox = Inbox(server)
        yield inbox
    finally:
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            server.logout()
        with suppress(OSError):
            server.client.shutdown()


def _connected(url: str) -> BaseMailBox:
    """Reach the server: over TLS with a certificate that holds, without it on this machine only."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "imaps":
        return MailBox(host, port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if host not in LOOPBACK:
        raise MailboxError(
            "HOTLINE_IMAP_URL : imap:// n'est pas chiffré et ne sert que sur cette machine ; écrivez imaps://."
        )
    return MailBoxUnencrypted(host, port, timeout=TIMEOUT)


def _signed_in(server: BaseMailBox, url: str) -> None:
    parts = urlsplit(url)
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    sign_in = server.login if (name + password).isascii() else server.login_utf8
    try:
        sign_in(name, password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise MailboxError(
            "Le serveur de la boîte refuse le nom ou le mot de passe : vérifiez HOTLINE_IMAP_URL "
            "(certains fournisseurs demandent un « mot de passe d'application »)."
        ) from None
    server.folder.set(FOLDER, readonly=True)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the network and the library raise into one sentence, without what the server said."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise MailboxError(
            "Le certificat du serveur de la boîte n'est pas valable : vérifiez le nom dans HOTLINE_IMAP_URL."
        ) from None
    except MailboxFolderSelectError:
        raise MailboxError(f"La boîte n'a pas de dossier {FOLDER}, ou il ne s'ouvre pas.") from None
    except (OSError, imaplib.IMAP4.abort):
        raise MailboxError(_AWAY) from None
    except (ImapToolsError, imaplib.IMAP4.error, ValueError):
        raise MailboxError("Le serveur de la boîte aux lettres répond autrement que prévu.") from None


def _batches(waiting: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """Cut into batches of few mails and few bytes; a large mail comes by itself."""
    batch: list[Waiting] = []
    room = _BYTES_AT_ONCE
    for one in waiting:
        weight = min(one.size, MOST_READ)
        if batch and (weight > room or len(batch) == AT_ONCE):
            yield batch
            batch, room = [], _BYTES_AT_ONCE
        batch.append(one)
        room -= weight
    if batch:
        yield batch


def _by_uid(answer: _Fetched) -> dict[int, bytes]:
    """Sort what a FETCH brought by UID, which servers name before the mail or after it."""
    found = {}
    for index, item in enumerate(answer):
        if not isinstance(item, tuple):
            continue
        head, raw = item
        after = answer[index + 1] if index + 1 < len(answer) else b""
        uid = _UID.search(head) or _UID.search(after if isinstance(after, bytes) else b"")
        if uid:
            found[int(uid[1])] = raw
    return found
