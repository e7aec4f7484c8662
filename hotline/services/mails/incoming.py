"""A mail reaches the association: logged once, understood by who wrote it, acknowledged once a day at most.

Who a mail says that it comes from is no proof: nothing is done in a volunteer's name, a number in the text
is only proposed, and what machines write opens nothing and is never answered.
"""

from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callflows import commands
from callflows import mails as wordings
from callflows.by_mail import Letter
from callflows.commands import Kind
from hotline.mail.addresses import token_in
from hotline.mail.parsing import ReadMail
from hotline.models import Address, Caller, Mail, Volunteer
from hotline.models.status import CallerState, ContactKind, Direction
from hotline.services import alerts, assignments, people, post, requests
from hotline.services.line import Line
from hotline.services.mails import bounces, numbers, relay, stops
from hotline.services.mails.behind import Behind, behind

_LONGEST_WORD: Final = 200
_MOST_REFERENCES: Final = 10
_NOT_HANDLED: Final = "Ce courriel n'a pas pu être traité : lisez-le et faites le nécessaire à la main."


def received(
    session: Session, line: Line, mail: ReadMail, at: datetime, *, history: bool = False
) -> Mail | None:
    """Log a mail once and do what it asks; None when it was logged before.

    `history` is a mail that somebody had read before the line knew the mailbox: it stands in the file, and
    nobody waits because of it.
    """
    if history or mail.automatic or not mail.from_address or _ours(line, mail.from_address):
        return _from_nobody(session, line, mail, at, settled=history)
    address = _held(session, mail.from_address, at)
    row = _logged(session, line, mail, at)
    if row is None or _relayed(session, line, row, mail, at):
        return row
    if _said_stop_or_start(session, line, row, address, mail, at) or _too_many(session, line, row, at):
        return row
    if row.volunteer_id is not None:
        letter = _from_volunteer(session, line, row, session.get_one(Volunteer, row.volunteer_id), at)
    else:
        letter = _from_caller(session, line, row, mail, at)
    _answer(session, line, mail, letter, f"mail_ack:{address.id}:{line.day(at)}", at)
    return row


def set_aside(session: Session, line: Line, mail: ReadMail, at: datetime) -> None:
    """Log a mail that could not be handled, so that somebody reads it; whose it is stays open."""
    people.insert_once(session, Mail, "message_index", _values(line, mail, at) | {"fault": _NOT_HANDLED})


def _from_nobody(session: Session, line: Line, mail: ReadMail, at: datetime, *, settled: bool) -> Mail | None:
    """Log a mail that nobody waits behind; a server's may say that one of ours did not arrive."""
    row = _logged(session, line, mail, at, settled=settled)
    if row is not None and not settled:
        for failure in mail.failures:
            bounces.bounced(session, line, row, failure.address, failure.permanent, at)
    return row


def _held(session: Session, sender: str, at: datetime) -> Address:
    """Return the address somebody writes from, held: two mails of a stranger make one file."""
    address = post.address_for(session, sender, at)
    session.execute(select(Address.id).where(Address.id == address.id).with_for_update())
    if address.bounced_at is not None:
        bounces.alive(session, sender)
        session.expire(address)
    return address


def _logged(
    session: Session, line: Line, mail: ReadMail, at: datetime, *, settled: bool = False
) -> Mail | None:
    """Log a mail in the file of whoever wrote it; None when it was logged before."""
    values = _values(line, mail, at)
    known = behind(session, mail.from_address) if values["from_index"] else Behind()
    words = f"{mail.subject}\n{mail.own_words}"
    number = numbers.proposed(words, line.config.limits.countries, line.ours)
    more = {
        "proposed_number": number.e164 if number else None,
        "caller_id": known.caller.id if known.caller else None,
        "volunteer_id": known.volunteer.id if known.volunteer else None,
        "answered_at": at if settled else None,
    }
    return people.insert_once(session, Mail, "message_index", values | more)


