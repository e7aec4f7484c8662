"""A listener on duty phones the line."""

from callflows.names import short_name
from callflows.script import Script
from callflows.wordings import Wordings


def welcome(words: Wordings, first_name: str | None) -> str:
    """A kind word: calls come to a listener, there is nothing to dial."""
    name = short_name(first_name)
    hello = words.phrase("line.hello_name", name=name) if name else words.phrase("line.hello")
    return Script(words).say(words.phrase("listener.welcome", hello=hello)).hang_up().xml()
