"""A volunteer on another telephone than their own proves with a PIN who is calling."""

from callflows.script import Script
from callflows.wordings import Wordings


def ask(words: Wordings, *, on_pin: str, otherwise: str, again: bool = False) -> str:
    """Ask for the PIN and #, `again` after a wrong one; whoever types nothing goes on at `otherwise`."""
    question = words.phrase("pin.again") if again else words.phrase("pin.ask")
    return (
        Script(words)
        .gather(on_keys=on_pin, say=[question], digits=None, finish_on_key="#")
        .go_on(otherwise)
        .xml()
    )


def refused(words: Wordings) -> str:
    """Too many wrong PINs: goodbye, and whom to ask for another."""
    return Script(words).say(words.phrase("pin.refused")).hang_up().xml()
