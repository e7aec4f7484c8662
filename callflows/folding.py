"""Words as people type them, brought to one spelling."""

import unicodedata

_UNSEEN = frozenset({"Mn", "Cf", "Cc"})
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")


def fold(text: str) -> str:
    """Lower case without accents, apostrophes and emoji modifiers; every character keeps its place."""
    return "".join(_folded(char) for char in text)


def _folded(char: str) -> str:
    if char in "°º'’ʼ":
        return " "
    bare = unicodedata.normalize("NFKD", char.lower())[0]
    return " " if unicodedata.category(bare) in _UNSEEN or bare in _SKIN_TONES else bare
