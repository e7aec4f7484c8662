"""Listeners' shifts from a sheet: any telephone, the hours when it rings, from and until (both included)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Shift
from hotline.services import cells, people, sheets
from hotline.services.line import Line
from hotline.services.sheets import Outcome, ReadRow, RowReport, SheetReport
from hotline.tables import Table

COLUMNS: Final = ("phone", "available", "from", "until")
LINE: Final = "line"
"""The column of those who have several numbers: the one that a shift hears, all when empty."""
_REQUIRED: Final = ("phone",)


def imported(
    session: Session, table: Table, line: Line, at: datetime, *, skip_bad: bool = False
) -> SheetReport:
    """Write each shift that is not there yet; with a faulty row nothing is written unless `skip_bad`.

    Raises SheetError for a sheet without the columns needed.
    """
    rows, ignored = sheets.read(table, _readers(line), _REQUIRED)
    rows = _in_order(rows)
    if not skip_bad and any(row.fault for row in rows):
        return sheets.held_back(rows, ignored)
    reports = [sheets.refusal(row) if row.fault else _written(session, row, at) for row in rows]
    return SheetReport(tuple(reports), accepted=True, ignored_columns=ignored)


def _readers(line: Line) -> sheets.Readers:
    readers: sheets.Readers = {
        "phone": lambda text: cells.phone(text, line),
        "available": lambda text: cells.hours(text, line),
        "from": cells.day,
        "until": cells.day,
    }
    return {**readers, LINE: lambda text: cells.line_number(text, line)} if line.several else readers


def _in_order(rows: Sequence[ReadRow]) -> list[ReadRow]:
    fault = "until : la fin vient avant le début"
    return [replace(row, fault=fault) if _reversed(row) else row for row in rows]


def _reversed(row: ReadRow) -> bool:
    first, last = row.cells.get("from"), row.cells.get("until")
    return isinstance(first, date) and isinstance(last, date) and last < first and not row.fault


def _written(session: Session, row: ReadRow, at: datetime) -> RowReport:
    read = cast("dict[str, Any]", row.cells)
    phone = people.phone_for(session, read["phone"], at)
    values = {
        "phone_id": phone.id,
        "available": read.get("available", ""),
        "from_date": read.get("from"),
        "until_date": read.get("until"),
        "line": read.get(LINE),
    }
    known = session.scalar(select(Shift.id).filter_by(**values).limit(1))
    if known is None:
        session.add(Shift(**values, created_at=at))
    outcome = Outcome.CREATED if known is None else Outcome.UNCHANGED
    return RowReport(row.number, outcome, str(read["phone"]))
