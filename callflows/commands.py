"""What a volunteer's text means. A wrong yes is worse than a question: one unknown word asks a person."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callflows.vocabulary import ALERTS, DOUBTS, NUMBER_WORDS, PHRASES, UNITS, Role

_LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_REFERENCE = re.compile(r"[1-9][0-9]{0,5}")
_PUNCTUATION = " \t\r\n,.:;!-–—"
_UNSEEN = frozenset({"Mn", "Cf", "Cc"})
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")


class Kind(StrEnum):
    """What was answered."""

    YES = "yes"
    NO = "no"
    DONE = "done"
    ABSENT = "absent"
    ALERT = "alert"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    HELP = "help"
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
    Role.HELP: Kind.HELP,
}
_COMPANIONS = {
    Role.YES: {Role.WITH_YES},
    Role.NO: {Role.WITH_NO, Role.REGRET},
    Role.DONE: {Role.WITH_REPORT},
    Role.ABSENT: {Role.WITH_REPORT, Role.REGRET},
}
_WHOLE_TEXTS = {"?": Kind.HELP, "1": Kind.YES}
_OPENERS = {"fait": Kind.DONE, "pause": Kind.PAUSE}
_REFERRING = frozenset({Role.YES, Role.NO, Role.DONE, Role.ABSENT})


def parse(text: str) -> Command:
    """Read one text; never raises. The reference is the number written before or after the answer."""
    text = unicodedata.normalize("NFC", text).strip()
    whole = _WHOLE_TEXTS.get(text.rstrip(" .!"))
    if whole is not None:
        return Command(whole)
    tokens = _tokens(text)
    asks = "?" in text
    first = tokens[0].word if tokens else ""
    if first in ALERTS:
        return _with_rest(Kind.ALERT, text, tokens)
    closed = _closed_reading([token.word for token in tokens], asks=asks)
    if closed is not None:
        return closed
    if not asks and first in _OPENERS and _opens(text, tokens):
        return _with_rest(_OPENERS[first], text, tokens)
    return Command(Kind.UNKNOWN, rest=text)


def fold(text: str) -> str:
    """Lower case without accents, apostrophes and emoji modifiers; every character keeps its place."""
    return "".join(_folded(char) for char in text)


def _folded(char: str) -> str:
    if char in "°º'’ʼ":
        return " "
    bare = unicodedata.normalize("NFKD", char.lower())[0]
    return " " if unicodedata.category(bare) in _UNSEEN or bare in _SKIN_TONES else bare


def _tokens(text: str) -> list[_Token]:
    """Words, numbers and symbols in order; punctuation says nothing here, except in _opens."""
    found = (_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(fold(text)))
    return [token for token in found if not unicodedata.category(token.word[0]).startswith("P")]


def _closed_reading(words: Sequence[str], *, asks: bool) -> Command | None:
    """The reading of a text of which every word is known and which says one thing; else None."""
    numbers = [index for index, word in enumerate(words) if word.isdigit()]
    if len(numbers) > 1 or any(not _REFERENCE.fullmatch(words[index]) for index in numbers):
        return None
    if numbers:
        before, after = list(words[: numbers[0]]), list(words[numbers[0] + 1 :])
        if before and before[-1] in NUMBER_WORDS:
            before.pop()
        reference = int(words[numbers[0]])
    else:
        before, after, reference = list(words), [], None
    roles = _roles(before) | _roles(after)
    core = roles & _KINDS.keys()
    if len(core) != 1:
        return None
    (role,) = core
    if roles - {role, Role.POLITE} - _COMPANIONS.get(role, set()):
        return None
    if (asks and role is not Role.HELP) or (reference is not None and role not in _REFERRING):
        return None
    return Command(_KINDS[role], reference)


def _roles(words: Sequence[str]) -> set[Role]:
    """The roles of the longest known phrases from left to right; UNCLEAR for a word that is not known."""
    roles: set[Role] = set()
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            role = PHRASES.get(tuple(words[at : at + length]))
            if role is not None:
                roles.add(role)
                at += length
                break
        else:
            return {Role.UNCLEAR}
    return roles


def _opens(text: str, tokens: Sequence[_Token]) -> bool:
    """Whether the first word is a command (capitals, or a sign or number after it) and nothing is denied."""
    first = tokens[0]
    if DOUBTS.intersection(token.word for token in tokens):
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
