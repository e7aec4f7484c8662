"""`hotline backup` and `hotline restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from hotline.backup import making, restoring, series
from hotline.backup.making import Progress as Telling
from hotline.bootstrap import Hotline
from hotline.cli import french, printing
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.services import custody, heartbeats, restored
from scheduler.embedded import ClockAlreadyRunningError, only_clock

_MEGA = 1_000_000


@click.command("backup", cls=french.Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option(
    "--keep",
    type=french.Whole(),
    metavar="N",
    help="FICHIER est un dossier : écrit un fichier daté et garde les N derniers.",
)
def backup(file: Path, keep: int | None) -> None:
    """Écrit dans un seul FICHIER chiffré la base, les enregistrements et les réglages.

    La ligne peut tourner pendant ce temps. La sauvegarde s'ouvre avec la clé actuelle, qui n'y est pas :
    gardez la clé ailleurs. Ni jetons ni .env non plus.
    """
    hotline = product()
    at = hotline.clock.now()
    if keep is not None:
        if keep < 1:
            raise HotlineError("--keep demande au moins 1 : autrement rien ne resterait.")
        file.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder, file = file, series.dated(file, series.DAILY, at)
    with progress() as tell:
        made = making.make(hotline, file, at, tell)
    if keep is not None:
        series.thin(folder, series.DAILY, keep, at)
    _note(hotline)
    printing.say(
        f"Sauvegarde faite : « {made.file} », {made.size / _MEGA:.1f} Mo, "
        f"{printing.count(sum(made.sums.rows.values()), 'ligne')}, "
        f"{printing.count(made.sums.recordings, 'enregistrement')}."
    )
    key = custody.fingerprint(hotline.settings.encryption_keys[0])
    printing.say(f"Elle s'ouvre avec la clé {key}, qui n'y est pas : gardez-la ailleurs.")


@click.command("restore", cls=french.Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
def restore(file: Path) -> None:
    """Remet une sauvegarde à une place vide : ni base ni enregistrements, aucune mise à jour avant.

    La base peut être SQLite ou PostgreSQL, quelle que soit celle d'où vient la sauvegarde. Il faut les
    mêmes clés de chiffrement.
    """
    hotline = product()
    at = hotline.clock.now()
    if hotline.settings.sqlite_file:
        hotline.settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with only_clock(hotline.settings.sqlite_file), progress() as tell:
            done = restoring.restore(hotline, file, at, tell, actor=actor())
    except ClockAlreadyRunningError as error:
        raise HotlineError("L'horloge tourne : arrêtez la ligne avant de restaurer.") from error
    made_at = f"{hotline.line.local(done.made_at):%d/%m/%Y à %H:%M}"
    printing.say(
        f"La ligne est comme le {made_at} : {printing.count(sum(done.sums.rows.values()), 'ligne')}, "
        f"{printing.count(done.sums.recordings, 'enregistrement')}."
    )
    for notice in done.notices:
        printing.say(notice)
    printing.say("Assurez-vous que l'ancienne ligne est arrêtée, puis : hotline check, hotline serve.")


@contextmanager
def progress() -> Iterator[Telling]:
    """Show how far a copy is, on a terminal; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=total)
            shown.update(tasks[what], completed=done)

        yield tell


def _note(hotline: Hotline) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        heartbeats.note(session, restored.BACKUP, at)
        custody.note(session, at, actor=actor(), action="backup", subject="tout")
