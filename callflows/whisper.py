"""What a listener hears on answering, before the caller is joined (reference §4: Say, Gather, Hangup)."""

from callflows.names import short_name
from callflows.script import Script
from callflows.wordings import Wordings


def ask(words: Wordings, *, on_key: str, withheld: bool = False, caller: str | None = None) -> str:
    """Ask twice for the key 1; hang up without it, so that a listener's own voicemail takes no call.

    `caller` names who phones to their own volunteer.
    """
    name = short_name(caller)
    if name:
        question = words.phrase("whisper.ask_named", caller=name)
    else:
        question = words.phrase("whisper.ask", line=words.phrase("line.name"))
    spoken = [question, question]
    if withheld:
        spoken.append(words.phrase("whisper.withheld"))
    return Script(words).gather(on_keys=on_key, say=spoken).hang_up().xml()


def accepted() -> str:
    """Nothing: the document ends and the two are joined."""
    return Script().xml()


def refused(words: Wordings) -> str:
    """Another key than 1 was pressed: the call goes on without this telephone."""
    return Script(words).say(words.phrase("whisper.refused")).hang_up().xml()


def taken(words: Wordings) -> str:
    """Another listener already speaks with the caller."""
    return Script(words).say(words.phrase("whisper.taken")).hang_up().xml()
