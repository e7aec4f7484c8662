"""The envelope: a header in the clear, then AES-256-GCM in numbered chunks of which one is the last.

Each chunk is bound to the header, its number and whether it is the last: what was cut, swapped, repeated or
appended does not open. The file has a key of its own, derived from the encryption key that the header names.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hotline.backup.errors import BackupError
from hotline.services.custody import fingerprint

CHUNK: Final = 1 << 20
_KIND: Final = b"on-se-parle backup "
_FORMAT: Final = b"1\n"
_LONGEST_HEADER: Final = 16_384
_TAG: Final = 16
_SALT: Final = 32

FOREIGN: Final = (
    "Ce fichier n'est pas une sauvegarde de la ligne : choisissez un fichier de « hotline backup »."
)
CUT: Final = (
    "La sauvegarde est incomplète, sa fin manque : reprenez une copie entière, ou une autre sauvegarde."
)
SPOILT: Final = (
    "La sauvegarde est abîmée ou a été modifiée : reprenez une autre copie, ou une autre sauvegarde."
)


@dataclass(frozen=True)
class Header:
    """What can be read without a key, nothing personal; of the `keys`' fingerprints the first opens it."""

    keys: tuple[str, ...]
    salt: str
    version: str
    made_at: str

    @property
    def moment(self) -> datetime:
        """When the backup was made."""
        return datetime.fromisoformat(self.made_at)


class Sealing:
    """A file to write bytes into; only `finish` makes it a whole backup."""

    def __init__(self, out: BinaryIO, keys: Sequence[bytes], *, version: str, at: datetime) -> None:
        header = Header(
            tuple(fingerprint(key) for key in keys), os.urandom(_SALT).hex(), version, at.isoformat()
        )
        line = _KIND + _FORMAT + json.dumps(asdict(header)).encode() + b"\n"
        self._out = out
        self._cipher = _cipher(keys[0], header)
        self._bound = hashlib.sha256(line).digest()
        self._waiting = bytearray()
        self._number = 0
        out.write(line)

    def write(self, data: bytes) -> int:
        """Take more bytes."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Write what is left, as the last chunk."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), plain, _bound(self._bound, self._number, last))
        self._out.write(len(sealed).to_bytes(4) + sealed)
        self._number += 1


class Opened:
    """A backup being read: every byte that comes out was checked first.

    Raises BackupError for a file that is none, a key that is not at hand, and whatever was changed or cut.
    """

    def __init__(self, source: BinaryIO, keys: Sequence[bytes]) -> None:
        self._source = source
        self.header, line = _header(source)
        self._cipher = _cipher(_fitting(self.header, {fingerprint(key): key for key in keys}), self.header)
        self._bound = hashlib.sha256(line).digest()
        self._ready = b""
        self._number = 0
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, fewer only at the end."""
        parts = []
        while size > 0 and (self._ready or not self._ended):
            if not self._ready:
                self._ready = self._next()
                continue
            part, self._ready = self._ready[:size], self._ready[size:]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Make sure that the backup is whole, down to its last byte."""
        while self.read(CHUNK):
            pass

    def _next(self) -> bytes:
        prefix = self._source.read(4)
        size = int.from_bytes(prefix)
        if len(prefix) < 4:
            raise BackupError(CUT)
        if not _TAG <= size <= CHUNK + _TAG:
            raise BackupError(SPOILT)
        sealed = self._source.read(size)
        if len(sealed) < size:
            raise BackupError(CUT)
        plain = self._opened(sealed, last=False)
        if plain is None:
            plain, self._ended = self._opened(sealed, last=True), True
        if plain is None or (self._ended and self._source.read(1)):
            raise BackupError(SPOILT)
        self._number += 1
        return plain

    def _opened(self, sealed: bytes, *, last: bool) -> bytes | None:
        try:
            return self._cipher.decrypt(_nonce(self._number), sealed, _bound(self._bound, self._number, last))
        except InvalidTag:
            return None


def _header(source: BinaryIO) -> tuple[Header, bytes]:
    kind = source.readline(_LONGEST_HEADER)
    if not kind.startswith(_KIND):
        raise BackupError(FOREIGN)
    if kind != _KIND + _FORMAT:
        raise BackupError(
            "Cette sauvegarde a été faite par une version plus récente : mettez d'abord le produit à jour."
        )
    line = source.readline(_LONGEST_HEADER)
    if not line.endswith(b"\n"):
        raise BackupError(CUT)
    try:
        found = json.loads(line)
        header = Header(tuple(found["keys"]), found["salt"], found["version"], found["made_at"])
        bytes.fromhex(header.salt), header.moment, header.keys[0]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BackupError(SPOILT) from error
    return header, kind + line


def _fitting(header: Header, at_hand: Mapping[str, bytes]) -> bytes:
    """Return the key that opens the backup, once all that its contents need are at hand."""
    missing = [name for name in header.keys if name not in at_hand]
    if missing:
        several = len(missing) > 1
        raise BackupError(
            f"La sauvegarde demande {'les clés' if several else 'la clé'} {', '.join(missing)} (ici : "
            f"{', '.join(at_hand)}) : ajoutez-{'les' if several else 'la'} à la fin de "
            "HOTLINE_ENCRYPTION_KEYS, depuis la copie gardée ailleurs."
        )
    return at_hand[header.keys[0]]


def _cipher(key: bytes, header: Header) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=bytes.fromhex(header.salt), info=_KIND + _FORMAT)
    return AESGCM(derived.derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


def _bound(header: bytes, number: int, last: bool) -> bytes:
    return header + number.to_bytes(8) + bytes([last])
