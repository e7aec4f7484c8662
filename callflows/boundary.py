"""What a caller hears whom the line does not ring for, until a date: kind words, and room for a message."""

from callflows.script import Script
from callflows.wordings import Wordings


def take(
    words: Wordings,
    *,
    longest: int,
    silence: int,
    on_recorded: str,
    on_recording: str,
    on_star: str | None,
) -> str:
    """Say that nobody will answer for now, that this is no emergency service; then beep and record."""
    return (
        Script(words)
        .greet(*said(words), on_star=on_star)
        .record(on_recorded=on_recorded, on_recording=on_recording, longest=longest, silence=silence)
        .xml()
    )


def said(words: Wordings) -> list[str]:
    """The phrases, in order."""
    return [
        words.phrase("boundary.hello", line=words.phrase("line.name")),
        words.phrase("boundary.apart"),
        words.phrase("voicemail.emergency"),
        words.phrase("boundary.message"),
        words.phrase("voicemail.after_the_beep"),
    ]
