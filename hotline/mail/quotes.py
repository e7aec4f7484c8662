"""Finds where somebody's own words end and the mail that they answer begins, as mail programs write it.

Gmail, Apple Mail, Thunderbird, Yahoo ("Le … a écrit :", "On … wrote:"), Outlook, Orange, Free (a block of
"De :", "Envoyé :", "Objet :"), and lines behind ">". Each line is looked at once: no text makes it slow.
"""

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

_LONGEST_LINE: Final = 400
_WRAPPED: Final = 3
_BLOCK: Final = 8
_OPENING: Final = re.compile(r"\W{0,3}(?:le|on)\b", re.IGNORECASE)
_ATTRIBUTION: Final = re.compile(r"\W{0,3}(?:le|on)\b.{4,}\b(?:a\s+écrit|wrote)\s*:", re.IGNORECASE)
_DATED: Final = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}\s?[:h]\s?\d\d\b|\d/\d|<\S+@\S+>")
_SEPARATOR: Final = re.compile(
    r"-{2,}\s*(?:(?:message|courriel|e-?mail)\s+(?:d['’]origine|original|initial|transféré)"
    r"|(?:original|forwarded)\s+message)\s*:?\s*-{2,}",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[_-]{5,}")
_FIELD: Final = re.compile(
    r"\W{0,2}(de|from|expéditeur|envoyé(?:\sle)?|sent|date|à|a|to|pour|cc|copie|objet|sujet|subject)\s?\*?\s?:",
    re.IGNORECASE,
)
_WRITER: Final = frozenset({"de", "from", "expéditeur"})
_DEVICE: Final = re.compile(
    r"\s*(?:(?:envoyé|sent)\s+(?:de|depuis|à\s+partir\s+de|from|avec|via)\s"
    r"|(?:téléchargez|obtenez|get)\s+outlook\s).{1,80}",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(r"(?m)^-- ?$")


def quoted_at(text: str) -> int | None:
    """Return where the quoted part begins; None when nothing is quoted, or nothing stands before it.

    What somebody writes below or between the lines that they quote is theirs: it is never folded.
    """
    lines = text.split("\n")
    page = _Page([line.strip()[:_LONGEST_LINE] for line in lines])
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    begins = next((start for index, start in enumerate(starts) if page.quotes_from(index)), None)
    return begins if begins is not None and text[:begins].strip() else None


def own_words(text: str, quoted: int | None) -> str:
    """Return what somebody wrote themselves: no quoted part, no signature, no "Envoyé de mon iPhone"."""
    said = _SIGNATURE.split(text[:quoted], maxsplit=1)[0]
    lines = said.split("\n")
    return "\n".join(line for line in lines if not _DEVICE.fullmatch(line[:_LONGEST_LINE])).strip()


class _Page:
    """The lines of a text, and the last of them that stand behind ">" and that do not."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.last_quoted = max((at for at, line in enumerate(lines) if line.startswith(">")), default=-1)
        self.last_own = max(
            (at for at, line in enumerate(lines) if line and not line.startswith(">")), default=-1
        )

    def quotes_from(self, index: int) -> bool:
        """Tell whether all is quoted from a line on."""
        line = self.lines[index] if index < len(self.lines) else ""
        if not line:
            return False
        if line.startswith(">"):
            return self.last_own < index
        if _SEPARATOR.fullmatch(line) or self._is_block(index):
            return True
        if _RULE.fullmatch(line):
            return self._is_block(index + 1)
        after = self._after_attribution(index)
        return after is not None and (self.last_own < after or self.last_quoted < after)

    def _after_attribution(self, index: int) -> int | None:
        """Return the line after "Le …, X a écrit :", which programs wrap; None when none begins here."""
        if not _OPENING.match(self.lines[index]):
            return None
        for count in range(1, _WRAPPED + 1):
            said = " ".join(self.lines[index : index + count])
            if said.endswith(":") and _ATTRIBUTION.fullmatch(said) and _DATED.search(said):
                return index + count
        return None

    def _is_block(self, index: int) -> bool:
        """Tell whether a block of fields begins here: at least three of them, and who wrote it."""
        near = [_FIELD.match(line) for line in self.lines[index : index + _BLOCK]]
        names = {found[1].lower() for found in near if found}
        return bool(near and near[0]) and len(names) >= 3 and bool(names & _WRITER)
