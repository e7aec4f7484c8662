"""What `hotline check` and the desk look at, one concern a function; no secret, no whole number is said."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hotline import bootstrap, migrations
from hotline.bootstrap import Hotline
from hotline.db import DatabaseError
from hotline.errors import HotlineError
from hotline.mail import imap
from hotline.models import Heartbeat
from hotline.phone import PhoneNumber
from hotline.services import custody, health
from hotline.services.line import Line
from hotline.settings import SettingsError
from hotline.settings.keys import ENCRYPTION_KEYS_FILE
from hotline.telephony.base import OwnNumber
from hotline.transcription import Unavailable, open_recogniser


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, and else how to mend it."""

    check: str
    ok: bool
    says: str


def unbuilt() -> tuple[Hotline | None, list[Finding]]:
    """Return the product, or all that keeps it from being put together."""
    try:
        return bootstrap.build(), []
    except SettingsError as error:
        return None, [Finding("settings", ok=False, says=fault) for fault in error.faults]
    except HotlineError as error:
        return None, [Finding("settings", ok=False, says=str(error))]


def all_of(hotline: Hotline) -> Iterator[Finding]:
    """Look at everything, in the order in which it would be mended."""
    missing = hotline.settings.missing_for_calls()
    yield from settings(hotline, missing)
    prepared = False
    for finding in database(hotline):
        prepared = finding.ok
        yield finding
    yield from keys(hotline, prepared=prepared)
    yield from hours(hotline)
    if prepared:
        yield from clock(hotline)
    if not missing:
        yield from carrier(hotline)
    yield from store(hotline)
    yield from mailbox(hotline)
    yield from smtp(hotline)
    yield from transcription(hotline)


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
            yield _named(line, Finding("hours", ok=True, says=f"« {line.config.hours.open} »"))


def clock(hotline: Hotline) -> Iterator[Finding]:
    """Look at the age of the clock's last heartbeat."""
    with hotline.database.read() as session:
        beat = session.get(Heartbeat, health.CLOCK)
    fault = health.clock_fault(hotline.line, beat.at if beat else None, hotline.clock.now())
    yield Finding("clock", ok=fault is None, says=fault or "l'horloge tourne")


def carrier(hotline: Hotline) -> Iterator[Finding]:
    """Look at the account, each of our numbers with its addresses, and whether texts can leave."""
    with _told("carrier") as faults:
        status = hotline.carrier.account_status()
        says = "le compte Twilio est actif"
        if status != "active":
            says = f"le compte Twilio est « {status} » : voyez la console Twilio"
        yield Finding("carrier", ok=status == "active", says=says)
        for line in hotline.line.each:
            number = hotline.carrier.own_number(line.number)
            for finding in (*_addresses(hotline, line, number), _texts(hotline, line, number)):
                yield _named(line, finding)
    yield from faults


def store(hotline: Hotline) -> Iterator[Finding]:
    """Look whether recordings can be kept, by keeping one for a moment."""
    with _told("store") as faults:
        hotline.store.check()
        yield Finding("store", ok=True, says="les enregistrements se gardent et se relisent")
    yield from faults


def mailbox(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the mailbox opens; not having one is no fault."""
    url = hotline.settings.environment.imap_url
    if url is None:
        yield Finding("mailbox", ok=True, says="aucune boîte à relever (HOTLINE_IMAP_URL)")
        return
    with _told("mailbox") as faults:
        with imap.opened(url.get_secret_value()) as inbox:
            how = "le serveur prévient de chaque courriel" if inbox.idles else "relevée chaque minute"
        yield Finding("mailbox", ok=True, says=f"la boîte s'ouvre, en lecture seule ; {how}")
    yield from faults


def smtp(hotline: Hotline) -> Iterator[Finding]:
    """Look whether the mail server takes us; writing no mails is no fault."""
    environment = hotline.settings.environment
    if environment.smtp_url is None:
        yield Finding("smtp", ok=True, says="aucun courriel ne part : HOTLINE_SMTP_URL n'est pas donné")
    elif environment.mail_address is None:
        yield Finding("smtp", ok=False, says="HOTLINE_MAIL_ADDRESS manque : aucun courriel ne part")
    else:
        with _told("smtp") as faults:
            hotline.mailer.check(environment.mail_address)
            yield Finding("smtp", ok=True, says=f"les courriels partent de {environment.mail_address}")
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


def _named(line: Line, finding: Finding) -> Finding:
    """Say of which of several numbers something was found."""
    return replace(finding, says=f"{line.name} : {finding.says}") if line.several else finding


def _addresses(hotline: Hotline, line: Line, number: OwnNumber | None) -> Iterator[Finding]:
    if number is None:
        setting = "[[lines]] number" if line.second else "HOTLINE_NUMBER"
        says = f"{PhoneNumber(line.number)} n'est pas à ce compte Twilio : vérifiez {setting}"
        yield Finding("number", ok=False, says=says)
        return
    fallback = hotline.settings.environment.fallback_url or hotline.address("/voice/fallback")
    expected = (
        ("appel entrant", number.voice_url, hotline.address("/voice/incoming")),
        ("secours", number.voice_fallback_url, fallback),
        ("état des appels", number.status_callback, hotline.address("/voice/status")),
        ("SMS entrant", number.sms_url, hotline.address("/sms/incoming")),
    )
    wrong = [
        f"« {name} » doit mener à {ours}" + (f" au lieu de {theirs}" if theirs else "")
        for name, theirs, ours in expected
        if theirs.partition("#")[0] != ours and (name != "SMS entrant" or number.sms_capable)
    ]
    for fault in wrong:
        yield Finding("webhooks", ok=False, says=f"{fault} : corrigez-le dans la console Twilio")
    if not wrong:
        yield Finding("webhooks", ok=True, says="le numéro appelle bien cette adresse publique")


def _texts(hotline: Hotline, line: Line, number: OwnNumber | None) -> Finding:
    sender = line.sender
    setting = "[[lines]] sms_sender" if line.own_sender else "HOTLINE_SMS_SENDER"
    if line.one_way:
        says = f"les SMS partent sous le nom « {sender} » : on n'y répond que par le lien ou en téléphonant"
        return Finding("sms", ok=True, says=says)
    own = number if sender == line.number else hotline.carrier.own_number(sender)
    if own is None:
        says = f"l'expéditeur {PhoneNumber(sender)} n'est pas à ce compte : vérifiez {setting}"
        return Finding("sms", ok=False, says=says)
    if not own.sms_capable:
        says = (
            f"{PhoneNumber(sender)} ne porte pas de SMS (en France, seuls les 06 et 07 en portent) : "
            f"donnez à {setting} un mobile du compte, ou un nom de 11 lettres au plus"
        )
        return Finding("sms", ok=False, says=says)
    return Finding("sms", ok=True, says="le numéro porte les SMS dans les deux sens")


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


@contextmanager
def _told(check: str) -> Iterator[list[Finding]]:
    """Turn an error within the block into a finding of the list."""
    faults: list[Finding] = []
    try:
        yield faults
    except HotlineError as error:
        faults.append(Finding(check, ok=False, says=str(error)))
