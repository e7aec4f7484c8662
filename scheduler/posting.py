"""Mails to be sent: claimed in one transaction, handed over outside of any, noted in another."""

import structlog
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.mail.smtp import MailError, Outgoing
from hotline.services import health, heartbeats
from hotline.services.mails import sending

log = structlog.get_logger()


def send_mails(hotline: Hotline) -> str:
    """Send the mails that are due, one claim at a time; a server that does not answer is left alone."""
    doubts = hotline.database.run(lambda session: sending.settle(session, hotline.clock.now()))
    count, reached = 0, True
    while (
        reached
        and not hotline.stopping.is_set()
        and (claimed := hotline.database.run(lambda session: _claim(hotline, session)))
    ):
        reached = _send(hotline, *claimed)
        count += 1
    said = (f"{doubts} courriels douteux repris", doubts), (f"{count} courriels tentés", count)
    return ", ".join(says for says, many in said if many)


def _claim(hotline: Hotline, session: Session) -> tuple[int, Outgoing] | None:
    return sending.claim(session, hotline.line, hotline.clock.now())


def _send(hotline: Hotline, row_id: int, mail: Outgoing) -> bool:
    """Hand one mail over and note what became of it; False when the server is in trouble."""
    try:
        hotline.mailer.send(mail)
    except MailError as error:
        _not_sent(hotline, row_id, error)
        return not (error.out_of_reach or error.uncertain)

    def note(session: Session) -> None:
        at = hotline.clock.now()
        sending.accepted(session, hotline.line, row_id, mail, at)
        heartbeats.note(session, health.SMTP_OK, at)

    hotline.database.run(note)
    return True


def _not_sent(hotline: Hotline, row_id: int, error: MailError) -> None:
    log.warning("mail_not_taken", row=row_id, code=error.code, says=str(error))

    def note(session: Session) -> None:
        at = hotline.clock.now()
        sending.refused(session, row_id, error, at)
        if error.out_of_reach or error.uncertain:
            heartbeats.note(session, health.SMTP_FAULT, at)

    hotline.database.run(note)
