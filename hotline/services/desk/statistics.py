"""Figures over a stretch of days: kept ones where days have come to rest, else counted ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, DailyFigure, Volunteer
from hotline.models.status import AssignmentState, VolunteerState
from hotline.services.desk import figures, rollup
from hotline.services.desk.figures import Key
from hotline.services.line import Line

_BY_DAY_UP_TO = 31
_BY_WEEK_UP_TO = 190


@dataclass(frozen=True)
class Period:
    """A stretch of local days, both ends included."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=step) for step in range(self.length)]


@dataclass(frozen=True)
class Figures:
    """The figures of a period."""

    period: Period
    found: Mapping[Key, int]

    def total(self, name: str, *buckets: str) -> int:
        """Return the sum of a figure, over some of its buckets or all."""
        return sum(value for _, bucket, value in self._of(name) if not buckets or bucket in buckets)

    def by_bucket(self, name: str) -> Counter[str]:
        """Return a figure bucket by bucket."""
        sums: Counter[str] = Counter()
        for _, bucket, value in self._of(name):
            sums[bucket] += value
        return sums

    def by_stretch(self, name: str, *buckets: str) -> dict[date, int]:
        """Return a figure by the stretches of the period: days, weeks or months by their first day."""
        sums = dict.fromkeys(self.stretches, 0)
        for day, bucket, value in self._of(name):
            if not buckets or bucket in buckets:
                sums[self.stretch_of(day)] += value
        return sums

    def latest_by_stretch(self, name: str) -> dict[date, int | None]:
        """Return a figure looked at once a day as it last was in each stretch; None where nobody looked."""
        seen: dict[date, int | None] = dict.fromkeys(self.stretches)
        for day, _, value in sorted(self._of(name)):
            seen[self.stretch_of(day)] = value
        return seen

    @cached_property
    def by_month(self) -> bool:
        """Tell whether the stretches are months."""
        return self.period.length > _BY_WEEK_UP_TO

    @cached_property
    def stretches(self) -> list[date]:
        """The first days of the stretches, in order."""
        return sorted({self.stretch_of(day) for day in self.period.days})

    def stretch_of(self, day: date) -> date:
        """Return the first day of the stretch in which a day lies."""
        if self.by_month:
            return day.replace(day=1)
        if self._by_week:
            return max(day - timedelta(days=day.weekday()), self.period.first)
        return day

    def heat(self) -> dict[tuple[int, int], int]:
        """Return how many calls came by weekday (0 is Monday) and hour."""
        cells: Counter[tuple[int, int]] = Counter()
        for day, bucket, value in self._of("calls"):
            cells[day.weekday(), int(bucket)] += value
        return dict(cells)

    @cached_property
    def _by_week(self) -> bool:
        return self.period.length > _BY_DAY_UP_TO

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[date, str, int]]]:
        by_name: defaultdict[str, list[tuple[date, str, int]]] = defaultdict(list)
        for (day, name, bucket), value in self.found.items():
            by_name[name].append((day, bucket, value))
        return by_name

    def _of(self, name: str) -> Sequence[tuple[date, str, int]]:
        return self._by_name.get(name, ())


def over(session: Session, line: Line, period: Period) -> Figures:
    """Return the figures of a period."""
    rows = session.execute(
        select(DailyFigure.day, DailyFigure.name, DailyFigure.bucket, DailyFigure.value).where(
            DailyFigure.day >= period.first, DailyFigure.day <= period.last
        )
    )
    found: Counter[Key] = Counter({(day, name, bucket): value for day, name, bucket, value in rows})
    kept_until = rollup.last_counted(session)
    fresh = max(period.first, kept_until + timedelta(days=1)) if kept_until else period.first
    if fresh <= period.last:
        found.update(figures.counted(session, line, fresh, period.last))
    return Figures(period, found)


def loads(session: Session) -> list[tuple[int, int]]:
    """Return how many active volunteers follow 0, 1, 2… people now."""
    held = (
        select(Volunteer.id, func.count(Assignment.id).label("people"))
        .outerjoin(
            Assignment,
            (Assignment.volunteer_id == Volunteer.id)
            & (Assignment.state == AssignmentState.ACTIVE)
            & Assignment.holds_request,
        )
        .where(Volunteer.state == VolunteerState.ACTIVE, Volunteer.capacity > 0)
        .group_by(Volunteer.id)
        .subquery()
    )
    rows = session.execute(
        select(held.c.people, func.count()).group_by(held.c.people).order_by(held.c.people)
    )
    return [(people, volunteers) for people, volunteers in rows]


def period_of(wanted: str, at: datetime, line: Line, first: date | None, last: date | None) -> Period:
    """Return the wished stretch: "7d", "30d", "90d", "12m", "3y" up to today, or two days of one's own."""
    today = line.day(at)
    if wanted == "own" and first and last:
        first, last = min(first, last), max(first, last)
        return Period(max(first, last - timedelta(days=5 * 366)), last)
    lengths = {"7d": 7, "30d": 30, "90d": 90, "12m": 365, "3y": 3 * 365}
    return Period(today - timedelta(days=lengths.get(wanted, 30) - 1), today)


def share(part: int, whole: int) -> float | None:
    """Return a share between 0 and 1; None of nothing."""
    return part / whole if whole else None


def within(buckets: Mapping[str, int], names: Iterable[str]) -> int:
    """Return how many fell into these buckets."""
    return sum(buckets.get(name, 0) for name in names)
