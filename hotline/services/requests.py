"""A caller waits to be called back: one open request per person, joined by every further contact."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Contact, Request, move
from hotline.models.status import (
    HELD_ASSIGNMENT,
    OPEN_REQUEST,
    AssignmentState,
    ContactKind,
    Need,
    RequestKind,
    RequestState,
    StepKind,
)
from hotline.services import channels, steps
from hotline.services.holding import cancel_planned, rest

TELEMARKETER = -1
ORDINARY = 0


def contact(
    session: Session, caller: Caller, kind: ContactKind, at: datetime, *, priority: int = ORDINARY
) -> Contact:
    """Log a contact; it joins the caller's open request or opens one."""
    return _logged(session, caller, kind, at, open_for(session, caller, at, priority=priority))


def contact_apart(session: Session, caller: Caller, kind: ContactKind, at: datetime) -> Contact:
    """Log a contact after which nobody is waited for: it neither joins a request nor opens one."""
    return _logged(session, caller, kind, at, None)


def open_for(session: Session, caller: Caller, at: datetime, *, priority: int = ORDINARY) -> Request:
    """Return the caller's open request, held; a new one when there is none."""
    request = open_request(session, caller)
    if request is None:
        request = Request(
            caller_id=caller.id,
            kind=RequestKind.UNKNOWN,
            need=Need.LIEN,
            state=RequestState.WAITING if channels.reachable(caller) else RequestState.NEEDS_NUMBER,
            priority=priority,
            opened_at=at,
        )
        session.add(request)
        session.flush()
    return request


def _logged(
    session: Session, caller: Caller, kind: ContactKind, at: datetime, request: Request | None
) -> Contact:
    made = Contact(kind=kind, caller_id=caller.id, request=request, at=at)
    session.add(made)
    session.flush()
    return made


def open_request(session: Session, caller: Caller) -> Request | None:
    """Return the caller's open request, if any, held so that nobody closes it meanwhile."""
    return session.scalar(
        select(Request)
        .where(Request.caller_id == caller.id, Request.state.in_(OPEN_REQUEST))
        .with_for_update(key_share=True)
    )


def current(session: Session, caller_id: int) -> Request | None:
    """Return somebody's open request, if any, without holding it: for looking only."""
    return session.scalar(
        select(Request).where(Request.caller_id == caller_id, Request.state.in_(OPEN_REQUEST))
    )


def close(session: Session, request: Request, reason: str, at: datetime, *, actor: str = steps.CLOCK) -> bool:
    """Close a request and end what was held for it; False when it was closed already.

    Errands go on: a need is open until it is met.
    """
    if not move(session, request, RequestState.CLOSED, closed_at=at, close_reason=reason):
        return False
    held = session.scalars(
        select(Assignment)
        .where(
            Assignment.request_id == request.id,
            Assignment.referral_id.is_(None),
            Assignment.state.in_(HELD_ASSIGNMENT),
        )
        .order_by(Assignment.id)
    )
    for assignment in held.all():
        before = {"state": assignment.state.value}
        move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason=reason)
        cancel_planned(session, assignment, reason)
        steps.note(session, assignment, StepKind.ENDED, at, actor=actor, detail=reason, before=before)
        rest(session, assignment.volunteer_id, at)
    return True
