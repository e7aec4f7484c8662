"""Needs and partners to play with."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Partner, Referral, ReferralStep
from hotline.models.status import LegalStatus, Need, ReferralChannel, ReferralStepKind
from hotline.services.line import Line
from hotline.services.referrals import answering, following, needs, passing, steps

COLLECTIVE = "Collectif Solidarité Courses"
COLLECTIVE_MOBILE = "+33639980777"
COLLECTIVE_MAIL = "courses@exemple.fr"
HAND = "Camille"

Result = TypeVar("Result")


def add_partner(hotline: Hotline, name: str = COLLECTIVE, **fields: Any) -> int:
    """Write a partner down, who shops and brings food in the Hautes-Alpes; return its id."""
    values: dict[str, Any] = {
        "legal_status": LegalStatus.ASSOCIATION,
        "needs": "AIDE_ALIMENTAIRE,SOLIDARITE_PROXIMITE",
        "area": "05",
        "phone": COLLECTIVE_MOBILE,
        "email": COLLECTIVE_MAIL,
    }

    def enter(session: Session) -> int:
        partner = Partner(name=name, created_at=hotline.clock.now(), **values | fields)
        session.add(partner)
        session.flush()
        return partner.id

    return hotline.database.run(enter)


def add_need(hotline: Hotline, caller_id: int, need: Need = Need.AIDE_ALIMENTAIRE, **fields: Any) -> int:
    """Open a need of somebody; return the referral's id."""
    values: dict[str, Any] = {"words": "plus rien à manger", "author": HAND}

    def enter(session: Session) -> int:
        at = hotline.clock.now()
        opened = needs.opened(session, hotline.line, caller_id=caller_id, need=need, at=at, **values | fields)
        return opened.id

    return hotline.database.run(enter)


def choose(hotline: Hotline, referral_id: int, partner_id: int) -> int:
    """Choose a partner; return the step."""

    def work(session: Session) -> int:
        partner = session.get_one(Partner, partner_id)
        at = hotline.clock.now()
        return passing.choose(session, hotline.line, referral_id, partner, at, actor=HAND).id

    return hotline.database.run(work)


def consent(hotline: Hotline, referral_id: int, source: str = "la personne, au téléphone") -> int:
    """Note that the person agrees; return the step."""
    at = hotline.clock.now()
    return hotline.database.run(
        lambda session: passing.consented(session, referral_id, source, at, actor=HAND).id
    )


def send(
    hotline: Hotline,
    referral_id: int,
    channel: ReferralChannel = ReferralChannel.CALL,
    words: str = "Odette a besoin de courses.",
    line: Line | None = None,
) -> int:
    """Pass a need on; return the step."""
    at = hotline.clock.now()
    return hotline.database.run(
        lambda session: (
            passing.send(session, line or hotline.line, referral_id, channel, words, at, actor=HAND).id
        )
    )


def sent(hotline: Hotline, caller_id: int, **fields: Any) -> int:
    """Open a need and pass it on by telephone; return the referral's id."""
    referral_id = add_need(hotline, caller_id, **fields)
    choose(hotline, referral_id, add_partner(hotline))
    consent(hotline, referral_id)
    send(hotline, referral_id)
    return referral_id


def answer(hotline: Hotline, what: Callable[..., ReferralStep], referral_id: int, words: str = "") -> int:
    """The partner says yes (`answering.taken`) or no (`answering.refused`); return the step."""
    at = hotline.clock.now()
    return hotline.database.run(
        lambda session: what(session, hotline.line, referral_id, words, at, actor=HAND).id
    )


def close(hotline: Hotline, referral_id: int) -> int:
    """Close a need; return the step."""
    at = hotline.clock.now()
    return hotline.database.run(lambda session: answering.closed(session, referral_id, "", at, actor=HAND).id)


def follow(hotline: Hotline, line: Line | None = None) -> int:
    """Let the clock look at every need that is due; return how many it acted on."""
    at = hotline.clock.now()
    with hotline.database.read() as session:
        due = following.due(session, at, 100)
    return sum(
        hotline.database.run(lambda session, one=one: following.act(session, line or hotline.line, one, at))
        for one in due
    )


def get(hotline: Hotline, referral_id: int) -> Referral:
    """A need as it is now."""
    with hotline.database.read() as session:
        return session.get_one(Referral, referral_id)


def kinds(hotline: Hotline, referral_id: int) -> Sequence[ReferralStepKind]:
    """The steps of a need that were not taken back, oldest first."""
    with hotline.database.read() as session:
        return [one.kind for one in steps.history(session, referral_id) if one.undone_at is None]


def with_mail(hotline: Hotline) -> Line:
    """The line of an association that writes mails."""
    return replace(hotline.line, mail_address="ligne@exemple.fr")
