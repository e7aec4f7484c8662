"""What the clock and the volunteers do with the calls of those who were given a caller."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback, OutboxRow
from hotline.services import callbacks, ladders
from tests.records import rows

Made = TypeVar("Made")


def done(hotline: Hotline, assignment_id: int, **told: Any) -> None:
    """The volunteer says FAIT."""
    _say(hotline, assignment_id, callbacks.made, told)


def absent(hotline: Hotline, assignment_id: int, **told: Any) -> datetime:
    """The volunteer says ABSENT; return when the next try is due."""
    return _say(hotline, assignment_id, callbacks.unanswered, told)


def bridged(hotline: Hotline, callback_id: int, *, seconds: int | None = 600, machine: bool = False) -> None:
    """The line has joined both sides."""
    at = hotline.clock.now()

    def join(session: Session) -> None:
        call = session.get_one(Callback, callback_id)
        callbacks.bridged(session, hotline.line, call, at, duration=seconds, machine=machine)

    hotline.database.run(join)


def watch(hotline: Hotline) -> list[str]:
    """Let the clock take every step that is due; return what was done."""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        due = ladders.due(session, at, 100)
    taken = (
        hotline.database.run(lambda session, one=one: ladders.act(session, hotline.line, one, at))
        for one in due
    )
    return [step for step in taken if step]


def calls(hotline: Hotline, assignment_id: int) -> list[Callback]:
    """The calls of an assignment, in the order in which they are due."""
    with hotline.database.read() as session:
        found = select(Callback).where(Callback.assignment_id == assignment_id).order_by(Callback.due_at)
        return list(session.scalars(found))


def texts(hotline: Hotline, *kinds: str) -> list[OutboxRow]:
    """The texts of some kinds that were written, oldest first."""
    return [row for row in rows(hotline, OutboxRow) if row.kind in kinds]


def _say(hotline: Hotline, assignment_id: int, what: Callable[..., Made], told: dict[str, Any]) -> Made:
    at = hotline.clock.now()

    def say(session: Session) -> Made:
        assignment = session.get_one(Assignment, assignment_id)
        return what(session, hotline.line, assignment, at, **told)

    return hotline.database.run(say)
