"""What a partner is told of a need, in the association's words."""

from datetime import datetime

from sqlalchemy.orm import Session

from callflows import orientation
from callflows.orientation import Told
from hotline.models import Caller, Referral
from hotline.models.status import ReferralChannel
from hotline.services import people
from hotline.services.line import Line


def told(session: Session, line: Line, referral: Referral) -> Told:
    """Return what is said of a referral: who, where, what, and with whose consent."""
    caller = session.get_one(Caller, referral.caller_id)
    phone = people.phone_of(session, caller.id)
    return Told(
        need=referral.need.value,
        caller=caller.names,
        number=phone.number if phone else None,
        place=caller.postcode,
        words=referral.words,
        consent=_consent(line, referral),
        reference=referral.id,
        phone=answering_number(line),
    )


def draft(session: Session, line: Line, referral: Referral, channel: ReferralChannel) -> str:
    """Return what a partner is told by a channel, for somebody to read over."""
    said = told(session, line, referral)
    match channel:
        case ReferralChannel.TEXT:
            return orientation.partner_text(line.words, said)
        case ReferralChannel.MAIL:
            return orientation.partner_mail(line.words, said, association=line.config.association.name).body
    return orientation.sheet(line.words, said)


def answering_number(line: Line) -> str:
    """Return the number at which the association answers its partners."""
    return line.config.association.phone or line.number


def _consent(line: Line, referral: Referral) -> str:
    moment = day(line, referral.consent_at) if referral.consent_at else ""
    return ", ".join(part for part in (referral.consent_source, moment) if part)


def day(line: Line, at: datetime) -> str:
    """Return a day as partners read it: "30/12"."""
    return f"{line.local(at):%d/%m}"
