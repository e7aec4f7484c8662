"""An evening of mails, on several hosts: the journey that everybody knows, not a word of it different."""

from collections.abc import Iterator

import pytest

from tests.conftest import missing
from tests.dovecot import PROGRAM, Box, Dovecot
from tests.hosts.conftest import Town
from tests.journeys.test_mail_evening import start, test_an_evening_of_mails
from tests.postman import Postman

__all__ = ["start", "test_an_evening_of_mails"]


@pytest.fixture
def box(mailbox: Box | None) -> Iterator[Box]:
    """The mailbox that the hosts read."""
    if mailbox is None:
        missing("imap", f"no {PROGRAM} (Debian's package dovecot-imapd)")
    assert mailbox
    yield mailbox
    mailbox.empty()


@pytest.fixture
def server(box: Box) -> Dovecot:
    return box.server


@pytest.fixture
def postman(mailer: Postman) -> Postman:
    """The mail server that the hosts write through."""
    return mailer


@pytest.fixture
def evening(town: Town) -> Town:
    return town
