"""A round told by names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Request, Volunteer
from hotline.services import people
from hotline.services.rounds.planned import Plan


@dataclass(frozen=True)
class Offered:
    """An offer that has just been written; a cover is for one call, an errand for help on the spot."""

    request_id: int
    caller_name: str | None
    volunteer_name: str
    assignment_id: int
    cover: bool = False
    errand: bool = False


@dataclass(frozen=True)
class Unserved:
    """A request that goes on waiting, and why, as a sentence."""

    request_id: int
    caller_name: str | None
    why: str


@dataclass(frozen=True)
class RoundReport:
    """A round with the names of those concerned."""

    offers: Sequence[Offered]
    waiting: Sequence[Unserved]
    closed_until: datetime | None


def report(session: Session, plan: Plan, offered: Sequence[int]) -> RoundReport:
    """Tell a round by names: the offers that were written and the requests that go on waiting."""
    offers = session.execute(
        select(Assignment, Volunteer, Caller)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(Assignment.id.in_(offered))
        .order_by(Assignment.id)
    )
    waiting = session.execute(
        select(Request.id, Caller)
        .join(Caller, Caller.id == Request.caller_id)
        .where(Request.id.in_(plan.unserved))
        .order_by(Request.opened_at, Request.id)
    )
    return RoundReport(
        offers=[
            Offered(
                assignment.request_id,
                people.first_name(caller),
                full_name(volunteer.first_name, volunteer.last_name),
                assignment.id,
                cover=assignment.covers_id is not None,
                errand=assignment.referral_id is not None,
            )
            for assignment, volunteer, caller in offers
        ],
        waiting=[
            Unserved(request_id, people.first_name(caller), plan.unserved[request_id])
            for request_id, caller in waiting
        ],
        closed_until=plan.closed_until,
    )


def full_name(first_name: str, last_name: str) -> str:
    """Return a volunteer's names."""
    return f"{first_name} {last_name}".strip()
