"""What coordinators do to requests, one or many at once; every change says how it is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Note, Request, Step, move
from hotline.models.status import CallerState, Need, RequestKind, RequestState, StepKind
from hotline.services import requests
from hotline.services.assignments import CannotChange
from hotline.services.desk.board import HIGHEST, LOWEST

Deed = list[Any]
"""One thing that was done, as a list that JSON can hold, for `undoable.take_back`."""

REASONS: Final = ("called", "not_needed", "elsewhere", "silent", "mistake", "moved", "deceased", "other")
MOST_AT_ONCE = 100


@dataclass
class Changed:
    """How many requests a change reached, and how each is taken back."""

    count: int = 0
    deeds: list[Deed] = field(default_factory=list)

    def add(self, *deeds: Deed) -> None:
        """One more request was changed."""
        self.count += 1
        self.deeds += deeds


def held(session: Session, request_ids: Sequence[int]) -> list[Request]:
    """Return some requests, held, so that nobody changes them meanwhile; as many as may be at once."""
    those = select(Request).where(Request.id.in_(request_ids[:MOST_AT_ONCE])).order_by(Request.id)
    return list(session.scalars(those.with_for_update(key_share=True)))


def close(
    session: Session, request_ids: Sequence[int], reason: str, words: str, at: datetime, *, actor: str
) -> Changed:
    """Close requests with a reason of REASONS; free words go into the people's files as a note."""
    changed = Changed()
    for request in held(session, request_ids):
        was = request.state
        if requests.close(session, request, reason, at, actor=actor):
            deeds = _ended_with(session, request, at) or [["closed", request.id, was.value]]
            note = [_noted(session, request.caller_id, words, at, actor)] if words else []
            changed.add(*deeds, *note)
    return changed


def reopen(session: Session, request: Request, at: datetime) -> Changed:
    """Let somebody wait again. Raises CannotChange when that cannot be."""
    if request.state is not RequestState.CLOSED:
        raise CannotChange("Cette demande n'est pas close.")
    was = (request.close_reason, (request.closed_at or at).isoformat())
    caller = session.get_one(Caller, request.caller_id)
    reachable = caller.phones and caller.state is CallerState.ACTIVE
    open_again(session, request, RequestState.WAITING if reachable else RequestState.NEEDS_NUMBER)
    changed = Changed()
    changed.add(["reopened", request.id, *was])
    return changed


def open_again(session: Session, request: Request, state: RequestState) -> None:
    """Put a closed request back into a state. Raises CannotChange when the person has a newer request."""
    caller = session.get_one(Caller, request.caller_id)
    if requests.open_request(session, caller) is not None:
        raise CannotChange("Cette personne a une demande plus récente : c'est elle qu'il faut suivre.")
    if not move(session, request, state, closed_at=None, close_reason=None):
        raise CannotChange("Cette demande a changé entre-temps : regardez où elle en est.")


def press(session: Session, request_ids: Sequence[int], by: int) -> Changed:
    """Make open requests more urgent (`by` 1) or less (-1), between the lowest and the highest priority."""
    changed = Changed()
    for request in _open(session, request_ids):
        was = request.priority
        request.priority = max(was, min(was + by, HIGHEST)) if by > 0 else min(was, max(was + by, LOWEST))
        if request.priority != was:
            changed.add(["priority", request.id, was, request.priority])
    return changed


def sort(
    session: Session, request_ids: Sequence[int], *, kind: RequestKind | None = None, need: Need | None = None
) -> Changed:
    """Say what kind of calls open requests are for, and which need; None leaves it as it is.

    The kind of one that is held already is that of its assignment, and stays.
    """
    changed = Changed()
    for request in _open(session, request_ids):
        was = [request.kind.value, request.need.value, request.cadence]
        if kind and request.state is not RequestState.ASSIGNED:
            request.kind = kind
            request.cadence = request.cadence if kind is RequestKind.RECURRING else None
        request.need = need or request.need
        now = [request.kind.value, request.need.value, request.cadence]
        if was != now:
            changed.add(["sorted", request.id, was, now])
    return changed


def _open(session: Session, request_ids: Sequence[int]) -> list[Request]:
    return [one for one in held(session, request_ids) if one.state is not RequestState.CLOSED]


def _ended_with(session: Session, request: Request, at: datetime) -> list[Deed]:
    """Return how to take back the end of whatever a request held, unless that was only an offer."""
    ended = session.execute(
        select(Step.id, Assignment.answered_at)
        .join(Assignment, Assignment.id == Step.assignment_id)
        .where(
            Assignment.request_id == request.id,
            Assignment.holds_request,
            Step.kind == StepKind.ENDED,
            Step.at == at,
        )
    )
    return [["step", row.id] for row in ended if row.answered_at is not None]


def _noted(session: Session, caller_id: int, words: str, at: datetime, author: str) -> Deed:
    note = Note(caller_id=caller_id, author=author, words=words, at=at)
    session.add(note)
    session.flush()
    return ["note", note.id]
