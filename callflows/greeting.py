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
) -> str:
    """Greet once, then ring the listeners."""
    script = Script(words)
    if greet:
        script.say(
            words.phrase("greeting.hello", line=words.phrase("line.name")), words.phrase("greeting.wait")
        )
    return script.dial(legs, caller_id=caller_id, seconds=seconds, on_ended=on_ended).xml()
