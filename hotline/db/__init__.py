"""The database: one engine per process, transactions that read, transactions that write."""

from hotline.db.engine import Database
from hotline.db.outage import DatabaseError
from hotline.db.types import BlindIndex, Sealed, SealedJson, UtcDateTime

__all__ = ["BlindIndex", "Database", "DatabaseError", "Sealed", "SealedJson", "UtcDateTime"]
