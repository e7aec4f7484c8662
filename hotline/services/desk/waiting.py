"""What waits for the desk, the oldest first: a few rows of each kind, and bounded counts for the badges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from hotline.models import Alert, Assignment, Callback, Caller, Request, Volunteer
from hotline.models.status import AssignmentState, CallbackState, RequestState
from hotline.services.desk import alerts, inbox, referred
from hotline.services.desk import mails as letters
from hotline.services.desk.alerts import Shown
from hotline.services.desk.inbox import Item, Tab
from hotline.services.desk.who import Who, who
from hotline.services.line import Line

ROWS: Final = 8
_MISSED_SHOWN: Final = timedelta(days=7)
_TAKEN_OVER: Final = (AssignmentState.OFFERED, AssignmentState.ACTIVE, AssignmentState.ENDED)

Row = TypeVar("Row")


class Ageing(StrEnum):
    """How long something has waited, against how long it may."""

    FRESH = "fresh"
    AGEING = "ageing"
    LATE = "late"


@dataclass(frozen=True)
class Block(Generic[Row]):
    """The first rows of one kind, and whether others follow."""

    rows: Sequence[Row]
    more: bool


@dataclass(frozen=True)
class Asked:
    """A request, and who waits."""

    request: Request
    caller: Who


@dataclass(frozen=True)
class Offer:
    """An offer that its volunteer has not answered."""

    assignment: Assignment
    caller: Who
    volunteer: str


@dataclass(frozen=True)
class Late:
    """A call that was not made in time."""

    callback: Callback
    request_id: int
    caller: Who
    volunteer: str
    volunteer_id: int


@dataclass(frozen=True)
class Alone:
    """Something that nobody looks after: one of the three, and since when."""

    since: datetime
    message: Item | None = None
    asked: Asked | None = None
    alert: Shown | None = None


@dataclass(frozen=True)
class Counts:
    """How much waits: messages to hear, those heard and left, mails, alerts, requests, calls not made, needs.

    Of the requests, those `stuck` wait for somebody's hand: too old, or without a number.
    """

    messages: int
    left: int
    mails: int
    alerts: int
    requests: int
    stuck: int
    calls: int
    needs: int


def ageing(since: datetime, allowed: timedelta, at: datetime) -> Ageing:
    """Tell how old something is that may wait for so long: ageing from half of it on."""
    waited = at - since
    if waited > allowed:
        return Ageing.LATE
    return Ageing.AGEING if waited * 2 > allowed else Ageing.FRESH


def nobodys(session: Session, line: Line, at: datetime) -> Block[Alone]:
    """Return what nobody looks after: messages heard and left, requests too old, calls that nobody takes."""
    most = ROWS + 1
    found = [
        *(Alone(item.voicemail.created_at, message=item) for item in inbox.left_alone(session, at, most)),
        *(Alone(row.request.opened_at, asked=row) for row in _requests(session, _too_old(line, at), most)),
        *(Alone(one.alert.created_at, alert=one) for one in alerts.opened(session, alerts.NOBODYS, most)),
    ]
    return _block(sorted(found, key=lambda one: one.since))


def messages(session: Session, at: datetime) -> Block[Item]:
    """Return the messages to hear."""
    found = inbox.part(session, Tab.UNHEARD, at, limit=ROWS)
    return Block(found.items, found.next_after is not None)


def mails(session: Session) -> Block[letters.Item]:
    """Return the mails that nobody has answered."""
    return _block(letters.oldest_unanswered(session, ROWS + 1))


def alarms(session: Session) -> Block[Shown]:
    """Return the open alerts that have no place of their own."""
    return _block(alerts.others(session, ROWS + 1))


def texts(session: Session) -> Block[Shown]:
    """Return the texts that nobody understood."""
    return _block(alerts.opened(session, alerts.TEXTS, ROWS + 1))


def unsent(session: Session) -> Block[Shown]:
    """Return the texts that could not be sent."""
    return _block(alerts.opened(session, alerts.UNSENT, ROWS + 1))


def unassigned(session: Session, line: Line, at: datetime) -> Block[Asked]:
    """Return the requests without volunteer that are not too old yet; telemarketers come last."""
    young = and_(Request.state == RequestState.WAITING, Request.opened_at > at - _may_wait(line))
    people = _requests(session, and_(young, Request.priority >= 0), ROWS + 1)
    room = ROWS + 1 - len(people)
    machines = (
        _requests(session, and_(Request.state == RequestState.WAITING, Request.priority < 0), room)
        if room
        else []
    )
    return _block([*people, *machines])


def numberless(session: Session) -> Block[Asked]:
    """Return the requests whose caller nobody can phone back yet."""
    return _block(_requests(session, Request.state == RequestState.NEEDS_NUMBER, ROWS + 1))


def needs(session: Session) -> Block[referred.Row]:
    """Return the needs that wait for somebody's hand: to be passed on, without answer, or to be told."""
    return _block(referred.waiting(session, ROWS + 1))


