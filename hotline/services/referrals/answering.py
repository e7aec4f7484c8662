"""What the partner answers: taken or refused; a referral is closed in the end, and can be opened again."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Referral, ReferralStep, move
from hotline.models.status import OPEN_REFERRAL, ReferralState, ReferralStepKind, RequestState
from hotline.services import assignments, requests
from hotline.services.line import Line
from hotline.services.referrals import alarms, needs, steps, telling
from hotline.services.referrals.holding import CannotRefer, held, own_request, partner_of, refer, snapshot

ELSEWHERE: Final = "elsewhere"
_CHANGED = "Ce besoin a changé entre-temps : regardez où il en est."


def taken(
    session: Session, line: Line, referral_id: int, words: str, at: datetime, *, actor: str
) -> ReferralStep:
    """The partner takes a need over; the person is told who will phone. Raises CannotRefer."""
    referral = held(session, referral_id)
    partner_of(session, referral)
    before = snapshot(referral)
    _require_sent(referral)
    if not move(
        session,
        referral,
        ReferralState.TAKEN,
        answered_at=at,
        answer=words.strip() or None,
        act_at=None,
        reminders=0,
    ):
        raise CannotRefer(_CHANGED)
    alarms.settle(session, referral, at, actor=actor)
    step = steps.note(
        session, referral, ReferralStepKind.TAKEN, at, actor=actor, detail=referral.answer, before=before
    )
    telling.tell(session, line, referral, at)
    return step


def refused(
    session: Session, line: Line, referral_id: int, words: str, at: datetime, *, actor: str
) -> ReferralStep:
    """The partner cannot help: another one is to be chosen. Raises CannotRefer."""
    referral = held(session, referral_id)
    before = snapshot(referral)
    _require_sent(referral)
    if not move(
        session,
        referral,
        ReferralState.REFUSED,
        answered_at=at,
        answer=words.strip() or None,
        act_at=at + line.config.partners.remind_after,
        reminders=0,
    ):
        raise CannotRefer(_CHANGED)
    assignments.withdraw_errand(session, referral.id, at, actor=actor)
    alarms.settle(session, referral, at, actor=actor)
    return steps.note(
        session, referral, ReferralStepKind.REFUSED, at, actor=actor, detail=referral.answer, before=before
    )


def closed(session: Session, referral_id: int, words: str, at: datetime, *, actor: str) -> ReferralStep:
    """The need is met, or there is none any more; a request made for it closes too. Raises CannotRefer."""
    referral = held(session, referral_id)
    request = own_request(session, referral)
    before = snapshot(referral, request)
    if not move(session, referral, ReferralState.CLOSED, closed_at=at, act_at=None, reminders=0):
        raise CannotRefer("Ce besoin est déjà clos.")
    assignments.withdraw_errand(session, referral.id, at, actor=actor)
    if request is not None and request.state is RequestState.REFERRED and not _others(session, referral):
        requests.close(session, request, ELSEWHERE, at, actor=actor)
    alarms.settle(session, referral, at, actor=actor)
    detail = words.strip() or None
    return steps.note(
        session, referral, ReferralStepKind.CLOSED, at, actor=actor, detail=detail, before=before
    )


def reopened(session: Session, line: Line, referral_id: int, at: datetime, *, actor: str) -> ReferralStep:
    """A closed need is there again, to be passed on. Raises CannotRefer."""
    referral = held(session, referral_id)
    request = own_request(session, referral)
    before = snapshot(referral, request)
    if referral.state is not ReferralState.CLOSED:
        raise CannotRefer("Ce besoin n'est pas clos.")
    if needs.open_one(session, referral.caller_id, referral.need) is not None:
        raise CannotRefer("Cette personne a un besoin plus récent de la même sorte : suivez celui-là.")
    move(
        session,
        referral,
        ReferralState.TO_SEND,
        closed_at=None,
        act_at=at + line.config.partners.remind_after,
        reminders=0,
    )
    if request is not None and request.close_reason == ELSEWHERE and refer(session, request):
        request.closed_at, request.close_reason = None, None
    return steps.note(session, referral, ReferralStepKind.REOPENED, at, actor=actor, before=before)


def _require_sent(referral: Referral) -> None:
    if referral.state is ReferralState.TO_SEND:
        raise CannotRefer("Ce besoin n'est pas encore transmis : transmettez-le d'abord.")
    if referral.state is ReferralState.CLOSED:
        raise CannotRefer("Ce besoin est clos : rouvrez-le d'abord.")


def _others(session: Session, referral: Referral) -> bool:
    """Tell whether another need of the same request is still open."""
    same = select(Referral.id).where(
        Referral.request_id == referral.request_id,
        Referral.id != referral.id,
        Referral.need == referral.need,
        Referral.state.in_(OPEN_REFERRAL),
    )
    return session.scalar(same.limit(1)) is not None
