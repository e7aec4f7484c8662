"""Exports as the platform writes them: rows of each layout, as XLSX or as French Excel's CSV."""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

Cell = str | int | float
Rows = Sequence[Mapping[str, Cell]]

_HEADERS: Final = tomllib.loads(Path(__file__).with_name("headers.toml").read_text())


def _layouts(kind: str) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(columns.split()) for name, columns in _HEADERS[kind].items()}


PARTICIPATIONS: Final = _layouts("participations")
PROFILES: Final = _layouts("profiles")
STRUCTURES: Final = _layouts("structures")
MISSIONS: Final = _layouts("missions")

LIEN: Final = (
    "Je maintiens un lien (téléphone, visio, mail, …) avec des personnes fragiles isolées "
    "(âgées, malades, situation de handicap, de pauvreté, de précarité, etc.)"
)
_SAID_AS: Final[Mapping[str, str]] = {
    "prenom": "first_name",
    "nom": "last_name",
    "telephone": "phone",
    "code_postal": "zip",
    "date_anniversaire": "birthday",
    "statut": "state",
    "date_creation": "created_at",
    "date_modification": "updated_at",
    "mission_nom": "mission_name",
}
_ALWAYS: Final[Mapping[str, Cell]] = {
    "mission_id": 7,
    "mission_name": LIEN,
    "created_at": "2020-04-03 09:12:44",
    "updated_at": "2020-04-04 18:00:00",
    "créneaux_bénévole": "2024-04-02 (morning, afternoon), 2024-04-03 (evening)",
    "responsable_name": "Camille Faure",
    "responsable_email": "camille.faure@example.org",
}


def filled(columns: Sequence[str], row: Mapping[str, Cell]) -> list[Cell]:
    """Return one row of a layout; `row` uses the names of 2020, whatever the layout calls them."""
    known = {**_ALWAYS, **row}
    return [known.get(short(column), known.get(column, "")) for column in columns]


def short(column: str) -> str:
    """Return the name of 2020 for a column of any year."""
    bare = column.removeprefix("benevole_")
    return _SAID_AS.get(bare, bare)


def xlsx(columns: Sequence[str], rows: Rows) -> bytes:
    """Return a workbook with the headers in its first row: numbers are numbers, "=…" is a formula."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, line in enumerate([list(columns), *(filled(columns, row) for row in rows)]):
            sheet.write_row(place, 0, line)
    return file.getvalue()


def excel_csv(columns: Sequence[str], rows: Rows, *, delimiter: str = ";", encoding: str = "cp1252") -> bytes:
    """Return what French Excel saves as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(filled(columns, row) for row in rows)
    return text.getvalue().encode(encoding, errors="replace")
