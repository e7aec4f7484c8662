"""A backup is put back into an empty place: everything aside, then in one move."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError

from hotline import migrations
from hotline.backup import configuration, loading, places, recordings, rows
from hotline.backup.archive import CONFIGURATION, RECORDINGS, TABLES, Manifest, Sums, Unpacking
from hotline.backup.errors import BackupError
from hotline.backup.loading import Loading
from hotline.backup.making import DATABASE, SOUNDS, Progress
from hotline.backup.places import Place
from hotline.backup.recordings import Filling
from hotline.backup.sealed import SPOILT, Opened
from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.services import restored
from hotline.store import Store, open_unsealed


@dataclass
class Restored:
    """What came out of a backup, and what whoever restores it should know."""

    made_at: datetime
    sums: Sums
    notices: list[str] = field(default_factory=list)


def restore(hotline: Hotline, file: Path, at: datetime, tell: Progress, *, actor: str) -> Restored:
    """Put a backup in the place of an empty database and an empty store, at this version of the product.

    Raises BackupError, and leaves everything as it was then; whatever kills it, it can be run again.
    """
    try:
        source = file.open("rb")
    except OSError as error:
        raise BackupError(f"« {file} » ne se lit pas ({error.strerror}).") from error
    with source:
        opened = Opened(source, hotline.settings.encryption_keys)
        unpacking = Unpacking(opened)
        _ensure_known(hotline.database, unpacking.manifest)
        places.ensure_empty(hotline.database)
        configuration.ensure_writable(hotline.settings)
        store = open_unsealed(hotline.settings.environment.recordings_url)
        files: dict[str, bytes] = {}
        sums = Sums(rows=dict.fromkeys(unpacking.manifest.columns, 0))
        keys = hotline.settings.encryption_keys
        place = places.beside(hotline.database, hotline.settings.sqlite_file, keys)
        with _room(store, unpacking.manifest) as filling, _aside(place):
            _fill(place, store, unpacking, sums, files, tell)
            with _open(place) as database:
                migrations.upgrade(database)
                database.run(lambda session: restored.note(session, opened.header.moment, at, actor=actor))
            hotline.database.close()
            filling.meant_to_stay = True
            place.become()
    return Restored(opened.header.moment, sums, configuration.put_back(hotline.settings, files))


def _ensure_known(database: Database, manifest: Manifest) -> None:
    try:
        ScriptDirectory.from_config(migrations.config_for(database)).get_revision(manifest.revision)
    except CommandError as error:
        raise BackupError(
            "Cette sauvegarde vient d'une version plus récente du produit : mettez-le d'abord à jour ici."
        ) from error


def _fill(
    place: Place, store: Store, unpacking: Unpacking, sums: Sums, files: dict[str, bytes], tell: Progress
) -> None:
    manifest = unpacking.manifest
    with _open(place) as database:
        migrations.upgrade(database, manifest.revision)
        with loading.into(database, manifest) as tables:
            for name, data in unpacking.members(sums):
                _put(name, data, tables, store, sums, files)
                tell(DATABASE, sum(sums.rows.values()), manifest.rows)
                if sums.recordings:
                    tell(SOUNDS, sums.recordings, None)


def _put(name: str, data: bytes, tables: Loading, store: Store, sums: Sums, files: dict[str, bytes]) -> None:
    if name.startswith(TABLES):
        table = name.removeprefix(TABLES).partition("/")[0]
        found = list(rows.unpacked(data))
        tables.put(table, found)
        sums.rows[table] += len(found)
    elif name.startswith(RECORDINGS):
        store.put(name.removeprefix(RECORDINGS), data)
        sums.recordings += 1
    elif name.startswith(CONFIGURATION):
        files[name.removeprefix(CONFIGURATION)] = data
        sums.files += 1
    else:
        raise BackupError(SPOILT)


def _room(store: Store, manifest: Manifest) -> AbstractContextManager[Filling]:
    """Return the store to fill; a backup without recordings leaves it alone."""
    return recordings.filled(store) if manifest.recordings else nullcontext(Filling())


@contextmanager
def _aside(place: Place) -> Iterator[None]:
    """Begin without what a killed restore left, and leave nothing aside."""
    place.forget()
    try:
        yield
    except BaseException:
        place.forget()
        raise


@contextmanager
def _open(place: Place) -> Iterator[Database]:
    database = place.opened()
    try:
        yield database
    finally:
        database.close()
