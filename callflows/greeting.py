"""What a caller hears first when somebody is rung for them."""

from collections.abc import Sequence

from callflows.names import short_name
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
    on_star: str | None,
    volunteer: str | None = None,
    longest: int | None = None,
) -> str:
    """Greet once, then ring the listeners, or the caller's own `volunteer`."""
    script = Script(words)
    if greet:
        script.greet(*said(words, volunteer=volunteer), on_star=on_star)
    dialling = script.dial(legs, caller_id=caller_id, seconds=seconds, on_ended=on_ended, longest=longest)
    return dialling.xml()


def said(words: Wordings, *, volunteer: str | None = None) -> list[str]:
    """The greeting's phrases, in order."""
    return [words.phrase("greeting.hello", line=words.phrase("line.name")), _wait(words, volunteer)]


def _wait(words: Wordings, volunteer: str | None) -> str:
    name = short_name(volunteer)
    if not name:
        return words.phrase("greeting.wait")
    return words.phrase("greeting.wait_for", volunteer=name)
