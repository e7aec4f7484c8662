"""Encryption at rest: a key ring for columns and audio, and the keyed index that finds them again."""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.errors import HotlineError

KEY_BYTES = 32
_FORMAT = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEADER_BYTES = len(_FORMAT) + _ID_BYTES + _NONCE_BYTES


class UnreadableSecretError(HotlineError):
    """What is stored cannot be opened with the keys at hand."""


class BadKeyError(HotlineError):
    """A text given as encryption key is none."""


def new_key() -> str:
    """Return a fresh random key as url-safe base64."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def decode_key(text: str) -> bytes:
    """Return the 32 bytes of a url-safe base64 key; raise BadKeyError otherwise."""
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKeyError("une clé n'est pas du base64 « url-safe »") from error
    if len(key) != KEY_BYTES:
        raise BadKeyError(f"une clé fait {len(key)} octets au lieu de {KEY_BYTES}")
    return key


@dataclass(frozen=True)
class _Key:
    id: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, raw: bytes) -> "_Key":
        return cls(hashlib.sha256(b"key id" + raw).digest()[:_ID_BYTES], AESGCM(raw))


class KeyRing:
    """AES-256-GCM under the newest key; opens what any key of the ring has sealed.

    A sealed value is: format, key id, nonce, ciphertext. `context` (a table and column, a recording)
    is bound to it: moved elsewhere, it does not open.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise BadKeyError("aucune clé de chiffrement")
        self._newest = _Key.of(keys[0])
        self._by_id = {key.id: key for key in map(_Key.of, keys)}

    @property
    def header(self) -> bytes:
        """What every value begins with that the newest key has sealed."""
        return _FORMAT + self._newest.id

    def renewed(self, sealed: bytes, context: bytes) -> bytes:
        """Return a sealed value sealed anew under the newest key; raise UnreadableSecretError."""
        return self.encrypt(self.decrypt(sealed, context), context)

    def encrypt(self, plain: bytes, context: bytes) -> bytes:
        """Seal bytes for one context."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._newest.cipher.encrypt(nonce, plain, context)
        return _FORMAT + self._newest.id + nonce + sealed

    def decrypt(self, sealed: bytes, context: bytes) -> bytes:
        """Open what `encrypt` sealed for the same context; raise UnreadableSecretError otherwise."""
        key = self._by_id.get(sealed[1 : 1 + _ID_BYTES])
        if sealed[:1] != _FORMAT or key is None:
            raise UnreadableSecretError(
                "Une donnée chiffrée ne s'ouvre avec aucune des clés de HOTLINE_ENCRYPTION_KEYS : "
                "remettez la clé qui manque dans la liste."
            )
        try:
            return key.cipher.decrypt(sealed[1 + _ID_BYTES : _HEADER_BYTES], sealed[_HEADER_BYTES:], context)
        except InvalidTag as error:
            raise UnreadableSecretError(
                "Une donnée chiffrée a été modifiée ou déplacée : elle ne s'ouvre plus. "
                "Restaurez une sauvegarde."
            ) from error


class Vault:
    """The key ring plus the index key: all that a column needs to hide a value and find it again."""

    def __init__(self, ring: KeyRing, index_key: bytes) -> None:
        self.ring = ring
        self._index_key = index_key

    def seal(self, text: str, context: bytes) -> bytes:
        """Seal a text for one column."""
        return self.ring.encrypt(text.encode(), context)

    def open(self, sealed: bytes, context: bytes) -> str:
        """Open a column's value; raise UnreadableSecretError when no key fits."""
        return self.ring.decrypt(sealed, context).decode()

    @cached_property
    def _mac(self) -> "hmac.HMAC":
        return hmac.new(self._index_key, digestmod=hashlib.sha256)

    def index(self, text: str, context: bytes) -> bytes:
        """Return the keyed index (16 bytes) under which a value can be looked up, never read."""
        mac = self._mac.copy()
        mac.update(context + b"\0" + text.encode())
        return mac.digest()[:16]
