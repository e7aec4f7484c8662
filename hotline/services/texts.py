"""A text reaches the line: logged once, understood by who sent it, answered through the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import commands
from callflows import texts as wordings
from callflows.commands import Kind
from callflows.wordings import Wordings
from hotline.models import Message
from hotline.models.status import ContactKind, Direction
from hotline.services import answers, assignments, optouts, outbox, people, requests
from hotline.services.line import Line
from hotline.services.people import Behind
from hotline.telephony.webhooks import IncomingText

_ACKNOWLEDGEMENT = "acknowledgement"
_LATE = timedelta(hours=1)
_READ_BY_CARRIER = {"STOP": Kind.STOP, "START": Kind.RESUME, "HELP": Kind.HELP}
"""What the carrier has understood and answered itself, in its own words (carrier reference §6)."""


@dataclass(frozen=True)
class _Answer:
    """The one text that answers a text."""

    kind: str
    key: str
    body: str


def received(session: Session, line: Line, text: IncomingText, at: datetime) -> None:
    """Log a text once per SID and do what it asks; a machine (short code, name) is never answered.

    The answer comes from the number that was written to. A text found late counts as said `at` its moment; it
    is answered now, at a decent hour, and after an hour not acknowledged any more.
    """
    now = text.found_at or at
    person = text.sender is not None and text.sender.e164 not in line.ours
    behind = people.behind(session, text.sender, line.day(at), at) if text.sender and person else None
    message = _logged(session, text, behind, at)
    if message is None or behind is None or text.sender is None:
        return
    if behind.phone.textable is not text.sender.textable:
        behind.phone.textable = text.sender.textable
    by_carrier = _read_by_carrier(behind, text)
    answer = _understood(session, line, message, behind, by_carrier, text, at)
    late = now - at > _LATE
    if answer is not None and by_carrier is None and not (late and answer.kind == _ACKNOWLEDGEMENT):
        outbox.enqueue(
            session,
            line,
            kind=outbox.LATE_ANSWER if late and answer.kind != outbox.CONFIRMATION else answer.kind,
            key=answer.key,
            phone=behind.phone,
            body=answer.body,
            at=now,
            sender=line.at(text.to_raw).own_sender,
        )


def _logged(session: Session, text: IncomingText, behind: Behind | None, at: datetime) -> Message | None:
    """Log a text; None when it was logged before."""
    volunteer, caller = (behind.volunteer, behind.caller) if behind else (None, None)
    values = {
        "sid": text.sid,
        "direction": Direction.INBOUND,
        "from_number": text.sender.e164 if text.sender else text.from_raw,
        "to_number": text.to_raw,
        "body": text.body,
        "status": "received",
        "volunteer_id": volunteer.id if volunteer else None,
        "caller_id": caller.id if caller and volunteer is None else None,
        "created_at": at,
    }
    return people.insert_once(session, Message, "sid", values)


def _read_by_carrier(behind: Behind, text: IncomingText) -> Kind | None:
    """What the carrier has understood; its YES, a START to it, is an answer from whoever never said stop."""
    kind = _READ_BY_CARRIER.get(text.opt_out_type or "")
    if kind is Kind.RESUME and behind.phone.stopped_at is None:
        return None if commands.parse(text.body).kind is Kind.YES else kind
    return kind


def _understood(
    session: Session,
    line: Line,
    message: Message,
    behind: Behind,
    by_carrier: Kind | None,
    text: IncomingText,
    at: datetime,
) -> _Answer | None:
    """Do what a text asks, by who sent it; STOP and START come first, the carrier's reading before ours."""
    phone, volunteer, here = behind.phone, behind.volunteer, line.at(text.to_raw)
    words = line.words if volunteer or behind.listener else _words(here, behind)
    kind, now = by_carrier or commands.parse(text.body).kind, text.found_at or at
    if kind is Kind.STOP:
        is_news = not _has_started_since(session, message) and optouts.stop(session, phone, text.sid, at)
        body = wordings.stopped(words, one_way=here.one_way)
        return _Answer(outbox.CONFIRMATION, f"stopped:{text.sid}", body) if is_news else None
    if kind is Kind.RESUME and (phone.stopped_at is None or phone.stopped_at <= at):
        optouts.start(phone)
    if volunteer is not None:
        body = answers.volunteer_says(session, line, volunteer, text.body, text.sid, now, said_at=at)
        return _Answer("answer", f"answer:{text.sid}", body)
    if kind is Kind.RESUME:
        return _Answer("restarted", f"restarted:{text.sid}", wordings.restarted(words))
    if behind.listener:
        body = answers.listener_says(session, line, phone, text.body, text.sid, now, said_at=at)
        return _Answer("answer", f"answer:{text.sid}", body)
    return _from_caller(session, here, behind, message, now)


def _words(line: Line, behind: Behind) -> Wordings:
    """Return the words in which a caller, perhaps one not known yet, is answered by text."""
    return line.words_in(line.speaks_to(behind.caller.language if behind.caller else line.language))


def _has_started_since(session: Session, message: Message) -> bool:
    """Tell whether somebody whose STOP is found late has written START after it."""
    if message.volunteer_id is None and message.caller_id is None:
        return False
    later = select(Message.body).where(
        Message.direction == Direction.INBOUND,
        Message.created_at > message.created_at,
        Message.volunteer_id.is_not_distinct_from(message.volunteer_id),
        Message.caller_id.is_not_distinct_from(message.caller_id),
    )
    return any(commands.parse(body).kind is Kind.RESUME for body in session.scalars(later))


def _from_caller(
    session: Session, line: Line, behind: Behind, message: Message, now: datetime
) -> _Answer | None:
    """A caller waits to be called back, and is told so once a day."""
    at = message.created_at
    caller, phone = people.caller_for(session, behind, at, line), behind.phone
    priority = requests.TELEMARKETER if phone.telemarketing else requests.ORDINARY
    contact = requests.contact(session, caller, ContactKind.MESSAGE, at, priority=priority)
    message.caller_id, message.contact_id = caller.id, contact.id
    assignments.tell_of_contact(session, line.main, contact, now)
    key = f"ack:{phone.id}:{line.day(now)}"
    if outbox.is_written(session, key):
        return None
    body = wordings.acknowledgement(line.words_in(line.speaks_to(caller.language)))
    return _Answer(_ACKNOWLEDGEMENT, key, body)
