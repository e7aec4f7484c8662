"""When nothing of ours answers: two documents on another host, with which the carrier takes a message.

A recording ends with a question to an address; without one of its own the first document would be read again
and again.
"""

from dataclasses import replace

from callflows.script import Script
from callflows.wordings import Wordings

THANKS = "merci.xml"
"""The name of the second document, beside the first."""


def take_message(words: Wordings, *, longest: int, silence: int) -> str:
    """Apologise, say that this is no emergency service and that the message is recorded; then record it.

    Nothing of ours is asked: neither a sound, nor where the recording went; the sweep brings it home.
    """
    words = _read_by_a_voice(words)
    return (
        Script(words)
        .say(
            words.phrase("apology.sorry", line=words.phrase("line.name")),
            words.phrase("voicemail.emergency"),
            words.phrase("voicemail.purpose"),
            words.phrase("voicemail.after_the_beep"),
        )
        .record(on_recorded=THANKS, longest=longest, silence=silence, method="GET")
        .xml()
    )


def thanks(words: Wordings) -> str:
    """Thanks, and goodbye."""
    words = _read_by_a_voice(words)
    return Script(words).say(words.phrase("voicemail.thanks")).hang_up().xml()


def _read_by_a_voice(words: Wordings) -> Wordings:
    """The association's own recordings lie on our host, which does not answer."""
    return replace(words, sound=lambda _name: None)
