"""Where the sound of messages is kept: on disk or in an S3 bucket, sealed before it leaves the process."""

from hotline.store.base import Cipher, NotStored, Store, StoreError
from hotline.store.opening import open_store, open_unsealed

__all__ = ["Cipher", "NotStored", "Store", "StoreError", "open_store", "open_unsealed"]
