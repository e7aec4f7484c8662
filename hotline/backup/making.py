"""A backup is made: beside its name first, and under it only once it is whole."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, Final

from hotline.backup import configuration, recordings, rows, snapshot
from hotline.backup.archive import CONFIGURATION, RECORDINGS, TABLES, Manifest, Packing, Sums
from hotline.backup.errors import BackupError
from hotline.backup.sealed import Sealing
from hotline.backup.snapshot import Snapshot, columns_of
from hotline.bootstrap import Hotline
from hotline.store import open_unsealed

DATABASE: Final = "base de données"
SOUNDS: Final = "enregistrements"
Progress = Callable[[str, int, int | None], None]
"""Told what is being copied, how many of it are, and how many there are in all, if that is known."""

VERSION: Final = version("on-se-parle")


@dataclass(frozen=True)
class Made:
    """A backup, and what is in it."""

    file: Path
    size: int
    sums: Sums


def make(hotline: Hotline, file: Path, at: datetime, tell: Progress, *, with_recordings: bool = True) -> Made:
    """Write everything into one new file of mode 0600; raises BackupError, and leaves nothing then.

    Without recordings it is a copy of the database and the configuration, for a way back on this machine.
    """
    if file.exists():
        raise BackupError(
            f"« {file} » existe déjà : choisissez un autre nom, une sauvegarde n'en écrase pas."
        )
    sums = Sums()
    with _written(file) as out, snapshot.opened(hotline.database) as seen:
        sealing = Sealing(out, hotline.settings.encryption_keys, version=VERSION, at=at)
        packing = Packing(sealing)
        total = seen.count()
        packing.manifest(
            Manifest(
                revision=seen.revision,
                columns={table.name: columns_of(table) for table in seen.tables},
                sequences=seen.sequences(),
                rows=total,
                recordings=with_recordings,
            )
        )
        for name, data in configuration.files(hotline.settings):
            packing.add(CONFIGURATION + name, data)
            sums.files += 1
        _rows(seen, packing, sums, total, tell)
        if with_recordings:
            _recordings(hotline, packing, sums, tell)
        packing.finish(sums)
        size = out.tell()
    return Made(file, size, sums)


def _rows(seen: Snapshot, packing: Packing, sums: Sums, total: int, tell: Progress) -> None:
    done = 0
    tell(DATABASE, done, total)
    for table in seen.tables:
        sums.rows[table.name] = 0
        for number, (count, packet) in enumerate(rows.packets(seen.rows(table))):
            packing.add(f"{TABLES}{table.name}/{number:06}.jsonl.gz", packet)
            sums.rows[table.name] += count
            done += count
            tell(DATABASE, done, total)


def _recordings(hotline: Hotline, packing: Packing, sums: Sums, tell: Progress) -> None:
    for key, data in recordings.kept(open_unsealed(hotline.settings.environment.recordings_url)):
        packing.add(RECORDINGS + key, data)
        sums.recordings += 1
        tell(SOUNDS, sums.recordings, None)


@contextmanager
def _written(file: Path) -> Iterator[BinaryIO]:
    """Write a file that has its name only when it is whole and on disk; a name taken meanwhile stays."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.link(part, file)
    except OSError as error:
        raise BackupError(_said(file, error)) from error
    finally:
        part.unlink(missing_ok=True)


def _said(file: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"Il n'y a plus de place dans « {file.parent} » : libérez-en, ou choisissez un autre dossier."
    return (
        f"La sauvegarde « {file} » ne peut pas être écrite ({error.strerror}) : choisissez un autre dossier."
    )
