"""What a caller hears at this very moment, composed as the call does it; plausible values for phrases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from callflows import greeting, spoken, voicemail
from callflows.voicemail import Reason
from callflows.wordings import Recorded, Wordings
from hotline.services import roster
from hotline.services.line import MAIN_LANGUAGE, Line


class Way(StrEnum):
    """What happens to somebody who phones the line."""

    RUNG = "rung"
    NOBODY = "nobody"
    CLOSED = "closed"


@dataclass(frozen=True)
class Phrase:
    """One phrase as it is heard, and the address of its recording."""

    text: str
    address: str | None


@dataclass(frozen=True)
class Scene:
    """All that a caller hears, up to the ringing or the beep; `now` tells whether it is so at this moment."""

    way: Way
    phrases: Sequence[Phrase]
    now: bool


def scenes(session: Session, line: Line, language: str, at: datetime) -> list[Scene]:
    """Return what callers hear when the line is open and when it is closed; what is heard now comes first."""
    words = line.words_in(language)
    now = current(session, line, at)
    closed_at = line.hours.first_closed(at) or at
    heard = {
        Way.RUNG: greeting.said(words),
        Way.NOBODY: voicemail.said(words, reason=Reason.NOBODY, next_opening=None),
        Way.CLOSED: voicemail.said(
            words, reason=Reason.CLOSED, next_opening=_next_opening(line, words, closed_at)
        ),
    }
    found = [Scene(way, [_phrase(text) for text in texts], way is now) for way, texts in heard.items()]
    return sorted(found, key=lambda scene: not scene.now)


def current(session: Session, line: Line, at: datetime) -> Way:
    """Return what happens to somebody who phones now."""
    if not line.hours.is_open(at):
        return Way.CLOSED
    return Way.RUNG if roster.on_shift(session, line, at) else Way.NOBODY


def samples(line: Line, language: str, at: datetime, *, written: bool) -> Mapping[str, str]:
    """Return a plausible value for everything that changes from call to call, as long as they usually get."""
    words = line.words_in(language)
    link = f"{line.public_url}/v/abcdefghijkl"
    common = {
        "line": words.phrase("line.name"),
        "caller": "Odette",
        "volunteer": "Camille",
        "holder": "Camille",
        "name": "Camille",
        "hello": words.phrase("line.hello_name", name="Camille"),
        "number": spoken.written_number(line.number),
        "link": link,
        "reference": "1234",
        "references": "1234, 1235",
        "pin": "12345678",
        "code": "012345",
        "key": "1",
        "place": "Briançon" if written else "05100",
        "next_opening": _next_opening(line, words, line.hours.first_closed(at) or at) or "",
    }
    if written:
        return common | _WRITTEN | {"hello": words.phrase("line.hello")}
    when = _SPOKEN_WHEN.get(words.language, _SPOKEN_WHEN[MAIN_LANGUAGE])
    return common | {"when": when, "wish": words.phrase("texts.errand_shopping")}


_SPOKEN_WHEN = {
    "fr": "mardi à quatorze heures",
    "en": "on Tuesday at two in the afternoon",
    "it": "martedì alle quattordici",
}
_WRITTEN = {
    "when": "mercredi 30/12 à 18 h",
    "before": "mercredi 30/12 à 18 h",
    "answer_by": "demain 18 h",
    "wish": "un appel régulier",
    "rhythm": "chaque mardi à 15 h",
    "thanks": "Merci Camille !",
    "span": "jusqu'au 30/12 inclus",
    "start": "lundi 28/12",
    "until": "mercredi 30/12",
    "what": "Odette (chaque mardi à 15 h)",
    "month": "septembre",
    "calls": "12 appels",
    "count": "12",
    "length": "5 h 40",
    "people": "3 personnes",
    "need": "courses de proximité",
    "partner": "Collectif Solidarité Courses",
    "phone": "04 65 71 00 10",
    "day": "30/12",
}


def _next_opening(line: Line, words: Wordings, at: datetime) -> str | None:
    opening = line.hours.next_opening(at)
    if opening is None or words.language not in spoken.LANGUAGES:
        return None
    skipped = line.hours.skipped_working_day(at, opening)
    return spoken.next_opening(
        line.local(opening), line.local(at), skipped_day=skipped, language=words.language
    )


def _phrase(text: str) -> Phrase:
    return Phrase(str(text), text.address if isinstance(text, Recorded) else None)
