"""The person is told who will phone them: by text or mail where they take them, else by somebody's voice."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from callflows import orientation
from hotline.models import Caller, Partner, Referral, ReferralStep
from hotline.models.status import Channel, ReferralState, ReferralStepKind
from hotline.services import outbox, post
from hotline.services.line import Line
from hotline.services.referrals import steps
from hotline.services.referrals.holding import CannotRefer, held, partner_of

KIND: Final = "referral_told"
TEXT, MAIL, VOICE = "text", "mail", "voice"


@dataclass(frozen=True)
class ToSay:
    """A sentence that somebody still has to say to a person: this partner will phone them."""

    referral_id: int
    caller_id: int
    partner: str


def tell(session: Session, line: Line, referral: Referral, at: datetime) -> str | None:
    """Write a person who will phone them; return how ("text", "mail"), None when somebody must say it."""
    caller, partner = session.get_one(Caller, referral.caller_id), partner_of(session, referral)
    key = steps.next_key(session, KIND, referral)
    ways = {TEXT: _text, MAIL: _mail}
    order = (MAIL, TEXT) if caller.channel is Channel.MAIL else (TEXT, MAIL)
    for way in order:
        if ways[way](session, line, caller, partner, referral, key, at):
            before = {"key": key}
            steps.note(session, referral, ReferralStepKind.CALLER_TOLD, at, detail=way, before=before)
            return way
    return None


def said(session: Session, referral_id: int, at: datetime, *, actor: str) -> ReferralStep:
    """Note that somebody has told the person. Raises CannotRefer when there is nothing to tell."""
    referral = held(session, referral_id)
    to_be_said = to_say(session, {referral.caller_id}).get(referral.caller_id, [])
    if referral_id not in {one.referral_id for one in to_be_said}:
        raise CannotRefer("Cette personne sait déjà qui va l'appeler, ou personne n'a encore dit oui.")
    kind, before = ReferralStepKind.CALLER_TOLD, {"key": None}
    return steps.note(session, referral, kind, at, actor=actor, detail=VOICE, before=before)


def to_say(session: Session, caller_ids: Collection[int]) -> Mapping[int, list[ToSay]]:
    """Return, person by person, what is still to be said to them, oldest first."""
    found: defaultdict[int, list[ToSay]] = defaultdict(list)
    rows = session.execute(
        select(Referral.id, Referral.caller_id, Partner.name)
        .join(Partner, Partner.id == Referral.partner_id)
        .where(Referral.caller_id.in_(caller_ids), Referral.state == ReferralState.TAKEN, ~is_told())
        .order_by(Referral.id)
    )
    for referral_id, caller_id, partner in rows:
        found[caller_id].append(ToSay(referral_id, caller_id, partner))
    return found


def keys(session: Session, referral_id: int) -> list[str]:
    """Return the keys of what was written to the person of a referral."""
    told = select(ReferralStep).where(
        ReferralStep.referral_id == referral_id,
        ReferralStep.kind == ReferralStepKind.CALLER_TOLD,
        ReferralStep.undone_at.is_(None),
    )
    return [key for step in session.scalars(told) if step.before and (key := step.before.get("key"))]


def is_told() -> ColumnElement[bool]:
    """Tell, within a query, whether the person of a referral knows who will phone them."""
    return exists().where(
        ReferralStep.referral_id == Referral.id,
        ReferralStep.kind == ReferralStepKind.CALLER_TOLD,
        ReferralStep.undone_at.is_(None),
    )


def _text(
    session: Session, line: Line, caller: Caller, partner: Partner, referral: Referral, key: str, at: datetime
) -> bool:
    body = orientation.told_text(
        line.words_in(caller.language), partner=partner.name, code=referral.need.value, line=line.number
    )
    return any(
        outbox.enqueue(session, line, kind=KIND, key=key, phone=phone, body=body, at=at)
        for phone in caller.phones
    )


def _mail(
    session: Session, line: Line, caller: Caller, partner: Partner, referral: Referral, key: str, at: datetime
) -> bool:
    if not caller.email:
        return False
    letter = orientation.told_mail(
        line.words_in(caller.language),
        partner=partner.name,
        code=referral.need.value,
        line=line.number,
        association=line.config.association.name,
    )
    return post.enqueue(
        session, line, kind=KIND, key=key, to=caller.email, subject=letter.subject, body=letter.body, at=at
    )
