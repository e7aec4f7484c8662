"""Messages left on the line, and the fetching of their audio into our own store.

The carrier's news of a recording may come before or after the end of the recording itself, twice, or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Call, EarlyReceipt, Voicemail, move
from hotline.models.status import CallOutcome, VoicemailState
from hotline.phone import from_carrier
from hotline.services import alerts, calls, people
from hotline.services.line import Line
from hotline.telephony.base import CarrierRecording
from hotline.telephony.webhooks import IncomingCall, MessageRecorded, RecordingStatus

log = structlog.get_logger()

GIVE_UP_AFTER = timedelta(hours=24)
CLAIM_LASTS = timedelta(minutes=2)
_NO_AUDIO = frozenset({"absent", "failed", "deleted"})
_NOT_BEFORE_NEWS = timedelta(seconds=2)
_SLOWEST_RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class Fetch:
    """One audio to fetch: what it needs outside of any transaction."""

    voicemail_id: int
    recording_sid: str


def recorded(
    session: Session, line: Line, incoming: IncomingCall, event: MessageRecorded, at: datetime
) -> bool:
    """Note the end of a recording; tell whether there is a message worth keeping.

    The duration known here is the one before silence is trimmed: too short now is too short for good.
    """
    call = calls.logged(session, line, incoming, at)
    recording_sid = _worth_keeping(session, line, event)
    if recording_sid is not None:
        expect(session, call, recording_sid, event.duration, at, try_at=at + _NOT_BEFORE_NEWS)
    if event.call_over:
        calls.left(session, line, call, at)
    return recording_sid is not None


def announced(session: Session, line: Line, event: RecordingStatus, at: datetime) -> bool:
    """Note the carrier's news of a recording: ready to fetch, too short after all, or absent.

    Return True when a message that is too short had already been stored: its audio has to go.
    """
    call = calls.by_sid(session, event.call_sid)
    if call is None:
        log.warning("recording_of_unknown_call", call=event.call_sid, recording=event.recording_sid)
        return False
    known = _by_sid(session, event.recording_sid)
    ready, absent = event.status == "completed", event.status in _NO_AUDIO
    if (ready and _too_short(line, event.duration)) or (absent and known is None):
        return _forget(session, call, known, event, at)
    if ready:
        expect(session, call, event.recording_sid, event.duration, at, try_at=at).duration = event.duration
    elif absent and known is not None and move(session, known, VoicemailState.LOST):
        _tell_lost(session, known, at)
    return False


def found(
    session: Session, line: Line, call: Call, recordings: Sequence[CarrierRecording], at: datetime
) -> None:
    """Note the recordings that the carrier names when asked about a call."""
    for recording in recordings:
        if recording.status not in _NO_AUDIO and not _too_short(line, recording.duration):
            expect(session, call, recording.sid, recording.duration, at, try_at=at)


def claim_due(session: Session, at: datetime, limit: int) -> list[Fetch]:
    """Claim audio that is due for fetching; a claim older than two minutes belongs to a process that died."""
    due = session.scalars(
        select(Voicemail)
        .where(
            Voicemail.state.in_({VoicemailState.EXPECTED, VoicemailState.FETCHING}), Voicemail.try_at <= at
        )
        .order_by(Voicemail.try_at)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Voicemail)
    ).all()
    for voicemail in due:
        voicemail.state = VoicemailState.FETCHING
        voicemail.try_at = at + CLAIM_LASTS
        voicemail.tries += 1
    return [Fetch(voicemail.id, voicemail.recording_sid) for voicemail in due]


def stored(session: Session, fetch: Fetch, sha256: str, peaks: bytes | None = None) -> bool:
    """Note that the audio is in our store; False when the message was too short after all."""
    voicemail = session.get(Voicemail, fetch.voicemail_id)
    if voicemail is None:
        return False
    move(session, voicemail, VoicemailState.STORED, sha256=sha256, peaks=peaks)
    return True


def not_fetched(session: Session, fetch: Fetch, at: datetime, *, gone: bool) -> None:
    """Plan another try, later each time; audio that the carrier has denied for a day is lost.

    `gone` tells that the carrier answered, and has no such audio (yet). The day begins when it last named it.
    """
    voicemail = session.get(Voicemail, fetch.voicemail_id)
    if voicemail is None:
        return
    named_at = max(voicemail.created_at, voicemail.call.recordings_sought_at or voicemail.created_at)
    if gone and at - named_at > GIVE_UP_AFTER:
        if move(session, voicemail, VoicemailState.LOST):
            _tell_lost(session, voicemail, at)
        return
    wait = min(timedelta(seconds=2 ** min(voicemail.tries + 1, 10)), _SLOWEST_RETRY)
    move(session, voicemail, VoicemailState.EXPECTED, try_at=at + wait)


def expect(
    session: Session, call: Call, recording_sid: str, duration: int | None, at: datetime, *, try_at: datetime
) -> Voicemail:
    """Return the message's row, made at first news; later news may only hasten the fetching."""
    number = from_carrier(call.from_number)
    values = {
        "recording_sid": recording_sid,
        "call_id": call.id,
        "duration": duration,
        "state": VoicemailState.EXPECTED,
        "created_at": at,
        "try_at": try_at,
        "volunteer_id": call.put_through_id,
        "telemarketing": number is not None and number.telemarketing,
    }
    new = people.insert_once(session, Voicemail, "recording_sid", values)
    if new is not None:
        move(session, call, CallOutcome.VOICEMAIL)
        return new
    voicemail = session.scalars(select(Voicemail).where(Voicemail.recording_sid == recording_sid)).one()
    if voicemail.state is VoicemailState.EXPECTED:
        voicemail.try_at = min(voicemail.try_at, try_at)
    return voicemail


def _forget(
    session: Session, call: Call, known: Voicemail | None, event: RecordingStatus, at: datetime
) -> bool:
    """There is nothing to hear: the caller hung up. Tell whether the audio had been stored already."""
    values = {"sid": event.recording_sid, "status": event.status, "error_code": None, "at": at}
    people.insert_once(session, EarlyReceipt, "sid", values)
    stored = known is not None and known.state is VoicemailState.STORED
    if known is not None:
        session.delete(known)
        session.flush()
    if session.scalar(select(Voicemail.id).where(Voicemail.call_id == call.id).limit(1)) is None:
        move(session, call, CallOutcome.HUNG_UP, ended_at=call.ended_at or at)
    return stored


def _by_sid(session: Session, recording_sid: str) -> Voicemail | None:
    return session.scalar(select(Voicemail).where(Voicemail.recording_sid == recording_sid))


def _worth_keeping(session: Session, line: Line, event: MessageRecorded) -> str | None:
    """Return the recording's SID unless it holds no words, or is known already to hold none."""
    if event.recording_sid is None or _too_short(line, event.duration):
        return None
    return None if session.get(EarlyReceipt, event.recording_sid) else event.recording_sid


def _too_short(line: Line, duration: int | None) -> bool:
    return duration is not None and duration < line.config.voicemail.shortest.total_seconds()


def _tell_lost(session: Session, voicemail: Voicemail, at: datetime) -> None:
    alerts.raise_alert(
        session, "voicemail_lost", f"lost:{voicemail.recording_sid}", at, caller_id=voicemail.call.caller_id
    )
