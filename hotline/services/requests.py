"""A caller waits to be called back: one open request per person, joined by every further contact."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Contact, Request, move
from hotline.models.status import (
    OPEN_REQUEST,
    AssignmentState,
    ContactKind,
    Need,
    RequestKind,
    RequestState,
)

TELEMARKETER = -1
ORDINARY = 0


def contact(
    session: Session, caller: Caller, kind: ContactKind, at: datetime, *, priority: int = ORDINARY
) -> Contact:
    """Log a contact; it joins the caller's open request or opens one."""
    request = open_request(session, caller)
    if request is None:
        request = Request(
            caller_id=caller.id,
            kind=RequestKind.UNKNOWN,
            need=Need.LIEN,
            state=RequestState.WAITING if caller.phones else RequestState.NEEDS_NUMBER,
            priority=priority,
            opened_at=at,
        )
        session.add(request)
        session.flush()
    made = Contact(kind=kind, caller_id=caller.id, request_id=request.id, at=at)
    session.add(made)
    session.flush()
    return made


def open_request(session: Session, caller: Caller) -> Request | None:
    """Return the caller's open request, if any."""
    return session.scalar(
        select(Request).where(Request.caller_id == caller.id, Request.state.in_(OPEN_REQUEST))
    )


def close(session: Session, request: Request, reason: str, at: datetime) -> bool:
    """Close a request and end what was held for it; False when it was closed already."""
    if not move(session, request, RequestState.CLOSED, closed_at=at, close_reason=reason):
        return False
    for assignment in session.scalars(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.state.in_({AssignmentState.OFFERED, AssignmentState.ACTIVE, AssignmentState.PAUSED}),
        )
    ):
        move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason=reason)
    return True
