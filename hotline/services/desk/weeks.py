"""One week of the roster: who is on duty, when nobody is while the line is open, and the callbacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.hours import BrokenHours, Hours, Span
from hotline.models import Assignment, Callback, Caller, Phone, Shift, Volunteer
from hotline.models.status import CallbackState
from hotline.phone import PhoneNumber
from hotline.services import roster
from hotline.services.desk import days
from hotline.services.desk.days import Marked
from hotline.services.line import Line

DAYS: Final = 7
MOST_CALLS: Final = 300
_A_DAY: Final = 24 * 60
_HOUR: Final = 60

Stretch = tuple[int, int]
"""Two moments of a day in minutes of its clock."""


@dataclass(frozen=True)
class Listener:
    """Somebody on the roster: a volunteer with a name, or a telephone."""

    phone_id: int
    name: str


@dataclass(frozen=True)
class Duty:
    """One shift on one day."""

    shift_id: int
    listener: Listener
    stretch: Stretch


@dataclass(frozen=True)
class Cell:
    """Some hours of a day that look alike: who listens, and when the line is open with nobody there."""

    hours: Stretch
    listeners: Sequence[Listener]
    gaps: Sequence[Stretch]
    open: bool


@dataclass(frozen=True)
class Call:
    """One planned callback."""

    due_at: datetime
    volunteer: str
    caller: str | None


@dataclass(frozen=True)
class Day:
    """One row of the week."""

    marked: Marked
    cells: Sequence[Cell]
    duties: Sequence[Duty]
    calls: Sequence[Call]

    @property
    def gaps(self) -> list[Stretch]:
        """When the line is open and nobody is on duty."""
        return [gap for cell in self.cells for gap in cell.gaps]


@dataclass(frozen=True)
class Week:
    """Seven days; `first_hour` and `last_hour` bound the table, `calls` counts all callbacks of the week."""

    days: Sequence[Day]
    shifts: Sequence[tuple[Shift, Listener]]
    first_hour: int
    last_hour: int
    calls: int


def of(session: Session, line: Line, monday: date, language: str) -> Week:
    """Return the week of a line that begins on a Monday."""
    shifts = _shifts(session, line, monday)
    listeners = listeners_at(session, [shift.phone for shift in shifts])
    marked = days.marked(line, monday, DAYS, language)
    hearing = [shift for shift in shifts if roster.hears(shift, line)]
    duties = [_duties(line, hearing, listeners, one.date) for one in marked]
    opens = [_stretches(one.spans, one.date) for one in marked]
    first, last = _bounds([*opens, *([duty.stretch for duty in held] for held in duties)])
    calls, count = _calls(session, line, monday)
    return Week(
        days=[
            Day(one, list(_cells(held, open_, first, last)), held, calls.get(one.date, []))
            for one, held, open_ in zip(marked, duties, opens, strict=True)
        ],
        shifts=[(shift, listeners[shift.phone_id]) for shift in shifts],
        first_hour=first,
        last_hour=last,
        calls=count,
    )


def listeners_at(session: Session, phones: Sequence[Phone]) -> Mapping[int, Listener]:
    """Return who is behind each telephone, by its id: a volunteer's first name, else a masked number."""
    at = select(Volunteer).where(Volunteer.phone_id.in_({phone.id for phone in phones}))
    names = {one.phone_id: _name(one) for one in session.scalars(at)}
    return {phone.id: Listener(phone.id, names.get(phone.id) or _short(phone)) for phone in phones}


def _name(volunteer: Volunteer) -> str:
    initial = volunteer.last_name[:1]
    return f"{volunteer.first_name} {initial}." if initial else volunteer.first_name


def _short(phone: Phone) -> str:
    """Write the end of a masked number: that is how a table tells telephones apart."""
    return str(PhoneNumber(phone.number))[-5:].replace(" ", "\N{NO-BREAK SPACE}")


def _shifts(session: Session, line: Line, monday: date) -> list[Shift]:
    """Return the shifts of a line whose dates touch the week; the main one has those of given up numbers."""
    sunday = monday + timedelta(days=DAYS - 1)
    return [
        one
        for one in roster.shifts(session, monday)
        if (one.from_date is None or one.from_date <= sunday)
        and (roster.hears(one, line) or (line.second is None and not roster.heard(line, one)))
    ]


