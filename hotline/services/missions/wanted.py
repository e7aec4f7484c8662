"""How many volunteers we want: a few bounded counts, no name is read."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Referral, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    Need,
    ReferralState,
    RequestState,
    VolunteerState,
)
from hotline.services.missions.on_site import ERRANDS

MOST: Final = 1000
"""No mission asks for more volunteers than this, and no count runs further."""

_OPEN: Final = (ReferralState.TO_SEND, ReferralState.REFUSED)


@dataclass(frozen=True)
class Wanted:
    """People who wait for a voice, free places of our volunteers, and open needs on the spot by kind."""

    waiting: int
    free: int
    needs: dict[Need, int]

    def voices(self, reserve: int) -> int:
        """Return how many volunteers are wanted on the telephone, of whom `reserve` without a caller yet."""
        return min(max(self.waiting + reserve - self.free, 1), MOST)


def count(session: Session) -> Wanted:
    """Count who waits, who is free, and which needs nobody has taken."""
    return Wanted(
        waiting=_bounded(session, _waiting()),
        free=_free(session),
        needs={need: found for need in ERRANDS if (found := _bounded(session, _untaken(need)))},
    )


def _waiting() -> Select[int]:
    """Select the requests for a conversation that nobody has; telemarketers wait for nobody."""
    return select(Request.id).where(
        Request.state == RequestState.WAITING, Request.priority >= 0, Request.need == Need.LIEN
    )


def _free(session: Session) -> int:
    """Return how many more callers our active volunteers would take."""
    held = (
        select(Assignment.volunteer_id, func.count().label("people"))
        .where(Assignment.state.in_(HELD_ASSIGNMENT))
        .group_by(Assignment.volunteer_id)
        .subquery()
    )
    left = Volunteer.capacity - func.coalesce(held.c.people, 0)
    free = (
        select(func.sum(case((left > 0, left), else_=0)))
        .select_from(Volunteer)
        .outerjoin(held, held.c.volunteer_id == Volunteer.id)
        .where(Volunteer.state == VolunteerState.ACTIVE)
    )
    return session.scalar(free) or 0


def _untaken(need: Need) -> Select[int]:
    """Select the open needs of a kind that neither a partner nor one of our volunteers takes over."""
    held = (
        select(Assignment.id)
        .where(Assignment.referral_id == Referral.id, Assignment.state.in_(HELD_ASSIGNMENT))
        .exists()
    )
    return select(Referral.id).where(Referral.state.in_(_OPEN), Referral.need == need, ~held)


def _bounded(session: Session, rows: Select[*tuple[Any, ...]]) -> int:
    return session.scalar(select(func.count()).select_from(rows.limit(MOST).subquery())) or 0
