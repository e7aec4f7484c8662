"""A need is passed on: partner chosen, consent noted, told by call, text, mail or sheet."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import gsm, orientation
from hotline.models import Assignment, Partner, Referral, ReferralStep, Request, move
from hotline.models.status import (
    AssignmentState,
    ReferralChannel,
    ReferralState,
    ReferralStepKind,
)
from hotline.phone import InvalidNumber, parse
from hotline.services import assignments, outbox, people, post
from hotline.services.line import Line
from hotline.services.referrals import alarms, steps, wording
from hotline.services.referrals.holding import (
    CannotRefer,
    held,
    own_request,
    partner_of,
    refer,
    snapshot,
)

KIND: Final = "referral"
LONGEST: Final = 4000
_MOST_SEGMENTS: Final = 2
_CHOOSABLE = frozenset({ReferralState.TO_SEND, ReferralState.REFUSED})
_SENDABLE = frozenset({ReferralState.TO_SEND, ReferralState.SENT})


def choose(
    session: Session, line: Line, referral_id: int, partner: Partner, at: datetime, *, actor: str
) -> ReferralStep:
    """Choose who shall take a need; one that was refused goes on its way again. Raises CannotRefer."""
    referral = held(session, referral_id)
    if referral.state not in _CHOOSABLE:
        raise CannotRefer("Ce besoin est déjà transmis : attendez la réponse, ou notez-la.")
    if partner.archived_at is not None:
        raise CannotRefer(f"« {partner.name} » est archivé : choisissez un autre partenaire.")
    before = snapshot(referral)
    referral.partner_id = partner.id
    if referral.state is ReferralState.REFUSED:
        move(
            session,
            referral,
            ReferralState.TO_SEND,
            act_at=at + line.config.partners.remind_after,
            reminders=0,
        )
    return steps.note(session, referral, ReferralStepKind.CHOSEN, at, actor=actor, before=before)


def consented(session: Session, referral_id: int, source: str, at: datetime, *, actor: str) -> ReferralStep:
    """Note that the person agrees that their name and number are passed on; `source` is who said so, how.

    Raises CannotRefer for an empty one.
    """
    referral = held(session, referral_id)
    if not source.strip():
        raise CannotRefer("Écrivez qui a donné l'accord, et comment : « la personne, au téléphone ».")
    before = snapshot(referral)
    referral.consent_at, referral.consent_source = at, source.strip()
    return steps.note(session, referral, ReferralStepKind.CONSENT, at, actor=actor, before=before)


def send(
    session: Session,
    line: Line,
    referral_id: int,
    channel: ReferralChannel,
    words: str,
    at: datetime,
    *,
    actor: str,
) -> ReferralStep:
    """Pass a need on to its partner in these words; a request made for this need then waits for them.

    Raises CannotRefer without a partner, without consent, or when nothing can be sent there that way.
    """
    referral = held(session, referral_id)
    partner, words = partner_of(session, referral), words.strip()
    _require_ready(referral, channel, words)
    request = own_request(session, referral)
    key = steps.next_key(session, KIND, referral)
    before = snapshot(referral, request) | {"key": key}
    passed_on = _written(session, line, referral, partner, channel, key, words, at)
    values: dict[str, Any] = {
        "channel": channel,
        "passed_on": passed_on,
        "sent_at": at,
        "act_at": at + line.config.partners.remind_after,
        "reminders": 0,
    }
    if not move(session, referral, ReferralState.SENT, **values):
        for name, value in values.items():
            setattr(referral, name, value)
    assignments.withdraw_errand(session, referral.id, at, actor=actor)
    if request is not None:
        _to_partner(session, request, at)
    alarms.settle(session, referral, at, actor=actor)
    return steps.note(
        session, referral, ReferralStepKind.SENT, at, actor=actor, detail=channel.value, before=before
    )


def _require_ready(referral: Referral, channel: ReferralChannel, words: str) -> None:
    if referral.state not in _SENDABLE:
        raise CannotRefer("Ce besoin a déjà une réponse : rouvrez-le, ou choisissez un autre partenaire.")
    if referral.consent_at is None:
        raise CannotRefer("Rien ne part sans l'accord de la personne : notez d'abord qui l'a donné.")
    if not words:
        raise CannotRefer("Écrivez ce qui est transmis : c'est ce que le partenaire apprendra.")
    if len(words) > LONGEST:
        raise CannotRefer(f"C'est trop long : {LONGEST} signes au plus.")
    if channel is ReferralChannel.TEXT and gsm.segments(gsm.plain(words)).count > _MOST_SEGMENTS:
        raise CannotRefer("C'est trop long pour un SMS : raccourcissez, ou choisissez le courriel.")


def _written(
    session: Session,
    line: Line,
    referral: Referral,
    partner: Partner,
    channel: ReferralChannel,
    key: str,
    words: str,
    at: datetime,
) -> str:
    """Write the text or mail, if the channel is one; return what the partner learns, as it leaves."""
    match channel:
        case ReferralChannel.TEXT:
            if not text_to(session, line, partner, key, words, at):
                raise CannotRefer(
                    "Le SMS ne peut pas partir : ce partenaire n'a pas de mobile, a écrit STOP, ou le "
                    "plafond du jour est atteint. Téléphonez, ou écrivez un courriel."
                )
            return gsm.plain(words)
        case ReferralChannel.MAIL:
            said = wording.told(session, line, referral)
            letter = orientation.partner_mail(line.words, said, association=line.config.association.name)
            if not mail_to(session, line, partner, key, letter.subject, words, at):
                raise CannotRefer(
                    "Le courriel ne peut pas partir : ce partenaire n'a pas d'adresse valable, ou la ligne "
                    "n'écrit pas de courriel aujourd'hui. Téléphonez, ou envoyez un SMS."
                )
    return words


def text_to(session: Session, line: Line, partner: Partner, key: str, body: str, at: datetime) -> bool:
    """Write a text to a partner; False when none may go there."""
    try:
        number = parse(partner.phone or "")
    except InvalidNumber:
        return False
    phone = people.phone_for(session, number, at)
    return outbox.enqueue(session, line, kind=KIND, key=key, phone=phone, body=body, at=at)


def mail_to(
    session: Session, line: Line, partner: Partner, key: str, subject: str, body: str, at: datetime
) -> bool:
    """Write a mail to a partner; False when none may go there."""
    if not partner.email:
        return False
    return post.enqueue(
        session, line, kind=KIND, key=key, to=partner.email, subject=subject, body=body, at=at
    )


def _to_partner(session: Session, request: Request, at: datetime) -> None:
    """Take back an offer that nobody has answered; what a volunteer holds stays with them."""
    offered = select(Assignment.id).where(
        Assignment.request_id == request.id,
        Assignment.state == AssignmentState.OFFERED,
        Assignment.holds_request,
    )
    for assignment_id in session.scalars(offered).all():
        assignments.expire(session, assignment_id, at)
    refer(session, request)
