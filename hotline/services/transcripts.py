"""Messages put into words: which is next, what was heard, and what in it nobody may trust.

A transcript helps to read quickly. It never tells who called: numbers and names in it are to be verified.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from hotline.models import Call, Caller, Voicemail
from hotline.models.status import TranscriptState, VoicemailState
from hotline.transcription import Heard

LATELY: Final = timedelta(days=30)
"""Older messages are left alone: nobody waits for their words."""
UNSURE: Final = -0.45
"""Below this mean log-probability a transcript is "peu fiable" (measured on telephone sound)."""

_WORD: Final = (
    r"(?:zéros?|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|"
    r"vingts?|trente|quarante|cinquante|soixante|cents?|mille|"
    r"zero|one|two|three|four|five|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
)
_NUMBERS: Final = re.compile(
    rf"\+?\d(?:[\s.,/-]*\d)*|\b{_WORD}(?:(?:[\s,.-]+|\s+(?:et|and)\s+){_WORD})+\b", re.IGNORECASE
)


@dataclass(frozen=True)
class ToHear:
    """One message to be put into words: what it needs outside of any transaction."""

    voicemail_id: int
    recording_sid: str
    language: str


def next_waiting(session: Session, at: datetime) -> ToHear | None:
    """Return the message that has waited longest, of the last thirty days."""
    found = session.execute(
        select(Voicemail.id, Voicemail.recording_sid, Caller.language)
        .join(Call, Call.id == Voicemail.call_id)
        .outerjoin(Caller, Caller.id == Call.caller_id)
        .where(is_waiting(at - LATELY))
        .order_by(Voicemail.created_at, Voicemail.id)
        .limit(1)
    ).first()
    return ToHear(found.id, found.recording_sid, found.language or "fr") if found else None


def is_waiting(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that a message's sound is here and its words are not."""
    return and_(
        Voicemail.transcript_state == TranscriptState.WAITING,
        Voicemail.created_at >= since,
        Voicemail.state == VoicemailState.STORED,
        Voicemail.edited_at.is_(None),
    )


def heard(session: Session, voicemail_id: int, words: Heard) -> bool:
    """Keep the words of a message; False when somebody wrote them down meanwhile, or another clock did."""
    kept = update(Voicemail).where(
        Voicemail.id == voicemail_id,
        Voicemail.transcript_state == TranscriptState.WAITING,
        Voicemail.edited_at.is_(None),
    )
    values = {
        "transcript": words.text,
        "reliability": words.reliability,
        "transcript_state": TranscriptState.DONE,
    }
    return session.scalar(kept.values(values).returning(Voicemail.id)) is not None


def failed(session: Session, voicemail_id: int) -> None:
    """Leave a message alone until the clock is started again."""
    _turn(session, TranscriptState.WAITING, TranscriptState.FAILED, Voicemail.id == voicemail_id)


def retry(session: Session, at: datetime) -> int:
    """Give the messages of the last thirty days that failed another try; return how many."""
    lately = Voicemail.created_at >= at - LATELY
    return _turn(session, TranscriptState.FAILED, TranscriptState.WAITING, lately)


def unsure(reliability: float | None) -> bool:
    """Tell whether a transcript is to be read with doubt."""
    return reliability is not None and reliability < UNSURE


def marked(text: str) -> list[tuple[str, bool]]:
    """Return a transcript in pieces; True marks numbers, in figures or in words, which are to be verified."""
    pieces, at = [], 0
    for found in _NUMBERS.finditer(text):
        pieces += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _turn(
    session: Session, before: TranscriptState, after: TranscriptState, which: ColumnElement[bool]
) -> int:
    turned = update(Voicemail).where(Voicemail.transcript_state == before, which)
    return len(session.scalars(turned.values(transcript_state=after).returning(Voicemail.id)).all())
