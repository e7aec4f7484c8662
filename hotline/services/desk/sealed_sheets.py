"""A sheet between its preview and its import: sealed, in the hands of whoever uploaded it, nowhere else."""

import base64
import binascii
import zlib
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hotline.crypto import KeyRing, UnreadableSecretError
from hotline.errors import HotlineError
from hotline.services import imports
from hotline.services.line import Line
from hotline.services.sheets import SheetReport
from hotline.tables import Table, rows_in

LARGEST: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 500
"""A sheet is tried and written in one transaction, for which callers wait."""


class LostSheet(HotlineError):
    """A sheet that does not open any more: what to do."""


def seal(ring: KeyRing, content: bytes, coordinator_id: int) -> str:
    """Return a file as a text that only the same coordinator can hand in again."""
    return base64.b64encode(ring.encrypt(zlib.compress(content), _context(coordinator_id))).decode()


def opened(ring: KeyRing, sealed: str, coordinator_id: int) -> bytes:
    """Return the file again. Raises LostSheet for anything else than what `seal` gave them."""
    try:
        return zlib.decompress(
            ring.decrypt(base64.b64decode(sealed, validate=True), _context(coordinator_id))
        )
    except (UnreadableSecretError, binascii.Error, ValueError, zlib.error) as error:
        raise LostSheet("Le fichier n’est plus là : choisissez-le encore une fois.") from error


def table(content: bytes) -> Table:
    """Return the table in a file. Raises LostSheet without one, UnreadableTable for what is no table."""
    if not content:
        raise LostSheet("Choisissez d’abord un fichier CSV ou Excel.")
    if len(content) > LARGEST:
        raise LostSheet("Ce fichier dépasse 2 Mo : partagez-le en plusieurs.")
    sheet = rows_in(content)
    if len(sheet.rows) > MOST_ROWS:
        raise LostSheet(f"Ce fichier a plus de {MOST_ROWS} lignes : partagez-le en plusieurs.")
    return sheet


def preview(session: Session, line: Line, sheet: Table, at: datetime) -> SheetReport:
    """Return what an import would do, row by row, and do nothing."""
    with session.begin_nested() as tried:
        report = imports.volunteers(session, sheet, line, at, skip_bad=True)
        session.flush()
        tried.rollback()
    session.expire_all()
    return report


def _context(coordinator_id: int) -> bytes:
    return f"desk.sheet:{coordinator_id}".encode()
