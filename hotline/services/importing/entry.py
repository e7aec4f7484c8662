"""One door for every sheet: our own format, and whatever the platform exports, known by its headers.

Nothing here opens a transaction: `transact` runs each portion in one of its own, so that callers never wait
behind a long import. A sheet of ours is one portion: all of it is written, or nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy.orm import Session

from hotline.models import Import
from hotline.models.status import VolunteerSource
from hotline.services import custody, imports, sheets
from hotline.services.importing import trail
from hotline.services.importing.trail import Change
from hotline.services.line import Line
from hotline.services.platform import entries, layouts, structures
from hotline.services.platform.layouts import Kind
from hotline.services.platform.partners import Directory
from hotline.services.platform.persons import persons
from hotline.services.platform.volunteers import Newcomers
from hotline.services.sheets import OWN, Outcome, RowReport, SheetError, SheetReport
from hotline.tables import Stream, Table

MISSIONS: Final = (
    "Ce fichier décrit des missions, pas des personnes ni des structures : il n'y a rien à en importer. "
    "Exportez plutôt de la plateforme les participations, les profils ou les structures."
)

Plan = Callable[[Session, Sequence[Any]], tuple[list[Change], list[RowReport]]]
Transact = Callable[[Callable[[Session], tuple[int, list[RowReport]]]], tuple[int, list[RowReport]]]
Usable = TypeVar("Usable")


@dataclass(frozen=True)
class Wishes:
    """How a sheet is imported: new people wait when `pending`, get their link and PIN with `welcome`."""

    pending: bool = False
    skip_bad: bool = False
    welcome: bool = False


@dataclass(frozen=True)
class Origin:
    """Where a sheet comes from: the file's name, who hands it in, and what the audit log says of them."""

    name: str
    author: str
    actor: str
    action: str


@dataclass(frozen=True)
class Prepared:
    """A sheet of `count` rows that was read, to be used once: `items` are given away a portion at a time.

    `decided` are reported without a look at the base. With `held_back` nothing may be written.
    """

    kind: str
    count: int
    items: list[Any]
    plan: Plan
    decided: Sequence[RowReport] = ()
    ignored: tuple[str, ...] = ()
    held_back: SheetReport | None = None

    def portions(self) -> Iterator[Sequence[Any]]:
        """Yield what is written at a time, at least once; it is forgotten here."""
        most = len(self.items) if self.kind == OWN else trail.AT_ONCE
        while True:
            portion, self.items[:most] = self.items[:most], []
            yield portion
            if not self.items:
                return

    def report(self, reports: Iterable[RowReport], import_id: int | None = None) -> SheetReport:
        """Put the reports of all rows together, in the order of the file."""
        rows = sorted([*self.decided, *reports], key=lambda row: row.number)
        return SheetReport(tuple(rows), True, self.ignored, self.kind, import_id)


def prepared(sheet: Stream, line: Line, at: datetime, wishes: Wishes) -> Prepared:
    """Read a sheet without looking anything up. Raises SheetError for one of which nothing can be made."""
    export = layouts.recognised(sheet.columns)
    if export is None:
        return _own(sheet.table(), line, at, wishes)
    if export.kind is Kind.MISSIONS:
        raise SheetError(MISSIONS)
    if export.kind is Kind.STRUCTURES:
        known, decided = _apart(structures.read(export, row) for row in sheet.rows)
        count = len(known) + len(decided)
        made = Prepared(export.kind, count, known, Directory(at).planned, decided)
    else:
        day = line.day(at)
        people, decided = _apart(entries.read(export, row, line, day) for row in sheet.rows)
        plan = Newcomers(at, pending=wishes.pending).planned
        made = Prepared(export.kind, len(people) + len(decided), persons(people), plan, decided)
    if not made.count:
        raise SheetError("Cet export de la plateforme n'a aucune ligne sous celle des titres.")
    return made


def preview(session: Session, sheet: Prepared) -> SheetReport:
    """Return what an import would do, row by row; nothing is written."""
    reports: list[RowReport] = []
    for portion in sheet.portions():
        reports += sheet.plan(session, portion)[1]
        session.expunge_all()
    return sheet.report(reports)


def carry_out(
    transact: Transact, sheet: Prepared, line: Line, at: datetime, wishes: Wishes, origin: Origin
) -> SheetReport:
    """Import a sheet, noted so that it can be undone; one that is held back writes nothing."""
    if sheet.held_back is not None:
        return sheet.held_back
    record_id: int | None = None
    reports: list[RowReport] = []

    for portion in sheet.portions():

        def write(
            session: Session, portion: Sequence[Any] = portion, known: int | None = record_id
        ) -> tuple[int, list[RowReport]]:
            record = session.get_one(Import, known) if known else _begun(session, sheet, origin, at)
            return record.id, _written(session, sheet, portion, record, line, at, wishes)

        record_id, told = transact(write)
        reports += told
    return sheet.report(reports, record_id)


def _own(table: Table, line: Line, at: datetime, wishes: Wishes) -> Prepared:
    sheet = imports.read(table, line, at)
    held = sheet.faulty and not wishes.skip_bad

    def plan(session: Session, rows: Sequence[Any]) -> tuple[list[Change], list[RowReport]]:
        return imports.planned(session, rows, at, pending=wishes.pending, source=VolunteerSource.SHEET)

    return Prepared(
        OWN,
        len(sheet.rows),
        list(sheet.rows),
        plan,
        ignored=sheet.ignored,
        held_back=sheets.held_back(sheet.rows, sheet.ignored) if held else None,
    )


def _apart(read: Iterable[Usable | RowReport]) -> tuple[list[Usable], list[RowReport]]:
    """Return the usable rows, and what is reported of the others."""
    usable: list[Usable] = []
    decided: list[RowReport] = []
    for one in read:
        if isinstance(one, RowReport):
            decided.append(one)
        else:
            usable.append(one)
    return usable, decided


def _begun(session: Session, sheet: Prepared, origin: Origin, at: datetime) -> Import:
    record = trail.begin(
        *(session, at), kind=sheet.kind, name=origin.name, author=origin.author, skipped=len(sheet.decided)
    )
    custody.note(session, at, actor=origin.actor, action=origin.action, subject=f"import:{record.id}")
    return record


def _written(
    session: Session,
    sheet: Prepared,
    portion: Sequence[Any],
    record: Import,
    line: Line,
    at: datetime,
    wishes: Wishes,
) -> list[RowReport]:
    """Write one portion, and count it."""
    changes, reports = sheet.plan(session, portion)
    made = trail.write(session, changes, at, record)
    ends = [report.outcome for report in reports]
    record.created += ends.count(Outcome.CREATED)
    record.updated += ends.count(Outcome.UPDATED)
    record.skipped += ends.count(Outcome.SKIPPED) + ends.count(Outcome.REFUSED)
    if wishes.welcome and sheet.kind != Kind.STRUCTURES:
        return imports.welcomed(session, line, reports, made, at)
    return reports
