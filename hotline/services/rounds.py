"""The assignment round: waiting requests meet volunteers, and each pair becomes one offer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Select, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.hours import BrokenHours, Hours
from hotline.models import Assignment, Call, Caller, CallerPhone, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    CallerState,
    CallOutcome,
    RequestState,
    VolunteerState,
)
from hotline.services import assignments, matching, outbox, people
from hotline.services.line import Line
from hotline.services.matching import Candidate, Pair, Waiting, Why

LISTENER_CLOSES_WITHIN = timedelta(minutes=15)
_STILL_TALKING = timedelta(hours=2)
_DAYS_AHEAD = 7
_SLOT = timedelta(minutes=30)
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Plan:
    """What a round would offer, and why each other request goes on waiting, as a sentence.

    `closed_until` is when offers may leave again, when they may not now.
    """

    pairs: Sequence[Pair] = ()
    unserved: Mapping[int, str] = field(default_factory=dict)
    closed_until: datetime | None = None


@dataclass(frozen=True)
class Offered:
    """An offer that has just been written."""

    request_id: int
    caller_name: str | None
    volunteer_name: str
    assignment_id: int


@dataclass(frozen=True)
class Unserved:
    """A request that goes on waiting, and why, as a sentence."""

    request_id: int
    caller_name: str | None
    why: str


@dataclass(frozen=True)
class RoundReport:
    """A round with the names of those concerned."""

    offers: Sequence[Offered]
    waiting: Sequence[Unserved]
    closed_until: datetime | None


WHY = {
    Why.NOBODY: "aucun bénévole n'est disponible",
    Why.LANGUAGE: "aucun bénévole ne parle sa langue",
    Why.REFUSED: "tous ceux qui pouvaient ont décliné ou n'ont pas répondu",
    Why.CAPACITY: "tous ceux qui pouvaient accompagnent déjà assez de personnes",
    Why.HOURS: "aucun bénévole n'est libre aux heures souhaitées",
    Why.OUTCOMPETED: "d'autres attendent depuis plus longtemps",
}


def plan(session: Session, line: Line, at: datetime) -> Plan:
    """Match the waiting requests with the volunteers, inside offer hours only; changes nothing."""
    if not line.offer_hours.is_open(at):
        why = "les offres partent aux heures décentes"
        return Plan(
            unserved=dict.fromkeys(session.scalars(_waiting(at)), why),
            closed_until=line.offer_hours.next_opening(at),
        )
    queue = _queue(session, line, at)
    if not queue:
        return Plan()
    result = matching.match(queue, _candidates(session, line, at))
    return Plan(pairs=result.pairs, unserved={one: WHY[why] for one, why in result.unserved.items()})


def report(session: Session, plan: Plan, offered: Sequence[int]) -> RoundReport:
    """Tell a round by names: the offers that were written and the requests that go on waiting."""
    offers = session.execute(
        select(Assignment, Volunteer, Caller)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(Assignment.id.in_(offered))
        .order_by(Assignment.id)
    )
    waiting = session.execute(
        select(Request.id, Caller)
        .join(Caller, Caller.id == Request.caller_id)
        .where(Request.id.in_(plan.unserved))
        .order_by(Request.opened_at, Request.id)
    )
    return RoundReport(
        offers=[
            Offered(assignment.request_id, people.first_name(caller), _full_name(volunteer), assignment.id)
            for assignment, volunteer, caller in offers
        ],
        waiting=[
            Unserved(request_id, people.first_name(caller), plan.unserved[request_id])
            for request_id, caller in waiting
        ],
        closed_until=plan.closed_until,
    )


def _waiting(at: datetime) -> Select[int]:
    """Select the waiting requests of people who can be phoned, except those on the telephone right now.

    After a call with a listener, the listener has a moment to say that the matter is closed.
    """
    on_the_line = and_(
        Call.outcome == CallOutcome.IN_PROGRESS,
        Call.ended_at.is_(None),
        Call.started_at > at - _STILL_TALKING,
    )
    just_answered = and_(
        Call.outcome == CallOutcome.ANSWERED,
        func.coalesce(Call.ended_at, Call.started_at) > at - LISTENER_CLOSES_WITHIN,
    )
    talking = (
        select(Call.id).where(Call.caller_id == Request.caller_id, or_(on_the_line, just_answered)).exists()
    )
    return (
        select(Request.id)
        .join(Caller, Caller.id == Request.caller_id)
        .where(Request.state == RequestState.WAITING, Caller.state == CallerState.ACTIVE, ~talking)
    )


def _queue(session: Session, line: Line, at: datetime) -> list[Waiting]:
    """Load what the matching knows of each waiting request: three queries, whatever their number.

    Telephones are compared by their ids: no number is opened for it.
    """
    waiting = _waiting(at).subquery()
    asked, phones = _asked(session, waiting, at), _phones(session, waiting)
    found = session.execute(
        select(
            Request.id,
            Request.caller_id,
            Request.opened_at,
            Request.priority,
            Caller.language,
            Caller.postcode,
            Caller.wished_hours,
        )
        .join(waiting, waiting.c.id == Request.id)
        .join(Caller, Caller.id == Request.caller_id)
    )
    return [
        Waiting(
            request_id=row.id,
            caller_id=row.caller_id,
            waited_seconds=max(int((at - row.opened_at).total_seconds()), 0),
            priority=row.priority,
            language=row.language,
            refused_by=frozenset(asked[row.id]),
            phones=frozenset(map(str, phones[row.id])),
            departement=_departement(row.postcode),
            wished=_slots(line, row.wished_hours, at),
        )
        for row in found
    ]


def _asked(session: Session, waiting: Subquery, at: datetime) -> defaultdict[int, list[int]]:
    """Return who was asked already, by request."""
    return _grouped(
        session.execute(
            select(Assignment.request_id, Assignment.volunteer_id)
            .join(waiting, waiting.c.id == Assignment.request_id)
            .where(assignments.asked_lately(at))
        )
    )


def _phones(session: Session, waiting: Subquery) -> defaultdict[int, list[int]]:
    """Return the telephones of who waits, by request."""
    return _grouped(
        session.execute(
            select(Request.id, CallerPhone.phone_id)
            .join(waiting, waiting.c.id == Request.id)
            .join(CallerPhone, CallerPhone.caller_id == Request.caller_id)
        )
    )


def _candidates(session: Session, line: Line, at: datetime) -> list[Candidate]:
    """Load the active volunteers to whom a text may go: four queries, whatever their number."""
    active = session.scalars(select(Volunteer).where(Volunteer.state == VolunteerState.ACTIVE)).all()
    if outbox.all_written(session, line, at):
        return []
    worn_out, held = outbox.worn_out(session, line, at), _held(session)
    return [
        Candidate(
            volunteer_id=volunteer.id,
            languages=frozenset(volunteer.languages.split(",")),
            capacity_left=max(volunteer.capacity - held.get(volunteer.id, 0), 0),
            load=held.get(volunteer.id, 0),
            phone=str(volunteer.phone_id),
            departement=_departement(volunteer.postcode),
            slots=_slots(line, volunteer.available, at),
        )
        for volunteer in active
        if volunteer.phone_id not in worn_out and outbox.takes_texts(line, volunteer.phone)
    ]


def _held(session: Session) -> dict[int, int]:
    """Return how many requests each volunteer holds or was offered."""
    rows = session.execute(
        select(Assignment.volunteer_id, func.count())
        .where(Assignment.state.in_(HELD_ASSIGNMENT))
        .group_by(Assignment.volunteer_id)
    )
    return dict(rows.all())


def _full_name(volunteer: Volunteer) -> str:
    return f"{volunteer.first_name} {volunteer.last_name}".strip()


def _grouped(pairs: Iterable[tuple[int, _Value]]) -> defaultdict[int, list[_Value]]:
    groups: defaultdict[int, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _departement(postcode: str | None) -> str | None:
    if not postcode or len(postcode) < 2:
        return None
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def _slots(line: Line, expression: str, at: datetime) -> frozenset[int] | None:
    """Return the half hours of the coming week in which an expression is open; None means any time."""
    if not expression.strip():
        return None
    return _open_slots(expression, line.config.hours.timezone, line.config.hours.country, line.day(at))


@lru_cache(maxsize=4096)
def _open_slots(expression: str, timezone: str, country: str, day: date) -> frozenset[int] | None:
    try:
        hours = Hours.parse(expression, timezone=timezone, country=country)
    except BrokenHours:
        return None
    start = datetime.combine(day, time(), hours.zone)
    count = _DAYS_AHEAD * int(timedelta(days=1) / _SLOT)
    return frozenset(slot for slot in range(count) if hours.is_open(start + slot * _SLOT))
