"""Covers: one call of a recurring assignment, made by somebody else when its volunteer is away or silent.

A cover is an assignment of its own for one call; the request stays with whoever holds it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ColumnExpressionArgument, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.models import Absence, Assignment, Callback, move
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallbackState,
    RequestKind,
    StepKind,
)
from hotline.services import planning, steps
from hotline.services.line import Line

SOUGHT_AHEAD = timedelta(days=7)
MISSED_LATELY = timedelta(hours=48)
_TRIED = frozenset({"done", "absent"})
_COVER = aliased(Assignment)  # made once: this is asked every few seconds
_COVERABLE = frozenset({CallbackState.PLANNED, CallbackState.MISSED})


@dataclass(frozen=True)
class Needed:
    """A call for which somebody else is sought."""

    callback_id: int
    assignment_id: int
    request_id: int
    caller_id: int
    due_at: datetime


def needed(session: Session, line: Line, at: datetime) -> list[Needed]:
    """Return the calls that need a cover, soonest first: in an absence, within a week, or missed lately."""
    return sorted([*_in_absences(session, line, at), *_missed(session, at)], key=lambda one: one.due_at)


def open_call(session: Session, callback_id: int) -> Callback | None:
    """Return a call that may be covered, None when it has been made, is covered already or was called off."""
    callback = session.get_one(Callback, callback_id, populate_existing=True)
    held = session.get_one(Assignment, callback.assignment_id)
    is_open = callback.state in _COVERABLE and held.state is AssignmentState.ACTIVE
    return callback if is_open else None


def begin(session: Session, line: Line, cover: Assignment, at: datetime) -> Callback:
    """Take a call over: the covered one is cancelled (one missed stays missed), the cover gets its own."""
    covered = session.get_one(Callback, cover.covers_id)
    move(session, covered, CallbackState.CANCELLED, cancel_reason=planning.COVERED)
    due = covered.due_at if covered.due_at > at else at + line.config.callbacks.one_off_within
    callback = planning.plan_call(session, line, cover, due)
    held = session.get_one(Assignment, covered.assignment_id)
    steps.note(session, held, StepKind.COVERED, at, callback=covered)
    planning.ahead(session, line, held, at)
    return callback


def give_back(session: Session, cover: Assignment, at: datetime) -> None:
    """A cover falls through: its call is planned again, or missed when its time has passed."""
    covered = session.get_one(Callback, cover.covers_id, populate_existing=True)
    held = session.get_one(Assignment, covered.assignment_id)
    if held.state is not AssignmentState.ACTIVE or covered.cancel_reason != planning.COVERED:
        return
    move(session, covered, CallbackState.PLANNED, cancel_reason=None, reminders=0)
    if covered.due_at <= at:
        move(session, covered, CallbackState.MISSED, act_at=None)


def is_taken(session: Session, callback_id: int) -> bool:
    """Tell whether a call has a cover, offered or held."""
    taken = select(Assignment.id).where(
        Assignment.covers_id == callback_id, Assignment.state.in_(HELD_ASSIGNMENT)
    )
    return session.scalar(taken.limit(1)) is not None


def held_for(session: Session, assignment: Assignment) -> list[Assignment]:
    """Return the covers offered or held for calls of an assignment."""
    calls = select(Callback.id).where(Callback.assignment_id == assignment.id)
    return list(
        session.scalars(
            select(Assignment)
            .where(Assignment.covers_id.in_(calls), Assignment.state.in_(HELD_ASSIGNMENT))
            .order_by(Assignment.id)
        )
    )


def is_covered() -> ColumnElement[bool]:
    """Tell, within a query, whether a call has a cover, or had one that tried it."""
    return (
        select(_COVER.id)
        .where(
            _COVER.covers_id == Callback.id,
            or_(_COVER.state.in_(HELD_ASSIGNMENT), _COVER.end_reason.in_(_TRIED)),
        )
        .exists()
    )


def _in_absences(session: Session, line: Line, at: datetime) -> list[Needed]:
    """Return the planned calls of the coming week on days on which their volunteer is away."""
    absences = _absences(session, line, at)
    if not absences:
        return []
    found = session.execute(
        select(Callback, Assignment)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(
            Assignment.volunteer_id.in_(absences),
            *_recurring(),
            Callback.state == CallbackState.PLANNED,
            Callback.due_at > at,
            Callback.due_at <= at + SOUGHT_AHEAD,
            ~is_covered(),
        )
    )
    return [
        _needed(callback, assignment)
        for callback, assignment in found
        if any(_is_away(one, line.day(callback.due_at)) for one in absences[assignment.volunteer_id])
    ]


def _absences(session: Session, line: Line, at: datetime) -> dict[int, list[Absence]]:
    """Return the absences that may touch the coming week, by volunteer."""
    found: defaultdict[int, list[Absence]] = defaultdict(list)
    near = select(Absence).where(Absence.over_at.is_(None), Absence.from_date <= line.day(at + SOUGHT_AHEAD))
    for absence in session.scalars(near):
        found[absence.volunteer_id].append(absence)
    return found


def _missed(session: Session, at: datetime) -> list[Needed]:
    """Return the calls that their volunteer missed lately."""
    found = session.execute(
        select(Callback, Assignment)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(
            Callback.state == CallbackState.MISSED,
            Callback.due_at > at - MISSED_LATELY,
            *_recurring(),
            ~is_covered(),
        )
    )
    return [_needed(callback, assignment) for callback, assignment in found]


def _recurring() -> list[ColumnExpressionArgument[bool]]:
    """Select the assignments whose calls are covered: recurring and active."""
    return [
        Assignment.kind == RequestKind.RECURRING,
        Assignment.state == AssignmentState.ACTIVE,
        Assignment.holds_request,
    ]


def _needed(callback: Callback, assignment: Assignment) -> Needed:
    return Needed(
        callback_id=callback.id,
        assignment_id=assignment.id,
        request_id=assignment.request_id,
        caller_id=assignment.caller_id,
        due_at=callback.due_at,
    )


def _is_away(absence: Absence, day: date) -> bool:
    return absence.from_date <= day and (absence.until_date is None or day <= absence.until_date)
