"""The life of a referral, step by step: what the clock or somebody did, and when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Referral, ReferralStep
from hotline.models.status import ReferralStepKind
from hotline.services.steps import CLOCK

__all__ = ["CLOCK", "history", "next_key", "note"]


def note(
    session: Session,
    referral: Referral,
    kind: ReferralStepKind,
    at: datetime,
    *,
    actor: str = CLOCK,
    detail: str | None = None,
    before: dict[str, Any] | None = None,
) -> ReferralStep:
    """Write one step down and return it; with `before` it can be taken back."""
    step = ReferralStep(
        referral_id=referral.id,
        partner_id=referral.partner_id,
        kind=kind,
        at=at,
        actor=actor,
        detail=detail,
        before=before,
    )
    session.add(step)
    session.flush()
    return step


def history(session: Session, referral_id: int) -> Sequence[ReferralStep]:
    """Return the steps of a referral, oldest first; those taken back are among them."""
    mine = select(ReferralStep).where(ReferralStep.referral_id == referral_id)
    return session.scalars(mine.order_by(ReferralStep.id)).all()


def next_key(session: Session, kind: str, referral: Referral) -> str:
    """Return the key of the next text or mail about a referral, to be followed by a step."""
    taken = session.scalar(select(func.max(ReferralStep.id)).where(ReferralStep.referral_id == referral.id))
    return f"{kind}:{referral.id}:{taken or 0}"
