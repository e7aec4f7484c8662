"""A need comes up: one open referral for each kind of need of a person, joined by whatever is said again."""

from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Caller, Referral
from hotline.models.status import OPEN_REFERRAL, Need, ReferralState, ReferralStepKind
from hotline.services.line import Line
from hotline.services.referrals import steps

log = structlog.get_logger()


def opened(
    session: Session,
    line: Line,
    *,
    caller_id: int,
    need: Need,
    words: str | None,
    author: str,
    at: datetime,
    request_id: int | None = None,
    report_id: int | None = None,
) -> Referral:
    """Open a referral to be sent for somebody's need, or return the open one of the same kind.

    What is said again is added to its words as long as it was not passed on. The clock looks at it `at` and
    then, in growing intervals, as long as it waits. Raises ValueError for a conversation: that is ours.
    """
    if need is Need.LIEN:
        raise ValueError("a conversation is not referred")
    session.get_one(Caller, caller_id, with_for_update={"of": Caller})
    found = open_one(session, caller_id, need)
    if found is not None:
        _more(found, words)
        return found
    referral = Referral(
        caller_id=caller_id,
        request_id=request_id,
        report_id=report_id,
        need=need,
        state=ReferralState.TO_SEND,
        words=words or None,
        author=author,
        created_at=at,
        act_at=at + line.config.partners.remind_after,
    )
    session.add(referral)
    session.flush()
    steps.note(session, referral, ReferralStepKind.OPENED, at, actor=author)
    log.info("need_opened", referral=referral.id, need=need)
    return referral


def open_one(session: Session, caller_id: int, need: Need) -> Referral | None:
    """Return somebody's open referral for a kind of need, if any."""
    theirs = select(Referral).where(
        Referral.caller_id == caller_id, Referral.need == need, Referral.state.in_(OPEN_REFERRAL)
    )
    return session.scalars(theirs.order_by(Referral.id).limit(1)).first()


def open_of(session: Session, caller_id: int) -> list[Referral]:
    """Return somebody's open referrals, oldest first."""
    theirs = select(Referral).where(Referral.caller_id == caller_id, Referral.state.in_(OPEN_REFERRAL))
    return list(session.scalars(theirs.order_by(Referral.id)))


def _more(referral: Referral, words: str | None) -> None:
    known = referral.words or ""
    if words and words not in known and referral.state is ReferralState.TO_SEND:
        referral.words = f"{known}\n{words}".strip()
