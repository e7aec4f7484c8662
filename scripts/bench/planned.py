"""A line with many planned calls: callers whom the same volunteers phone every week for five weeks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from hotline.models import Assignment, Base, Callback, Caller, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallerState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.phone import PhoneNumber
from hotline.services import people

_WEEKS: Final = 5
_VOLUNTEERS: Final = 200
_FIVE_DAYS: Final = 5 * 24 * 60


def fill(session: Session, now: datetime, callbacks: int) -> None:
    """Plan calls from tomorrow on; none has anything to be done before."""
    callers = _ids(session, Caller, [_caller(now)] * max(callbacks // _WEEKS, 1))
    volunteers = _ids(session, Volunteer, [_volunteer(session, n, now) for n in range(_VOLUNTEERS)])
    requests = _ids(session, Request, [_request(caller, now) for caller in callers])
    given = zip(requests, callers, strict=True)
    held = _ids(
        session,
        Assignment,
        [_assignment(*pair, volunteers[n % _VOLUNTEERS], now) for n, pair in enumerate(given)],
    )
    planned = [_callback(held[n % len(held)], n // len(held), n, now) for n in range(callbacks)]
    session.execute(insert(Callback), planned)


def _ids(session: Session, model: type[Base], values: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows; return their ids in the same order."""
    table: Any = model
    written = session.scalars(insert(model).returning(table.id, sort_by_parameter_order=True), values)
    return list(written)


def _volunteer(session: Session, number: int, now: datetime) -> dict[str, Any]:
    phone = people.phone_for(session, PhoneNumber(f"+33639989{number:03}"), now)
    return {
        "first_name": "Camille",
        "last_name": "Exemple",
        "phone_id": phone.id,
        "capacity": 1000,
        "state": VolunteerState.ACTIVE,
        "created_at": now,
    }


def _caller(now: datetime) -> dict[str, Any]:
    return {"state": CallerState.ACTIVE, "created_at": now, "last_contact_at": now}


def _request(caller_id: int, now: datetime) -> dict[str, Any]:
    return {
        "caller_id": caller_id,
        "kind": RequestKind.RECURRING,
        "state": RequestState.ASSIGNED,
        "opened_at": now,
    }


def _assignment(request_id: int, caller_id: int, volunteer_id: int, now: datetime) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "caller_id": caller_id,
        "volunteer_id": volunteer_id,
        "kind": RequestKind.RECURRING,
        "cadence": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0",
        "starts_on": now.date(),
        "planned_until": now.date() + timedelta(weeks=2 * _WEEKS),
        "state": AssignmentState.ACTIVE,
        "offered_at": now,
        "expires_at": now,
    }


def _callback(assignment_id: int, week: int, number: int, now: datetime) -> dict[str, Any]:
    due = now + timedelta(days=1 + 7 * week, minutes=number % _FIVE_DAYS)
    return {
        "assignment_id": assignment_id,
        "occurrence": due.date(),
        "due_at": due,
        "act_at": due - timedelta(hours=3),
        "state": CallbackState.PLANNED,
    }
