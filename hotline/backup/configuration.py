"""The association's own files: the rules, the words, the prompts. Never keys, tokens or `.env`."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hotline.backup.errors import BackupError
from hotline.settings import Settings

_RULES: Final = "hotline.toml"
_MEMBER: Final = re.compile(r"(?:prompts/)?[A-Za-z0-9_.-]+\.toml", re.ASCII)
_LARGEST: Final = 1 << 20


def files(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Return each file under the name that it has in a backup."""
    folder = settings.config_folder
    rules = settings.environment.config or folder / _RULES
    named = [(_RULES, rules), ("needs.toml", folder / "needs.toml")]
    named += [(f"prompts/{file.name}", file) for file in sorted((folder / "prompts").glob("*.toml"))]
    for name, file in named:
        if file.is_file() and file.stat().st_size <= _LARGEST:
            yield name, file.read_bytes()


def ensure_writable(settings: Settings) -> None:
    """Raise BackupError when the files could not be put back."""
    folder = _rules(settings).parent
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        raise BackupError(
            f"Le dossier des réglages « {folder} » ne peut pas être écrit : lancez la commande avec le "
            "compte à qui il appartient, ou donnez-le à celui-ci."
        )


def put_back(settings: Settings, found: Mapping[str, bytes]) -> list[str]:
    """Write the files; return a sentence for each that was there and says something else.

    The rules take the place of those that are there, which are kept beside them. Words and prompts belong to
    a version of the product: where another one is there already, what was saved is laid beside it.
    """
    said = []
    for name, data in found.items():
        rules = name == _RULES
        target = _rules(settings) if rules else _rules(settings).parent / name
        if not _MEMBER.fullmatch(name) or (target.exists() and target.read_bytes() == data):
            continue
        if target.exists() and rules:
            before = target.with_name(f"{target.name}.avant")
            target.replace(before)
            said.append(f"« {target} » est celui de la sauvegarde ; l'autre est gardé : « {before} ».")
        elif target.exists():
            target = target.with_name(f"{target.name}.sauvegarde")
            said.append(f"« {target} » n'est pas le même que le fichier en place, qui reste : comparez-les.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return said


def _rules(settings: Settings) -> Path:
    return (settings.environment.config or Path("config") / _RULES).absolute()
