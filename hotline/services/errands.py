"""Errands: a need of a caller met on the spot, by a volunteer of our own who lives near.

An errand is an assignment of its own for one referral; the caller's request stays as it is.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from callflows import errands as words
from hotline.models import Alert, Assignment, Referral, Volunteer, move
from hotline.models.status import (
    HELD_ASSIGNMENT,
    Need,
    ReferralState,
    ReferralStepKind,
    RequestState,
)
from hotline.services import alerts, links, outbox, planning, requests
from hotline.services.line import Line
from hotline.services.referrals import alarms, steps
from hotline.services.referrals.holding import own_request, refer, snapshot

DONE, NOBODY = "done", "errand_nobody"
_ERRAND = aliased(Assignment)  # made once: this is asked every few seconds


def is_wanted() -> ColumnElement[bool]:
    """Tell, within a query, whether somebody is sought on the spot for a referral."""
    held = select(_ERRAND.id).where(_ERRAND.referral_id == Referral.id, _ERRAND.state.in_(HELD_ASSIGNMENT))
    return (
        Referral.errand_at.is_not(None)
        & Referral.request_id.is_not(None)
        & (Referral.state == ReferralState.TO_SEND)
        & ~held.exists()
    )


def sought() -> Select[int | None]:
    """Select the requests of those for whose needs somebody is sought on the spot."""
    return select(Referral.request_id).where(is_wanted())


def open_one(session: Session, referral_id: int) -> Referral | None:
    """Return a referral, held, for which our volunteers are asked; None when it needs them no more."""
    referral = session.get_one(Referral, referral_id, populate_existing=True, with_for_update=True)
    asked = referral.errand_at is not None and referral.state is ReferralState.TO_SEND
    return referral if asked else None


def holder(session: Session, referral_id: int) -> Assignment | None:
    """Return the errand that a volunteer was offered or holds for a referral, if any."""
    held = Assignment.referral_id == referral_id, Assignment.state.in_(HELD_ASSIGNMENT)
    return session.scalar(select(Assignment).where(*held))


def need_of(session: Session, errand: Assignment) -> Need:
    """Return the need that an errand meets."""
    return session.get_one(Referral, errand.referral_id).need


def begin(session: Session, line: Line, errand: Assignment, at: datetime) -> None:
    """A volunteer said yes: the need is taken, its day is planned, and they get the sanitary instructions.

    A request that was made for this very need waits for no call meanwhile.
    """
    referral = session.get_one(Referral, errand.referral_id)
    volunteer = session.get_one(Volunteer, errand.volunteer_id)
    request = own_request(session, referral)
    before = snapshot(referral, request)
    move(session, referral, ReferralState.TAKEN, answered_at=at)
    if request is not None:
        refer(session, request)
    steps.note(session, referral, ReferralStepKind.TAKEN, at, actor=volunteer.first_name, before=before)
    planning.begin(session, line, errand, at)
    outbox.enqueue(
        session,
        line,
        kind="errand_advice",
        key=f"errand_advice:{errand.id}",
        phone=volunteer.phone,
        body=words.advice(
            line.words,
            reference=errand.id,
            line=line.number,
            link=links.for_text(session, line, volunteer, at),
        ),
        at=at,
    )


def give_back(session: Session, errand: Assignment, at: datetime) -> None:
    """An errand falls through: its need is open again, unless somebody has settled it meanwhile."""
    referral = session.get_one(Referral, errand.referral_id)
    request = own_request(session, referral)
    before = snapshot(referral, request)
    if not move(session, referral, ReferralState.TO_SEND, only_from=ReferralState.TAKEN, answered_at=None):
        return
    if request is not None and request.state is RequestState.REFERRED:
        move(session, request, RequestState.WAITING)
    steps.note(session, referral, ReferralStepKind.REOPENED, at, before=before)


def done(session: Session, errand: Assignment, at: datetime, actor: str) -> None:
    """The need is met: it is closed, and so is a request that was made for it."""
    referral = session.get_one(Referral, errand.referral_id)
    request = own_request(session, referral)
    before = snapshot(referral, request)
    over = {"closed_at": at, "act_at": None, "errand_at": None}
    if not move(session, referral, ReferralState.CLOSED, only_from=ReferralState.TAKEN, **over):
        return
    if request is not None and request.state is RequestState.REFERRED:
        requests.close(session, request, DONE, at, actor=actor)
    alarms.settle(session, referral, at, actor=actor)
    steps.note(session, referral, ReferralStepKind.CLOSED, at, actor=actor, before=before)


def untold(session: Session, referral_ids: list[int]) -> list[int]:
    """Return those referrals of which the coordinators do not know yet that nobody can help on the spot."""
    keys = {one: _key(session.get_one(Referral, one)) for one in referral_ids}
    known = set(session.scalars(select(Alert.key).where(Alert.key.in_(keys.values()))))
    return [one for one, key in keys.items() if key not in known]


def tell_nobody(session: Session, referral_id: int, why: str, at: datetime) -> None:
    """Nobody can be asked on the spot: coordinators know, once each time that it is tried."""
    referral = session.get_one(Referral, referral_id)
    alerts.raise_alert(session, NOBODY, _key(referral), at, detail=why, caller_id=referral.caller_id)


def _key(referral: Referral) -> str:
    since = referral.errand_at or referral.created_at
    return f"{NOBODY}:{referral.id}:{since:%Y%m%d%H%M%S}"
