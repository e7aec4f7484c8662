"""Which entries of the carrier's log we do not know yet.

Only what concerns our own numbers counts: the account may have others. Whoever was erased on purpose must not
come back either: what is asked here about identifiers is asked of everything that came before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import Call, Message, Voicemail
from hotline.models.status import Direction
from hotline.services.line import Line
from hotline.telephony.base import CarrierCall, CarrierRecording, CarrierText
from hotline.telephony.statuses import newer

_LONGEST_QUEUE = timedelta(days=1)
_UNFINISHED = frozenset({"in-progress", "paused", "processing"})


def numbers(line: Line) -> list[str]:
    """Return the numbers of ours that may be called."""
    return sorted(one for one in line.ours if one.startswith("+"))


def calls(
    session: Session, line: Line, found: Sequence[CarrierCall], since: datetime
) -> Iterable[CarrierCall]:
    """Return the calls to us of which we know nothing; a second leg is part of its call."""
    known = _known(session, Call.sid, [call.sid for call in found])
    return (
        call
        for call in found
        if call.sid not in known
        and call.parent_sid is None
        and call.direction == "inbound"
        and call.to in line.ours
        and (call.started_at is None or call.started_at >= since)
    )


def texts(
    session: Session, line: Line, found: Sequence[CarrierText], since: datetime
) -> Iterable[CarrierText]:
    """Return the texts, both ways, of which we know nothing, and those sent whose fate has moved on."""
    listed = select(Message.sid, Message.direction, Message.status)
    known = {
        sid: None if direction is Direction.INBOUND else status
        for sid, direction, status in session.execute(
            listed.where(Message.sid.in_([text.sid for text in found]))
        )
    }
    for text in found:
        received = text.direction == "inbound"
        if (text.to if received else text.sender) not in line.ours:
            continue
        status = known.get(text.sid, "")
        lately = since if received else since - _LONGEST_QUEUE
        if text.created_at >= lately and status is not None and (not status or newer(status, text.status)):
            yield text


def recordings(
    session: Session, found: Sequence[CarrierRecording], since: datetime
) -> Iterable[CarrierRecording]:
    """Return the recordings of which we know nothing; those still being made are the next sweep's."""
    known = _known(session, Voicemail.recording_sid, [recording.sid for recording in found])
    return (
        recording
        for recording in found
        if recording.sid not in known
        and recording.created_at >= since
        and recording.status not in _UNFINISHED
    )


def _known(session: Session, column: InstrumentedAttribute[str], sids: Sequence[str]) -> set[str]:
    return set(session.scalars(select(column).where(column.in_(sids))))
