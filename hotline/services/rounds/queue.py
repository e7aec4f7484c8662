"""Who waits for a volunteer: requests, calls of volunteers who are away or silent, needs near by.

Cheap columns only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Callback, Caller, CallerPhone, Referral, Request
from hotline.models.people import departement
from hotline.models.status import (
    CallbackState,
    CallerState,
    CallOutcome,
    Preference,
    RequestState,
)
from hotline.services import assignments, channels, covers, errands
from hotline.services.covers import Needed
from hotline.services.line import Line
from hotline.services.matching import Errand, Key, Waiting
from hotline.services.rounds import weeks

LISTENER_CLOSES_WITHIN: Final = timedelta(minutes=15)
_STILL_TALKING: Final = timedelta(hours=2)
_BEFORE_ORDINARY: Final = 1
_Id = TypeVar("_Id", int, Key)


@dataclass(frozen=True)
class Queue:
    """Those who wait for a call, and the needs of others that volunteers who live near are asked to meet."""

    waiting: list[Waiting]
    errands: list[Errand]


@dataclass(frozen=True)
class _Known:
    """What several queries tell: who was asked or holds it, telephones, and who phoned lately."""

    asked: Mapping[Key, list[int]]
    asked_for_errand: Mapping[int, list[int]]
    holders: Mapping[int, int]
    phones: Mapping[int, list[int]]
    voices: Mapping[int, list[int]]


def load(session: Session, line: Line, at: datetime) -> Queue:
    """Load what the matching knows of each who waits: a few queries, whatever their number.

    Telephones are compared by their ids: no number is opened for it. Two queries more tell of the needs to be
    met on the spot, where there are any.
    """
    needed = covers.needed(session, line, at)
    covered = select(Request.id).where(Request.id.in_({one.request_id for one in needed}))
    wanted = [errands.sought(), covered] if needed else [errands.sought()]
    those = Request.id.in_(waiting(at).union(*wanted))
    rows = _rows(session, those)
    if not rows:
        return Queue([], [])
    known, by_id = _known(session, those, at), {row.id: row for row in rows}
    apart = {row.id for row in rows if row.errand}
    if apart:
        apart -= set(session.scalars(waiting(at).where(Request.id.in_(apart))))
    waits = (row for row in rows if row.state is RequestState.WAITING and row.id not in apart)
    return Queue(
        [
            *(_waiting(line, row, known, at) for row in waits),
            *(_cover(line, by_id[one.request_id], one, known, at) for one in needed),
        ],
        _errands(session, line, by_id, known, at) if any(row.errand for row in rows) else [],
    )


def only(session: Session, line: Line, request_id: int, at: datetime) -> Waiting | None:
    """Return one request as the matching knows it, whatever its state; None when there is none."""
    this = Request.id == request_id
    rows = _rows(session, this)
    return _waiting(line, rows[0], _known(session, this, at), at) if rows else None


def waiting(at: datetime) -> Select[int]:
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


def _rows(session: Session, those: ColumnElement[bool]) -> list[Row[Any]]:
    columns = (
        Request.id,
        Request.caller_id,
        Request.state,
        Request.opened_at,
        Request.priority,
        Caller.language,
        Caller.postcode,
        Caller.wished_hours,
        Caller.prefers,
        channels.wants_mail().label("by_mail"),
        Request.id.in_(errands.sought()).label("errand"),
    )
    return list(session.execute(select(*columns).join(Caller, Caller.id == Request.caller_id).where(those)))


def _waiting(line: Line, row: Row[Any], known: _Known, at: datetime) -> Waiting:
    voices = known.voices[row.caller_id]
    steady = row.prefers is Preference.STEADY
    return Waiting(
        request_id=row.id,
        waited_seconds=max(int((at - row.opened_at).total_seconds()), 0),
        priority=row.priority,
        language=row.language,
        barred=frozenset(known.asked[row.id, 0]),
        phones=frozenset(known.phones[row.id]),
        departement=departement(row.postcode),
        wished=weeks.wished(line, row.wished_hours, at),
        steady_voice=voices[0] if voices and steady else None,
        lately=() if steady else tuple(voices),
        by_mail=row.by_mail,
    )


def _cover(line: Line, row: Row[Any], needed: Needed, known: _Known, at: datetime) -> Waiting:
    """A call ahead is made at its hour, a missed one when the caller wishes; before ordinary requests."""
    whole = _waiting(line, row, known, at)
    barred = {*known.asked[row.id, needed.callback_id], known.holders.get(needed.assignment_id, 0)}
    ahead = needed.due_at > at
    return replace(
        whole,
        priority=max(row.priority, _BEFORE_ORDINARY),
        waited_seconds=max(int((at - needed.due_at).total_seconds()), 0),
        barred=frozenset(barred),
        wished=frozenset({weeks.slot(line, needed.due_at, at)}) if ahead else whole.wished,
        covers_id=needed.callback_id,
    )


def _errands(
    session: Session, line: Line, rows: Mapping[int, Row[Any]], known: _Known, at: datetime
) -> list[Errand]:
    """Needs are met at an hour that both agree on: neither voices nor wished hours count."""
    found = session.execute(
        select(Referral.id, Referral.request_id, Referral.errand_at).where(errands.is_wanted())
    )
    return [
        Errand(
            need.id,
            replace(
                _waiting(line, rows[need.request_id], known, at),
                waited_seconds=max(int((at - need.errand_at).total_seconds()), 0),
                barred=frozenset(known.asked_for_errand[need.id]),
                wished=None,
                steady_voice=None,
                lately=(),
                by_mail=False,
            ),
            rows[need.request_id].postcode or "",
        )
        for need in found
        if need.request_id in rows
    ]


def _known(session: Session, those: ColumnElement[bool], at: datetime) -> _Known:
    columns = (
        Assignment.id,
        Assignment.request_id,
        Assignment.covers_id,
        Assignment.referral_id,
        Assignment.volunteer_id,
    )
    given = session.execute(
        select(*columns)
        .join(Request, Request.id == Assignment.request_id)
        .where(those, assignments.asked_lately(at))
    ).all()
    calls = [row for row in given if row.referral_id is None]
    return _Known(
        asked=_grouped(((row.request_id, row.covers_id or 0), row.volunteer_id) for row in calls),
        asked_for_errand=_grouped((row.referral_id, row.volunteer_id) for row in given),
        holders={row.id: row.volunteer_id for row in given},
        phones=_grouped(
            (row[0], row[1])
            for row in session.execute(
                select(Request.id, CallerPhone.phone_id)
                .join(CallerPhone, CallerPhone.caller_id == Request.caller_id)
                .where(those)
            )
        ),
        voices=_voices(session, those),
    )


def _voices(session: Session, those: ColumnElement[bool]) -> Mapping[int, list[int]]:
    """Return by caller the volunteers who phoned them, the latest first.

    Asked of each one's own calls: as a condition, their state would make SQLite read every call ever made.
    """
    latest = func.max(case((Callback.state == CallbackState.MADE, Callback.made_at)))
    rows = session.execute(
        select(Assignment.caller_id, Assignment.volunteer_id)
        .join(Callback, Callback.assignment_id == Assignment.id)
        .join(Request, Request.caller_id == Assignment.caller_id)
        .where(those)
        .group_by(Assignment.caller_id, Assignment.volunteer_id)
        .having(latest.is_not(None))
        .order_by(latest.desc(), Assignment.volunteer_id)
    )
    return _grouped((caller, volunteer) for caller, volunteer in rows)


def _grouped(pairs: Iterable[tuple[_Id, int]]) -> defaultdict[_Id, list[int]]:
    groups: defaultdict[_Id, list[int]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
