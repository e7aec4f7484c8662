"""A need that the team proposes to our volunteers who live near: who is asked, and why nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Caller, Referral, Request, Volunteer, move
from hotline.models.status import AssignmentState, ReferralState
from hotline.services import assignments, errands, requests, rounds
from hotline.services.line import Line
from hotline.services.referrals.holding import CannotRefer, held
from hotline.services.rounds.told import full_name

_PROPOSABLE = frozenset({ReferralState.TO_SEND, ReferralState.REFUSED})


@dataclass(frozen=True)
class Asked:
    """One volunteer who was asked to meet a need, and what became of it."""

    assignment_id: int
    volunteer_id: int
    name: str
    state: AssignmentState
    offered_at: datetime
    answer_by: datetime
    end_reason: str | None


@dataclass(frozen=True)
class Errand:
    """What the desk shows of a need and our own volunteers; `since` None while nobody is asked.

    `reasons` say in French who would be asked now and why nobody else; empty while somebody holds it.
    """

    since: datetime | None
    proposable: bool
    asked: Sequence[Asked]
    reasons: Sequence[str]
    closed_until: datetime | None


def propose(session: Session, referral_id: int, at: datetime) -> None:
    """Ask volunteers who live near to meet a need, from the next round on. Raises CannotRefer."""
    referral = held(session, referral_id)
    if referral.state not in _PROPOSABLE:
        raise CannotRefer("Ce besoin est déjà suivi ou clos : rouvrez-le pour le proposer sur place.")
    caller = session.get_one(Caller, referral.caller_id)
    if not caller.postcode:
        raise CannotRefer(
            "On ne sait pas qui habite près de cette personne : notez d'abord son code postal, sur sa fiche."
        )
    if not caller.phones:
        raise CannotRefer("Personne ne peut appeler cette personne : il lui faut d'abord un numéro.")
    if referral.state is ReferralState.REFUSED:
        move(session, referral, ReferralState.TO_SEND)
    referral.request_id = referral.request_id or _request(session, caller, at)
    referral.errand_at = at
    session.flush()


def withdraw(session: Session, referral_id: int, at: datetime, *, actor: str) -> None:
    """Ask nobody any more; an offer without an answer is taken back."""
    assignments.withdraw_errand(session, held(session, referral_id).id, at, actor=actor)


def read(session: Session, line: Line, referral_id: int, at: datetime) -> Errand:
    """Return what the desk shows of a need and our own volunteers."""
    referral = session.get_one(Referral, referral_id)
    asked = _asked(session, referral_id)
    waits = referral.errand_at is not None and errands.holder(session, referral_id) is None
    return Errand(
        since=referral.errand_at,
        proposable=referral.state in _PROPOSABLE and referral.errand_at is None,
        asked=asked,
        reasons=rounds.explain_errand(session, line, referral_id, at) if waits else (),
        closed_until=None if line.offer_hours.is_open(at) else line.offer_hours.next_opening(at),
    )


def _request(session: Session, caller: Caller, at: datetime) -> int:
    """Return the request that led to a need: the open one, else the latest, else a new one."""
    latest = select(Request.id).where(Request.caller_id == caller.id).order_by(Request.id.desc()).limit(1)
    current = requests.current(session, caller.id)
    if current is not None:
        return current.id
    return session.scalar(latest) or requests.open_for(session, caller, at).id


def _asked(session: Session, referral_id: int) -> list[Asked]:
    found = session.execute(
        select(Assignment, Volunteer)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.referral_id == referral_id)
        .order_by(Assignment.id.desc())
    )
    return [
        Asked(
            one.id,
            volunteer.id,
            full_name(volunteer.first_name, volunteer.last_name),
            one.state,
            one.offered_at,
            one.expires_at,
            one.end_reason,
        )
        for one, volunteer in found
    ]
