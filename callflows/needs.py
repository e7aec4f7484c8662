"""A need between the lines: words of `config/needs.toml` in what is said, unless the sentence denies it."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Final

from callflows.folding import fold

NEGATION: Final = "NEGATION"
_UP_TO_THREE: Final = r"(?:\w+\W+){0,3}"
_SENTENCE: Final = re.compile(r"[^.!?;\n]+")
_MOST_READ: Final = 20_000
_TURN: Final = re.compile(r"\bmais\b|\bsauf\b|\bpar contre\b|\bcependant\b|\bpourtant\b")


@dataclass(frozen=True)
class Hit:
    """A possible need, by its code, and the words that tell of it, as they were said."""

    need: str
    words: str


@dataclass(frozen=True)
class Vocabulary:
    """The words of each need by its code, and those that deny one."""

    needs: Mapping[str, Pattern[str]] = field(default_factory=dict)
    denials: Pattern[str] | None = None


def load(path: Path, codes: Collection[str]) -> Vocabulary:
    """Read the words of needs with these codes; raises OSError, ValueError, KeyError or TypeError."""
    with path.open("rb") as file:
        said = {code: entry["words"] for code, entry in tomllib.load(file).items()}
    denials = said.pop(NEGATION, [])
    if unknown := said.keys() - set(codes):
        raise ValueError(f"[{min(unknown)}] n'est pas un besoin ; il y a {', '.join(sorted(codes))}")
    return Vocabulary(
        {code: _any_of(words) for code, words in said.items()}, _any_of(denials) if denials else None
    )


def found(text: str, vocabulary: Vocabulary) -> list[Hit]:
    """Return the needs that a text tells of, each once, with the first words that do."""
    read = text[:_MOST_READ]
    folded, hits = fold(read), dict[str, Hit]()
    for start, end in _clauses(folded):
        clause = folded[start:end]
        if vocabulary.denials is not None and vocabulary.denials.search(clause):
            continue
        for code, words in vocabulary.needs.items():
            if code not in hits and (match := words.search(clause)):
                hits[code] = Hit(code, read[start + match.start() : start + match.end()])
    return list(hits.values())


def _clauses(folded: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends, cut where it takes a turn ("mais")."""
    spans = []
    for sentence in _SENTENCE.finditer(folded):
        begin, end = sentence.span()
        for turn in _TURN.finditer(folded, begin, end):
            spans.append((begin, turn.start()))
            begin = turn.start()
        spans.append((begin, end))
    return spans


def _any_of(phrases: Sequence[str]) -> Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_pattern(phrase) for phrase in phrases)})\b")


def _pattern(phrase: str) -> str:
    words = re.findall(r"\*|\w+", fold(phrase))
    joined = "".join(_UP_TO_THREE if word == "*" else rf"{re.escape(word)}\W+" for word in words)
    return joined.removesuffix(r"\W+")
