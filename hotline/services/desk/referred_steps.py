"""The steps of somebody's needs as their history tells them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import Partner, Referral, ReferralStep
from hotline.models.status import ReferralStepKind

_TOLD: Final = frozenset(
    {
        ReferralStepKind.OPENED,
        ReferralStepKind.SENT,
        ReferralStepKind.TAKEN,
        ReferralStepKind.REFUSED,
        ReferralStepKind.CALLER_TOLD,
        ReferralStepKind.CLOSED,
        ReferralStepKind.REOPENED,
    }
)


@dataclass(frozen=True)
class Told:
    """One step, the need that it belongs to, and the partner that it was about."""

    id: int
    at: datetime
    step: ReferralStep
    referral: Referral
    partner: str | None


def source(
    caller_id: int, at: datetime
) -> tuple[Select[datetime, int], InstrumentedAttribute[datetime], InstrumentedAttribute[int]]:
    """Select the steps of somebody's needs up to a moment: when, and which."""
    query = (
        select(ReferralStep.at, ReferralStep.id)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .where(
            Referral.caller_id == caller_id,
            ReferralStep.at <= at,
            ReferralStep.kind.in_(_TOLD),
            ReferralStep.undone_at.is_(None),
        )
    )
    return query, ReferralStep.at, ReferralStep.id


def told(session: Session, ids: Sequence[int]) -> Iterable[Told]:
    """Return some steps with what belongs to them."""
    rows = (
        select(ReferralStep, Referral, Partner.name)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .outerjoin(Partner, Partner.id == ReferralStep.partner_id)
        .where(ReferralStep.id.in_(ids))
    )
    for step, referral, partner in session.execute(rows):
        yield Told(step.id, step.at, step, referral, partner)
