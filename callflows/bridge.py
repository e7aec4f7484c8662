"""A volunteer calls somebody through the line: neither sees the other's number, nothing is recorded."""

from collections.abc import Sequence

from callflows.names import short_name, someone
from callflows.script import Leg, Script
from callflows.wordings import Wordings


def connect(
    words: Wordings,
    *,
    volunteer: str | None,
    caller: str | None,
    legs: Sequence[Leg],
    caller_id: str,
    seconds: int,
    on_ended: str,
) -> str:
    """Tell the volunteer who is being called, then dial."""
    brief = words.phrase("bridge.connect", hello=_hello(words, volunteer), caller=someone(words, caller))
    return Script(words).say(brief).dial(legs, caller_id=caller_id, seconds=seconds, on_ended=on_ended).xml()


def announce(words: Wordings, *, volunteer: str | None, caller: str | None) -> str:
    """What the called person hears on answering: a first name, never the association's."""
    visitor = short_name(volunteer) or words.phrase("bridge.a_volunteer")
    if not short_name(caller):
        return Script(words).say(words.phrase("bridge.announce_unnamed", volunteer=visitor)).xml()
    named = words.phrase("bridge.announce", volunteer=visitor, caller=short_name(caller))
    return Script(words).say(named).xml()


def ended(words: Wordings, *, reached: bool) -> str:
    """The volunteer's call is over: thanks, or nobody answered."""
    said = words.phrase("bridge.reached") if reached else words.phrase("bridge.not_reached")
    return Script(words).say(said).hang_up().xml()


def nobody_waiting(words: Wordings, first_name: str | None) -> str:
    """The volunteer has nobody to call for now."""
    hello = _hello(words, first_name)
    return Script(words).say(words.phrase("bridge.nobody_waiting", hello=hello)).hang_up().xml()


def offer_waiting(words: Wordings, *, volunteer: str | None, caller: str | None, on_key: str) -> str:
    """An offer is still open: 1 accepts it, 2 declines it, and without a key it stays open."""
    offer = words.phrase(
        "bridge.offer_waiting", hello=_hello(words, volunteer), caller=someone(words, caller)
    )
    keys = words.phrase("bridge.offer_keys")
    return Script(words).gather(on_keys=on_key, say=[offer, keys, keys]).hang_up().xml()


def offer_accepted(words: Wordings, *, caller: str | None) -> str:
    """The volunteer accepted by key: how to call."""
    return (
        Script(words)
        .say(words.phrase("bridge.offer_accepted", caller=someone(words, caller)))
        .hang_up()
        .xml()
    )


def offer_declined(words: Wordings) -> str:
    """The volunteer declined by key."""
    return Script(words).say(words.phrase("bridge.offer_declined")).hang_up().xml()


def offer_gone(words: Wordings) -> str:
    """The answer by key came too late."""
    return Script(words).say(words.phrase("bridge.offer_gone")).hang_up().xml()


def unreachable(words: Wordings, *, volunteer: str | None, caller: str | None) -> str:
    """The person's number cannot be dialled; the team has been told."""
    spoken = words.phrase("bridge.unreachable", hello=_hello(words, volunteer), caller=someone(words, caller))
    return Script(words).say(spoken).hang_up().xml()


def _hello(words: Wordings, first_name: str | None) -> str:
    name = short_name(first_name)
    return words.phrase("line.hello_name", name=name) if name else words.phrase("line.hello")
