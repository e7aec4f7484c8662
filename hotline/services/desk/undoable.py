"""What was done at the desk a moment ago is taken back, as long as nothing newer is against it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Assignment, Note, OutboxRow, Request, move
from hotline.models.status import AssignmentState, Need, OutboxState, RequestKind, RequestState
from hotline.services import assignments, outbox
from hotline.services.assignments import CannotChange
from hotline.services.desk import changes
from hotline.services.desk.changes import Deed
from hotline.services.line import Line
from hotline.services.mails import introductions
from hotline.services.referrals import answering, undoing

WITHIN = timedelta(minutes=5)
"""How long a way back works; the page offers it for ten seconds, longer to who is about to use it."""

HOLD_BACK = timedelta(seconds=15)
"""How long a text waits that tells of something done by hand."""


def hold_back(session: Session, key: str, at: datetime) -> None:
    """Let a text wait until nobody can take back what it tells of."""
    row = session.scalar(select(OutboxRow).where(OutboxRow.key == key))
    if row is not None and row.state is OutboxState.QUEUED:
        row.due_at = min(max(row.due_at, at + HOLD_BACK), row.expires_at)


def take_back(session: Session, line: Line, deeds: Sequence[Deed], at: datetime, *, actor: str) -> int:
    """Take back what was done, each thing for itself; return how many could be.

    Raises the first thing's HotlineError when none could.
    """
    faults: list[HotlineError] = []
    for deed in deeds:
        try:
            with session.begin_nested():
                _DEEDS[deed[0]](session, line, deed[1:], at, actor)
        except HotlineError as fault:
            faults.append(fault)
    if faults and len(faults) == len(deeds):
        raise faults[0]
    return len(deeds) - len(faults)


def _step(session: Session, line: Line, said: Deed, at: datetime, actor: str) -> None:
    step = assignments.undo(session, line, said[0], at, actor)
    for key in (f"given:{step.assignment_id}", *introductions.keys(step.assignment_id)):
        _unsend(session, key)


def _offer(session: Session, _line: Line, said: Deed, at: datetime, _actor: str) -> None:
    assignment = session.get_one(Assignment, said[0], populate_existing=True)
    if assignment.state is not AssignmentState.OFFERED or not assignments.expire(session, assignment.id, at):
        raise CannotChange("Cette proposition a déjà une réponse.")
    _unsend(session, f"{assignments.OFFER}:{assignment.id}")


def _priority(session: Session, _line: Line, said: Deed, _at: datetime, _actor: str) -> None:
    request = _held(session, said[0])
    if request.priority != said[2]:
        raise CannotChange("Quelqu'un a changé la priorité entre-temps.")
    request.priority = said[1]


def _sorted(session: Session, _line: Line, said: Deed, _at: datetime, _actor: str) -> None:
    request, was, now = _held(session, said[0]), said[1], said[2]
    if [request.kind, request.need, request.cadence] != now:
        raise CannotChange("Quelqu'un a précisé la demande entre-temps.")
    request.kind, request.need, request.cadence = RequestKind(was[0]), Need(was[1]), was[2]


def _kind(session: Session, _line: Line, said: Deed, _at: datetime, _actor: str) -> None:
    request = _held(session, said[0])
    request.kind, request.cadence = RequestKind(said[1]), said[2]


def _closed(session: Session, _line: Line, said: Deed, _at: datetime, _actor: str) -> None:
    """An offer that was open ended with the request: whoever was asked is not asked again by this."""
    state = RequestState(said[1])
    in_hand = state in {RequestState.OFFERED, RequestState.ASSIGNED}
    changes.open_again(session, _held(session, said[0]), RequestState.WAITING if in_hand else state)


def _reopened(session: Session, _line: Line, said: Deed, _at: datetime, _actor: str) -> None:
    request = _held(session, said[0])
    if request.state not in {RequestState.WAITING, RequestState.NEEDS_NUMBER}:
        raise CannotChange("La demande a déjà été proposée ou confiée : fermez-la de nouveau si besoin.")
    closed_at = datetime.fromisoformat(said[2])
    move(session, request, RequestState.CLOSED, close_reason=said[1], closed_at=closed_at)


def _note(session: Session, _line: Line, said: Deed, at: datetime, _actor: str) -> None:
    session.get_one(Note, said[0]).removed_at = at


def _referral(session: Session, _line: Line, said: Deed, at: datetime, _actor: str) -> None:
    for key in undoing.undo(session, said[0], at):
        _unsend(session, key)


def _need(session: Session, _line: Line, said: Deed, at: datetime, actor: str) -> None:
    answering.closed(session, said[0], "", at, actor=actor)


def _guidance(session: Session, line: Line, said: Deed, at: datetime, actor: str) -> None:
    _unsend(session, said[1])
    _note(session, line, said, at, actor)


def _held(session: Session, request_id: int) -> Request:
    return session.get_one(Request, request_id, with_for_update={"key_share": True}, populate_existing=True)


def _unsend(session: Session, key: str) -> None:
    """Drop a text that has not left yet."""
    row = session.scalar(select(OutboxRow).where(OutboxRow.key == key))
    if row is not None and row.state is OutboxState.QUEUED:
        outbox.fail(session, row, None, "annulé au bureau avant l'envoi")


_Undo = Callable[[Session, Line, list[Any], datetime, str], None]
_DEEDS: Mapping[str, _Undo] = {
    "step": _step,
    "offer": _offer,
    "priority": _priority,
    "sorted": _sorted,
    "kind": _kind,
    "closed": _closed,
    "reopened": _reopened,
    "note": _note,
    "need": _need,
    "referral": _referral,
    "guidance": _guidance,
}
