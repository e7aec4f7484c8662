"""From the setting HOTLINE_RECORDINGS_URL to a store."""

from pathlib import Path
from urllib.parse import unquote

from hotline.store.base import Cipher, Store, StoreError
from hotline.store.encrypted import EncryptedStore
from hotline.store.local import LocalStore


def open_store(url: str, cipher: Cipher) -> Store:
    """Return the sealed store at `file:folder`, `file:///folder` or `s3://bucket/prefix`.

    Opening reaches for nothing yet; `check` does. Raises StoreError for any other address, and when the S3
    extra is not installed.
    """
    return EncryptedStore(open_unsealed(url), cipher)


def open_unsealed(url: str) -> Store:
    """Return the store beneath the sealing, for copies: what it gives was sealed before it came there."""
    scheme, _, place = url.partition(":")
    if scheme == "file" and place and (not place.startswith("//") or place.startswith("///")):
        return LocalStore(Path(unquote(place.removeprefix("//"))))
    bucket, _, prefix = place.removeprefix("//").partition("/")
    if scheme == "s3" and place.startswith("//") and bucket:
        return _bucket(bucket, prefix.strip("/"))
    raise StoreError(
        "HOTLINE_RECORDINGS_URL n'est pas valable : écrivez file:var/recordings, file:///un/dossier "
        "ou s3://seau/prefixe."
    )


def _bucket(bucket: str, prefix: str) -> Store:
    try:
        from hotline.store.s3 import S3BucketStore  # noqa: PLC0415 -- its library is an extra
    except ModuleNotFoundError as error:
        raise StoreError(
            "Le dépôt audio S3 demande un module de plus : "
            "« .venv/bin/pip install --constraint constraints.txt --editable '.[s3]' » l'installe."
        ) from error
    return S3BucketStore(bucket, prefix)
