"""What the list of volunteers tells of each: load, calls of the week, offers accepted, last activity."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Absence, Assignment, Callback, Report
from hotline.models.status import HELD_ASSIGNMENT, AssignmentState, CallbackState
from hotline.services.line import Line

OFFERS_SHOWN = 10
_LATEST = 3
_COUNTED = (CallbackState.PLANNED, CallbackState.MADE)
_A_WHILE = 3600.0
_ACCEPTED = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED, AssignmentState.ENDED})


@dataclass(frozen=True)
class Offer:
    """One offer that is settled: whether it was taken, and how long the answer took (None: none came)."""

    accepted: bool
    took: timedelta | None


@dataclass(frozen=True)
class Acceptance:
    """The last ten offers, the newest first."""

    offers: Sequence[Offer] = ()

    @property
    def accepted(self) -> int:
        """How many were taken."""
        return sum(offer.accepted for offer in self.offers)

    @property
    def silent(self) -> bool:
        """The last three had no answer at all."""
        return len(self.offers) >= _LATEST and all(one.took is None for one in self.offers[:_LATEST])

    @property
    def slower(self) -> bool:
        """The last three answers took more than twice as long as those before: an early sign."""
        times = [one.took.total_seconds() for one in self.offers if one.took is not None]
        latest, before = times[:_LATEST], times[_LATEST:]
        if len(latest) < _LATEST or len(before) < _LATEST:
            return False
        return median(latest) > _A_WHILE and median(latest) > 2 * median(before)


@dataclass(frozen=True)
class Figures:
    """One volunteer in figures; `away_until` None with `away` means until they come back."""

    held: int = 0
    this_week: int = 0
    last: datetime | None = None
    acceptance: Acceptance = field(default_factory=Acceptance)
    away: bool = False
    away_until: date | None = None


def of(session: Session, line: Line, ids: Sequence[int], at: datetime) -> Mapping[int, Figures]:
    """Return the figures of these volunteers: five queries, whatever their number."""
    held, week = _held(session, ids), _this_week(session, line, ids, at)
    last, offers, away = _last(session, ids), _offers(session, ids), _away(session, line, ids, at)
    return {
        one: Figures(
            held=held.get(one, 0),
            this_week=week.get(one, 0),
            last=last.get(one),
            acceptance=Acceptance(offers.get(one, [])),
            away=one in away,
            away_until=away.get(one),
        )
        for one in ids
    }


def away_now(session: Session, line: Line, at: datetime) -> frozenset[int]:
    """Return everybody who is away on this day."""
    return frozenset(_away(session, line, None, at))


def _held(session: Session, ids: Sequence[int]) -> dict[int, int]:
    counted = (
        select(Assignment.volunteer_id, func.count())
        .where(Assignment.volunteer_id.in_(ids), Assignment.state.in_(HELD_ASSIGNMENT))
        .group_by(Assignment.volunteer_id)
    )
    return dict(session.execute(counted).all())


def _this_week(session: Session, line: Line, ids: Sequence[int], at: datetime) -> dict[int, int]:
    """Return how many calls are theirs from Monday to Sunday, those made included.

    In two steps: in one, a database may well walk through everybody's calls of the week.
    """
    today = line.day(at)
    monday = today - timedelta(days=today.weekday())
    begin, end = (datetime.combine(day, time(), line.zone) for day in (monday, monday + timedelta(days=7)))
    alive = select(Assignment.id, Assignment.volunteer_id).where(
        Assignment.volunteer_id.in_(ids),
        or_(Assignment.state.in_(HELD_ASSIGNMENT), Assignment.ended_at >= begin),
    )
    whose = dict(session.execute(alive).all())
    calls = select(Callback.assignment_id).where(
        Callback.assignment_id.in_(whose),
        Callback.state.in_(_COUNTED),
        Callback.due_at >= begin,
        Callback.due_at < end,
    )
    return Counter(whose[one] for one in session.scalars(calls))


def _last(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """Return when they last did something: answered an offer, or told of a call."""
    answered = (
        select(Assignment.volunteer_id, func.max(Assignment.answered_at))
        .where(Assignment.volunteer_id.in_(ids), Assignment.answered_at.is_not(None))
        .group_by(Assignment.volunteer_id)
    )
    told = (
        select(Report.volunteer_id, func.max(Report.at))
        .where(Report.volunteer_id.in_(ids))
        .group_by(Report.volunteer_id)
    )
    found: dict[int, datetime] = {}
    for query in (answered, told):
        for volunteer_id, moment in session.execute(query):
            if moment is not None:
                found[volunteer_id] = max(moment, found.get(volunteer_id, moment))
    return found


def _offers(session: Session, ids: Sequence[int]) -> Mapping[int, list[Offer]]:
    """Return the last ten settled offers of each; what was given by hand was never offered."""
    place = func.row_number().over(partition_by=Assignment.volunteer_id, order_by=Assignment.id.desc())
    numbered = (
        select(
            Assignment.volunteer_id,
            Assignment.state,
            Assignment.offered_at,
            Assignment.answered_at,
            place.label("place"),
        )
        .where(
            Assignment.volunteer_id.in_(ids),
            Assignment.state != AssignmentState.OFFERED,
            Assignment.expires_at > Assignment.offered_at,
        )
        .subquery()
    )
    newest = select(numbered).where(numbered.c.place <= OFFERS_SHOWN).order_by(numbered.c.place)
    found: defaultdict[int, list[Offer]] = defaultdict(list)
    for volunteer_id, state, offered_at, answered_at, _place in session.execute(newest):
        took = answered_at - offered_at if answered_at else None
        found[volunteer_id].append(Offer(state in _ACCEPTED and took is not None, took))
    return found


def _away(session: Session, line: Line, ids: Sequence[int] | None, at: datetime) -> dict[int, date | None]:
    """Return until when each is away who is so today."""
    today = line.day(at)
    query = select(Absence.volunteer_id, Absence.until_date).where(
        Absence.over_at.is_(None), Absence.from_date <= today
    )
    if ids is not None:
        query = query.where(Absence.volunteer_id.in_(ids))
    return {
        volunteer_id: until
        for volunteer_id, until in session.execute(query)
        if until is None or until >= today
    }
