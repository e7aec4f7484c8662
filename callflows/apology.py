"""Something broke on our side: a caller never hears silence."""

from callflows.script import Script
from callflows.wordings import Wordings


def take_message(words: Wordings, *, longest: int, silence: int, on_recorded: str, on_recording: str) -> str:
    """Apologise, say that this is no emergency service and that the message is recorded; then record it."""
    return (
        Script(words)
        .say(
            words.phrase("apology.sorry", line=words.phrase("line.name")),
            words.phrase("voicemail.emergency"),
            words.phrase("voicemail.purpose"),
            words.phrase("voicemail.after_the_beep"),
        )
        .record(on_recorded=on_recorded, on_recording=on_recording, longest=longest, silence=silence)
        .xml()
    )


def farewell(words: Wordings) -> str:
    """Apologise, ask to call again later, hang up."""
    return Script(words).say(words.phrase("apology.farewell")).hang_up().xml()
