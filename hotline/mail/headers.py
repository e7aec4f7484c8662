"""Reads the header fields of a mail: text, addresses, identifiers, its moment. No field makes it fail."""

import codecs
import re
from binascii import Error as NotBase64
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final

from hotline.mail.addresses import is_address

LONGEST_FIELD: Final = 4_000
_LONGEST_ID: Final = 250
_FOLDS: Final = re.compile(r"\s*[\r\n]+\s*")
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ID: Final = re.compile(r"<([^<>\s]{1,250})>")
_ALPHABETS: Final = (
    "ascii",
    "utf",
    "iso8859",
    "iso2022",
    "cp",
    "koi8",
    "gb",
    "hz",
    "big5",
    "euc",
    "shift_jis",
    "mac",
    "tis",
)
"""Beginnings of the names of real character sets; Python knows others, some of them slow or treacherous."""


def text(message: Message, name: str) -> str:
    """Return a field on one line, decoded; empty when it is not there."""
    return unencoded(_field(message, name))


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """Return the names and addresses of some fields, in order; what is no address is left out."""
    found = []
    for name in names:
        for field in _fields(message, name):
            found += [(unencoded(who), address) for who, address in _parted(field) if is_address(address)]
    return found


def identifiers(message: Message, name: str) -> tuple[str, ...]:
    """Return the identifiers of a field, each in its angle brackets; one without brackets gets them."""
    field = _field(message, name)
    found = tuple(f"<{identifier}>" for identifier in _ID.findall(field))
    bare = "".join(field.split()).strip("<>")[:_LONGEST_ID]
    return found or ((f"<{bare}>",) if bare else ())


def moment(message: Message) -> datetime | None:
    """Return when it was sent, by its own word; None when it does not say."""
    try:
        said = parsedate_to_datetime(_field(message, "date"))
        return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Return bytes as clean text, and whether their character set was known and kept."""
    for name in (charset, "utf-8"):
        if name and _is_alphabet(name):
            try:
                return clean(data.decode(name)), True
            except (UnicodeError, LookupError, ValueError):
                continue
    return clean(data.decode("cp1252", "replace")), False


def clean(value: str) -> str:
    """Return text without what no database or page can hold."""
    return _UNWRITABLE.sub("", value)


def unencoded(field: str) -> str:
    """Return a field with its encoded words in plain letters."""
    try:
        parts = decode_header(field)
    except (MessageError, NotBase64, ValueError):
        parts = [(field, None)]
    said = "".join(
        decoded(part, charset)[0] if isinstance(part, bytes) else clean(part) for part, charset in parts
    )
    return " ".join(said.split())


def _field(message: Message, name: str) -> str:
    return next(iter(_fields(message, name)), "")


def _fields(message: Message, name: str) -> list[str]:
    """Return every field of that name, unfolded and cut to what anybody would write."""
    return [
        _FOLDS.sub(" ", _legible(str(value)[:LONGEST_FIELD])).strip()
        for key, value in message.raw_items()
        if key.lower() == name
    ]


def _legible(value: str) -> str:
    """Return a field whose letters beyond ASCII came as bare bytes as the letters that they mean."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), None)[0]


def _parted(field: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([field])
    except (RecursionError, IndexError, ValueError):
        return []


def _is_alphabet(name: str) -> bool:
    try:
        return codecs.lookup(name).name.startswith(_ALPHABETS)
    except (LookupError, ValueError, UnicodeError):
        return False
