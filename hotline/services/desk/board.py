"""The board of requests: who waits, state by state, the most urgent and the oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, CallerPhone, Phone, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallerState,
    Need,
    RequestKind,
    RequestState,
)
from hotline.phone import PhoneNumber
from hotline.services.desk.places import Place

COLUMNS: Final = (
    RequestState.WAITING,
    RequestState.OFFERED,
    RequestState.ASSIGNED,
    RequestState.NEEDS_NUMBER,
    RequestState.REFERRED,
)
HIGHEST, LOWEST = 2, -1
MOST = 100
SHOWN = 10
PAGE = 30
_MANY = 2000
_FARTHEST = 2**31
_BANDS: Final = (
    range(HIGHEST + 1, _FARTHEST),
    *(range(one, one + 1) for one in range(HIGHEST, LOWEST - 1, -1)),
    range(-_FARTHEST, LOWEST),
)

Asked = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Wanted:
    """Which requests are looked for; None is any."""

    kind: RequestKind | None = None
    need: Need | None = None
    departement: str | None = None

    def __bool__(self) -> bool:
        return any((self.kind, self.need, self.departement))


@dataclass(frozen=True)
class Held:
    """Who was offered a request or holds it."""

    assignment_id: int
    volunteer_id: int
    first_name: str
    state: AssignmentState
    answer_by: datetime


@dataclass(frozen=True)
class Card:
    """One request as the board shows it; `number` is masked, None for who withheld it."""

    request_id: int
    caller_id: int
    names: str | None
    number: str | None
    state: RequestState
    kind: RequestKind
    need: Need
    priority: int
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    wished_hours: str
    reachable: bool
    last_contact_at: datetime
    held: Held | None


@dataclass(frozen=True)
class Column:
    """The requests in one state: how many (counted up to MOST), the first ones, where the others begin."""

    state: RequestState
    count: int
    cards: Sequence[Card]
    following: Place | None


def board(session: Session, wanted: Wanted) -> list[Column]:
    """Return a column for each state in which a request is open or followed."""
    asked = _asked(session, wanted)
    found = {state: _places(session, state, asked, None, MOST) for state in COLUMNS}
    shown = [place.id for places in found.values() for place in places[:SHOWN]]
    cards = _cards(session, shown)
    return [_column(state, places, SHOWN, cards) for state, places in found.items()]


def column(session: Session, state: RequestState, wanted: Wanted, after: Place | None) -> Column:
    """Return one page of the requests in a state; the closed ones latest first."""
    places = _places(session, state, _asked(session, wanted), after, PAGE + 1)
    return _column(state, places, PAGE, _cards(session, [place.id for place in places[:PAGE]]))


def cards(session: Session, request_ids: Sequence[int]) -> list[Card]:
    """Return some requests as the board shows them, in the given order; unknown ones are left out."""
    found = _cards(session, request_ids)
    return [found[one] for one in request_ids if one in found]


def _column(state: RequestState, places: Sequence[Place], most: int, cards: Mapping[int, Card]) -> Column:
    shown = [cards[place.id] for place in places[:most] if place.id in cards]
    return Column(state, len(places), shown, places[most - 1] if len(places) > most else None)


def _places(
    session: Session, state: RequestState, asked: Asked, after: Place | None, most: int
) -> list[Place]:
    """Return where the requests of a state stand, from a place on, in one statement.

    Each priority is an index range of its own: asked for several at once, a database would sort thousands to
    show a few.
    """
    if state is RequestState.CLOSED:
        return _closed(session, asked, after, most)
    bands = [band for band in _BANDS if after is None or band.start <= after.band]
    parts = (_band(state, asked, band, after, most) for band in bands)
    every = union_all(*(select(part.subquery()) for part in parts)).subquery()
    order = (every.c.priority.desc(), every.c.opened_at, every.c.id)
    return [Place(*row) for row in session.execute(select(every).order_by(*order).limit(most))]


def _band(
    state: RequestState, asked: Asked, band: range, after: Place | None, most: int
) -> Select[int, datetime, int]:
    """Select the first requests of some priorities, of one as a rule, from a place on."""
    single = len(band) == 1
    priority = (
        Request.priority == band.start if single else Request.priority.between(band.start, band.stop - 1)
    )
    query = select(Request.priority, Request.opened_at, Request.id).where(
        Request.state == state, priority, *asked
    )
    if after and after.band in band:
        further = tuple_(Request.opened_at, Request.id) > (after.moment, after.id)
        lower = and_(Request.priority == after.band, further)
        query = query.where(further if single else or_(Request.priority < after.band, lower))
    order = () if single else (Request.priority.desc(),)
    return query.order_by(*order, Request.opened_at, Request.id).limit(most)


def _closed(session: Session, asked: Asked, after: Place | None, most: int) -> list[Place]:
    query = select(Request.closed_at, Request.id).where(
        Request.state == RequestState.CLOSED, Request.closed_at.is_not(None), *asked
    )
    if after:
        query = query.where(tuple_(Request.closed_at, Request.id) < (after.moment, after.id))
    rows = session.execute(query.order_by(Request.closed_at.desc(), Request.id.desc()).limit(most))
    return [Place(0, moment, one) for moment, one in rows if moment]


def _asked(session: Session, wanted: Wanted) -> Asked:
    """Return the conditions of a filter."""
    asked: list[ColumnElement[bool]] = []
    if wanted.kind:
        asked.append(Request.kind == wanted.kind)
    if wanted.need:
        asked.append(Request.need == wanted.need)
    if wanted.departement:
        asked.append(_lives_in(session, wanted.departement))
    return asked


def _lives_in(session: Session, departement: str) -> ColumnElement[bool]:
    """Tell, within a query, whether a request's person lives in a département.

    Few people are laid out once as a list; of many, the next one is always near. `+ 0` keeps the database in
    the order of the requests.
    """
    there = select(Caller.id).where(Caller.departement_index == departement)
    if len(session.scalars(there.limit(_MANY)).all()) < _MANY:
        return (Request.caller_id + 0).in_(there)
    return there.where(Caller.id == Request.caller_id).exists()


def _cards(session: Session, request_ids: Sequence[int]) -> dict[int, Card]:
    if not request_ids:
        return {}
    rows = session.execute(
        select(
            Request,
            Caller.names,
            Caller.state,
            Caller.wished_hours,
            Caller.last_contact_at,
        )
        .join(Caller, Caller.id == Request.caller_id)
        .where(Request.id.in_(request_ids))
    ).all()
    held = _held(session, request_ids)
    numbers = _numbers(session, [row.Request.caller_id for row in rows])
    return {row.Request.id: _card(row, held, numbers) for row in rows}


def _card(row: Any, held: Mapping[int, Held], numbers: Mapping[int, str]) -> Card:
    request: Request = row.Request
    return Card(
        request_id=request.id,
        caller_id=request.caller_id,
        names=row.names,
        number=numbers.get(request.caller_id),
        state=request.state,
        kind=request.kind,
        need=request.need,
        priority=request.priority,
        opened_at=request.opened_at,
        closed_at=request.closed_at,
        close_reason=request.close_reason,
        wished_hours=row.wished_hours,
        reachable=row.state is CallerState.ACTIVE,
        last_contact_at=row.last_contact_at,
        held=held.get(request.id),
    )


def _held(session: Session, request_ids: Sequence[int]) -> dict[int, Held]:
    rows = session.execute(
        select(
            Assignment.request_id,
            Assignment.id,
            Assignment.volunteer_id,
            Volunteer.first_name,
            Assignment.state,
            Assignment.expires_at,
        )
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(
            Assignment.request_id.in_(request_ids),
            Assignment.holds_request,
            Assignment.state.in_(HELD_ASSIGNMENT),
        )
    )
    return {row.request_id: Held(*row[1:]) for row in rows}


def _numbers(session: Session, caller_ids: Sequence[int]) -> dict[int, str]:
    """Return the masked number at which each caller is phoned back."""
    rows = session.execute(
        select(CallerPhone.caller_id, Phone.number)
        .join(Phone, Phone.id == CallerPhone.phone_id)
        .where(CallerPhone.caller_id.in_(caller_ids))
        .order_by(Phone.id.desc())
    )
    return {caller_id: str(PhoneNumber(number)) for caller_id, number in rows}
