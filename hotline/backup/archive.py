"""Inside the envelope an ordinary tar: manifest, configuration, packets of rows, recordings, sums."""

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final, cast

from hotline.backup.errors import BackupError
from hotline.backup.sealed import SPOILT, Opened, Sealing

CONFIGURATION: Final = "configuration/"
TABLES: Final = "database/"
RECORDINGS: Final = "recordings/"
_MANIFEST: Final = "manifest.json"
_SUMS: Final = "sums.json"


@dataclass(frozen=True)
class Manifest:
    """What is inside: the tables' version, their columns, their next ids, whether there are recordings."""

    revision: str
    columns: dict[str, list[str]]
    sequences: dict[str, int]
    rows: int
    recordings: bool


@dataclass
class Sums:
    """How much went into a backup, or came out of it."""

    rows: dict[str, int] = field(default_factory=dict)
    recordings: int = 0
    files: int = 0


class Packing:
    """Writes the archive, member by member; nothing is kept in memory."""

    def __init__(self, out: Sealing) -> None:
        self._out = out
        self._tar: Any = tarfile.open(fileobj=cast("Any", out), mode="w|")  # noqa: SIM115 - closed by `finish`

    def manifest(self, manifest: Manifest) -> None:
        """Say first what follows."""
        self.add(_MANIFEST, _json(asdict(manifest)))

    def add(self, name: str, data: bytes) -> None:
        """Write one member."""
        member = tarfile.TarInfo(name)
        member.size = len(data)
        member.mode = 0o600
        self._tar.addfile(member, io.BytesIO(data))
        self._tar.members.clear()

    def finish(self, sums: Sums) -> None:
        """Write the sums, and the end."""
        self.add(_SUMS, _json(asdict(sums)))
        self._tar.close()
        self._out.finish()


class Unpacking:
    """Reads the archive from its beginning to its end, once."""

    def __init__(self, source: Opened) -> None:
        self._source = source
        try:
            self._tar: Any = tarfile.open(fileobj=cast("Any", source), mode="r|")  # noqa: SIM115 - the file is its caller's
        except tarfile.TarError as error:
            raise BackupError(SPOILT) from error
        name, data = next(self._members())
        if name != _MANIFEST:
            raise BackupError(SPOILT)
        self.manifest = Manifest(**json.loads(data))

    def members(self, came_out: Sums) -> Iterator[tuple[str, bytes]]:
        """Return every member with its bytes; at the end `came_out` must be what went in."""
        for name, data in self._members():
            if name == _SUMS:
                self._source.finish()
                if json.loads(data) != asdict(came_out):
                    raise BackupError(SPOILT)
                return
            yield name, data
        raise BackupError(SPOILT)

    def _members(self) -> Iterator[tuple[str, bytes]]:
        while (member := self._tar.next()) is not None:
            inside = self._tar.extractfile(member)
            yield member.name, inside.read() if inside else b""
            self._tar.members.clear()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
