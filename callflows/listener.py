"""A listener on duty phones the line."""

from callflows.script import Script
from callflows.wordings import Wordings


def welcome(words: Wordings, *, on_star: str | None) -> str:
    """A kind word: calls come to a listener, there is nothing to dial."""
    spoken = words.phrase("listener.welcome", hello=words.phrase("line.hello"))
    return Script(words).greet(spoken, on_star=on_star).hang_up().xml()
