"""Brings one entry of the carrier's log home: as if its webhook had come in time, told now."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Message, OutboxRow, Phone, Voicemail
from hotline.models.status import Direction, OutboxState
from hotline.phone import PhoneNumber, from_carrier
from hotline.services import calls, deliveries, people, texts, voicemails
from hotline.services.line import Line
from hotline.services.sweeping import sums
from hotline.telephony.base import CarrierCall, CarrierRecording, CarrierText
from hotline.telephony.statuses import call_is_over
from hotline.telephony.webhooks import IncomingCall, IncomingText, TextReceipt

_IN_DOUBT = (OutboxState.SENDING, OutboxState.DOUBTFUL)


def bring(
    session: Session, line: Line, sweep_id: int, found: CarrierCall | CarrierText, at: datetime
) -> None:
    """Log a call or a text and do what it asks for, unless it came home meanwhile; count it."""
    if isinstance(found, CarrierCall):
        what = "calls" if call(session, line, found, at) else ""
    elif found.direction == "inbound":
        what = "messages" if _received(session, line, found, at) else ""
    else:
        what = _sent(session, line, found, at)
    if what:
        sums.add(session, sweep_id, what)


def call(session: Session, line: Line, found: CarrierCall, at: datetime) -> bool:
    """Log a call at its own moments: a person, a contact, a request; False when it is known.

    Nobody of ours spoke in a call of which we never heard: it counts as hung up until its message is found.
    """
    if calls.by_sid(session, found.sid) is not None:
        return False
    caller, began = from_carrier(found.from_), found.started_at or at
    incoming = IncomingCall(
        sid=found.sid,
        from_raw=found.from_,
        caller=caller,
        to_raw=found.to,
        withheld=caller is None,
        forwarded_from=found.forwarded_from,
        direction=found.direction,
        found_at=at,
    )
    made = calls.logged(session, line, incoming, began)
    if call_is_over(found.status):
        made.ended_at = found.ended_at or began + timedelta(seconds=found.duration or 0)
        made.recordings_sought_at = max(at, made.ended_at)
        calls.left(session, line, made, at)
    return True


def recording(session: Session, line: Line, sweep_id: int, found: CarrierRecording, at: datetime) -> bool:
    """Expect the audio of a message that nobody announced; False when its call is not known to us."""
    its_call = calls.by_sid(session, found.call_sid)
    if its_call is None:
        return False
    wanted = select(Voicemail).where(Voicemail.recording_sid == found.sid)
    if session.scalar(wanted) is None:
        voicemails.found(session, line, its_call, [found], at)
        made = session.scalar(wanted)
        if made is not None:
            made.created_at, its_call.recordings_sought_at = found.created_at, at
            sums.add(session, sweep_id, "voicemails")
    return True


def _received(session: Session, line: Line, found: CarrierText, at: datetime) -> bool:
    if _logged(session, found):
        return False
    incoming = IncomingText(
        sid=found.sid,
        from_raw=found.sender,
        sender=from_carrier(found.sender),
        to_raw=found.to,
        body=found.body,
        opt_out_type=None,
        found_at=at,
    )
    texts.received(session, line, incoming, found.created_at)
    return True


def _sent(session: Session, line: Line, found: CarrierText, at: datetime) -> str:
    """Note what became of a text of ours, or the text itself where nobody is about to settle its doubt."""
    news = TextReceipt(found.sid, found.status, found.error_code)
    if _logged(session, found):
        deliveries.receipt(session, line, news, at)
        return "receipts"
    number = from_carrier(found.to)
    phone = _phone(session, number) if number else None
    if phone is not None and _in_doubt(session, phone):
        return ""
    volunteer = people.volunteer_at(session, phone) if phone else None
    caller = people.caller_at(session, phone) if phone and volunteer is None else None
    values = {
        "sid": found.sid,
        "direction": Direction.OUTBOUND,
        "from_number": found.sender,
        "to_number": number.e164 if number else found.to,
        "body": found.body,
        "status": found.status,
        "error_code": found.error_code,
        "volunteer_id": volunteer.id if volunteer else None,
        "caller_id": caller.id if caller else None,
        "created_at": found.created_at,
    }
    return "sent" if people.insert_once(session, Message, "sid", values) else ""


def _logged(session: Session, found: CarrierText) -> bool:
    return session.scalar(select(Message.id).where(Message.sid == found.sid)) is not None


def _phone(session: Session, number: PhoneNumber) -> Phone | None:
    return session.scalar(select(Phone).where(Phone.number_index == number.e164))


def _in_doubt(session: Session, phone: Phone) -> bool:
    """Tell whether a text to this telephone is on its way, or looked up: it may be the one in the log."""
    doubtful = select(OutboxRow.id).where(OutboxRow.phone_id == phone.id, OutboxRow.state.in_(_IN_DOUBT))
    return session.scalar(doubtful.limit(1)) is not None
