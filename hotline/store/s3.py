"""A store in an S3 bucket, for several hosts (needs the extra `s3`)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from hotline.store.base import NotStored, StoreError, checked, is_key, probe


class S3BucketStore:
    """Objects in one bucket, path style; endpoint, region and keys come from the usual AWS_* variables."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
        with self._spoken():
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                virtual_hosted_style_request=False,
                client_options={"allow_http": plain, "connect_timeout": "5s", "timeout": "30s"},
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
            )

    def put(self, key: str, data: bytes) -> None:
        """Keep these bytes as one object."""
        with self._spoken():
            obstore.put(self._store, checked(key), data)

    def get(self, key: str) -> bytes:
        """Return the bytes under the key; raise NotStored when there are none."""
        with self._spoken():
            try:
                return bytes(obstore.get(self._store, checked(key)).bytes())
            except FileNotFoundError as error:
                raise NotStored("Cet enregistrement n'est pas dans le dépôt audio.") from error

    def delete(self, key: str) -> None:
        """Forget the key; one that is not there is no error."""
        with self._spoken():
            obstore.delete(self._store, checked(key))

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under the key."""
        with self._spoken():
            try:
                obstore.head(self._store, checked(key))
            except FileNotFoundError:
                return False
            return True

    def keys(self) -> Iterator[str]:
        """Return every key under the prefix, a thousand of them in memory at a time."""
        with self._spoken():
            for page in obstore.list(self._store, chunk_size=1000):
                yield from (one["path"] for one in page if is_key(one["path"]))

    def check(self) -> None:
        """Prove that the bucket can be written and read; raise StoreError otherwise."""
        probe(self)

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            raise StoreError(
                f"Le dépôt S3 « {self._bucket} » ne peut pas être lu ou écrit : vérifiez AWS_ENDPOINT_URL, "
                "AWS_REGION, les clés AWS_* et les droits sur ce dépôt."
            ) from error
