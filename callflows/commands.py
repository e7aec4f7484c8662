"""What a volunteer's text means. A wrong yes is worse than a question: one unknown word asks a person."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callflows import pauses
from callflows.folding import fold
from callflows.vocabulary import ALERTS, AWAY, DOUBTS, NUMBER_WORDS, PHRASES, UNITS, Role

_LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_REFERENCE = re.compile(r"[1-9][0-9]{0,5}")
_PUNCTUATION = " \t\r\n,.:;!-–—"


class Kind(StrEnum):
    """What was answered."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    ABSENT = "absent"
    ALERT = "alert"
    PAUSE = "pause"
    RESUME = "resume"
    BACK = "back"
    STOP = "stop"
    HELP = "help"
    LINK = "link"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Command:
    """A reading; `rest` holds the words after ALERTE, FAIT and PAUSE, and the whole text when UNKNOWN."""

    kind: Kind
    reference: int | None = None
    rest: str = ""


@dataclass(frozen=True)
class _Token:
    word: str
    start: int
    end: int


_KINDS = {
    Role.YES: Kind.YES,
    Role.NO: Kind.NO,
    Role.DONE: Kind.DONE,
    Role.ABSENT: Kind.ABSENT,
    Role.STOP: Kind.STOP,
    Role.RESUME: Kind.RESUME,
    Role.BACK: Kind.BACK,
    Role.HELP: Kind.HELP,
    Role.LINK: Kind.LINK,
}
_COMPANIONS = {
    Role.YES: {Role.WITH_YES},
    Role.NO: {Role.WITH_NO, Role.TODAY, Role.REGRET, Role.ANGER},
    Role.DONE: {Role.WITH_REPORT, Role.WITH_DONE, Role.TODAY},
    Role.ABSENT: {Role.WITH_REPORT, Role.REGRET},
    Role.STOP: {Role.ANGER},
}
_ASKED_FOR = frozenset({Role.HELP, Role.LINK})
_WHOLE_TEXTS = {"?": Kind.HELP, "1": Kind.YES}
_REFERRING = frozenset({Role.YES, Role.NO, Role.DONE, Role.ABSENT})
_FAIT, _PAUSE = "fait", "pause"


def parse(text: str) -> Command:
    """Read one text; never raises. The reference is the number written before or after the answer."""
    text = unicodedata.normalize("NFC", text).strip()
    whole = _WHOLE_TEXTS.get(text.rstrip(" .!"))
    if whole is not None:
        return Command(whole)
    tokens, asks = _tokens(text), "?" in text
    said = _after_greeting(tokens)
    first = said[0].word if said else ""
    if first in ALERTS:
        return _with_rest(Kind.ALERT, text, said)
    reading = _closed_reading(text, tokens, asks=asks)
    if reading is None and not asks:
        reading = _away(text, said)
    if reading is None and not asks and first == _FAIT and _opens(text, said):
        reading = _with_rest(Kind.DONE, text, said)
    return reading or Command(Kind.UNKNOWN, rest=text)


def _tokens(text: str) -> list[_Token]:
    """Words, numbers and symbols in order; punctuation says nothing here, except in _opens."""
    found = (_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(fold(text)))
    return [token for token in found if not unicodedata.category(token.word[0]).startswith("P")]


def _after_greeting(tokens: Sequence[_Token]) -> Sequence[_Token]:
    """The tokens after "bonjour", "merci" and the like."""
    at = 0
    while (length := _phrase_at(tokens, at)) and _role(tokens[at : at + length]) is Role.POLITE:
        at += length
    return tokens[at:]


def _closed_reading(text: str, tokens: Sequence[_Token], *, asks: bool) -> Command | None:
    """The reading of a text of which every word is known and which says one thing; else None."""
    numbers = [index for index, token in enumerate(tokens) if token.word.isdigit()]
    if len(numbers) > 1 or any(not _REFERENCE.fullmatch(tokens[index].word) for index in numbers):
        return None
    before, after, reference = list(tokens), [], None
    if numbers:
        before, after = list(tokens[: numbers[0]]), list(tokens[numbers[0] + 1 :])
        if before and before[-1].word in NUMBER_WORDS:
            before.pop()
        reference = int(tokens[numbers[0]].word)
    roles = _roles(before) | _roles(after)
    core = roles & _KINDS.keys()
    if len(core) != 1:
        return None
    (role,) = core
    companions = roles - {role, Role.POLITE}
    if companions - _COMPANIONS.get(role, set()):
        return None
    if (asks and role not in _ASKED_FOR) or (reference is not None and role not in _REFERRING):
        return None
    return Command(_KINDS[role], reference, text if role is Role.DONE and companions else "")


def _roles(tokens: Sequence[_Token]) -> set[Role]:
    """The roles of the longest known phrases from left to right; UNCLEAR for a word that is not known."""
    roles: set[Role] = set()
    at = 0
    while at < len(tokens):
        length = _phrase_at(tokens, at)
        role = _role(tokens[at : at + length])
        if role is None:
            return {Role.UNCLEAR}
        roles.add(role)
        at += length
    return roles


def _phrase_at(tokens: Sequence[_Token], at: int) -> int:
    """How many tokens the longest known phrase takes there; 0 when there is none."""
    longest = min(_LONGEST_PHRASE, len(tokens) - at)
    return next((length for length in range(longest, 0, -1) if _role(tokens[at : at + length])), 0)


def _role(tokens: Sequence[_Token]) -> Role | None:
    return PHRASES.get(_words(tokens))


def _words(tokens: Sequence[_Token]) -> tuple[str, ...]:
    return tuple(token.word for token in tokens)


def _away(text: str, tokens: Sequence[_Token]) -> Command | None:
    """PAUSE or "en vacances", then when; PAUSE as a command even when nobody can tell when."""
    opener = next((one for one in AWAY if _words(tokens[: len(one)]) == one), None)
    if opener is None:
        return None
    rest = text[tokens[len(opener) - 1].end :].strip(_PUNCTUATION)
    when = pauses.readable(rest) and (rest or opener[-1] == _PAUSE)
    commanded = opener == (_PAUSE,) and _opens(text, tokens)
    return Command(Kind.PAUSE, None, rest) if when or commanded else None


def _opens(text: str, tokens: Sequence[_Token]) -> bool:
    """Whether the first word is a command (capitals, or a sign or number after it) and nothing is denied."""
    first = tokens[0]
    if DOUBTS.intersection(_words(tokens)):
        return False
    following = text[first.end :].lstrip(" ")[:1]
    return text[first.start : first.end].isupper() or following.isdigit() or following in _PUNCTUATION


def _with_rest(kind: Kind, text: str, tokens: Sequence[_Token]) -> Command:
    """The command word, perhaps a reference (a number that counts nothing), then free words."""
    at = 1
    if len(tokens) > 2 and tokens[1].word in NUMBER_WORDS and tokens[2].word.isdigit():
        at = 2
    counted = len(tokens) > at + 1 and tokens[at + 1].word in UNITS
    if len(tokens) > at and _REFERENCE.fullmatch(tokens[at].word) and not counted:
        return Command(kind, int(tokens[at].word), text[tokens[at].end :].strip(_PUNCTUATION))
    return Command(kind, None, text[tokens[0].end :].strip(_PUNCTUATION))
