"""A person's file: who they are, what they wait for, who phones them, and what stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Boundary, Callback, Caller, Merge, Request, Volunteer
from hotline.models.status import HELD_ASSIGNMENT, OPEN_REQUEST, AssignmentState, CallbackState
from hotline.services import requests
from hotline.services.desk import boundaries, duplicates, merges, phones
from hotline.services.desk.duplicates import Alike


@dataclass(frozen=True)
class Row:
    """A person in a list."""

    caller: Caller
    request: Request | None
    apart_until: datetime | None


@dataclass(frozen=True)
class Held:
    """The volunteer to whom somebody is offered or given, and their next call."""

    assignment: Assignment
    volunteer: Volunteer
    next_call: datetime | None


@dataclass(frozen=True)
class File:
    """Everything at the head of a file; `merge` is the last one into it that can be undone."""

    caller: Caller
    request: Request | None
    held: Held | None
    others: Mapping[int, Sequence[Caller]]
    boundary: Boundary | None
    alike: Sequence[Alike]
    merge: Merge | None


def rows(session: Session, people: Sequence[Caller], at: datetime) -> list[Row]:
    """Return people as lists show them: two queries however many they are."""
    ids = [caller.id for caller in people]
    waiting = select(Request).where(Request.caller_id.in_(ids), Request.state.in_(OPEN_REQUEST))
    requests_of = {request.caller_id: request for request in session.scalars(waiting)}
    apart = select(Boundary).where(Boundary.caller_id.in_(ids), boundaries.in_force(at))
    until = {boundary.caller_id: boundary.until_at for boundary in session.scalars(apart)}
    return [Row(caller, requests_of.get(caller.id), until.get(caller.id)) for caller in people]


def read(session: Session, caller: Caller, at: datetime) -> File:
    """Return the head of a file."""
    request = requests.current(session, caller.id)
    return File(
        caller=caller,
        request=request,
        held=_held(session, request, at) if request else None,
        others=phones.others(session, caller),
        boundary=boundaries.of(session, caller, at),
        alike=duplicates.of(session, caller),
        merge=merges.undoable(session, caller.id),
    )


def _held(session: Session, request: Request, at: datetime) -> Held | None:
    held = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.state.in_(HELD_ASSIGNMENT),
            Assignment.holds_request,
        )
    )
    if held is None:
        return None
    planned = select(Callback.due_at).where(
        Callback.assignment_id == held.id, Callback.state == CallbackState.PLANNED, Callback.due_at > at
    )
    due = session.scalar(planned.order_by(Callback.due_at).limit(1))
    is_active = held.state is AssignmentState.ACTIVE
    return Held(held, session.get_one(Volunteer, held.volunteer_id), due if is_active else None)
