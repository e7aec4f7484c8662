"""Callers given to volunteers, and what the clock and the volunteers then do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline import cadence
from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback, Caller, OutboxRow, Volunteer
from hotline.services import assignments, callbacks, ladders
from tests.records import rows

EVERY_TUESDAY = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"

Made = TypeVar("Made")


def give(hotline: Hotline, caller_id: int, volunteer_id: int, rhythm: str | None = None) -> int:
    """Give a caller to a volunteer, for one call or with a rhythm; return the assignment's id."""

    def given(session: Session) -> int:
        return assignments.give(
            session,
            hotline.line,
            session.get_one(Caller, caller_id),
            session.get_one(Volunteer, volunteer_id),
            hotline.clock.now(),
            actor="Claire",
            cadence=cadence.parse(rhythm) if rhythm else None,
        ).id

    return hotline.database.run(given)


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
