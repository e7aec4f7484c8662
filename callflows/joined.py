"""The bridge itself: what the called person hears first, what the volunteer is told and asked afterwards."""

from datetime import datetime

from callflows import bridge, spoken
from callflows.names import short_name, someone
from callflows.script import Script
from callflows.wordings import Wordings

WAIT_SECONDS = 2
MACHINE_GREETING_SECONDS = 8


def answered(
    words: Wordings, *, volunteer: str | None, caller: str | None, association: bool, on_waited: str
) -> str:
    """Wait a moment for the carrier to know whether this is a machine; if nobody asks, say who is calling."""
    wait = words.phrase("bridge.wait")
    return (
        Script(words)
        .gather(on_keys=on_waited, say=[wait], seconds=WAIT_SECONDS, always=True)
        .say(*_announcement(words, volunteer, caller, association))
        .xml()
    )


def announce(words: Wordings, *, volunteer: str | None, caller: str | None, association: bool) -> str:
    """Say who is calling; the association is named only to people who agreed: telephones are shared."""
    return Script(words).say(*_announcement(words, volunteer, caller, association)).xml()


def machine(words: Wordings, *, volunteer: str | None, caller: str | None, message: bool) -> str:
    """An answering machine: not a word without consent; else who called, said twice after its greeting."""
    if not message:
        return Script(words).hang_up().xml()
    said = words.phrase(
        "bridge.machine_message", hello=bridge.hello(words, caller), volunteer=_visitor(words, volunteer)
    )
    return Script(words).say(said, said, after=MACHINE_GREETING_SECONDS).hang_up().xml()


def reached(words: Wordings, *, on_key: str) -> str:
    """They have spoken: how did it go?"""
    return _report(words, [words.phrase("bridge.reached")], on_key)


def called_before(words: Wordings, *, hello: str, caller: str | None, on_key: str) -> str:
    """A call that took place and was not told of: report it by key, or call again."""
    name = someone(words, caller)
    said = [
        words.phrase("bridge.called_before", hello=hello, caller=name),
        words.phrase("bridge.call_again", caller=name),
    ]
    return _report(words, said, on_key)


def asked_again(words: Wordings, *, on_key: str) -> str:
    """Another key was pressed: ask again after a sentence that outlasts the keys typed meanwhile."""
    return _report(words, [], on_key, first=words.phrase("bridge.another_key"))


def reported(words: Wordings) -> str:
    """The report given by key has been written down."""
    return Script(words).say(words.phrase("bridge.reported")).hang_up().xml()


def alerted(words: Wordings) -> str:
    """The call was difficult: the team knows."""
    return Script(words).say(words.phrase("bridge.alerted")).hang_up().xml()


def nobody_answered(words: Wordings, *, next_try: datetime | None, now: datetime) -> str:
    """It rang in vain; when the next try is, on the local clock."""
    return _not_reached(words, words.phrase("bridge.nobody_answered"), next_try, now)


def busy(words: Wordings, *, next_try: datetime | None, now: datetime) -> str:
    """The person was on the telephone; when the next try is."""
    return _not_reached(words, words.phrase("bridge.busy"), next_try, now)


def machine_answered(words: Wordings, *, next_try: datetime | None, now: datetime) -> str:
    """An answering machine took the call; when the next try is."""
    return _not_reached(words, words.phrase("bridge.machine_answered"), next_try, now)


def _report(words: Wordings, said: list[str], on_key: str, *, first: str | None = None) -> str:
    """Ask twice for the key that tells how a call went; without a key nothing is told."""
    script, keys = Script(words), words.phrase("bridge.report_by_key")
    if first is not None:
        script.say(first)
    return script.gather(on_keys=on_key, say=[*said, keys, keys]).hang_up().xml()


def _not_reached(words: Wordings, why: str, next_try: datetime | None, now: datetime) -> str:
    said = [why]
    if next_try is not None:
        when = spoken.moment(next_try, now, language=words.language)
        said.append(words.phrase("bridge.next_try", when=when))
    return Script(words).say(*said, words.phrase("bridge.goodbye")).hang_up().xml()


def _announcement(words: Wordings, volunteer: str | None, caller: str | None, association: bool) -> list[str]:
    visitor, name = _visitor(words, volunteer), short_name(caller)
    if name:
        said = [words.phrase("bridge.announce", volunteer=visitor, caller=name)]
    else:
        said = [words.phrase("bridge.announce_unnamed", volunteer=visitor)]
    if association:
        said.append(words.phrase("bridge.announce_from", line=words.phrase("line.name")))
    return said


def _visitor(words: Wordings, volunteer: str | None) -> str:
    return short_name(volunteer) or words.phrase("bridge.a_volunteer")
