"""What every import of a sheet shares: all rows are read before any is written, and each is reported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from hotline.errors import HotlineError
from hotline.tables import Table

Cells = Mapping[str, object]
Readers = Mapping[str, Callable[[str], object]]

OWN = "volunteers"
"""The kind of a sheet in our own format."""


class SheetError(HotlineError):
    """A sheet that cannot be imported as a whole, and what is expected."""


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REFUSED = "refused"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row, by its line in the file, and why when it was skipped or refused."""

    number: int
    outcome: Outcome
    who: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SheetReport:
    """What became of a sheet; when not `accepted` nothing at all was written.

    `kind` tells what its headers say that it is, `import_id` under what it can be undone.
    """

    rows: tuple[RowReport, ...]
    accepted: bool
    ignored_columns: tuple[str, ...] = ()
    kind: str = OWN
    import_id: int | None = None

    def count(self, outcome: Outcome) -> int:
        """Return how many rows ended this way."""
        return sum(row.outcome is outcome for row in self.rows)


@dataclass(frozen=True)
class ReadRow:
    """One row as read: its cells by column, or why it cannot be imported."""

    number: int
    cells: Cells = field(default_factory=dict)
    fault: str = ""


def read(table: Table, readers: Readers, required: Sequence[str]) -> tuple[list[ReadRow], tuple[str, ...]]:
    """Read every cell for which there is a reader; return the rows and the columns that have none.

    Raises SheetError when a required column is missing or there is no row.
    """
    missing = [column for column in required if column not in table.columns]
    if missing:
        raise SheetError(
            f"Colonnes manquantes : {', '.join(missing)}. La première ligne du fichier doit nommer "
            f"les colonnes, parmi : {';'.join(readers)}."
        )
    if not table.rows:
        raise SheetError("Le fichier n'a aucune ligne sous celle des titres.")
    known = [column for column in table.columns if column in readers]
    rows = [_row(row.number, {column: row.values[column] for column in known}, readers) for row in table.rows]
    return rows, tuple(column for column in table.columns if column not in known)


def refuse_repeats(rows: Sequence[ReadRow], column: str, says: str) -> list[ReadRow]:
    """Refuse each row whose cell in `column` stood in a row before it."""
    first: dict[object, int] = {}
    checked = []
    for row in rows:
        number = row.number if row.fault else first.setdefault(row.cells[column], row.number)
        checked.append(row if number == row.number else replace(row, fault=f"{says} (ligne {number})"))
    return checked


def held_back(rows: Sequence[ReadRow], ignored: tuple[str, ...]) -> SheetReport:
    """Report a sheet of which nothing is imported because some of its rows are faulty."""
    reports = (refusal(row) if row.fault else RowReport(row.number, Outcome.HELD_BACK) for row in rows)
    return SheetReport(tuple(reports), accepted=False, ignored_columns=ignored)


def refusal(row: ReadRow) -> RowReport:
    """Report one faulty row."""
    return RowReport(row.number, Outcome.REFUSED, reason=row.fault)


def _row(number: int, texts: Mapping[str, str], readers: Readers) -> ReadRow:
    cells: dict[str, object] = {}
    faults = []
    for name, text in texts.items():
        try:
            cells[name] = readers[name](text.strip())
        except HotlineError as error:
            faults.append(f"{name} : {error}")
    return ReadRow(number, cells, " ; ".join(faults))