def _values(line: Line, mail: ReadMail, at: datetime) -> dict[str, Any]:
    own = _ours(line, mail.from_address)
    return {
        "message_index": mail.key,
        "message_id": mail.message_id,
        "direction": Direction.INBOUND,
        "from_address": mail.from_address,
        "from_index": None if own else mail.from_address.lower() or None,
        "from_names": mail.from_names,
        "to_address": ", ".join(mail.to),
        "subject": mail.subject,
        "body": mail.body,
        "quoted_at": mail.quoted_at,
        "attachments": list(mail.attachments),
        "size": mail.size,
        "automatic": mail.automatic or own,
        "fault": mail.fault,
        "created_at": at,
    }


def _ours(line: Line, address: str) -> bool:
    """Tell whether an address is the association's own, or one of its relays: a loop."""
    own, written = line.mail_address, address.lower()
    return own is not None and (written == own.lower() or token_in(own, written) is not None)


def _relayed(session: Session, line: Line, row: Mail, mail: ReadMail, at: datetime) -> bool:
    """Pass on a mail that was written to a relation's address."""
    tokens = (token_in(line.mail_address, address) for address in mail.to if line.mail_address)
    return any(relay.passed_on(session, line, row, token, at) for token in tokens if token)


def _said_stop_or_start(
    session: Session, line: Line, row: Mail, address: Address, mail: ReadMail, at: datetime
) -> bool:
    """Obey a mail that says STOP or START and nothing else, in its text or in its subject."""
    said = mail.own_words or mail.subject
    kind = commands.parse(said).kind if len(said) <= _LONGEST_WORD else Kind.UNKNOWN
    if kind is Kind.STOP:
        stops.stop(session, line, mail.from_address, f"mail:{row.id}", at)
    elif kind is Kind.RESUME:
        stops.start(session, mail.from_address)
        session.expire(address)
        letter = wordings.restarted(line.words, association=line.config.association.name)
        _answer(session, line, mail, letter, f"mail_start:{row.id}", at)
    else:
        return False
    row.answered_at = at
    return True


def _too_many(session: Session, line: Line, row: Mail, at: datetime) -> bool:
    """Tell whether this address has written more often today than people do: a machine may be answering."""
    midnight = datetime.combine(line.day(at), time(), line.zone)
    today = session.scalar(
        select(func.count()).where(Mail.from_index == row.from_address.lower(), Mail.created_at >= midnight)
    )
    return (today or 0) > line.config.limits.mails_per_person_per_day


def _from_volunteer(session: Session, line: Line, row: Mail, volunteer: Volunteer, at: datetime) -> Letter:
    """Somebody of the team reads it: an answer by mail proves nobody, so none is taken for a yes."""
    alerts.raise_alert(session, "volunteer_mail", f"volunteer_mail:{row.id}", at, volunteer_id=volunteer.id)
    return wordings.volunteer_acknowledgement(
        line.words, volunteer=volunteer.first_name, association=line.config.association.name
    )


def _from_caller(session: Session, line: Line, row: Mail, mail: ReadMail, at: datetime) -> Letter:
    """A caller waits to be called or written back."""
    caller = session.get_one(Caller, row.caller_id) if row.caller_id else _stranger(session, mail, at)
    caller.last_contact_at = max(caller.last_contact_at, at)
    contact = requests.contact(session, caller, ContactKind.MAIL, at)
    row.caller_id, row.contact_id = caller.id, contact.id
    assignments.tell_of_contact(session, line, contact, at)
    return wordings.acknowledgement(
        line.words_in(caller.language), line=line.number, association=line.config.association.name
    )


def _stranger(session: Session, mail: ReadMail, at: datetime) -> Caller:
    """Make a file for somebody of whom we know an address and no number."""
    caller = Caller(
        state=CallerState.UNREACHABLE,
        email=mail.from_address,
        names=mail.from_names,
        created_at=at,
        last_contact_at=at,
    )
    session.add(caller)
    session.flush()
    return caller


def _answer(session: Session, line: Line, mail: ReadMail, letter: Letter, key: str, at: datetime) -> None:
    """Write a machine's answer, which the other side's mail program puts below the mail that it answers."""
    thread = dict.fromkeys((*mail.references[-_MOST_REFERENCES:], mail.message_id))
    headers = {"Auto-Submitted": "auto-replied"}
    if mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": " ".join(one for one in thread if one)}
    post.enqueue(
        session,
        line,
        kind="acknowledgement",
        key=key,
        to=mail.from_address,
        subject=letter.subject,
        body=letter.body,
        at=at,
        headers=headers,
    )
