"""Backups of one kind in one folder: dated names, the oldest removed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

DAILY: Final = "on-se-parle"
BEFORE_UPGRADE: Final = "avant-mise-a-jour"
_ENDING: Final = ".sauvegarde"
_ABANDONED: Final = timedelta(days=1)


def dated(folder: Path, kind: str, at: datetime) -> Path:
    """Return the name of a backup made now; in the order of the alphabet the newest is the last."""
    return folder / f"{kind}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{_ENDING}"


def thin(folder: Path, kind: str, keep: int, at: datetime) -> list[Path]:
    """Remove all but the newest backups of a kind, and what killed ones left; return what was removed."""
    older = sorted(folder.glob(f"{kind}-*{_ENDING}"))[:-keep]
    left = [
        part
        for part in folder.glob(f".{kind}-*.part")
        if at.timestamp() - part.stat().st_mtime > _ABANDONED.total_seconds()
    ]
    for file in (*older, *left):
        file.unlink(missing_ok=True)
    return older
