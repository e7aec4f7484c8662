"""`hotline volunteer import` and `imports`: whole sheets, ours or the platform's; one may be taken back."""

from pathlib import Path

import click

from hotline.bootstrap import Hotline
from hotline.cli import french, printing, sheet
from hotline.cli.product import actor, product
from hotline.errors import HotlineError
from hotline.models import Import
from hotline.services import custody
from hotline.services.importing import entry, undo
from hotline.services.importing.entry import Origin, Wishes
from hotline.services.importing.undo import Fate, Undone
from hotline.services.sheets import SheetReport
from hotline.tables import stream_of

NOT_TOGETHER = (
    "--welcome et --pending ne vont pas ensemble : le lien et le code partent à la validation, "
    "avec « hotline volunteer pin »"
)
_KINDS = {
    "volunteers": "bénévoles",
    "participations": "participations (plateforme)",
    "profiles": "profils (plateforme)",
    "structures": "structures (plateforme)",
}
_FATES = {
    Fate.RESTORED: "comme avant",
    Fate.REMOVED: "retiré",
    Fate.LEFT: "parti : quelque chose tient déjà à sa fiche",
    Fate.KEPT: "gardé : modifié depuis",
}
_TOTALS = {
    Fate.RESTORED: "fiche remise",
    Fate.REMOVED: "fiche retirée",
    Fate.LEFT: "fiche mise de côté",
    Fate.KEPT: "fiche gardée",
}


@click.command("import", cls=french.Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER", required=False)
@click.option("--skip-bad", is_flag=True, help="Importe les lignes valables malgré les autres.")
@click.option("--pending", is_flag=True, help="À valider d'abord par un coordinateur.")
@click.option("--welcome", is_flag=True, help="Envoie à qui est nouveau son lien et son code.")
@click.option("--dry-run", is_flag=True, help="Montre ce que cela donnerait ; n'écrit rien.")
@click.option(
    "--undo", "undone", type=french.Whole(), metavar="N", help="Annule l'import N de « volunteer imports »."
)
@click.pass_context
def import_(
    context: click.Context,
    file: Path | None,
    skip_bad: bool,
    pending: bool,
    welcome: bool,
    dry_run: bool,
    undone: int | None,
) -> None:
    """Importe un FICHIER CSV ou Excel, ligne par ligne : le nôtre, ou un export de la plateforme tel quel.

    Nos colonnes : first_name;last_name;phone;email;birth_date;postcode;languages;available;capacity;on_site;
    note;quiet;weekly_cap. Seules first_name et phone sont obligatoires. Une ligne fautive refuse tout le
    fichier, sauf avec --skip-bad. Les bénévoles connus (par leur numéro, puis leur adresse) sont mis à jour
    sans changer d'état ; ceux qui étaient partis reviennent. Avec --welcome les SMS partent un à un, après
    les propositions ; ceux qui dépassent la moitié du plafond du jour partent les jours suivants.

    Les exports de la Réserve civique (participations, profils, structures) sont reconnus à leurs titres de
    colonnes. Une ligne qui n'y dit rien d'utile est passée, avec sa raison ; elle n'arrête jamais les autres.
    """
    if undone is not None:
        _undo(product(), undone)
        return
    if file is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    if welcome and pending:
        raise HotlineError(NOT_TOGETHER)
    wishes = Wishes(pending=pending, skip_bad=skip_bad or dry_run, welcome=welcome)
    if dry_run:
        sheet.tell(_previewed(product(), file, wishes))
        printing.say("Rien n'est écrit.")
        return
    report = _imported(product(), file, wishes)
    sheet.tell(report)
    if not report.accepted:
        raise HotlineError(sheet.refusal(report))
    printing.say(f"Pour tout annuler : hotline volunteer import --undo {report.import_id}")


@click.command("imports", cls=french.Command)
def imports() -> None:
    """Liste les imports, le dernier d'abord."""
    hotline = product()
    with hotline.database.read() as session:
        records = undo.recent(session)
    titles = ("n°", "date", "fichier", "quoi", "ajoutés", "mis à jour", "passés", "")
    printing.table(titles, [_cells(hotline, record) for record in records])


def _previewed(hotline: Hotline, file: Path, wishes: Wishes) -> SheetReport:
    prepared = entry.prepared(stream_of(file), hotline.line, hotline.clock.now(), wishes)
    with hotline.database.read() as session:
        return entry.preview(session, prepared)


def _imported(hotline: Hotline, file: Path, wishes: Wishes) -> SheetReport:
    at, line = hotline.clock.now(), hotline.line
    prepared = entry.prepared(stream_of(file), line, at, wishes)
    origin = Origin(file.name, actor(), actor(), "volunteer.import")
    return entry.carry_out(hotline.database.run, prepared, line, at, wishes, origin)


def _undo(hotline: Hotline, number: int) -> None:
    at, who = hotline.clock.now(), actor()
    undone = undo.undo(
        hotline.database.run,
        number,
        at,
        author=who,
        note=lambda session: custody.note(
            session, at, actor=who, action="volunteers.import_undo", subject=f"import:{number}"
        ),
    )
    printing.marks((f"{one.who} : {_FATES[one.fate]}", one.fate is not Fate.KEPT) for one in undone)
    printing.say(f"L'import {number} est annulé : {_totals(undone)}.")


def _totals(undone: list[Undone]) -> str:
    fates = [one.fate for one in undone]
    counts = ((fates.count(fate), word) for fate, word in _TOTALS.items())
    return ", ".join(printing.count(count, word) for count, word in counts if count) or "rien à défaire"


def _cells(hotline: Hotline, record: Import) -> tuple[str, ...]:
    state = f"annulé le {hotline.line.local(record.undone_at):%d/%m/%Y}" if record.undone_at else ""
    counts = (record.created, record.updated, record.skipped)
    return (
        str(record.id),
        f"{hotline.line.local(record.at):%d/%m/%Y %H:%M}",
        record.name,
        _KINDS.get(record.kind, record.kind),
        *map(str, counts),
        state,
    )
