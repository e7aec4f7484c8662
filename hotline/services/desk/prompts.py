"""What people hear and read: every phrase with its versions, and what may be changed in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from sqlalchemy.orm import Session

from callflows import gsm, wordings
from callflows.gsm import Segments
from hotline.models import Choice
from hotline.services import choices
from hotline.services.line import MAIN_LANGUAGE, Line

LONGEST_SPOKEN: Final = 600
_KEPT_IN_TEXTS: Final = frozenset({"reference", "link", "number", "pin", "code"})
_COURTESY: Final = frozenset({"line", "hello"})
LETTERS: Final = frozenset({"mail_in", "orientation_mail", "relay_mail", "team_mail"})
_NUMBER: Final = re.compile(r"\d+")


class Moment(StrEnum):
    """When a phrase is heard or read, in the order in which people live through them."""

    WELCOME = "welcome"
    VOICEMAIL = "voicemail"
    BOUNDARY = "boundary"
    BROKEN = "broken"
    CALLED = "called"
    LISTENER = "listener"
    VOLUNTEER = "volunteer"
    WORDS = "words"
    TEXTS_TO_CALLERS = "texts_to_callers"
    TEXTS_OF_OFFERS = "texts_of_offers"
    TEXTS_OF_CALLS = "texts_of_calls"
    TEXTS_OF_VOLUNTEERS = "texts_of_volunteers"
    TEXTS_OF_REFERRALS = "texts_of_referrals"
    PARTS_OF_TEXTS = "parts_of_texts"


_MOMENTS: Final[tuple[tuple[Moment, str], ...]] = (
    (Moment.WELCOME, "greeting.*"),
    (Moment.VOICEMAIL, "voicemail.*"),
    (Moment.BOUNDARY, "boundary.*"),
    (Moment.BROKEN, "apology.*"),
    (Moment.CALLED, "bridge.wait bridge.announce* bridge.a_volunteer bridge.machine_message"),
    (Moment.LISTENER, "whisper.* listener.*"),
    (Moment.VOLUNTEER, "bridge.* pin.*"),
    (Moment.TEXTS_TO_CALLERS, "texts.acknowledgement ladder.contact_person"),
    (
        Moment.PARTS_OF_TEXTS,
        (
            "texts.one_off* texts.recurring* texts.rhythm* texts.cover* texts.place "
            "texts.errand texts.errand_food texts.errand_children texts.errand_shopping texts.errand_other "
            "texts.no_name texts.thanks texts.thanks_name texts.then texts.span_* ladder.given_what "
            "ladder.one_* ladder.calls ladder.people ladder.first_call ladder.milestone orientation.need_*"
        ),
    ),
    (
        Moment.TEXTS_OF_OFFERS,
        (
            "texts.offer* texts.accepted* texts.declined texts.already_* texts.too_late texts.which_one* "
            "texts.unknown_* texts.no_offer_open texts.contact_again* texts.errand_accepted* "
            "texts.errand_advice*"
        ),
    ),
    (
        Moment.TEXTS_OF_CALLS,
        ("ladder.* texts.reported texts.errand_done texts.next_try texts.alert_* texts.which_report*"),
    ),
    (Moment.TEXTS_OF_VOLUNTEERS, "texts.*"),
    (Moment.TEXTS_OF_REFERRALS, "orientation.*"),
    (Moment.WORDS, "*"),
)
_OF_CALLERS: Final = frozenset(
    {
        Moment.WELCOME,
        Moment.VOICEMAIL,
        Moment.BOUNDARY,
        Moment.CALLED,
        Moment.WORDS,
        Moment.TEXTS_TO_CALLERS,
    }
)
"""What callers hear and read: the team is spoken to in French, by the main line."""


@dataclass(frozen=True)
class Prompt:
    """One phrase of one language as it is now; `sound` names its own recording.

    `line` is the number where it is heard, None for the main one and all that have no other phrase.
    """

    language: str
    name: str
    original: str
    text: str
    sound: str | None
    line: str | None = None

    @property
    def written(self) -> bool:
        """Tell whether it is sent by SMS rather than said."""
        return self.name.partition(".")[0] in wordings.OWN_TEXTS

    @property
    def recordable(self) -> bool:
        """Tell whether a recording may take its place."""
        return wordings.recordable(self.name, self.original)

    @property
    def values(self) -> list[str]:
        """What changes from one call to another, in the order of the original."""
        return re.findall(r"{(\w+)}", self.original)

    @property
    def text_choice(self) -> str:
        """The name under which its words are decided."""
        if self.written and self.language == "fr" and self.line is None:
            return f"texts.{self.name.partition('.')[2]}"
        return self._choice("prompts")

    @property
    def sound_choice(self) -> str:
        """The name under which its recording is decided."""
        return self._choice("recordings")

    def _choice(self, kind: str) -> str:
        return f"{f'lines.{self.line}.' if self.line else ''}{kind}.{self.language}.{self.name}"


@dataclass(frozen=True)
class Version:
    """One decision about a phrase: other words, or another sound; neither gives the original back."""

    choice_id: int
    author: str
    at: datetime
    of_sound: bool
    text: str | None
    sound: str | None
    holds: bool


class Fault(StrEnum):
    """Why words cannot be used."""

    EMPTY = "empty"
    BRACES = "braces"
    UNKNOWN = "unknown"
    MISSING = "missing"
    DIGITS = "digits"
    TOO_LONG = "too_long"
    SEGMENTS = "segments"


@dataclass(frozen=True)
class Problem:
    """A fault, and the part of the words that it is about."""

    fault: Fault
    about: str = ""


def by_moment(line: Line, language: str) -> dict[Moment, list[Prompt]]:
    """Return every phrase that is heard or read in a language, in the order in which people meet them."""
    words = line.words_in(language)
    found: dict[Moment, list[Prompt]] = {moment: [] for moment in Moment}
    for name in words.originals:
        if _is_letter(name):
            continue
        found[moment_of(name)].append(_prompt(line, language, name))
    return {
        moment: prompts for moment, prompts in found.items() if prompts and _is_met(line, language, moment)
    }


def find(line: Line, language: str, name: str) -> Prompt | None:
    """Return one phrase; None when it is never heard or read in this language."""
    known = language == line.words.language or language in line.other_words
    if not known or name not in line.words_in(language).originals or _is_letter(name):
        return None
    return _prompt(line, language, name) if _is_met(line, language, moment_of(name)) else None


def moment_of(name: str) -> Moment:
    """Return when a phrase is heard or read."""
    return next(
        moment
        for moment, patterns in _MOMENTS
        if any(fnmatchcase(name, pattern) for pattern in patterns.split())
    )


def problems(prompt: Prompt, text: str, samples: Mapping[str, str]) -> list[Problem]:
    """Return everything that keeps a text from taking the phrase's place."""
    if not text:
        return [Problem(Fault.EMPTY)]
    given = wordings.values(text)
    if given is None:
        return [Problem(Fault.BRACES)]
    asked = set(prompt.values)
    found = [Problem(Fault.UNKNOWN, f"{{{name}}}") for name in sorted(given - asked)]
    needed = asked & _KEPT_IN_TEXTS if prompt.written else asked - _COURTESY
    found += [Problem(Fault.MISSING, f"{{{name}}}") for name in sorted(needed - given)]
    if found:
        return found
    if prompt.written:
        allowed = max(1, measured(prompt.original, samples)[0].count)
        return [] if measured(text, samples)[0].count <= allowed else [Problem(Fault.SEGMENTS)]
    told = set(_NUMBER.findall(text))
    found += [
        Problem(Fault.DIGITS, number) for number in _NUMBER.findall(prompt.original) if number not in told
    ]
    return [*found, Problem(Fault.TOO_LONG)] if len(text) > LONGEST_SPOKEN else found


