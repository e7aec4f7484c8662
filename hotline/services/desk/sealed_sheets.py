"""A sheet between its preview and its import: sealed, in the hands of whoever uploaded it, nowhere else."""

import base64
import binascii
import zlib
from datetime import datetime
from typing import Final

from hotline.crypto import KeyRing, UnreadableSecretError
from hotline.errors import HotlineError
from hotline.services.importing import entry
from hotline.services.importing.entry import Prepared, Wishes
from hotline.services.line import Line
from hotline.services.sheets import OWN
from hotline.tables import Stream, stream_in

LARGEST: Final = 8 * 1024 * 1024
MOST_ROWS: Final = 500
"""A sheet of ours is written in one transaction, for which callers wait."""
MOST_EXPORTED_ROWS: Final = 50_000
"""An export of the platform is written in portions."""


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


def stream(content: bytes) -> Stream:
    """Return the table in a file. Raises LostSheet without one, UnreadableTable for what is no table."""
    if not content:
        raise LostSheet("Choisissez d’abord un fichier CSV ou Excel.")
    if len(content) > LARGEST:
        raise LostSheet("Ce fichier dépasse 8 Mo : partagez-le en plusieurs.")
    return stream_in(content)


def prepared(content: bytes, line: Line, at: datetime, wishes: Wishes) -> Prepared:
    """Return what is in a file, read. Raises LostSheet for too many lines, SheetError, UnreadableTable."""
    sheet = entry.prepared(stream(content), line, at, wishes)
    most = MOST_ROWS if sheet.kind == OWN else MOST_EXPORTED_ROWS
    if sheet.count > most:
        raise LostSheet(f"Ce fichier a plus de {most} lignes : partagez-le en plusieurs.")
    return sheet


def _context(coordinator_id: int) -> bytes:
    return f"desk.sheet:{coordinator_id}".encode()
