"""Secrets made once beside an SQLite database, so that a first start asks for nothing."""

import os
import secrets
from pathlib import Path

from hotline.settings.faults import SettingsError

SECRET_KEY_FILE = "secret_key"  # noqa: S105 - a file's name
ENCRYPTION_KEYS_FILE = "encryption_keys"


def kept_in(file: Path, make: str) -> str:
    """Return the secret kept in a file (mode 0600), writing `make` there first when it is absent.

    Two processes starting together end with the same secret. Raises SettingsError when the folder
    cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        if not file.exists():
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(make + "\n")
                out.flush()
                os.fsync(out.fileno())
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text().strip()
    except OSError as error:
        why = f"impossible d'écrire dans « {file.parent} » ({error.strerror})"
        raise SettingsError([f"{why} : donnez ce dossier à votre compte"]) from error
