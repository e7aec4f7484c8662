"""Taking a step of a referral back, unless something newer is against it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Referral, ReferralStep, move
from hotline.models.status import ReferralStepKind, RequestState
from hotline.services import requests
from hotline.services.referrals.answering import ELSEWHERE
from hotline.services.referrals.holding import CannotRefer, held, own_request, restore

_CHANGED = "Ce besoin a changé entre-temps : corrigez à la main."


def undo(session: Session, step_id: int, at: datetime) -> Sequence[str]:
    """Take a step back; return the keys of what it wrote, to be dropped where it has not left.

    Raises CannotRefer when somebody has acted since.
    """
    referral = held(session, session.get_one(ReferralStep, step_id).referral_id)
    step = session.get_one(ReferralStep, step_id, populate_existing=True)
    newer = _newer(session, step)
    if step.undone_at is not None or step.before is None or any(_against(step, one) for one in newer):
        raise CannotRefer(_CHANGED)
    if "state" in step.before:
        _give_request_back(session, referral, step.before["request"], at)
        if not restore(session, referral, step.before):
            raise CannotRefer(_CHANGED)
    for one in (step, *newer):
        one.undone_at = at
    session.flush()
    return [key for one in (step, *newer) if one.before and (key := one.before.get("key"))]


def _newer(session: Session, step: ReferralStep) -> Sequence[ReferralStep]:
    """Return what was done since, reminders of the clock left out."""
    since = select(ReferralStep).where(
        ReferralStep.referral_id == step.referral_id,
        ReferralStep.id > step.id,
        ReferralStep.undone_at.is_(None),
    )
    return [one for one in session.scalars(since) if one.before is not None]


def _against(step: ReferralStep, newer: ReferralStep) -> bool:
    """Only the word to the person that came with a yes goes back together with it."""
    together = newer.kind is ReferralStepKind.CALLER_TOLD and newer.at == step.at
    return not (step.kind is ReferralStepKind.TAKEN and together)


def _give_request_back(session: Session, referral: Referral, was: str | None, at: datetime) -> None:
    request = own_request(session, referral)
    if request is None or was is None:
        return
    state = RequestState(was)
    if state is RequestState.REFERRED:
        move(session, request, state, closed_at=None, close_reason=None)
    elif state is RequestState.CLOSED:
        requests.close(session, request, ELSEWHERE, at)
    elif request.state is RequestState.REFERRED:
        if requests.current(session, request.caller_id) is not None:
            raise CannotRefer("Cette personne a une demande plus récente : c'est elle qu'il faut suivre.")
        move(session, request, RequestState.WAITING)
