"""A volunteer on an unknown telephone proves who is calling with a PIN."""

from callflows.script import Script
from callflows.wordings import Wordings


def ask(words: Wordings, *, on_pin: str, again: bool = False) -> str:
    """Ask twice for the PIN and #; `again` after a wrong one. Nothing typed ends the call."""
    question = words.phrase("pin.again") if again else words.phrase("pin.ask")
    return (
        Script(words)
        .gather(on_keys=on_pin, say=[question, question], digits=None, finish_on_key="#")
        .say(words.phrase("pin.goodbye"))
        .hang_up()
        .xml()
    )


def refused(words: Wordings) -> str:
    """Too many wrong PINs."""
    return Script(words).say(words.phrase("pin.refused")).hang_up().xml()
