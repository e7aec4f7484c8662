"""Taking a message when nobody can speak with the caller."""

from enum import StrEnum

from callflows.names import short_name
from callflows.script import Script
from callflows.wordings import Wordings

BRIEF_SECONDS = 60


class Reason(StrEnum):
    """Why a caller reaches the voicemail."""

    CLOSED = "closed"
    NOBODY = "nobody"


def take(
    words: Wordings,
    *,
    reason: Reason,
    next_opening: str | None,
    longest: int,
    silence: int,
    on_recorded: str,
    on_recording: str,
    on_star: str | None,
    withheld: bool = False,
    volunteer: str | None = None,
    brief: bool = False,
) -> str:
    """Say why, that this is no emergency service, who will hear the message; then beep and record.

    `next_opening` is spoken (see `spoken.next_opening`); `withheld` asks for the number that was not shown;
    `volunteer` is the caller's own one, for whom the message is; a `brief` one has room for a few words only.
    """
    if brief:
        longest = min(longest, BRIEF_SECONDS)
    invitation = said(words, reason=reason, next_opening=next_opening, withheld=withheld, volunteer=volunteer)
    return (
        Script(words)
        .greet(*invitation, on_star=on_star)
        .record(on_recorded=on_recorded, on_recording=on_recording, longest=longest, silence=silence)
        .xml()
    )


def said(
    words: Wordings,
    *,
    reason: Reason,
    next_opening: str | None,
    withheld: bool = False,
    volunteer: str | None = None,
) -> list[str]:
    """The invitation's phrases, in order."""
    phrases = _introduction(words, reason, next_opening)
    phrases += [words.phrase("voicemail.emergency"), _purpose(words, volunteer)]
    if withheld:
        phrases.append(words.phrase("voicemail.withheld"))
    return [*phrases, words.phrase("voicemail.after_the_beep")]


def thanks(words: Wordings) -> str:
    """After a message that ended in silence: thanks, and goodbye."""
    return Script(words).say(words.phrase("voicemail.thanks")).hang_up().xml()


def nothing_heard(words: Wordings) -> str:
    """After a recording without words: the call was noticed all the same."""
    return Script(words).say(words.phrase("voicemail.nothing_heard")).hang_up().xml()


def _purpose(words: Wordings, volunteer: str | None) -> str:
    name = short_name(volunteer)
    if not name:
        return words.phrase("voicemail.purpose")
    return words.phrase("voicemail.purpose_volunteer", volunteer=name)


def _introduction(words: Wordings, reason: Reason, next_opening: str | None) -> list[str]:
    hello = words.phrase("voicemail.hello", line=words.phrase("line.name"))
    if reason is Reason.NOBODY:
        return [hello, words.phrase("voicemail.nobody")]
    if next_opening is None:
        return [hello, words.phrase("voicemail.closed")]
    return [hello, words.phrase("voicemail.opens", next_opening=next_opening)]
