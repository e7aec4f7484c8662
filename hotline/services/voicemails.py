"""Messages left on the line, and the fetching of their audio into our own store.

The carrier's news of a recording may come before or after the end of the recording itself, twice, or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.models import Call, Voicemail, move
from hotline.models.status import CallOutcome, VoicemailState
from hotline.services import alerts, calls, people
from hotline.services.line import Line
from hotline.telephony.base import CarrierRecording
from hotline.telephony.webhooks import MessageRecorded, RecordingStatus

GIVE_UP_AFTER = timedelta(hours=24)
CLAIM_LASTS = timedelta(minutes=2)
ASK_AFTER = timedelta(minutes=1)
_LONGEST_CALL = timedelta(minutes=30)
_NOT_BEFORE_NEWS = timedelta(seconds=10)
_SLOWEST_RETRY = timedelta(minutes=15)


@dataclass(frozen=True)
class Fetch:
    """One audio to fetch: what it needs outside of any transaction."""

    voicemail_id: int
    recording_sid: str


def recorded(session: Session, line: Line, event: MessageRecorded, at: datetime) -> bool:
    """Note the end of a recording; tell whether there is a message worth keeping.

    The duration known here is the one before silence is trimmed: too short now is too short for good.
    """
    call = calls.by_sid(session, event.call_sid)
    if call is None:
        return False
    if event.call_over and call.ended_at is None:
        call.ended_at = at
    if event.recording_sid is None or _too_short(line, event.duration):
        if event.call_over:
            move(session, call, CallOutcome.HUNG_UP)
        return False
    _expect(session, call, event.recording_sid, event.duration, at, try_at=at + _NOT_BEFORE_NEWS)
    return True


def announced(session: Session, line: Line, event: RecordingStatus, at: datetime) -> None:
    """Note the carrier's news of a recording: ready to fetch, too short after all, or absent."""
    call = calls.by_sid(session, event.call_sid)
    if call is None or event.status == "in-progress":
        return
    if event.status == "completed" and _too_short(line, event.duration):
        _forget(session, call, event.recording_sid)
        return
    voicemail = _expect(session, call, event.recording_sid, event.duration, at, try_at=at)
    if event.status in {"absent", "failed"} and move(session, voicemail, VoicemailState.LOST):
        _tell_lost(session, voicemail, at)


def found(
    session: Session, line: Line, call_id: int, recordings: Sequence[CarrierRecording], at: datetime
) -> None:
    """Note what the carrier answered when asked for the recordings of a call whose news never came."""
    call = session.get_one(Call, call_id)
    call.recordings_sought_at = at
    for recording in recordings:
        if recording.status == "completed" and not _too_short(line, recording.duration):
            _expect(session, call, recording.sid, recording.duration, at, try_at=at)
    if call.outcome is CallOutcome.IN_PROGRESS:
        move(session, call, CallOutcome.HUNG_UP, ended_at=call.ended_at or at)


def unheard_of(session: Session, at: datetime, limit: int) -> list[Call]:
    """Return calls that were invited to leave a message and of which nothing was heard since."""
    has_message = select(Voicemail.id).where(Voicemail.call_id == Call.id).exists()
    over = or_(Call.ended_at < at - ASK_AFTER, Call.started_at < at - _LONGEST_CALL)
    return list(
        session.scalars(
            select(Call)
            .where(
                Call.invited_at.is_not(None),
                Call.recordings_sought_at.is_(None),
                Call.outcome.in_({CallOutcome.IN_PROGRESS, CallOutcome.HUNG_UP}),
                over,
                ~has_message,
            )
            .order_by(Call.started_at)
            .limit(limit)
        )
    )


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


def stored(session: Session, fetch: Fetch, sha256: str) -> None:
    """Note that the audio is in our store."""
    voicemail = session.get(Voicemail, fetch.voicemail_id)
    if voicemail is not None:
        move(session, voicemail, VoicemailState.STORED, sha256=sha256)


def not_fetched(session: Session, fetch: Fetch, at: datetime, *, gone: bool) -> None:
    """Plan another try, later each time; audio that the carrier has denied for a day is lost.

    `gone` tells that the carrier answered, and has no such audio (yet).
    """
    voicemail = session.get(Voicemail, fetch.voicemail_id)
    if voicemail is None:
        return
    if gone and at - voicemail.created_at > GIVE_UP_AFTER:
        if move(session, voicemail, VoicemailState.LOST):
            _tell_lost(session, voicemail, at)
        return
    wait = min(timedelta(seconds=5 * 2 ** min(voicemail.tries, 10)), _SLOWEST_RETRY)
    move(session, voicemail, VoicemailState.EXPECTED, try_at=at + wait)


def _expect(
    session: Session, call: Call, recording_sid: str, duration: int | None, at: datetime, *, try_at: datetime
) -> Voicemail:
    """Return the message's row, made at first news; later news may only hasten the fetching."""
    values = {
        "recording_sid": recording_sid,
        "call_id": call.id,
        "duration": duration,
        "state": VoicemailState.EXPECTED,
        "created_at": at,
        "try_at": try_at,
    }
    is_new = people.insert_once(session, Voicemail, "recording_sid", values)
    voicemail = session.scalars(select(Voicemail).where(Voicemail.recording_sid == recording_sid)).one()
    if is_new:
        move(session, call, CallOutcome.VOICEMAIL)
    elif voicemail.state is VoicemailState.EXPECTED and try_at < voicemail.try_at:
        voicemail.try_at = try_at
        voicemail.duration = duration if duration is not None else voicemail.duration
    return voicemail


def _forget(session: Session, call: Call, recording_sid: str) -> None:
    """Take back a message that turned out too short to hold words: the caller hung up."""
    voicemail = session.scalar(
        select(Voicemail).where(
            Voicemail.recording_sid == recording_sid, Voicemail.state == VoicemailState.EXPECTED
        )
    )
    if voicemail is not None:
        session.delete(voicemail)
    call.recordings_sought_at = call.recordings_sought_at or call.started_at
    move(session, call, CallOutcome.HUNG_UP)


def _too_short(line: Line, duration: int | None) -> bool:
    return duration is not None and duration < line.config.voicemail.shortest.total_seconds()


def _tell_lost(session: Session, voicemail: Voicemail, at: datetime) -> None:
    alerts.raise_alert(
        session, "voicemail_lost", f"lost:{voicemail.recording_sid}", at, caller_id=voicemail.call.caller_id
    )
