"""The tables brought up to this version, with a way back: a backup first, where something can be lost."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from hotline import migrations
from hotline.backup import making, series, snapshot
from hotline.backup.errors import BackupError
from hotline.backup.making import Progress
from hotline.bootstrap import Hotline

KEPT: Final = 5
_FOLDER: Final = "backups"


def upgrade(hotline: Hotline, at: datetime, tell: Progress, say: Callable[[str], None]) -> None:
    """Bring the tables up to date; a database with data is backed up beside it before it is touched.

    Recordings stay as they are and are not in that backup. Raises BackupError when a migration fails: the
    tables are then as they were.
    """
    if migrations.is_current(hotline.database) or not snapshot.filled_tables(hotline.database):
        migrations.upgrade(hotline.database)
        return
    file = series.dated(_beside(hotline), series.BEFORE_UPGRADE, at)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making.make(hotline, file, at, tell, with_recordings=False)
    series.thin(file.parent, series.BEFORE_UPGRADE, KEPT, at)
    say(f"Avant la mise à jour, la base est sauvegardée dans « {file} ».")
    try:
        migrations.upgrade(hotline.database)
    except (SQLAlchemyError, CommandError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise BackupError(
            f"La mise à jour de la base a échoué ({reason}). La base est comme avant : relancez l'ancienne "
            f"version du produit. S'il le faut, « hotline restore {file} » la remet, dans une base vide."
        ) from error


def _beside(hotline: Hotline) -> Path:
    file = hotline.settings.sqlite_file
    return (file.parent if file else Path("var").absolute()) / _FOLDER
