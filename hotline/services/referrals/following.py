"""The clock follows a need until somebody answers: it reminds the partner and tells the coordinators.

`Referral.act_at` is when it looks next; the time between two looks doubles, up to a month.
"""

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import orientation
from hotline.models import Partner, Referral
from hotline.models.status import ReferralState, ReferralStepKind
from hotline.services.line import Line
from hotline.services.referrals import alarms, passing, steps, wording
from hotline.services.referrals.holding import held

WATCHED: Final = (ReferralState.TO_SEND, ReferralState.SENT, ReferralState.REFUSED)
_RAREST: Final = timedelta(days=30)
_MOST_DOUBLINGS: Final = 10

log = structlog.get_logger()


def due(session: Session, at: datetime, limit: int) -> list[int]:
    """Return the referrals at which the clock must look now, the longest due first."""
    late = select(Referral.id).where(Referral.state.in_(WATCHED), Referral.act_at <= at)
    return list(session.scalars(late.order_by(Referral.act_at).limit(limit)))


def act(session: Session, line: Line, referral_id: int, at: datetime) -> bool:
    """Remind whoever must act on a referral and set when to look next; False when it is not due any more."""
    referral = held(session, referral_id)
    if referral.state not in WATCHED or referral.act_at is None or referral.act_at > at:
        return False
    referral.reminders += 1
    referral.act_at = at + _pause(line, referral.reminders)
    silent = referral.state is ReferralState.SENT
    if alarms.raise_for(session, referral, alarms.SILENT if silent else alarms.WAITING, at):
        steps.note(session, referral, ReferralStepKind.COORDINATORS_TOLD, at)
    if silent:
        _remind(session, line, referral, at)
    log.info("referral_followed", referral=referral.id, state=referral.state, reminders=referral.reminders)
    return True


def _remind(session: Session, line: Line, referral: Referral, at: datetime) -> None:
    """Write the partner once more, by mail where that can be, else by text."""
    partner = session.get_one(Partner, referral.partner_id)
    said = wording.told(session, line, referral)
    sent_on = wording.day(line, referral.sent_at or at)
    association = line.config.association.name
    letter = orientation.reminder_mail(line.words, said, sent_on, association=association)
    text = orientation.reminder_text(line.words, said, sent_on)
    key = steps.next_key(session, passing.KIND, referral)
    if passing.mail_to(session, line, partner, key, letter.subject, letter.body, at):
        steps.note(session, referral, ReferralStepKind.REMINDED, at, detail="mail")
    elif passing.text_to(session, line, partner, key, text, at):
        steps.note(session, referral, ReferralStepKind.REMINDED, at, detail="text")


def _pause(line: Line, reminders: int) -> timedelta:
    doubled: int = 2 ** min(reminders, _MOST_DOUBLINGS)
    return min(line.config.partners.remind_after * doubled, _RAREST)
