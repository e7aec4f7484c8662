"""What people did at the line beside what the line has kept: each call, message and text exactly once."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.crypto import decode_key
from hotline.db import Database
from hotline.models import Call, Message, OutboxRow, Voicemail
from hotline.models.status import CallOutcome, Direction, OutboxState, VoicemailState
from scripts.bench.load_carrier import SOUND

_UNDER_WAY = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.SENT, OutboxState.DOUBTFUL)
_STILL_TO_FETCH = (VoicemailState.EXPECTED, VoicemailState.FETCHING)
_LOOKS_EVERY = 0.5


@dataclass(frozen=True)
class Done:
    """What was done at the line, by SID, and the texts that the carrier was given."""

    calls: Sequence[str]
    recordings: Sequence[str]
    texts: Sequence[str]
    given: Sequence[Mapping[str, str]]


def opened(environment: Mapping[str, str]) -> Database:
    """Open the database of the processes with this environment."""
    return Database(environment["DATABASE_URL"], [decode_key(environment["HOTLINE_ENCRYPTION_KEYS"])])


def come_to_rest(database: Database, within: float) -> float:
    """Wait until the clock has nothing left to fetch or to send; return the seconds that it took."""
    began = time.monotonic()
    while _left(database) and time.monotonic() - began < within:
        time.sleep(_LOOKS_EVERY)
    return time.monotonic() - began


def given(ledger: Path) -> list[dict[str, str]]:
    """Return the texts that the carrier was given."""
    return [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]


def differences(database: Database, done: Done) -> list[str]:
    """Return what was lost, came twice, or is still under way, in a sentence each."""
    left = _left(database)
    with database.read() as session:
        inbound = select(Message.sid).where(Message.direction == Direction.INBOUND)
        sent = [one["sid"] for one in done.given]
        return [
            *([f"{left} texts or voicemails still under way"] if left else []),
            *_compared("calls", done.calls, session.scalars(select(Call.sid))),
            *_compared("voicemails", done.recordings, session.scalars(select(Voicemail.recording_sid))),
            *_compared("texts that came", done.texts, session.scalars(inbound)),
            *_compared("texts that left", sent, session.scalars(select(OutboxRow.sid))),
            *_twice(done.given),
            *_outcomes(session, len(done.recordings)),
            *_sounds(session),
        ]


def _left(database: Database) -> int:
    with database.read() as session:
        texts = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(_UNDER_WAY))
        sounds = select(func.count()).select_from(Voicemail).where(Voicemail.state.in_(_STILL_TO_FETCH))
        return (session.scalar(texts) or 0) + (session.scalar(sounds) or 0)


def _compared(what: str, ours: Iterable[str], theirs: Iterable[str | None]) -> list[str]:
    expected, kept = Counter[str | None](ours), Counter(theirs)
    found = {"missing": expected - kept, "too many": kept - expected}
    return [
        f"{what}: {sum(which.values())} {says}, such as {next(iter(which))}"
        for says, which in found.items()
        if which
    ]


def _twice(given: Sequence[Mapping[str, str]]) -> list[str]:
    """Nobody is written the same words twice: each person is answered once a day."""
    written = Counter((one["to"], one["body"]) for one in given)
    repeated = sum(times - 1 for times in written.values())
    return [f"texts that left: {repeated} twice"] if repeated else []


def _outcomes(session: Session, recordings: int) -> list[str]:
    ended = Counter(session.scalars(select(Call.outcome)))
    expected = {CallOutcome.VOICEMAIL: recordings} if recordings else {}
    return [] if ended == expected else [f"calls ended as {dict(ended)} instead of {expected}"]


def _sounds(session: Session) -> list[str]:
    """Every message has its sound in the store, the one that the carrier had."""
    whole = hashlib.sha256(SOUND).hexdigest()
    without = (
        select(func.count())
        .select_from(Voicemail)
        .where((Voicemail.state != VoicemailState.STORED) | (Voicemail.sha256 != whole))
    )
    many = session.scalar(without) or 0
    return [f"voicemails: {many} without their sound"] if many else []
