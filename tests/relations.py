"""Relationships to play with: who was given to whom, their calls and steps as they are written down."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.cadence import parse
from hotline.models import Assignment, Callback, Caller, Request, Step, Volunteer
from hotline.models.status import CallbackState, RequestKind, RequestState, StepKind
from hotline.services import assignments
from hotline.services.assignments import Answered

EVERY_TUESDAY = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"
HAND = "Nadia"


def give(
    hotline: Hotline, caller_id: int, volunteer_id: int, cadence: str | None = EVERY_TUESDAY, **more: Any
) -> int:
    """Give a caller to a volunteer by hand; return the assignment's id."""

    def hand(session: Session) -> int:
        return assignments.give(
            session,
            hotline.line,
            session.get_one(Caller, caller_id),
            session.get_one(Volunteer, volunteer_id),
            hotline.clock.now(),
            actor=HAND,
            cadence=parse(cadence) if cadence else None,
            **more,
        ).id

    return hotline.database.run(hand)


def waits(
    hotline: Hotline, caller_id: int, kind: RequestKind = RequestKind.ONE_OFF, cadence: str | None = None
) -> int:
    """Open a request for a caller; return its id."""

    def enter(session: Session) -> int:
        at = hotline.clock.now()
        request = Request(
            caller_id=caller_id, kind=kind, cadence=cadence, state=RequestState.WAITING, opened_at=at
        )
        session.add(request)
        session.flush()
        return request.id

    return hotline.database.run(enter)


def offer(hotline: Hotline, request_id: int, volunteer_id: int) -> int | None:
    """Offer a request; return the offer's id, None when it cannot be."""

    def write(session: Session) -> int | None:
        at = hotline.clock.now()
        made = assignments.offer(session, hotline.line, request_id, volunteer_id, at)
        return made.id if made else None

    return hotline.database.run(write)


def offer_cover(hotline: Hotline, callback_id: int, volunteer_id: int) -> int | None:
    """Offer one call of somebody else; return the offer's id, None when it cannot be."""

    def write(session: Session) -> int | None:
        at = hotline.clock.now()
        made = assignments.offer_cover(session, hotline.line, callback_id, volunteer_id, at)
        return made.id if made else None

    return hotline.database.run(write)


def yes(hotline: Hotline, assignment_id: int) -> Answered:
    """Say yes to an offer."""

    def say(session: Session) -> Answered:
        held = session.get_one(Assignment, assignment_id)
        return assignments.accept(session, hotline.line, held, hotline.clock.now())

    return hotline.database.run(say)


def no(hotline: Hotline, assignment_id: int) -> Answered:
    """Say no to an offer, or to what was accepted."""

    def say(session: Session) -> Answered:
        held = session.get_one(Assignment, assignment_id)
        return assignments.decline(session, held, hotline.clock.now())

    return hotline.database.run(say)


def undo(hotline: Hotline, kind: StepKind) -> None:
    """Take back the last step of a kind."""

    def back(session: Session) -> None:
        step = session.scalars(select(Step).where(Step.kind == kind).order_by(Step.id.desc())).first()
        assert step is not None
        assignments.undo(session, hotline.line, step.id, hotline.clock.now(), HAND)

    hotline.database.run(back)


def calls(hotline: Hotline, assignment_id: int, *states: CallbackState) -> list[Callback]:
    """The calls of an assignment in these states (planned ones unless said otherwise), soonest first."""
    with hotline.database.read() as session:
        return list(
            session.scalars(
                select(Callback)
                .where(
                    Callback.assignment_id == assignment_id,
                    Callback.state.in_(states or (CallbackState.PLANNED,)),
                )
                .order_by(Callback.due_at)
            )
        )


def local(hotline: Hotline, moments: list[datetime] | list[Callback]) -> list[str]:
    """Moments, or calls by their time, as the line's clock shows them: "24/11 15:00"."""
    found = [one.due_at if isinstance(one, Callback) else one for one in moments]
    return [f"{hotline.line.local(moment):%d/%m %H:%M}" for moment in found]


def told(hotline: Hotline, assignment_id: int) -> list[str]:
    """The steps of an assignment, as words, oldest first."""
    with hotline.database.read() as session:
        steps = session.scalars(select(Step).where(Step.assignment_id == assignment_id).order_by(Step.id))
        return [step.kind.value for step in steps]
