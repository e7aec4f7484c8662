"""When the team could phone in the coming seven days: how many volunteers in each part of each day."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Absence, Volunteer
from hotline.models.status import VolunteerState
from hotline.services.line import Line
from hotline.services.rounds import weeks

DAYS: Final = 7
PARTS: Final = ((8, 12), (12, 17), (17, 21))
"""Morning, afternoon and evening, in hours of the line's clock."""

_A_DAY: Final = 48


@dataclass(frozen=True)
class Day:
    """How many volunteers could phone in each part of one day; None where nobody is phoned at that time."""

    date: date
    counts: Sequence[int | None]


def week(session: Session, line: Line, at: datetime) -> list[Day]:
    """Return the coming seven days, this one first: absences, quiet hours and public holidays count.

    Only whoever may be given somebody is counted: active, and more than a listener.
    """
    first = line.day(at)
    spans = {(day, part): _slots(day, part) for day in range(DAYS) for part in range(len(PARTS))}
    counts: Counter[tuple[int, int]] = Counter()
    for (available, quiet, away), people in _alike(session, line, at).items():
        free = weeks.free(line, available, quiet, away, at)
        for place, slots in spans.items():
            if free is None or free & slots:
                counts[place] += people
    return [
        Day(
            first + timedelta(days=day),
            [
                _shown(line, first + timedelta(days=day), part, counts[day, part])
                for part in range(len(PARTS))
            ],
        )
        for day in range(DAYS)
    ]


_Alike = tuple[str, str, tuple[weeks.Days, ...]]


def _alike(session: Session, line: Line, at: datetime) -> Counter[_Alike]:
    """Count volunteers with the same hours and absences: each kind is worked out once."""
    away: defaultdict[int, list[weeks.Days]] = defaultdict(list)
    near = select(Absence).where(
        Absence.over_at.is_(None), Absence.from_date <= line.day(at) + timedelta(days=DAYS)
    )
    for absence in session.scalars(near):
        away[absence.volunteer_id].append((absence.from_date, absence.until_date))
    rows = session.execute(
        select(Volunteer.id, Volunteer.available, Volunteer.quiet).where(
            Volunteer.state == VolunteerState.ACTIVE, Volunteer.capacity > 0
        )
    )
    return Counter((available, quiet, tuple(away.get(one, ()))) for one, available, quiet in rows)


def _slots(day: int, part: int) -> weeks.Slots:
    begin, end = PARTS[part]
    return frozenset(range(day * _A_DAY + 2 * begin, day * _A_DAY + 2 * end))


def _shown(line: Line, day: date, part: int, count: int) -> int | None:
    """Leave a part of a day empty in which nobody may be phoned at all."""
    begin, end = (datetime(day.year, day.month, day.day, hour, tzinfo=line.zone) for hour in PARTS[part])
    opens = line.call_hours.first_open(begin)
    return count if opens is not None and opens < end else None
