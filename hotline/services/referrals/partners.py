"""Partner structures: who takes which need, where, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from hotline.hours import BrokenHours, Hours
from hotline.models import Partner, ReferralStep
from hotline.models.people import departement
from hotline.models.status import Need, ReferralStepKind
from hotline.services.line import Line

MOST = 30
_ANSWERS = (ReferralStepKind.TAKEN, ReferralStepKind.REFUSED)


@dataclass(frozen=True)
class Fit:
    """A partner for a need: whether it is open now, and whether it names the person's own place."""

    partner: Partner
    open_now: bool
    near: bool


@dataclass(frozen=True)
class Record:
    """How many needs a partner was asked to take, and how many it has answered."""

    asked: int = 0
    answered: int = 0


def suggested(session: Session, line: Line, need: Need, postcode: str | None, at: datetime) -> list[Fit]:
    """Return the partners that take a need where somebody lives: those open now first, then the nearest."""
    active = select(Partner).where(Partner.archived_at.is_(None), Partner.needs.contains(need.value))
    fits = [
        Fit(one, open_now(line, one, at), near=bool(one.area and postcode))
        for one in session.scalars(active)
        if takes(one, need) and serves(one, postcode)
    ]
    return sorted(fits, key=lambda fit: (not fit.open_now, not fit.near, fit.partner.name.lower()))[:MOST]


def named(session: Session, name: str) -> Sequence[Partner]:
    """Return the first partners whose name holds these letters, by name."""
    alike = Partner.name.icontains(name, autoescape=True)
    active = select(Partner).where(Partner.archived_at.is_(None), alike)
    return session.scalars(active.order_by(Partner.name, Partner.id).limit(MOST)).all()


def takes(partner: Partner, need: Need) -> bool:
    """Tell whether a partner takes a kind of need."""
    return need.value in partner.needs.split(",")


def serves(partner: Partner, postcode: str | None) -> bool:
    """Tell whether a partner comes where somebody lives; everywhere when it names no place."""
    places = {place.strip() for place in partner.area.split(",") if place.strip()}
    return not places or postcode is None or bool(places & {postcode, departement(postcode)})


def open_now(line: Line, partner: Partner, at: datetime) -> bool:
    """Tell whether a partner is open at a moment; one whose hours nobody wrote down always is."""
    try:
        hours = Hours.parse(
            partner.hours, timezone=line.config.hours.timezone, country=line.config.hours.country
        )
    except BrokenHours:
        return False
    return hours.is_open(at)


def records(session: Session, partner_ids: Sequence[int]) -> Mapping[int, Record]:
    """Return what partners were asked and have answered: each need once, whatever became of it since."""
    each = func.count(distinct(ReferralStep.referral_id))
    counted = (
        select(
            ReferralStep.partner_id,
            each.filter(ReferralStep.kind == ReferralStepKind.SENT),
            each.filter(ReferralStep.kind.in_(_ANSWERS)),
        )
        .where(ReferralStep.partner_id.in_(partner_ids), ReferralStep.undone_at.is_(None))
        .group_by(ReferralStep.partner_id)
    )
    return {
        partner: Record(asked, answered) for partner, asked, answered in session.execute(counted) if partner
    }
