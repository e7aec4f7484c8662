"""A store that seals bytes before another store sees them."""

from collections.abc import Iterator

from hotline.store.base import Cipher, Store, probe


class EncryptedStore:
    """Seals every value with its key as context: moved under another key, it does not open."""

    def __init__(self, inner: Store, cipher: Cipher) -> None:
        self._inner = inner
        self._cipher = cipher

    def put(self, key: str, data: bytes) -> None:
        """Seal these bytes and keep them."""
        self._inner.put(key, self._cipher.encrypt(data, context_of(key)))

    def get(self, key: str) -> bytes:
        """Return the opened bytes; raise NotStored, or the cipher's HotlineError when they do not open."""
        return self._cipher.decrypt(self._inner.get(key), context_of(key))

    def delete(self, key: str) -> None:
        """Forget the key."""
        self._inner.delete(key)

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under the key."""
        return self._inner.exists(key)

    def keys(self) -> Iterator[str]:
        """Return every key."""
        return self._inner.keys()

    def check(self) -> None:
        """Prove that sealing, keeping and opening work; raise StoreError otherwise."""
        probe(self)


def context_of(key: str) -> bytes:
    """Return what sealed bytes are bound to."""
    return b"recording:" + key.encode()
