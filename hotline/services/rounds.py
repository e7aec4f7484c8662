"""The assignment round: waiting requests meet volunteers, and each pair becomes one offer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.hours import BrokenHours, Hours
from hotline.models import Assignment, Call, Caller, CallerPhone, Phone, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallerState,
    CallOutcome,
    RequestState,
    VolunteerState,
)
from hotline.services import assignments, matching, outbox, people
from hotline.services.line import Line
from hotline.services.matching import Candidate, Waiting, Why

_STILL_TALKING = timedelta(hours=2)
_DAYS_AHEAD = 7
_SLOT = timedelta(minutes=30)
_Value = TypeVar("_Value")


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
    """What one round did; `closed_until` is when offers may leave again, when they may not now."""

    offers: Sequence[Offered] = field(default=())
    waiting: Sequence[Unserved] = field(default=())
    closed_until: datetime | None = None


WHY = {
    Why.NOBODY: "aucun bénévole n'est disponible",
    Why.LANGUAGE: "aucun bénévole ne parle sa langue",
    Why.REFUSED: "tous ceux qui pouvaient ont décliné ou n'ont pas répondu",
    Why.CAPACITY: "tous ceux qui pouvaient accompagnent déjà assez de personnes",
    Why.HOURS: "aucun bénévole n'est libre aux heures souhaitées",
    Why.OUTCOMPETED: "d'autres attendent depuis plus longtemps",
}


def run(session: Session, line: Line, at: datetime) -> RoundReport:
    """Offer every waiting request that can be served, inside offer hours only."""
    requests = _waiting(session, at)
    names = _caller_names(session, requests)
    if not line.offer_hours.is_open(at):
        until = line.offer_hours.next_opening(at)
        why = "les offres partent aux heures décentes"
        return RoundReport(
            waiting=[Unserved(request.id, names[request.caller_id], why) for request in requests],
            closed_until=until,
        )
    if not requests:
        return RoundReport()
    volunteers = _volunteers(session, line, at)
    result = matching.match(
        _as_waiting(session, line, requests, at), _as_candidates(session, line, volunteers, at)
    )
    by_id = {request.id: request for request in requests}
    chosen = {volunteer.id: volunteer for volunteer in volunteers}
    offers = []
    for pair in result.pairs:
        request, volunteer = by_id[pair.request_id], chosen[pair.volunteer_id]
        assignment = assignments.offer(session, line, request, volunteer, at)
        if assignment is not None:
            name = f"{volunteer.first_name} {volunteer.last_name}".strip()
            offers.append(Offered(request.id, names[request.caller_id], name, assignment.id))
    unserved = [
        Unserved(request_id, names[by_id[request_id].caller_id], WHY[why])
        for request_id, why in result.unserved.items()
    ]
    return RoundReport(offers=offers, waiting=unserved)


def _waiting(session: Session, at: datetime) -> list[Request]:
    """Return the waiting requests of people who can be phoned and are not on the telephone right now."""
    talking = (
        select(Call.id)
        .where(
            Call.caller_id == Request.caller_id,
            Call.outcome == CallOutcome.IN_PROGRESS,
            Call.started_at > at - _STILL_TALKING,
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Request)
            .join(Caller, Caller.id == Request.caller_id)
            .where(Request.state == RequestState.WAITING, Caller.state == CallerState.ACTIVE, ~talking)
            .order_by(Request.opened_at, Request.id)
        )
    )


def _volunteers(session: Session, line: Line, at: datetime) -> list[Volunteer]:
    active = session.scalars(select(Volunteer).where(Volunteer.state == VolunteerState.ACTIVE))
    return [volunteer for volunteer in active if outbox.may_text(session, line, volunteer.phone, at)]


def _as_waiting(session: Session, line: Line, requests: Sequence[Request], at: datetime) -> list[Waiting]:
    ids = [request.id for request in requests]
    caller_ids = {request.caller_id for request in requests}
    callers = {one.id: one for one in session.scalars(select(Caller).where(Caller.id.in_(caller_ids)))}
    refusals = _grouped(
        session.execute(
            select(Assignment.request_id, Assignment.volunteer_id).where(
                Assignment.request_id.in_(ids), Assignment.state != AssignmentState.OFFERED
            )
        )
    )
    phones = _grouped(
        session.execute(
            select(CallerPhone.caller_id, Phone.number)
            .join(Phone, Phone.id == CallerPhone.phone_id)
            .where(CallerPhone.caller_id.in_(caller_ids))
        )
    )
    return [
        Waiting(
            request_id=request.id,
            caller_id=request.caller_id,
            waited_seconds=max(int((at - request.opened_at).total_seconds()), 0),
            priority=request.priority,
            language=callers[request.caller_id].language,
            refused_by=frozenset(refusals[request.id]),
            phones=frozenset(phones[request.caller_id]),
            departement=_departement(callers[request.caller_id].postcode),
            wished=_slots(line, callers[request.caller_id].wished_hours, at),
        )
        for request in requests
    ]


def _as_candidates(
    session: Session, line: Line, volunteers: Sequence[Volunteer], at: datetime
) -> list[Candidate]:
    held = dict(
        session.execute(
            select(Assignment.volunteer_id, func.count())
            .where(Assignment.state.in_(HELD_ASSIGNMENT))
            .group_by(Assignment.volunteer_id)
        )
        .all()
    )
    return [
        Candidate(
            volunteer_id=volunteer.id,
            languages=frozenset(volunteer.languages.split(",")),
            capacity_left=max(volunteer.capacity - held.get(volunteer.id, 0), 0),
            load=held.get(volunteer.id, 0),
            phone=volunteer.phone.number,
            departement=_departement(volunteer.postcode),
            slots=_slots(line, volunteer.available, at),
        )
        for volunteer in volunteers
    ]


def _caller_names(session: Session, requests: Sequence[Request]) -> Mapping[int, str | None]:
    ids = {request.caller_id for request in requests}
    return {
        caller.id: people.first_name(caller)
        for caller in session.scalars(select(Caller).where(Caller.id.in_(ids)))
    }


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
