"""Listens at the mailbox where the server says by itself that a mail has come (IDLE); polling never stops."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import structlog

from hotline.bootstrap import Hotline
from hotline.mail import imap
from hotline.mail.imap import MailboxError
from hotline.services.mails import mailboxes

AGAIN_AFTER: Final = 60.0
"""Seconds until a mailbox that went away is listened to again."""
_ENDS_WITHIN: Final = 5.0

log = structlog.get_logger()


@contextmanager
def listening(hotline: Hotline) -> Iterator[None]:
    """Have the mailbox read within a second or two of a mail's arrival; without a mailbox, do nothing."""
    url = hotline.settings.environment.imap_url
    if url is None:
        yield
        return
    stop = threading.Event()
    ear = threading.Thread(target=_listen, args=(hotline, url.get_secret_value(), stop), daemon=True)
    ear.start()
    try:
        yield
    finally:
        stop.set()
        ear.join(_ENDS_WITHIN)


def _listen(hotline: Hotline, url: str, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with imap.opened(url) as inbox:
                if not inbox.idles:
                    return
                while not stop.is_set():
                    if inbox.news(stop):
                        hotline.database.run(lambda session: mailboxes.wake(session, hotline.clock.now()))
        except MailboxError as error:
            log.debug("mailbox_not_heard", says=str(error))
            stop.wait(AGAIN_AFTER)
        except Exception:
            log.exception("mailbox_not_heard")
            stop.wait(AGAIN_AFTER)
