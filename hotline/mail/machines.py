"""Tells mails of machines from those of people, and reads what a mail server says it could not deliver."""

import re
from dataclasses import dataclass, field
from email.message import Message
from typing import Final

from hotline.mail import headers
from hotline.mail.addresses import is_address

_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_NOBODY: Final = re.compile(
    r"(?:.*[._+-])?(?:no|not|non|do-?not|ne-?pas|ne_pas)[._-]?(?:reply|repl|repondre|répondre|answer)\d*(?:[._+-].*)?"
    r"|(?:mailer-?daemon|postmaster|bounces?|listserv|majordomo)(?:[._+-].*)?",
    re.IGNORECASE,
)
_ANSWERING_MACHINES: Final = ("x-autoreply", "x-autorespond", "x-auto-reply")


@dataclass(frozen=True)
class Failure:
    """An address to which a mail could not be delivered, for good or for now (RFC 3464)."""

    address: str = field(repr=False)
    permanent: bool


def is_automatic(message: Message, sender: str) -> bool:
    """Tell whether no person wrote it, or no person reads an answer: lists, robots, returned mail."""
    named = {key.lower() for key, _value in message.raw_items()}
    if headers.text(message, "auto-submitted").lower().partition(";")[0].strip() not in {"", "no"}:
        return True
    if headers.text(message, "precedence").lower() in _BULK:
        return True
    if headers.text(message, "x-auto-response-suppress").lower() not in {"", "none"}:
        return True
    if any(key.startswith("list-") for key in named) or named.intersection(_ANSWERING_MACHINES):
        return True
    if headers.text(message, "return-path") == "<>" or message.get_content_type() == "multipart/report":
        return True
    return _NOBODY.fullmatch(sender.partition("@")[0]) is not None


def failures(message: Message) -> tuple[Failure, ...]:
    """Return what a delivery status says could not be delivered; empty for any other mail.

    A mail that is only late is no failure. The address is the one that was written to.
    """
    if message.get_content_type() != "multipart/report":
        return ()
    statuses = [part for part in _held(message) if part.get_content_type() == "message/delivery-status"]
    found = (_failure(group) for status in statuses for group in _held(status))
    return tuple(dict.fromkeys(failure for failure in found if failure is not None))


def _held(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _failure(group: Message) -> Failure | None:
    if headers.text(group, "action").lower() != "failed":
        return None
    recipients = (headers.text(group, name) for name in ("original-recipient", "final-recipient"))
    said = (recipient.rpartition(";")[2].strip().strip("<>") for recipient in recipients)
    address = next((one for one in said if is_address(one)), None)
    if address is None:
        return None
    return Failure(address, permanent=headers.text(group, "status").startswith("5"))
