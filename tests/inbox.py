"""Messages that callers left on the line, as they lie in the inbox."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Call, Caller, Voicemail
from hotline.models.status import (
    CallerState,
    CallOutcome,
    ContactKind,
    Direction,
    VoicemailState,
)
from hotline.phone import PhoneNumber
from hotline.rehearsal import audio
from hotline.services import people, requests
from hotline.services.desk import peaks
from tests.conftest import LINE
from tests.webhooks import sid

_NUMBERS = count(1)


def leave(
    hotline: Hotline,
    names: str | None = "Odette Martin",
    number: str | None = "+33199000201",
    *,
    ago: timedelta = timedelta(0),
    seconds: int = 12,
    **fields: Any,
) -> int:
    """Somebody left a message some time ago, from a withheld number without `number`; return its id."""
    at, number_of = hotline.clock.now() - ago, next(_NUMBERS)
    sound = audio.wav(audio.imitation(seconds))
    recording = sid("RE", number_of)
    hotline.store.put(recording, sound)

    def enter(session: Session) -> int:
        caller = _caller(session, hotline, names, number)
        contact = requests.contact(session, caller, ContactKind.CALL, at)
        call = Call(
            sid=sid("CA", number_of),
            direction=Direction.INBOUND,
            from_number=number or "anonymous",
            to_number=LINE,
            withheld=number is None,
            caller_id=caller.id,
            contact_id=contact.id,
            outcome=CallOutcome.VOICEMAIL,
            started_at=at,
        )
        session.add(call)
        session.flush()
        values = {
            "state": VoicemailState.STORED,
            "sha256": f"{number_of:064x}",
            "peaks": peaks.of(sound),
            "telemarketing": number is not None and PhoneNumber(number).telemarketing,
            **fields,
        }
        message = Voicemail(
            recording_sid=recording, call_id=call.id, duration=seconds, created_at=at, try_at=at, **values
        )
        session.add(message)
        session.flush()
        return message.id

    return hotline.database.run(enter)


def settled(hotline: Hotline) -> None:
    """Nobody waits for a volunteer any more: only the messages themselves are left."""

    def close(session: Session) -> None:
        at = hotline.clock.now()
        for caller in session.scalars(select(Caller)):
            request = requests.open_request(session, caller)
            if request is not None:
                requests.close(session, request, "done", at)

    hotline.database.run(close)


def _caller(session: Session, hotline: Hotline, names: str | None, number: str | None) -> Caller:
    at = hotline.clock.now()
    if number is None:
        return people.new_caller(session, CallerState.UNREACHABLE, at)
    behind = people.behind(session, PhoneNumber(number), hotline.line.day(at), at)
    caller = people.caller_for(session, behind, at)
    caller.names = names
    session.flush()
    return caller