def measured(text: str, samples: Mapping[str, str]) -> tuple[Segments, str]:
    """Return how a text travels with plausible values, and the text as it leaves."""
    sent = gsm.plain(text.format_map(samples))
    return gsm.segments(sent), sent


def tidy(text: str) -> str:
    """Return words on one line, without blanks that nobody sees."""
    return " ".join(text.split())


def reword(session: Session, prompt: Prompt, text: str | None, *, author: str, at: datetime) -> Choice:
    """Let people hear or read other words from the next call or text on; None gives the original back."""
    return choices.decide(session, prompt.text_choice, text or {}, author=author, at=at)


def record(session: Session, prompt: Prompt, sound: str | None, *, author: str, at: datetime) -> Choice:
    """Let people hear a recording from the next call on; None lets a voice read the text again.

    So it does at a second number, even where the main line has a recording.
    """
    none: str | dict[str, str] = "" if prompt.line else {}
    return choices.decide(session, prompt.sound_choice, sound or none, author=author, at=at)


def versions(session: Session, prompt: Prompt) -> list[Version]:
    """Return what was decided about a phrase, newest first."""
    found = []
    for name in (prompt.text_choice, prompt.sound_choice):
        for number, choice in enumerate(choices.history(session, name)):
            value = choice.value if isinstance(choice.value, str) else None
            of_sound = name == prompt.sound_choice
            found.append(
                Version(
                    choice.id,
                    choice.author,
                    choice.at,
                    of_sound,
                    None if of_sound else value,
                    value if of_sound else None,
                    holds=number == 0,
                )
            )
    return sorted(found, key=lambda version: version.choice_id, reverse=True)


def decision(session: Session, prompt: Prompt, choice_id: int) -> Choice | None:
    """Return a decision about this phrase and no other."""
    choice = session.get(Choice, choice_id)
    ours = {prompt.text_choice, prompt.sound_choice}
    return choice if choice is not None and choice.name in ours else None


def restore(session: Session, choice: Choice, *, author: str, at: datetime) -> Choice:
    """Decide anew what was decided once."""
    return choices.decide(session, choice.name, choice.value, author=author, at=at)


def _is_met(line: Line, language: str, moment: Moment) -> bool:
    if moment is Moment.BROKEN:
        return language == line.words_in(line.language).language
    return moment in _OF_CALLERS or (language == MAIN_LANGUAGE and line.second is None)


def _is_letter(name: str) -> bool:
    """Mails run over many lines and are changed in the file."""
    return name.partition(".")[0] in LETTERS


def _prompt(line: Line, language: str, name: str) -> Prompt:
    words = line.words_in(language)
    return Prompt(
        language,
        name,
        words.originals[name],
        words.phrases[name],
        line.config.recordings.get(f"{language}.{name}") or None,
        line.second,
    )
