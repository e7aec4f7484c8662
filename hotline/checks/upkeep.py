"""What keeps the line in good health for long: somebody to tell, sweeps, backups, an empty spool."""

from collections.abc import Iterator

from hotline import alarms as alarm
from hotline.bootstrap import Hotline
from hotline.checks.finding import Finding, told
from hotline.models import Heartbeat
from hotline.services import health


def alarms(hotline: Hotline) -> Iterator[Finding]:
    """Look whether somebody is told when the line is ill, and what is wrong now."""
    with told("alarms") as broken:
        with hotline.database.read() as session:
            mails, telephones = alarm.whom(hotline, session)
        ways = [f"{len(mails)} par courriel"] if mails else []
        ways += (
            [f"{len(telephones)} par SMS" + (", si aucun courriel ne part" if mails else "")]
            if telephones
            else []
        )
        nobody = (
            "personne n'est prévenu quand la ligne va mal : donnez HOTLINE_SMTP_URL, ou des mobiles dans "
            "[alarms] tell"
        )
        says = f"qui est prévenu : {' ; '.join(ways)}" if ways else nobody
        yield Finding("alarms", ok=bool(ways) or hotline.settings.rehearsal, says=says)
    yield from broken


def sweep(hotline: Hotline) -> Iterator[Finding]:
    """Look at the age of the last complete comparison with the carrier's log."""
    with told("sweep") as broken:
        at = hotline.clock.now()
        with hotline.database.read() as session:
            last = health.last_sweep(session)
        fault = health.sweep_fault(hotline.line, last, at)
        says = "aucun rattrapage encore : l'horloge en fait un toutes les heures"
        if last is not None:
            says = f"le dernier rattrapage est du {hotline.line.local(last):%d/%m à %H:%M}"
        yield Finding("sweep", ok=fault is None, says=fault or says)
    yield from broken


def backup(hotline: Hotline) -> Iterator[Finding]:
    """Look at the age of the last backup; a line that is not rehearsed must have one."""
    with told("backup") as broken:
        at = hotline.clock.now()
        with hotline.database.read() as session:
            beat = session.get(Heartbeat, health.BACKUP)
        last = beat.at if beat else None
        fault = health.backup_fault(hotline.line, last, at)
        if last is None and not hotline.settings.rehearsal:
            fault = "aucune sauvegarde encore : lancez « hotline backup FICHIER », puis chaque jour"
        says = f"la dernière sauvegarde est du {hotline.line.local(last):%d/%m à %H:%M}" if last else "aucune"
        yield Finding("backup", ok=fault is None, says=fault or says)
    yield from broken


def spool(hotline: Hotline) -> Iterator[Finding]:
    """Look whether something that came while the database was away still waits on this host."""
    with told("spool") as broken:
        waiting, aside = len(hotline.spool.waiting()), len(hotline.spool.aside())
        says = "rien n'attend d'être rejoué"
        if waiting:
            says = f"{waiting} événements attendent d'être rejoués, dans « {hotline.spool.folder} »"
        if aside:
            says = (
                f"{aside} événements illisibles sont mis de côté dans « {hotline.spool.folder} » : « hotline "
                "sweep » rapporte ce que l'opérateur en sait encore"
            )
        yield Finding("spool", ok=not (waiting or aside), says=says)
    yield from broken
