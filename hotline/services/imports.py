"""Volunteers from a sheet of ours: matched again by number, then by address, so that a second import updates.

An address alone finds a volunteer only under the same first name: couples share addresses, and nobody's
number may become somebody else's. Columns that the sheet lacks are left as they are; an empty cell empties.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Phone, Volunteer
from hotline.models.status import HELD_ASSIGNMENT, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import cells, people, sheets, welcomes
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
_DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(
    {"last_name": "", "languages": "fr", "available": "", "capacity": 1, "on_site": False}
)
_AT_ONCE: Final = 500


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
    rows, ignored = sheets.read(table, _readers(line, line.day(at)), _REQUIRED)
    rows = sheets.refuse_repeats(rows, "phone", "ce numéro est déjà dans le fichier")
    if not skip_bad and any(row.fault for row in rows):
        return sheets.held_back(rows, ignored)
    good = [row for row in rows if not row.fault]
    known = _matched(session, good)
    state = VolunteerState.PENDING if pending else VolunteerState.ACTIVE
    writing = _Writing(session, at, state, _busy(session, known.values()))
    reports = [sheets.refusal(row) if row.fault else writing.row(row, known.get(row.number)) for row in rows]
    if welcome:
        reports = _welcomed(session, line, reports, writing.created, at)
    return SheetReport(tuple(reports), accepted=True, ignored_columns=ignored)


def _welcomed(
    session: Session, line: Line, reports: list[RowReport], created: Mapping[int, Volunteer], at: datetime
) -> list[RowReport]:
    """Welcome those who are new, and say so in the report of their row."""
    session.flush()
    told = dict(zip(created, welcomes.newcomers(session, line, list(created.values()), at), strict=True))
    return [replace(report, reason=told.get(report.number, report.reason)) for report in reports]


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
    for some in _portions(numbers):
        query = select(Volunteer).join(Volunteer.phone).where(Phone.number_index.in_(some))
        known |= {volunteer.phone.number: volunteer for volunteer in session.scalars(query)}
    return known


def _known_by_address(session: Session, addresses: Sequence[str]) -> Mapping[str, list[Volunteer]]:
    known: dict[str, list[Volunteer]] = defaultdict(list)
    for some in _portions(addresses):
        query = select(Volunteer).where(Volunteer.email_index.in_(some)).order_by(Volunteer.id)
        for volunteer in session.scalars(query):
            known[(volunteer.email or "").lower()].append(volunteer)
    return known


def _portions(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _busy(session: Session, known: Iterable[Volunteer]) -> frozenset[int]:
    """Return the ids of those among the volunteers who hold a caller."""
    held = select(Assignment.volunteer_id).where(Assignment.state.in_(HELD_ASSIGNMENT)).distinct()
    return frozenset(session.scalars(held)) & {volunteer.id for volunteer in known}


@dataclass(frozen=True)
class _Writing:
    """Writes rows; `state` is that of new volunteers, `busy` hold a caller, `created` are new, by row."""

    session: Session
    at: datetime
    state: VolunteerState
    busy: frozenset[int]
    created: dict[int, Volunteer] = field(default_factory=dict)

    def row(self, row: ReadRow, known: Volunteer | None) -> RowReport:
        """Make or update one volunteer."""
        values = {name: value for name, value in row.cells.items() if name != "phone"}
        if known is None:
            volunteer, outcome = self._created(row, values), Outcome.CREATED
        else:
            volunteer, outcome = known, self._updated(known, row, values)
        return RowReport(row.number, outcome, f"{volunteer.first_name} {volunteer.last_name}".strip())

    def _created(self, row: ReadRow, values: Mapping[str, object]) -> Volunteer:
        volunteer = Volunteer(
            **{**_DEFAULTS, **values},
            email_index=_address(row) or None,
            phone=people.phone_for(self.session, _phone(row), self.at),
            state=self.state,
            created_at=self.at,
        )
        self._note_waiting(volunteer)
        self.session.add(volunteer)
        self.created[row.number] = volunteer
        return volunteer

    def _updated(self, volunteer: Volunteer, row: ReadRow, values: dict[str, object]) -> Outcome:
        if volunteer.phone.number != _number(row):
            values["phone"] = people.phone_for(self.session, _phone(row), self.at)
        if volunteer.state is VolunteerState.LEFT:
            values["state"] = self.state
        changed = {name: value for name, value in values.items() if getattr(volunteer, name) != value}
        if "email" in changed:
            changed["email_index"] = _address(row) or None
        for name, value in changed.items():
            setattr(volunteer, name, value)
        if changed.keys() & {"state", "capacity"}:
            self._note_waiting(volunteer)
        return Outcome.UPDATED if changed else Outcome.UNCHANGED

    def _note_waiting(self, volunteer: Volunteer) -> None:
        """Note since when a volunteer waits for a caller; nobody waits who cannot be given one."""
        ready = volunteer.state is VolunteerState.ACTIVE and volunteer.capacity > 0
        waits = ready and volunteer.id not in self.busy
        volunteer.waiting_since = (volunteer.waiting_since or self.at) if waits else None


def _phone(row: ReadRow) -> PhoneNumber:
    return cast("PhoneNumber", row.cells["phone"])


def _number(row: ReadRow) -> str:
    return _phone(row).e164


def _address(row: ReadRow) -> str:
    return str(row.cells.get("email") or "").lower()


def _same_name(volunteer: Volunteer, row: ReadRow) -> bool:
    return cells.folded(volunteer.first_name) == cells.folded(str(row.cells["first_name"]))
