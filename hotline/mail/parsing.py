"""Any bytes that a mailbox gives become a mail that the product can keep: pure, bounded, and never raises."""

import email
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from typing import Final

from hotline.mail import bodies, headers, machines, quotes
from hotline.mail.bodies import Attachment
from hotline.mail.machines import Failure

MOST_READ: Final = 2_000_000
"""Of each mail no more bytes than these are fetched or read; its text comes first, attachments after."""
_MOST_PARTS: Final = 500
_LONGEST_HEAD: Final = 200_000
_LONGEST_SUBJECT: Final = 500
_MOST_NESTED: Final = 20
_PART: Final = re.compile(rb"(?m)^--")
_NEST: Final = re.compile(rb"(?i)\bboundary\b")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_MOST_RECIPIENTS: Final = 200
_MOST_REFERENCES: Final = 50
_MEGABYTE: Final = 1_000_000
_BROKEN: Final = "Courriel mal formé : voici le texte tel qu'il est venu."


@dataclass(frozen=True)
class ReadMail:
    """One mail as it was read. `quoted_at` is where in `body` the quoted part begins.

    `key` names it for ever: its Message-ID, else what it holds. `size` is in bytes, as the server counts.
    `fault` says in French why it could not be read whole.
    """

    key: str = field(repr=False)
    size: int
    message_id: str | None = field(default=None, repr=False)
    from_address: str = field(default="", repr=False)
    from_names: str | None = field(default=None, repr=False)
    to: tuple[str, ...] = field(default=(), repr=False)
    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    quoted_at: int | None = None
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    in_reply_to: str | None = field(default=None, repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    sent_at: datetime | None = None
    automatic: bool = False
    failures: tuple[Failure, ...] = ()
    fault: str | None = None

    @property
    def own_words(self) -> str:
        """What its writer wrote: no quoted part, no signature."""
        return quotes.own_words(self.body, self.quoted_at)


def read(raw: bytes, size: int | None = None) -> ReadMail:
    """Read a mail, or its beginning; `size` is that of the whole where more is left in the mailbox."""
    size = max(size or 0, len(raw))
    kept, faults = _bounded(raw[:MOST_READ])
    if size > MOST_READ:
        faults.insert(0, f"Courriel de {size // _MEGABYTE} Mo : seul le début a été lu.")
    for parse in (email.message_from_bytes, BytesHeaderParser().parsebytes):
        try:
            return _read(parse(kept), kept, size, list(faults))
        except Exception:  # noqa: BLE001 - a stranger's bytes: whatever they break, the mail is kept
            faults.insert(0, _BROKEN)
    text, _known = headers.decoded(kept[: bodies.LONGEST_TEXT], None)
    return ReadMail(key=_digest(kept), size=size, body=text, automatic=True, fault=_BROKEN)


def ungiven(key: str, size: int) -> ReadMail:
    """Stand for a mail that the server has and cannot give."""
    return ReadMail(key=key, size=size, automatic=True, fault="Le serveur n'a pas pu donner ce courriel.")


def _bounded(raw: bytes) -> tuple[bytes, list[str]]:
    """Cut a mail made of more parts than anybody writes: it would fill memory, or take minutes."""
    faults = []
    head = _HEAD_END.search(raw)
    head_ends = head.start() if head else len(raw)
    if head_ends > _LONGEST_HEAD:
        raw = raw[:_LONGEST_HEAD] + raw[head_ends:]
        faults.append("En-tête démesuré : seul son début a été lu.")
    for mark, most in ((_PART, _MOST_PARTS), (_NEST, _MOST_NESTED)):
        further = next(islice(mark.finditer(raw), most, None), None)
        if further is not None:
            raw = raw[: further.start()]
            faults.append("Courriel en trop de morceaux : seuls les premiers ont été lus.")
    return raw, faults


def _read(message: Message, raw: bytes, size: int, faults: list[str]) -> ReadMail:
    said = bodies.said(message)
    names, sender = next(iter(headers.addresses(message, "from", "sender")), ("", ""))
    message_id = next(iter(headers.identifiers(message, "message-id")), None)
    sent_at = headers.moment(message)
    quoted_at = quotes.quoted_at(said.text)
    faults += _missing(sender, message_id, sent_at)
    if said.cut:
        faults.append("Texte ou pièces jointes très longs : la suite est dans la boîte.")
    if said.guessed:
        faults.append("L'alphabet n'est pas celui annoncé : des accents peuvent être faux.")
    if not said.text.strip() and not said.attachments:
        faults.append("Courriel sans texte.")
    return ReadMail(
        key=message_id or _digest(raw),
        size=size,
        message_id=message_id,
        from_address=sender,
        from_names=names[:120] or None,
        to=_recipients(message),
        subject=headers.text(message, "subject")[:_LONGEST_SUBJECT],
        body=said.text,
        quoted_at=quoted_at,
        attachments=said.attachments,
        in_reply_to=next(iter(headers.identifiers(message, "in-reply-to")), None),
        references=headers.identifiers(message, "references")[-_MOST_REFERENCES:],
        sent_at=sent_at,
        automatic=machines.is_automatic(message, sender),
        failures=machines.failures(message),
        fault=" ".join(dict.fromkeys(faults))[:200] or None,
    )


def _recipients(message: Message) -> tuple[str, ...]:
    named = headers.addresses(message, "to", "cc", "delivered-to", "x-original-to")
    return tuple(dict.fromkeys(address for _name, address in named))[:_MOST_RECIPIENTS]


def _missing(sender: str, message_id: str | None, sent_at: datetime | None) -> list[str]:
    present = {"l'expéditeur": sender, "l'identifiant": message_id, "la date": sent_at}
    absent = [name for name, value in present.items() if not value]
    return [f"Il manque {', '.join(absent)}."] if absent else []


def _digest(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"
