"""What the product asks of a store of audio bytes, and its errors."""

import re
import secrets
from collections.abc import Iterator
from typing import Final, Protocol

from hotline.errors import HotlineError

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)


class StoreError(HotlineError):
    """The store cannot be used; the sentence says what to do."""


class NotStored(StoreError):
    """Nothing is stored under this key."""


class Cipher(Protocol):
    """Authenticated encryption of bytes bound to a context."""

    def encrypt(self, plain: bytes, context: bytes) -> bytes:
        """Seal bytes for one context."""

    def decrypt(self, sealed: bytes, context: bytes) -> bytes:
        """Open what was sealed for the same context; raise a HotlineError otherwise."""


class Store(Protocol):
    """Bytes by key; a key is 1 to 128 of `A-Z a-z 0-9 _ -`. Every method raises StoreError when it cannot."""

    def put(self, key: str, data: bytes) -> None:
        """Keep these bytes under the key, whole or not at all; what was there before is replaced."""

    def get(self, key: str) -> bytes:
        """Return the bytes under the key; raise NotStored when there are none."""

    def delete(self, key: str) -> None:
        """Forget the key; one that is not there is no error."""

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under the key."""

    def keys(self) -> Iterator[str]:
        """Return every key under which something is kept, in no order."""

    def check(self) -> None:
        """Prove that the store works by writing, reading and deleting a probe; raise StoreError otherwise."""


def checked(key: str) -> str:
    """Return the key; raise StoreError when it is none, so that no key can name another place."""
    if not _KEY.fullmatch(key):
        raise StoreError("Cet identifiant d'enregistrement n'est pas valable pour le dépôt audio.")
    return key


def is_key(name: str) -> bool:
    """Tell whether a name found in a store is a key."""
    return _KEY.fullmatch(name) is not None


def probe(store: Store) -> None:
    """Write, read and delete a few random bytes; raise StoreError when they do not come back as they were."""
    key, data = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(32)
    store.put(key, data)
    try:
        intact = store.get(key) == data
    finally:
        store.delete(key)
    if not intact:
        raise StoreError("Le dépôt audio rend autre chose que ce qu'on y a mis : vérifiez le disque.")
