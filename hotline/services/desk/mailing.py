"""What the team does with mails: answers, writes, settles them, puts them into another person's file."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Caller, Contact, Mail, OutboxRow, Request
from hotline.models.status import ContactKind, Direction, OutboxState
from hotline.services import outbox, post, requests
from hotline.services.desk import contacts_by_hand, mails, undoable
from hotline.services.desk.refusals import Refused, Why
from hotline.services.line import Line

_REPLY = "Re: "


def answer(session: Session, line: Line, mail: Mail, body: str, at: datetime, *, once: str) -> OutboxRow:
    """Answer a mail; `once` names the page from which it comes, so that a second click sends nothing.

    Raises Refused when it may not leave.
    """
    headers = {"In-Reply-To": mail.message_id, "References": mail.message_id} if mail.message_id else {}
    row = _enqueued(
        session,
        line,
        key=f"{mails.ANSWER}:{mail.id}:{once}",
        to=mails.other_side(mail),
        subject=reply_to(mail.subject),
        body=body,
        at=at,
        headers=headers,
    )
    settle(mail, at)
    return row


def write(
    session: Session, line: Line, caller: Caller, subject: str, body: str, at: datetime, *, once: str
) -> OutboxRow:
    """Write to somebody at the address in their file; raises Refused when it may not leave."""
    key, to = f"letter:{caller.id}:{once}", caller.email or ""
    return _enqueued(session, line, key=key, to=to, subject=subject, body=body, at=at, headers={})


def take_back(session: Session, row: OutboxRow) -> None:
    """Keep a mail from leaving, the one it answers waits again; raises Refused when it is gone."""
    if row.kind != mails.ANSWER or row.state is not OutboxState.QUEUED:
        raise Refused(Why.MAIL_LEFT)
    outbox.fail(session, row, None, "annulé au bureau avant l'envoi")
    kind, _colon, rest = row.key.partition(":")
    answered = session.get(Mail, int(rest.partition(":")[0])) if kind == mails.ANSWER else None
    if answered is not None:
        answered.answered_at = None


def settle(mail: Mail, at: datetime) -> None:
    """Note that a mail has its answer, or needs none."""
    if mail.direction is Direction.INBOUND and mail.answered_at is None:
        mail.answered_at = at


def unsettle(mail: Mail) -> None:
    """Let a mail wait for an answer again."""
    mail.answered_at = None


def attach(session: Session, mail: Mail, caller: Caller) -> None:
    """Put a mail into somebody's file, with its contact and the request that it opened."""
    mail.caller_id = caller.id
    contact = session.get(Contact, mail.contact_id) if mail.contact_id else None
    if contact is not None:
        _hand_over(session, contact, caller)
    elif mail.direction is Direction.INBOUND and not mail.automatic:
        mail.contact_id = requests.contact(session, caller, ContactKind.MAIL, mail.created_at).id
    caller.last_contact_at = max(caller.last_contact_at, mail.created_at)
    session.flush()


def detach(session: Session, mail: Mail) -> None:
    """Take a mail out of a file again, with the contact that it had been there."""
    contact = session.get(Contact, mail.contact_id) if mail.contact_id else None
    mail.caller_id = mail.contact_id = None
    session.flush()
    if contact is not None:
        contacts_by_hand.take_back(session, contact)


def reply_to(subject: str) -> str:
    """Return the subject of an answer."""
    one_line = " ".join(subject.split())
    return one_line if one_line.lower().startswith(_REPLY.strip().lower()) else f"{_REPLY}{one_line}".strip()


def _hand_over(session: Session, contact: Contact, caller: Caller) -> None:
    """A contact turns out to be somebody else's: so is the request, unless something hangs on it."""
    opened = session.get(Request, contact.request_id) if contact.request_id else None
    contact.caller_id = caller.id
    contact.request = requests.open_for(session, caller, contact.at) if opened else None
    session.flush()
    if opened is not None:
        with suppress(Refused):
            contacts_by_hand.withdraw(session, opened)


def _enqueued(
    session: Session,
    line: Line,
    *,
    key: str,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    headers: dict[str, str],
) -> OutboxRow:
    """Write a mail into the outbox, to leave when nobody can take it back any more."""
    by_key = select(OutboxRow).where(OutboxRow.key == key)
    if (before := session.scalar(by_key)) is not None:
        if before.state is OutboxState.FAILED:
            raise Refused(Why.TAKEN_BACK_ALREADY)
        return before
    written = post.enqueue(
        session, line, kind=mails.ANSWER, key=key, to=to, subject=subject, body=body, at=at, headers=headers
    )
    if not written:
        raise Refused(_why_not(session, line, to, at))
    undoable.hold_back(session, key, at)
    return session.scalars(by_key).one()


def _why_not(session: Session, line: Line, to: str, at: datetime) -> Why:
    if line.mail_address is None:
        return Why.MAIL_OFF
    address = post.address_for(session, to, at)
    if address.stopped_at is not None:
        return Why.MAIL_STOPPED
    return Why.MAIL_BOUNCED if address.bounced_at is not None else Why.MAIL_CEILING
