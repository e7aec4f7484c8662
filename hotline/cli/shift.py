"""`hotline shift`."""

from pathlib import Path

import click

from hotline.cli import french, printing, sheet
from hotline.cli.product import product
from hotline.errors import HotlineError
from hotline.models import Shift
from hotline.phone import PhoneNumber
from hotline.services import roster, shifts
from hotline.services.line import Line
from hotline.tables import read_rows


@click.group("shift", cls=french.Group)
def shift() -> None:
    """Les permanences des écoutants : importer, lister."""


@shift.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FICHIER")
@click.option("--skip-bad", is_flag=True, help="Importe les lignes valables malgré les autres.")
def import_(file: Path, skip_bad: bool) -> None:
    """Importe un FICHIER CSV ou Excel de permanences ; ce qui y est déjà n'est pas ajouté deux fois.

    Colonnes : phone;available;from;until. Les dates (comprises) peuvent manquer ; available est une
    expression comme « Mo-Fr 10:00-18:00 ». Une ligne fautive refuse tout le fichier, sauf avec --skip-bad.
    Là où l'association a plusieurs numéros, une colonne line dit lequel sonne (son nom, ou rien pour tous).
    """
    table, hotline = read_rows(file), product()
    with hotline.database.write() as session:
        report = shifts.imported(session, table, hotline.line, hotline.clock.now(), skip_bad=skip_bad)
    sheet.tell(report)
    if not report.accepted:
        raise HotlineError(sheet.refusal(report))


@shift.command("list")
def list_() -> None:
    """Liste les permanences en cours et à venir, numéros masqués."""
    hotline = product()
    with hotline.database.read() as session:
        known = roster.shifts(session, hotline.line.day(hotline.clock.now()))
        line = hotline.line
    columns = ("id", "téléphone", "horaires", "du", "au")
    if not line.several:
        printing.table(columns, [_cells(one) for one in known])
        return
    printing.table((*columns, "ligne"), [(*_cells(one), _heard(line, one)) for one in known])


def _heard(line: Line, one: Shift) -> str:
    if one.line is None:
        return "toutes"
    return line.at(one.line).name if roster.heard(line, one) else "numéro abandonné"


def _cells(one: Shift) -> tuple[str, ...]:
    dates = (f"{day:%d/%m/%Y}" if day else "" for day in (one.from_date, one.until_date))
    return (str(one.id), str(PhoneNumber(one.phone.number)), one.available or "toujours", *dates)
