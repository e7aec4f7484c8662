"""Reads the mailbox a little at a time: fetched outside of any transaction, handled one mail in each."""

import time
from typing import Final

import structlog
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.db.outage import unreachable
from hotline.mail import imap, parsing
from hotline.mail.imap import Inbox, Letter, MailboxError
from hotline.mail.parsing import ReadMail
from hotline.services.mails import incoming, mailboxes

BUDGET: Final = 5.0
"""Seconds after which one run leaves the rest to the next, so that nothing else waits for a full mailbox."""

log = structlog.get_logger()


def read_mailbox(hotline: Hotline) -> str:
    """Read what has come since the last time, for a few seconds; a mail that breaks stops no other."""
    url = hotline.settings.environment.imap_url
    at = hotline.clock.now()
    if url is None or not hotline.database.run(lambda session: mailboxes.claim(session, at)):
        return ""
    try:
        with imap.opened(url.get_secret_value()) as inbox:
            count, more = _read(hotline, inbox, time.monotonic() + BUDGET)
    except MailboxError as error:
        says = str(error)
        log.warning("mailbox_away", says=says)
        hotline.database.run(lambda session: mailboxes.away(session, says, hotline.clock.now()))
        return ""
    hotline.database.run(lambda session: mailboxes.left(session, hotline.clock.now(), more=more))
    return f"{count} courriels relevés" if count else ""


def _read(hotline: Hotline, inbox: Inbox, until: float) -> tuple[int, bool]:
    """Read what has come; return how many mails, and whether more are left for the next run."""
    validity = inbox.uid_validity
    box = hotline.database.run(lambda session: mailboxes.opened(session, validity, inbox.uid_next))
    count, uids = 0, inbox.after(box.last_uid)
    for begins in range(0, len(uids), imap.AT_ONCE):
        for letter in inbox.letters(inbox.waiting(uids[begins : begins + imap.AT_ONCE])):
            began = time.monotonic()
            _keep(hotline, letter, validity, history=letter.seen and letter.uid <= box.history_uid)
            count += 1
            if time.monotonic() > until:
                return count, letter.uid < uids[-1]
            _let_others_write(hotline, time.monotonic() - began)
    return count, False


def _let_others_write(hotline: Hotline, seconds: float) -> None:
    """Leave SQLite's only pen on the table, half as long as a mail took: the web may need it for a call."""
    if hotline.database.is_sqlite:
        time.sleep(seconds / 2)


def _keep(hotline: Hotline, letter: Letter, validity: int, *, history: bool) -> None:
    """Handle one mail; one that breaks is set aside for somebody to read, and never tried again."""
    mail = _taken_apart(letter, validity)
    at, line = hotline.clock.now(), hotline.line

    def handle(session: Session) -> None:
        incoming.received(session, line, mail, at, history=history)
        mailboxes.read_to(session, validity, letter.uid)

    def give_up(session: Session) -> None:
        incoming.set_aside(session, line, mail, at)
        mailboxes.read_to(session, validity, letter.uid)

    try:
        hotline.database.run(handle)
    except Exception as error:
        if unreachable(error):
            raise
        log.exception("mail_not_handled", uid=letter.uid)
        hotline.database.run(give_up)


def _taken_apart(letter: Letter, validity: int) -> ReadMail:
    if letter.raw:
        return parsing.read(letter.raw, letter.size)
    return parsing.ungiven(f"uid:{validity}:{letter.uid}", letter.size)
