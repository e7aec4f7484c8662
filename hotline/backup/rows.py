"""Rows as lines of JSON, the same on every database: bytes, moments and dates are marked as such."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

_PACKET: Final = 1 << 20


def packets(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, bytes]]:
    """Return compressed packets of about a megabyte of lines, each with the number of its rows."""
    lines: list[str] = []
    size = 0
    for row in rows:
        line = json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))
        lines.append(line)
        size += len(line)
        if size >= _PACKET:
            yield len(lines), _packed(lines)
            lines, size = [], 0
    if lines:
        yield len(lines), _packed(lines)


def unpacked(packet: bytes) -> Iterator[list[Any]]:
    """Return the rows of a packet; moments are aware, in UTC."""
    for line in gzip.decompress(packet).decode().split("\n"):
        yield [_value(found) for found in json.loads(line)]


def _packed(lines: list[str]) -> bytes:
    return gzip.compress("\n".join(lines).encode(), compresslevel=1, mtime=0)


def _plain(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return {"b": b64encode(value).decode()}
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return {"t": moment.astimezone(UTC).isoformat()}
        case date():
            return {"d": value.isoformat()}
        case _:
            return value


def _value(found: Any) -> Any:
    match found:
        case {"b": text}:
            return b64decode(text)
        case {"t": text}:
            return datetime.fromisoformat(text)
        case {"d": text}:
            return date.fromisoformat(text)
        case _:
            return found
