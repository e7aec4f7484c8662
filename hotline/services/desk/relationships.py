"""Every assignment of the line, list by list, with its next call and the last news of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, Report, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    HolidayPolicy,
    Mood,
    RequestKind,
)
from hotline.services.covers import MISSED_LATELY
from hotline.services.desk.places import Place

PAGE = 30
_TRIED = (CallbackState.MADE, CallbackState.NO_ANSWER, CallbackState.MISSED)


class Group(StrEnum):
    """One list of assignments."""

    LATE = "late"
    RECURRING = "recurring"
    ONE_OFF = "one_off"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Last:
    """The last news of an assignment: what became of a call, and how the person was."""

    state: CallbackState
    outcome: CallbackOutcome | None
    at: datetime
    mood: Mood | None


@dataclass(frozen=True)
class Entry:
    """One assignment in a list; `late` is the call that is overdue, in the list of those."""

    assignment_id: int
    caller_id: int
    volunteer_id: int
    names: str | None
    volunteer: str
    state: AssignmentState
    kind: RequestKind
    cover: bool
    errand: bool
    cadence: str | None
    holidays: HolidayPolicy
    ended_at: datetime | None
    end_reason: str | None
    resumes_on: Any
    following: datetime | None
    last: Last | None
    late: datetime | None = None
    callback_id: int | None = None


@dataclass(frozen=True)
class Listed:
    """One page of a list, and where the others begin."""

    entries: Sequence[Entry]
    following: Place | None


def listed(
    session: Session, group: Group, at: datetime, after: Place | None, volunteer_id: int | None = None
) -> Listed:
    """Return one page of a list: late calls longest overdue first, otherwise the newest first."""
    if group is Group.LATE:
        places = _late(session, at, after, volunteer_id)
        late = {one.id: one for one in _callbacks(session, places[:PAGE])}
        ids = {place.id: late[place.id].assignment_id for place in places[:PAGE]}
    else:
        places, late = _places(session, group, after, volunteer_id), {}
        ids = {place.id: place.id for place in places[:PAGE]}
    entries = _entries(session, ids, late)
    return Listed(entries, places[PAGE - 1] if len(places) > PAGE else None)


def is_late(callback: Callback, at: datetime) -> bool:
    """Tell whether a call should have been made: its hour is over, or it was just missed."""
    if callback.state is CallbackState.MISSED:
        return callback.due_at > at - MISSED_LATELY
    return callback.state is CallbackState.PLANNED and callback.due_at < at


def _late(session: Session, at: datetime, after: Place | None, volunteer_id: int | None) -> list[Place]:
    """Return the calls that are late, each kind by its own index range."""
    kinds = (
        (Callback.state == CallbackState.PLANNED, Callback.due_at < at),
        (Callback.state == CallbackState.MISSED, Callback.due_at > at - MISSED_LATELY),
    )
    found: list[Place] = []
    for kind in kinds:
        query = (
            select(Callback.due_at, Callback.id)
            .join(Assignment, Assignment.id == Callback.assignment_id)
            .where(*kind, Assignment.state == AssignmentState.ACTIVE)
        )
        if after:
            query = query.where(tuple_(Callback.due_at, Callback.id) > (after.moment, after.id))
        if volunteer_id:
            query = query.where(Assignment.volunteer_id == volunteer_id)
        rows = session.execute(query.order_by(Callback.due_at, Callback.id).limit(PAGE + 1))
        found += [Place(0, due, one) for due, one in rows]
    return sorted(found, key=lambda place: (place.moment, place.id))[: PAGE + 1]


def _callbacks(session: Session, places: Sequence[Place]) -> Sequence[Callback]:
    ids = [place.id for place in places]
    return session.scalars(select(Callback).where(Callback.id.in_(ids))).all()


def _places(session: Session, group: Group, after: Place | None, volunteer_id: int | None) -> list[Place]:
    """Return where the assignments of a list stand, from a place on.

    One volunteer's are few: they are found first and then sorted, which `+ 0` tells the database.
    """
    ended = group is Group.ENDED
    moment = Assignment.ended_at if ended else Assignment.offered_at
    number = Assignment.id + 0 if volunteer_id else Assignment.id
    query = select(moment, Assignment.id).where(_IN[group])
    if volunteer_id:
        query = query.where(Assignment.volunteer_id == volunteer_id)
    if after and ended:
        query = query.where(tuple_(Assignment.ended_at, number) < (after.moment, after.id))
    elif after:
        query = query.where(number < after.id)
    order = (Assignment.ended_at.desc(), number.desc()) if ended else (number.desc(),)
    rows = session.execute(query.order_by(*order).limit(PAGE + 1))
    return [Place(0, at, one) for at, one in rows if at]


_IN: Mapping[Group, ColumnElement[bool]] = {
    Group.RECURRING: (Assignment.state == AssignmentState.ACTIVE)
    & (Assignment.kind == RequestKind.RECURRING),
    Group.ONE_OFF: (Assignment.state == AssignmentState.ACTIVE) & (Assignment.kind == RequestKind.ONE_OFF),
    Group.PAUSED: Assignment.state == AssignmentState.PAUSED,
    Group.ENDED: (Assignment.state == AssignmentState.ENDED) & Assignment.ended_at.is_not(None),
}


def _entries(session: Session, ids: Mapping[int, int], late: Mapping[int, Callback]) -> list[Entry]:
    """Return the assignments of a list, by what stands in it, in its order."""
    rows = session.execute(
        select(Assignment, Caller.names, Volunteer.first_name)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.id.in_(set(ids.values())))
    )
    found = {row[0].id: row for row in rows}
    following, last = _following(session, list(found)), _last(session, list(found))
    return [
        _entry(found[assignment_id], following, last, late.get(place)) for place, assignment_id in ids.items()
    ]


def _following(session: Session, ids: Sequence[int]) -> Mapping[int, datetime]:
    rows = session.execute(
        select(Callback.assignment_id, func.min(Callback.due_at))
        .where(Callback.assignment_id.in_(ids), Callback.state == CallbackState.PLANNED)
        .group_by(Callback.assignment_id)
    )
    return {row[0]: row[1] for row in rows}


def _last(session: Session, ids: Sequence[int]) -> Mapping[int, Last]:
    """Return the last call of each assignment that was tried or missed, with its report."""
    newest = (
        select(func.max(Callback.due_at).label("due"), Callback.assignment_id.label("of"))
        .where(Callback.assignment_id.in_(ids), Callback.state.in_(_TRIED))
        .group_by(Callback.assignment_id)
        .subquery()
    )
    rows = session.execute(
        select(Callback, Report.mood)
        .join(newest, (Callback.assignment_id == newest.c.of) & (Callback.due_at == newest.c.due))
        .outerjoin(Report, Report.callback_id == Callback.id)
        .where(Callback.state.in_(_TRIED))
    )
    return {
        one.assignment_id: Last(one.state, one.outcome, one.made_at or one.due_at, mood) for one, mood in rows
    }


def _entry(
    row: Any, following: Mapping[int, datetime], last: Mapping[int, Last], late: Callback | None
) -> Entry:
    assignment: Assignment = row[0]
    return Entry(
        assignment_id=assignment.id,
        caller_id=assignment.caller_id,
        volunteer_id=assignment.volunteer_id,
        names=row[1],
        volunteer=row[2],
        state=assignment.state,
        kind=assignment.kind,
        cover=assignment.covers_id is not None,
        errand=assignment.referral_id is not None,
        cadence=assignment.cadence,
        holidays=assignment.holidays,
        ended_at=assignment.ended_at,
        end_reason=assignment.end_reason,
        resumes_on=assignment.resumes_on,
        following=following.get(assignment.id),
        last=last.get(assignment.id),
        late=late.due_at if late else None,
        callback_id=late.id if late else None,
    )
