"""A text reaches the line: logged once, understood by who sent it, answered through the outbox."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callflows import commands
from callflows import texts as wordings
from callflows.commands import Kind
from hotline.models import Message
from hotline.models.status import ContactKind, Direction
from hotline.services import answers, assignments, optouts, outbox, people, requests
from hotline.services.line import Line
from hotline.services.people import Behind
from hotline.telephony.webhooks import IncomingText

_READ_BY_CARRIER = {"STOP": Kind.STOP, "START": Kind.RESUME, "HELP": Kind.HELP}
"""What the carrier has understood and answered itself, in its own words (carrier reference §6)."""


@dataclass(frozen=True)
class _Answer:
    """The one text that answers a text."""

    kind: str
    key: str
    body: str


def received(session: Session, line: Line, text: IncomingText, at: datetime) -> None:
    """Log a text once per SID and do what it asks; a machine (short code, name) is never answered."""
    values = {
        "sid": text.sid,
        "direction": Direction.INBOUND,
        "from_number": text.sender.e164 if text.sender else text.from_raw,
        "to_number": text.to_raw,
        "body": text.body,
        "status": "received",
        "created_at": at,
    }
    message = people.insert_once(session, Message, "sid", values)
    if message is None or text.sender is None or text.sender.e164 in {line.number, line.sender}:
        return
    behind = people.behind(session, text.sender, line.day(at), at)
    phone = behind.phone
    phone.textable = text.sender.textable
    answer = _understood(session, line, message, behind, text, at)
    if answer is not None and text.opt_out_type is None:
        outbox.enqueue(session, line, kind=answer.kind, key=answer.key, phone=phone, body=answer.body, at=at)


def _understood(
    session: Session, line: Line, message: Message, behind: Behind, text: IncomingText, at: datetime
) -> _Answer | None:
    """Do what a text asks, by who sent it; STOP and START come first, the carrier's reading before ours."""
    phone, volunteer = behind.phone, behind.volunteer
    message.volunteer_id = volunteer.id if volunteer else None
    message.caller_id = behind.caller.id if behind.caller and volunteer is None else None
    match _READ_BY_CARRIER.get(text.opt_out_type or "") or commands.parse(text.body).kind:
        case Kind.STOP:
            is_news = optouts.stop(session, phone, text.sid, at)
            body = wordings.stopped(line.words)
            return _Answer(outbox.CONFIRMATION, f"stopped:{text.sid}", body) if is_news else None
        case Kind.RESUME:
            optouts.start(phone)
            return _Answer("restarted", f"restarted:{text.sid}", wordings.restarted(line.words))
    if volunteer is not None:
        body = answers.volunteer_says(session, line, volunteer, text.body, text.sid, at)
        return _Answer("answer", f"answer:{text.sid}", body)
    if behind.listener:
        body = answers.listener_says(session, line, phone, text.body, text.sid, at)
        return _Answer("answer", f"answer:{text.sid}", body)
    return _from_caller(session, line, behind, message, at)


def _from_caller(session: Session, line: Line, behind: Behind, message: Message, at: datetime) -> _Answer:
    """A caller waits to be called back, and is told so once a day."""
    caller, phone = people.caller_for(session, behind, at), behind.phone
    priority = requests.TELEMARKETER if phone.telemarketing else requests.ORDINARY
    contact = requests.contact(session, caller, ContactKind.MESSAGE, at, priority=priority)
    message.caller_id, message.contact_id = caller.id, contact.id
    assignments.tell_of_contact(session, line, contact, at)
    body = wordings.acknowledgement(line.words)
    return _Answer("acknowledgement", f"ack:{phone.id}:{line.day(at)}", body)
