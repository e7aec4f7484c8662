"""What a caller hears first while the line is open."""

from collections.abc import Sequence

from callflows.script import Leg, Script
from callflows.wordings import Wordings


def ring(
    words: Wordings,
    *,
    greet: bool,
    legs: Sequence[Leg],
    caller_id: str,
    seconds: int,
    on_ended: str,
    on_key: str | None = None,
) -> str:
    """Greet once, then ring the listeners; `on_key` hears the * of a volunteer on an unknown telephone."""
    script = Script(words)
    if greet:
        welcome = [
            words.phrase("greeting.hello", line=words.phrase("line.name")),
            words.phrase("greeting.wait"),
        ]
        if on_key is None:
            script.say(*welcome)
        else:
            script.gather(on_keys=on_key, say=welcome, seconds=1)
    return script.dial(legs, caller_id=caller_id, seconds=seconds, on_ended=on_ended).xml()
