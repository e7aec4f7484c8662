"""Volunteers from a sheet of ours: matched again by number, then by address, so that a second import updates.

An address alone finds a volunteer only under the same first name: couples share addresses, and nobody's
number may become somebody else's. Columns that the sheet lacks are left as they are; an empty cell empties.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Phone, Volunteer
from hotline.models.status import HELD_ASSIGNMENT, VolunteerSource, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import cells, sheets, welcomes
from hotline.services.importing import trail
from hotline.services.importing.trail import Change, portions
from hotline.services.line import Line
from hotline.services.sheets import Outcome, ReadRow, RowReport, SheetReport
from hotline.tables import Table

COLUMNS: Final = (
    "first_name",
    "last_name",
    "phone",
    "email",
    "birth_date",
    "postcode",
    "languages",
    "available",
    "capacity",
    "on_site",
    "note",
    "quiet",
    "weekly_cap",
)
_REQUIRED: Final = ("first_name", "phone")
_DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType({"last_name": ""})


@dataclass(frozen=True)
class Sheet:
    """A sheet of ours as read, before anything is looked up."""

    rows: Sequence[ReadRow]
    ignored: tuple[str, ...]

    @property
    def faulty(self) -> bool:
        """Tell whether a row of it cannot be imported."""
        return any(row.fault for row in self.rows)


def read(table: Table, line: Line, at: datetime) -> Sheet:
    """Return the rows of a sheet. Raises SheetError for one without the columns needed."""
    rows, ignored = sheets.read(table, _readers(line, line.day(at)), _REQUIRED)
    return Sheet(sheets.refuse_repeats(rows, "phone", "ce numéro est déjà dans le fichier"), ignored)


def volunteers(
    session: Session,
    table: Table,
    line: Line,
    at: datetime,
    *,
    pending: bool = False,
    skip_bad: bool = False,
    welcome: bool = False,
) -> SheetReport:
    """Make or update a volunteer for each row; with a faulty row nothing is written unless `skip_bad`.

    New ones are active at once, or wait for a coordinator when `pending`; so do those who had left. The state
    of everybody else stays as it is. With `welcome` each new one gets their link and PIN. Raises SheetError
    for a sheet without the columns needed.
    """
    sheet = read(table, line, at)
    if sheet.faulty and not skip_bad:
        return sheets.held_back(sheet.rows, sheet.ignored)
    source = VolunteerSource.HAND
    changes, reports = planned(session, sheet.rows, at, pending=pending, source=source)
    made = trail.write(session, changes, at)
    if welcome:
        reports = welcomed(session, line, reports, made, at)
    return SheetReport(tuple(reports), accepted=True, ignored_columns=sheet.ignored)


def planned(
    session: Session, rows: Sequence[ReadRow], at: datetime, *, pending: bool, source: VolunteerSource
) -> tuple[list[Change], list[RowReport]]:
    """Return what rows change, and what is reported of each; nothing is written."""
    good = [row for row in rows if not row.fault]
    known = _matched(session, good)
    state = VolunteerState.PENDING if pending else VolunteerState.ACTIVE
    plan = _Plan(at, state, source, _busy(session, known.values()))
    each = [
        (None, sheets.refusal(row)) if row.fault else plan.row(row, known.get(row.number)) for row in rows
    ]
    return [change for change, _report in each if change], [report for _change, report in each]


def welcomed(
    session: Session, line: Line, reports: Sequence[RowReport], made: Mapping[int, int], at: datetime
) -> list[RowReport]:
    """Welcome the active ones among those who were made, by line; say so in the report of their row."""
    new = _by_id(session, made.values())
    welcome = {number: new[one] for number, one in made.items() if one in new}
    told = dict(zip(welcome, welcomes.newcomers(session, line, list(welcome.values()), at), strict=True))
    return [
        replace(report, reason=" ; ".join(filter(None, (report.reason, told[report.number]))))
        if report.number in told
        else report
        for report in reports
    ]


def _by_id(session: Session, ids: Iterable[int]) -> dict[int, Volunteer]:
    active = select(Volunteer).where(Volunteer.id.in_(list(ids)), Volunteer.state == VolunteerState.ACTIVE)
    return {one.id: one for one in session.scalars(active)}


def _readers(line: Line, today: date) -> sheets.Readers:
    return dict.fromkeys(COLUMNS, _text) | {
        "first_name": _first_name,
        "phone": lambda text: cells.phone(text, line),
        "email": cells.email,
        "birth_date": lambda text: cells.birth_date(text, today),
        "postcode": cells.postcode,
        "languages": cells.languages,
        "available": lambda text: cells.hours(text, line),
        "capacity": cells.capacity,
        "on_site": cells.yes,
        "note": lambda text: text or None,
        "quiet": lambda text: cells.hours(text, line),
        "weekly_cap": cells.weekly_cap,
    }


def _text(text: str) -> str:
    return text


def _first_name(text: str) -> str:
    if not text:
        raise cells.CellError("le prénom manque")
    return text


def _matched(session: Session, rows: Sequence[ReadRow]) -> dict[int, Volunteer]:
    """Return the known volunteer of each row, by its line; nobody is matched twice."""
    by_number = _known_by_number(session, [_number(row) for row in rows])
    found = {row.number: by_number[_number(row)] for row in rows if _number(row) in by_number}
    taken = {volunteer.id for volunteer in found.values()}
    left = [row for row in rows if row.number not in found and row.cells.get("email")]
    by_address = _known_by_address(session, [_address(row) for row in left])
    for row in left:
        same = [one for one in by_address[_address(row)] if one.id not in taken and _same_name(one, row)]
        if same:
            found[row.number] = same[0]
            taken.add(same[0].id)
    return found


def _known_by_number(session: Session, numbers: Sequence[str]) -> dict[str, Volunteer]:
    known: dict[str, Volunteer] = {}
    for some in portions(numbers):
        query = select(Volunteer).join(Volunteer.phone).where(Phone.number_index.in_(some))
        known |= {volunteer.phone.number: volunteer for volunteer in session.scalars(query)}
    return known


def _known_by_address(session: Session, addresses: Sequence[str]) -> Mapping[str, list[Volunteer]]:
    known: dict[str, list[Volunteer]] = defaultdict(list)
    for some in portions(addresses):
        query = select(Volunteer).where(Volunteer.email_index.in_(some)).order_by(Volunteer.id)
        for volunteer in session.scalars(query):
            known[(volunteer.email or "").lower()].append(volunteer)
    return known


def _busy(session: Session, known: Iterable[Volunteer]) -> frozenset[int]:
    """Return the ids of those among the volunteers who hold a caller."""
    held = select(Assignment.volunteer_id).where(Assignment.state.in_(HELD_ASSIGNMENT)).distinct()
    return frozenset(session.scalars(held)) & {volunteer.id for volunteer in known}


@dataclass(frozen=True)
class _Plan:
    """Plans rows; `state` is that of new volunteers and of those who come back, `busy` hold a caller."""

    at: datetime
    state: VolunteerState
    source: VolunteerSource
    busy: frozenset[int]

    def row(self, row: ReadRow, known: Volunteer | None) -> tuple[Change | None, RowReport]:
        """Return what a row changes, if anything."""
        values = {name: value for name, value in row.cells.items() if name != "phone"}
        who = f"{values['first_name']} {values.get('last_name', known.last_name if known else '')}".strip()
        if known is None:
            values |= {"state": self.state, "source": self.source}
            values["waiting_since"] = self._waiting(self.state, values.get("capacity", 1))
            change = Change(row.number, Volunteer, None, {**_DEFAULTS, **values}, _phone(row))
            return change, RowReport(row.number, Outcome.CREATED, who)
        if known.state is VolunteerState.LEFT:
            values["state"] = self.state
        changed = {name: value for name, value in values.items() if getattr(known, name) != value}
        phone = _phone(row) if known.phone.number != _number(row) else None
        if not changed and phone is None:
            return None, RowReport(row.number, Outcome.UNCHANGED, who)
        if changed.keys() & {"state", "capacity"}:
            changed["waiting_since"] = self._still_waiting(known, changed)
        change = Change(row.number, Volunteer, known, changed, phone)
        return change, RowReport(row.number, Outcome.UPDATED, who)

    def _waiting(self, state: VolunteerState, capacity: object) -> datetime | None:
        return self.at if state is VolunteerState.ACTIVE and capacity else None

    def _still_waiting(self, known: Volunteer, changed: Mapping[str, object]) -> datetime | None:
        """Return since when somebody waits for a caller; nobody waits who cannot be given one."""
        now = {"state": known.state, "capacity": known.capacity, **changed}
        ready = now["state"] is VolunteerState.ACTIVE and now["capacity"] and known.id not in self.busy
        return (known.waiting_since or self.at) if ready else None


def _phone(row: ReadRow) -> PhoneNumber:
    return cast("PhoneNumber", row.cells["phone"])


def _number(row: ReadRow) -> str:
    return _phone(row).e164


def _address(row: ReadRow) -> str:
    return str(row.cells.get("email") or "").lower()


def _same_name(volunteer: Volunteer, row: ReadRow) -> bool:
    return cells.folded(volunteer.first_name) == cells.folded(str(row.cells["first_name"]))
