"""What this machine and its settings should have: database, tables, keys, hours, a clock, a store."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hotline import migrations
from hotline.bootstrap import Hotline
from hotline.checks.finding import Finding, named, told
from hotline.db import DatabaseError
from hotline.errors import HotlineError
from hotline.models import Heartbeat
from hotline.services import custody, health
from hotline.settings.keys import ENCRYPTION_KEYS_FILE
from hotline.transcription import Unavailable, open_recogniser


def settings(hotline: Hotline, missing: list[str]) -> Iterator[Finding]:
    """Look for settings without which no call is answered."""
    for fault in missing:
        yield Finding("settings", ok=False, says=fault)
    if not missing:
        yield Finding("settings", ok=True, says=f"complets ; adresse publique {hotline.settings.public_url}")


def database(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the database answers, then whether its tables are those of this version."""
    try:
        with hotline.database.read() as session:
            session.execute(text("SELECT 1"))
        current = migrations.is_current(hotline.database)
    except (SQLAlchemyError, DatabaseError) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        yield Finding("database", ok=False, says=f"ne répond pas ({reason}) : vérifiez DATABASE_URL")
        return
    yield Finding("database", ok=True, says="répond")
    says = "à jour" if current else "la base n'est pas à jour : lancez « hotline db upgrade »"
    yield Finding("migrations", ok=current, says=says)


def keys(hotline: Hotline, *, prepared: bool) -> Iterator[Finding]:
    """Look whether the keys open the database, lie elsewhere, and a copy is known to exist."""
    if prepared:
        try:
            hotline.database.open_vault()
        except HotlineError as error:
            yield Finding("keys", ok=False, says=str(error))
            return
    if hotline.settings.rehearsal:
        yield Finding("keys", ok=True, says="une répétition n'a rien à protéger")
    elif folder := _beside_database(hotline):
        yield Finding(
            "keys",
            ok=False,
            says=f"les clés sont à côté de la base, dans « {folder} » : déplacez-les ailleurs et donnez "
            "HOTLINE_ENCRYPTION_KEYS_FILE (ou HOTLINE_ENCRYPTION_KEYS)",
        )
    elif prepared and not _confirmed(hotline):
        yield Finding(
            "keys",
            ok=False,
            says="aucune copie de la clé n'est confirmée : gardez-en une loin de cette machine, "
            "puis lancez « hotline keys confirm »",
        )
    else:
        yield Finding(
            "keys", ok=True, says="hors de la base, copie confirmée" if prepared else "hors de la base"
        )


def hours(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the line's hours can be read."""
    for fault in hotline.faults:
        yield Finding("hours", ok=False, says=fault)
    if not hotline.faults:
        for line in hotline.line.each:
            yield named(line, Finding("hours", ok=True, says=f"« {line.config.hours.open} »"))


def clock(hotline: Hotline) -> Iterator[Finding]:
    """Look at the age of the clock's last heartbeat."""
    with hotline.database.read() as session:
        beat = session.get(Heartbeat, health.CLOCK)
    fault = health.clock_fault(hotline.line, beat.at if beat else None, hotline.clock.now())
    yield Finding("clock", ok=fault is None, says=fault or "l'horloge tourne")


def store(hotline: Hotline) -> Iterator[Finding]:
    """Look whether recordings can be kept, by keeping one for a moment."""
    with told("store") as faults:
        hotline.store.check()
        yield Finding("store", ok=True, says="les enregistrements se gardent et se relisent")
    yield from faults


def transcription(hotline: Hotline) -> Iterator[Finding]:
    """Look whether messages can be put into words; not wanting it is no fault."""
    folder = hotline.settings.environment.transcription_model
    try:
        open_recogniser(folder)
    except Unavailable as error:
        yield Finding("transcription", ok=folder is None, says=str(error))
        return
    yield Finding("transcription", ok=True, says=f"sur cette machine, avec le modèle « {folder} »")


def _beside_database(hotline: Hotline) -> Path | None:
    """Return the database's folder when its keys lie there too."""
    file = hotline.settings.sqlite_file
    if file is None:
        return None
    given = os.environ.get("HOTLINE_ENCRYPTION_KEYS_FILE")
    places = [file.with_name(ENCRYPTION_KEYS_FILE), *([Path(given).absolute()] if given else [])]
    return file.parent if any(place.exists() and place.parent == file.parent for place in places) else None


def _confirmed(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return custody.confirmed(session, hotline.settings.encryption_keys[0])