def _duties(line: Line, shifts: Sequence[Shift], listeners: Mapping[int, Listener], day: date) -> list[Duty]:
    found: list[Duty] = []
    for shift in shifts:
        begun = shift.from_date is None or shift.from_date <= day
        if not begun or (shift.until_date is not None and shift.until_date < day):
            continue
        listener = listeners[shift.phone_id]
        hours = _stretches(_spans(line, shift.available, day), day)
        found += [Duty(shift.id, listener, stretch) for stretch in hours]
    return sorted(found, key=lambda duty: (duty.stretch, duty.listener.name))


def _spans(line: Line, available: str, day: date) -> Sequence[Span]:
    """Return a shift's hours on a day; hours that cannot be read are none."""
    rules = line.config.hours
    try:
        return Hours.parse(available, timezone=rules.timezone, country=rules.country).on(day)
    except BrokenHours:
        return ()


def _stretches(spans: Iterable[Span], day: date) -> list[Stretch]:
    return [(_minute(since, day), _minute(until, day)) for since, until in spans]


def _minute(moment: datetime, day: date) -> int:
    return _A_DAY if moment.date() > day else moment.hour * 60 + moment.minute


def _bounds(all_days: Iterable[Sequence[Stretch]]) -> tuple[int, int]:
    """Return the full hours between which the table has something to show; a whole day shows nothing."""
    shown = [stretch for day in all_days for stretch in day if stretch != (0, _A_DAY)]
    first = min((since // _HOUR for since, _ in shown), default=9)
    last = max((-(-until // _HOUR) for _, until in shown), default=18)
    return first, last


def _cells(duties: Sequence[Duty], opens: Sequence[Stretch], first: int, last: int) -> Iterable[Cell]:
    """Cut a day into hours and join those that look alike."""
    running: Cell | None = None
    for hour in range(first, last):
        cell = _cell(duties, opens, (hour * _HOUR, (hour + 1) * _HOUR))
        if running is not None and _alike(running, cell):
            running = _joined(running, cell)
            continue
        if running is not None:
            yield running
        running = cell
    if running is not None:
        yield running


def _cell(duties: Sequence[Duty], opens: Sequence[Stretch], hours: Stretch) -> Cell:
    here = [duty for duty in duties if _shared(duty.stretch, hours)]
    listeners = sorted({duty.listener for duty in here}, key=lambda listener: listener.name)
    inside = [part for stretch in opens if (part := _shared(stretch, hours))]
    gaps = [gap for stretch in inside for gap in _without(stretch, [duty.stretch for duty in here])]
    return Cell(hours, listeners, gaps, bool(inside))


def _alike(one: Cell, other: Cell) -> bool:
    """Tell whether two cells show the same; a gap that ends in between belongs to its own hour."""
    return (
        one.listeners == other.listeners
        and one.open == other.open
        and bool(one.gaps) == bool(other.gaps)
        and (not one.gaps or (one.gaps[-1][1] == other.gaps[0][0] and len(other.gaps) == 1))
    )


def _joined(one: Cell, other: Cell) -> Cell:
    gaps = [*one.gaps[:-1], (one.gaps[-1][0], other.gaps[0][1])] if one.gaps else []
    return Cell((one.hours[0], other.hours[1]), one.listeners, gaps, one.open)


def _shared(one: Stretch, other: Stretch) -> Stretch | None:
    since, until = max(one[0], other[0]), min(one[1], other[1])
    return (since, until) if since < until else None


def _without(stretch: Stretch, covered: Iterable[Stretch]) -> list[Stretch]:
    """Return what is left of a stretch beside those that cover it."""
    left, since = [], stretch[0]
    for begin, end in sorted(covered):
        if since < min(begin, stretch[1]):
            left.append((since, min(begin, stretch[1])))
        since = max(since, end)
    return [*left, (since, stretch[1])] if since < stretch[1] else left


def _calls(session: Session, line: Line, monday: date) -> tuple[Mapping[date, list[Call]], int]:
    """Return the planned callbacks of the week by day, three hundred at most, and how many there are."""
    begin, end = (datetime.combine(monday + timedelta(days=step), time(), line.zone) for step in (0, DAYS))
    planned = (Callback.state == CallbackState.PLANNED, Callback.due_at >= begin, Callback.due_at < end)
    rows = session.execute(
        select(Callback.due_at, Volunteer.first_name, Caller.names)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(*planned)
        .order_by(Callback.due_at, Callback.id)
        .limit(MOST_CALLS)
    )
    found: defaultdict[date, list[Call]] = defaultdict(list)
    for due_at, volunteer, caller in rows:
        found[line.day(due_at)].append(Call(due_at, volunteer, caller))
    return found, session.scalar(select(func.count()).select_from(Callback).where(*planned)) or 0
