"""A store that seals bytes before another store sees them."""

from hotline.store.base import Cipher, Store, probe


class EncryptedStore:
    """Seals every value with its key as context: moved under another key, it does not open."""

    def __init__(self, inner: Store, cipher: Cipher) -> None:
        self._inner = inner
        self._cipher = cipher

    def put(self, key: str, data: bytes) -> None:
        """Seal these bytes and keep them."""
        self._inner.put(key, self._cipher.encrypt(data, _context(key)))

    def get(self, key: str) -> bytes:
        """Return the opened bytes; raise NotStored, or the cipher's HotlineError when they do not open."""
        return self._cipher.decrypt(self._inner.get(key), _context(key))

    def delete(self, key: str) -> None:
        """Forget the key."""
        self._inner.delete(key)

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under the key."""
        return self._inner.exists(key)

    def check(self) -> None:
        """Prove that sealing, keeping and opening work; raise StoreError otherwise."""
        probe(self)


def _context(key: str) -> bytes:
    return b"recording:" + key.encode()
