"""Names as they are said and written to others: short, and free of anything that is not a name."""

import unicodedata

from callflows.wordings import Wordings

LONGEST = 20
_JOINERS = " '-.’"


def short_name(name: str | None) -> str:
    """At most twenty characters, cut at a word where possible; empty when nothing can be said."""
    kept = "".join(char if _in_a_name(char) else " " for char in unicodedata.normalize("NFC", name or ""))
    words = " ".join(kept.split())
    if len(words) <= LONGEST:
        return words
    room = words[: LONGEST + 1]
    cut = max(room.rfind(" "), room.rfind("-"))
    return words[: cut if cut > 0 else LONGEST].rstrip(_JOINERS)


def someone(words: Wordings, name: str | None) -> str:
    """The short name, or "une personne" where no name is known."""
    return short_name(name) or words.phrase("line.someone")


def _in_a_name(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char)[0] in "LN" or unicodedata.combining(char) > 0
