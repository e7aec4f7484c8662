"""A store on this machine's disk."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.store.base import NotStored, StoreError, checked, is_key, probe


class LocalStore:
    """Files of mode 0600 in folders of mode 0700 under `folder`, which is made at the first writing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def put(self, key: str, data: bytes) -> None:
        """Keep these bytes: on disk before the name is, and the name before this returns."""
        target = self._path(key)
        part = target.with_name(f".{key}.{secrets.token_hex(8)}.part")
        with self._spoken():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            try:
                _write(part, data)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
            _sync(target.parent)
            _sync(self._folder)

    def get(self, key: str) -> bytes:
        """Return the bytes under the key; raise NotStored when there are none."""
        path = self._path(key)
        with self._spoken():
            try:
                return path.read_bytes()
            except FileNotFoundError as error:
                raise NotStored("Cet enregistrement n'est pas dans le dépôt audio.") from error

    def delete(self, key: str) -> None:
        """Forget the key, and what a killed process may have half written under it."""
        path = self._path(key)
        with self._spoken():
            path.unlink(missing_ok=True)
            for part in path.parent.glob(f".{key}.*.part"):
                part.unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under the key."""
        path = self._path(key)
        with self._spoken():
            return path.is_file()

    def keys(self) -> Iterator[str]:
        """Return every key, whatever else lies in the folder."""
        with self._spoken():
            shards = [place for place in self._folder.glob("??") if place.is_dir()]
        for shard in shards:
            with self._spoken():
                names = [file.name for file in shard.iterdir()]
            yield from (name for name in names if is_key(name) and self._path(name).parent == shard)

    def check(self) -> None:
        """Prove that the folder can be written and read; raise StoreError otherwise."""
        probe(self)

    def _path(self, key: str) -> Path:
        shard = hashlib.sha256(checked(key).encode()).hexdigest()[:2]
        return self._folder / shard / key

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"Le dossier des enregistrements {self._folder} ne peut pas être lu ou écrit "
                f"({error.strerror}) : vérifiez ses droits et la place sur le disque."
            ) from error


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