def offers(session: Session) -> Block[Offer]:
    """Return the offers without answer, those that end first before the others."""
    rows = session.execute(
        select(Assignment, Caller, Volunteer.first_name)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.state == AssignmentState.OFFERED)
        .order_by(Assignment.expires_at, Assignment.id)
        .limit(ROWS + 1)
        .options(selectinload(Caller.phones))
    )
    return _block([Offer(assignment, who(caller), volunteer) for assignment, caller, volunteer in rows])


def late_calls(session: Session, at: datetime) -> Block[Late]:
    """Return the calls not made in time whose volunteer still has the caller, and that nobody covers."""
    late = [row for which in (_overdue(at), _missed(at)) for row in _late_rows(session, which)]
    return _block(sorted(late, key=lambda one: (one.callback.due_at, one.callback.id)))


def counts(session: Session, line: Line, at: datetime) -> Counts:
    """Return how much asks for somebody's hand; no count runs over more than a hundred rows."""
    waiting = Request.state.in_({RequestState.WAITING, RequestState.NEEDS_NUMBER})
    stuck = or_(Request.state == RequestState.NEEDS_NUMBER, _too_old(line, at))
    late = (
        select(Callback.id)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(or_(_overdue(at), _missed(at)), _still_theirs())
    )
    return Counts(
        messages=inbox.count(session, Tab.UNHEARD, at),
        left=inbox.bounded(session, inbox.alone(at)),
        mails=letters.count_unanswered(session),
        alerts=inbox.bounded(session, select(Alert.id).where(Alert.closed_at.is_(None))),
        requests=inbox.bounded(session, select(Request.id).where(waiting)),
        stuck=inbox.bounded(session, select(Request.id).where(stuck)),
        calls=inbox.bounded(session, late),
        needs=referred.count_to_send(session),
    )


def _block(rows: Sequence[Row]) -> Block[Row]:
    return Block(rows[:ROWS], len(rows) > ROWS)


def _late_rows(session: Session, which: ColumnElement[bool]) -> list[Late]:
    """Return the first calls of one state: their index has them in this order."""
    rows = session.execute(
        select(Callback, Assignment, Caller, Volunteer)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(which, _still_theirs())
        .order_by(Callback.due_at, Callback.id)
        .limit(ROWS + 1)
        .options(selectinload(Caller.phones))
    )
    return [
        Late(callback, held.request_id, who(caller), volunteer.first_name, volunteer.id)
        for callback, held, caller, volunteer in rows
    ]


def _requests(session: Session, which: ColumnElement[bool], most: int) -> list[Asked]:
    rows = session.execute(
        select(Request, Caller)
        .join(Caller, Caller.id == Request.caller_id)
        .where(which)
        .order_by(Request.opened_at, Request.id)
        .limit(most)
        .options(selectinload(Caller.phones))
    )
    return [Asked(request, who(caller)) for request, caller in rows]


def _may_wait(line: Line) -> timedelta:
    return line.config.callbacks.one_off_within


def _too_old(line: Line, at: datetime) -> ColumnElement[bool]:
    return and_(
        Request.state == RequestState.WAITING,
        Request.opened_at <= at - _may_wait(line),
        Request.priority >= 0,
    )


def _overdue(at: datetime) -> ColumnElement[bool]:
    return and_(Callback.state == CallbackState.PLANNED, Callback.due_at <= at)


def _missed(at: datetime) -> ColumnElement[bool]:
    return and_(Callback.state == CallbackState.MISSED, Callback.due_at > at - _MISSED_SHOWN)


def _still_theirs() -> ColumnElement[bool]:
    cover = aliased(Assignment)
    covered = exists().where(cover.covers_id == Callback.id, cover.state.in_(_TAKEN_OVER))
    return and_(Assignment.state == AssignmentState.ACTIVE, ~covered)
