"""Somebody is told what is wrong with the line: by mail, else by text, else in the log. No outbox is needed.

The clock tells of everything but its own death, which any web process tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from callflows import alarms as written
from callflows.alarms import Letter
from hotline.bootstrap import Hotline
from hotline.mail.smtp import MailError, Outgoing
from hotline.phone import PhoneNumber
from hotline.services import faults
from hotline.services.faults import News
from hotline.telephony.base import TelephonyError

_AUTOMATIC: Final = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
_RECEIPTS: Final = "/sms/status"
_TEXT_LASTS: Final = 4 * 3600

log = structlog.get_logger()


@dataclass(frozen=True)
class Told:
    """Whom we know to reach: nobody at all, or somebody in vain."""

    known: int
    reached: int


def tell(hotline: Hotline, says: Mapping[str, Sequence[str]]) -> int:
    """Tell whoever looks after the line what is new; return how many news somebody learned.

    `says` holds the sentences of what is wrong, by check. News that reach nobody are told again later; where
    nobody is named they stand in the log, once.
    """
    at = hotline.clock.now()
    news = hotline.database.run(lambda session: faults.claim(session, hotline.line, at))
    if not news:
        return 0
    told = spread(hotline, news, says, at)
    if told.known and not told.reached:
        hotline.database.run(lambda session: faults.unheard(session, news))
        return 0
    hotline.database.run(lambda session: faults.told(session, news, at))
    return len(news) if told.reached else 0


def spread(hotline: Hotline, news: Sequence[News], says: Mapping[str, Sequence[str]], at: datetime) -> Told:
    """Send news to whoever looks after the line, else into the log; nobody is asked whether they do too."""
    told = _send(hotline, _letter(hotline, news, says), at)
    if not told.reached:
        log.critical(
            "nobody_told",
            wrong={each.name: list(says.get(each.name, ())) for each in news if each.wrong},
            well=[each.name for each in news if not each.wrong],
            why="mail and texts are away" if told.known else "nobody to tell: [alarms] tell",
        )
    return told


def whom(hotline: Hotline, session: Session) -> tuple[Sequence[str], Sequence[str]]:
    """Return the addresses that get a mail, and the mobiles that get a text where no mail arrives."""
    mails = faults.addresses(session, hotline.line) if hotline.line.mail_address else []
    return mails, faults.telephones(hotline.line)


def _letter(hotline: Hotline, news: Sequence[News], says: Mapping[str, Sequence[str]]) -> Letter:
    return written.letter(
        hotline.line.config.association.name,
        hotline.address("/status"),
        {each.name: says.get(each.name, ()) for each in news if each.wrong},
        [each.name for each in news if not each.wrong],
    )


def _send(hotline: Hotline, letter: Letter, at: datetime) -> Told:
    with hotline.database.read() as session:
        addresses, telephones = whom(hotline, session)
    reached = _mailed(hotline, letter, addresses, at)
    if not reached:
        reached = sum(_texted(hotline, letter, telephone) for telephone in telephones)
    return Told(len(addresses) + len(telephones), reached)


def _mailed(hotline: Hotline, letter: Letter, addresses: Sequence[str], at: datetime) -> int:
    """Write to each; a server that is out of reach is not asked again. Return how many mails were taken."""
    taken = 0
    for address in addresses:
        try:
            hotline.mailer.send(_mail(hotline, letter, address, at))
        except MailError as error:
            log.warning("alarm_not_mailed", says=str(error))
            if error.out_of_reach:
                break
        else:
            taken += 1
    return taken


def _mail(hotline: Hotline, letter: Letter, address: str, at: datetime) -> Outgoing:
    own = hotline.line.mail_address or ""
    return Outgoing(
        message_id=f"<alarm.{at:%Y%m%d%H%M%S%f}@{own.rpartition('@')[2]}>",
        own=own,
        sender=own,
        sender_name=hotline.line.config.association.name,
        to=address,
        subject=letter.subject,
        body=letter.body,
        at=at,
        headers=_AUTOMATIC,
    )


def _texted(hotline: Hotline, letter: Letter, telephone: str) -> bool:
    line = hotline.line
    try:
        hotline.carrier.send_text(
            to=telephone,
            sender=line.sender,
            body=letter.text,
            on_receipt=hotline.address(_RECEIPTS),
            valid_for=_TEXT_LASTS,
        )
    except TelephonyError as error:
        log.warning("alarm_not_texted", to=str(PhoneNumber(telephone)), says=str(error))
        return False
    return True
