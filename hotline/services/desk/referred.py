"""Needs as the desk lists them: state by state, one with its history, those that wait for a hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from hotline.models import Caller, Partner, Referral, ReferralStep, Request
from hotline.models.status import OPEN_REFERRAL, Need, ReferralState
from hotline.services.desk.inbox import bounded
from hotline.services.desk.places import Place
from hotline.services.desk.who import Who, who
from hotline.services.referrals import telling

PAGE: Final = 30
_BY_HAND: Final = (ReferralState.TO_SEND, ReferralState.REFUSED)


@dataclass(frozen=True)
class Row:
    """A need in a list; `to_say` tells that the person does not know yet who will phone them."""

    referral: Referral
    caller: Who
    partner: str | None
    to_say: bool


@dataclass(frozen=True)
class Part:
    """A part of a list, and where the others begin."""

    rows: Sequence[Row]
    following: Place | None


@dataclass(frozen=True)
class Step:
    """One step in the life of a need, with the partner that it was about."""

    step: ReferralStep
    partner: str | None


@dataclass(frozen=True)
class ReferralFile:
    """A need with all that the desk shows of it."""

    referral: Referral
    caller: Caller
    partner: Partner | None
    request: Request | None
    steps: Sequence[Step]
    to_say: bool


def counts(session: Session) -> Mapping[ReferralState, int]:
    """Return how many needs there are in each state; no count runs over more than a hundred rows."""
    return {
        state: bounded(session, select(Referral.id).where(Referral.state == state)) for state in ReferralState
    }


def count_to_send(session: Session) -> int:
    """Return how many needs wait for a partner; the count runs over no more than a hundred rows."""
    return bounded(session, select(Referral.id).where(Referral.state.in_(_BY_HAND)))


def part(
    session: Session, state: ReferralState, need: Need | None = None, after: Place | None = None
) -> Part:
    """Return the needs in a state, the oldest first; the closed ones the latest first."""
    newest_first = state is ReferralState.CLOSED
    place = tuple_(Referral.created_at, Referral.id)
    query = _rows().where(Referral.state == state)
    if need:
        query = query.where(Referral.need == need)
    if after:
        last = tuple_(after.moment, after.id)
        query = query.where(place < last if newest_first else place > last)
    order = (
        (Referral.created_at.desc(), Referral.id.desc())
        if newest_first
        else (Referral.created_at, Referral.id)
    )
    rows = _shown(session, query.order_by(*order).limit(PAGE + 1))
    last_one = rows[PAGE - 1].referral if len(rows) > PAGE else None
    return Part(rows[:PAGE], Place(0, last_one.created_at, last_one.id) if last_one else None)


def waiting(session: Session, most: int) -> list[Row]:
    """Return the needs that wait for a hand: to be sent, refused, silent, or to be told; oldest first."""
    silent = (Referral.state == ReferralState.SENT) & (Referral.reminders > 0)
    untold = (Referral.state == ReferralState.TAKEN) & Referral.partner_id.is_not(None) & ~telling.is_told()
    found = [
        row
        for which in (Referral.state.in_(_BY_HAND), silent, untold)
        for row in _shown(session, _oldest(which, most))
    ]
    return sorted(found, key=lambda row: (row.referral.created_at, row.referral.id))[:most]


def of_caller(session: Session, caller_id: int) -> list[Row]:
    """Return somebody's open needs, oldest first."""
    theirs = Referral.caller_id == caller_id
    return _shown(session, _oldest(theirs & Referral.state.in_(OPEN_REFERRAL), PAGE))


def of_partner(session: Session, partner_id: int) -> list[Row]:
    """Return the last needs for which a partner was chosen, the latest first."""
    query = _rows().where(Referral.partner_id == partner_id)
    return _shown(session, query.order_by(Referral.created_at.desc(), Referral.id.desc()).limit(PAGE))


def read(session: Session, referral_id: int) -> ReferralFile | None:
    """Return a need's file, None when there is none."""
    referral = session.get(Referral, referral_id)
    if referral is None:
        return None
    steps = session.execute(
        select(ReferralStep, Partner.name)
        .outerjoin(Partner, Partner.id == ReferralStep.partner_id)
        .where(ReferralStep.referral_id == referral_id, ReferralStep.undone_at.is_(None))
        .order_by(ReferralStep.id.desc())
    )
    to_say = telling.to_say(session, {referral.caller_id}).get(referral.caller_id, [])
    return ReferralFile(
        referral=referral,
        caller=session.get_one(Caller, referral.caller_id),
        partner=session.get(Partner, referral.partner_id) if referral.partner_id else None,
        request=session.get(Request, referral.request_id) if referral.request_id else None,
        steps=[Step(step, name) for step, name in steps],
        to_say=any(one.referral_id == referral_id for one in to_say),
    )


def _oldest(which: ColumnElement[bool], most: int) -> Select[Referral, Caller, str, bool]:
    return _rows().where(which).order_by(Referral.created_at, Referral.id).limit(most)


def _rows() -> Select[Referral, Caller, str, bool]:
    told = or_(Referral.state != ReferralState.TAKEN, Referral.partner_id.is_(None), telling.is_told())
    return (
        select(Referral, Caller, Partner.name, told)
        .join(Caller, Caller.id == Referral.caller_id)
        .outerjoin(Partner, Partner.id == Referral.partner_id)
        .options(selectinload(Caller.phones))
    )


def _shown(session: Session, query: Select[Referral, Caller, str, bool]) -> list[Row]:
    return [
        Row(referral, who(caller), partner, not told)
        for referral, caller, partner, told in session.execute(query)
    ]
