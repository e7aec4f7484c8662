"""Partner structures as the desk keeps them: listed, written down, changed, archived."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Partner
from hotline.models.status import LegalStatus, Need
from hotline.services.referrals.partners import Record, records

PAGE: Final = 40
TAKEN_BY_PARTNERS: Final = tuple(need for need in Need if need is not Need.LIEN)
_POSTCODE: Final = re.compile(r"\d{5}")
_DEPARTEMENT: Final = re.compile(r"0[1-9]|[1-8]\d|9[0-5]|2[AB]|97[1-8]|98[6-8]")


class UnknownPlace(HotlineError):
    """What was typed is no postcode and no département: which one, and what to write."""


@dataclass(frozen=True)
class Profile:
    """What is kept about a partner; `needs` and `area` as they stand in the table, `phone` in E.164."""

    name: str
    legal_status: LegalStatus
    approval: str | None
    needs: str
    area: str
    hours: str
    contact_name: str | None
    phone: str | None
    email: str | None
    address: str | None
    postcode: str | None
    city: str | None
    website: str | None
    note: str | None


@dataclass(frozen=True)
class Row:
    """A partner in a list, and what it has answered."""

    partner: Partner
    record: Record


@dataclass(frozen=True)
class Part:
    """A part of the list; `following` is the partner after which the others begin."""

    rows: Sequence[Row]
    following: int | None


def listed(
    session: Session, name: str = "", need: Need | None = None, *, archived: bool = False, after: int = 0
) -> Part:
    """Return partners by name, from a place on."""
    query = select(Partner).where(
        Partner.archived_at.is_not(None) if archived else Partner.archived_at.is_(None)
    )
    if name:
        query = query.where(Partner.name.icontains(name, autoescape=True))
    if need:
        query = query.where(Partner.needs.contains(need.value))
    last = session.get(Partner, after) if after else None
    if last:
        query = query.where(tuple_(Partner.name, Partner.id) > tuple_(last.name, last.id))
    found = session.scalars(query.order_by(Partner.name, Partner.id).limit(PAGE + 1)).all()
    answered = records(session, [one.id for one in found])
    rows = [Row(one, answered.get(one.id, Record())) for one in found[:PAGE]]
    return Part(rows, rows[-1].partner.id if len(found) > PAGE else None)


def record(session: Session, partner: Partner) -> Record:
    """Return what a partner was asked and has answered."""
    return records(session, [partner.id]).get(partner.id, Record())


def add(session: Session, profile: Profile, at: datetime) -> Partner:
    """Write a partner down."""
    partner = Partner(**asdict(profile), created_at=at)
    session.add(partner)
    session.flush()
    return partner


def change(session: Session, partner: Partner, profile: Profile) -> None:
    """Keep what has changed about a partner."""
    for name, value in asdict(profile).items():
        setattr(partner, name, value)
    session.flush()


def archive(partner: Partner, at: datetime) -> bool:
    """Let a partner be proposed no more; False when it was archived already."""
    if partner.archived_at is not None:
        return False
    partner.archived_at = at
    return True


def restore(partner: Partner) -> None:
    """Let an archived partner be proposed again."""
    partner.archived_at = None


def area(text: str) -> str:
    """Read postcodes and départements, however separated; empty is everywhere. Raises UnknownPlace."""
    places = [place.upper() for place in re.split(r"[\s,;/]+", text.strip()) if place]
    for place in places:
        if not (_POSTCODE.fullmatch(place) or _DEPARTEMENT.fullmatch(place)):
            raise UnknownPlace(
                f"« {place} » n'est ni un code postal ni un département : écrivez par exemple « 05, 38350 »."
            )
    return ",".join(dict.fromkeys(places))


def needs_of(partner: Partner) -> list[Need]:
    """Return the needs that a partner takes, in their usual order."""
    taken = set(partner.needs.split(","))
    return [need for need in TAKEN_BY_PARTNERS if need.value in taken]
