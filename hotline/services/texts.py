"""A text reaches the line: logged once, understood by who sent it, answered through the outbox."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import commands
from callflows import texts as wordings
from callflows.commands import Kind
from hotline.models import Message, Phone, Volunteer
from hotline.models.status import AssignmentState, ContactKind, Direction
from hotline.services import alerts, answers, assignments, outbox, people, requests, roster
from hotline.services.line import Line
from hotline.telephony.webhooks import IncomingText


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
    if not people.insert_once(session, Message, "sid", values) or text.sender is None:
        return
    if text.sender.e164 == line.number:
        return
    phone = people.phone_for(session, text.sender, at)
    volunteer = people.volunteer_at(session, phone)
    message = session.scalars(select(Message).where(Message.sid == text.sid)).one()
    message.volunteer_id = volunteer.id if volunteer else None
    if _opted_out(session, line, phone, volunteer, text, at):
        return
    if volunteer is not None:
        reply = answers.volunteer_says(session, line, volunteer, text.body, text.sid, at)
        _send(session, line, "answer", f"answer:{text.sid}", phone, reply, at)
    elif roster.is_listener(session, phone, line.day(at)):
        reply = answers.listener_says(session, line, phone, text.body, text.sid, at)
        _send(session, line, "answer", f"answer:{text.sid}", phone, reply, at)
    else:
        _from_caller(session, line, phone, message, at)


def _opted_out(
    session: Session, line: Line, phone: Phone, volunteer: Volunteer | None, text: IncomingText, at: datetime
) -> bool:
    """Obey STOP, ARRET and START; the carrier's own reading of the text wins over ours."""
    kind = commands.parse(text.body).kind
    told = text.opt_out_type
    if told == "STOP" or (told is None and kind is Kind.STOP):
        already = phone.stopped_at is not None
        outbox.stop(session, phone, at)
        if volunteer is not None:
            _volunteer_stopped(session, volunteer, text.sid, at)
        if told is None and not already:
            body = wordings.stopped(line.words)
            _send(session, line, "stopped", f"stopped:{text.sid}", phone, body, at, after_stop=True)
        return True
    if told == "START" or (told is None and kind is Kind.RESUME and phone.stopped_at is not None):
        phone.stopped_at = None
        if told is None:
            _send(
                session, line, "restarted", f"restarted:{text.sid}", phone, wordings.restarted(line.words), at
            )
        return True
    return told == "HELP"


def _volunteer_stopped(session: Session, volunteer: Volunteer, sid: str, at: datetime) -> None:
    """Coordinators are told, and what was offered goes to somebody else at once."""
    alerts.raise_alert(session, "volunteer_stop", f"stop:{sid}", at, volunteer_id=volunteer.id)
    for assignment in assignments.held_by(session, volunteer):
        if assignment.state is AssignmentState.OFFERED:
            assignments.decline(session, assignment, at)


def _from_caller(session: Session, line: Line, phone: Phone, message: Message, at: datetime) -> None:
    caller = people.caller_for(session, phone, at)
    priority = requests.TELEMARKETER if phone.telemarketing else requests.ORDINARY
    contact = requests.contact(session, caller, ContactKind.MESSAGE, at, priority=priority)
    message.caller_id, message.contact_id = caller.id, contact.id
    assignments.tell_of_contact(session, line, contact, at)
    body = wordings.acknowledgement(line.words)
    _send(session, line, "acknowledgement", f"ack:{phone.id}:{line.day(at)}", phone, body, at)


def _send(
    session: Session,
    line: Line,
    kind: str,
    key: str,
    phone: Phone,
    body: str,
    at: datetime,
    *,
    after_stop: bool = False,
) -> None:
    outbox.enqueue(session, line, kind=kind, key=key, phone=phone, body=body, at=at, after_stop=after_stop)
