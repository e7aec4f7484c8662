"""A fluent builder of voice documents: the only place that knows the carrier's markup (reference §4)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self, cast

from twilio.twiml.voice_response import Dial, Gather, Play, Say, SsmlProsody, VoiceResponse

from callflows.wordings import Recorded, Wordings

MOST_LEGS = 10
RATE = "88%"
BETWEEN_SENTENCES = "700ms"
AFTER_SENTENCES = "600ms"
KEY_SECONDS = 8
STAR_SECONDS = 1
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk", "Zl", "Zp"})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Leg:
    """One telephone to ring (E.164) and the addresses asked when it answers and when its state changes.

    With `on_machine` the carrier listens whether a machine answers, and tells that address beside the rest.
    """

    number: str
    on_answer: str | None = None
    on_status: str | None = None
    on_machine: str | None = None


class Script:
    """Verbs in the order in which they are called; words are needed as soon as something is said."""

    def __init__(self, words: Wordings | None = None) -> None:
        self._words = words
        self._response = VoiceResponse()

    def say(self, *sentences: str, after: int = 0) -> Self:
        """Say sentences slowly, with a breath after each of them, `after` (at most ten) silent seconds."""
        self._speak(self._response, sentences, after=after, breath=True)
        return self

    def greet(self, *sentences: str, on_star: str | None) -> Self:
        """Say sentences; with `on_star` one key pressed meanwhile is asked about there, whichever it is."""
        if on_star is None:
            return self.say(*sentences)
        return self.gather(on_keys=on_star, say=sentences, seconds=STAR_SECONDS)

    def gather(
        self,
        *,
        on_keys: str,
        say: Sequence[str],
        digits: int | None = 1,
        finish_on_key: str = "",
        seconds: int = KEY_SECONDS,
        always: bool = False,
    ) -> Self:
        """Listen for keys while saying, then `seconds` more; without a key the next verb follows.

        `digits` keys are awaited, or any number up to `finish_on_key`. With `always` the address is asked
        without a key too.
        """
        gather = Gather(
            action=on_keys,
            input="dtmf",
            num_digits=digits,
            timeout=seconds,
            finish_on_key=finish_on_key,
            action_on_empty_result=True if always else None,
        )
        self._speak(gather, say)
        self._response.append(gather)
        return self

    def record(
        self,
        *,
        on_recorded: str,
        longest: int,
        silence: int,
        on_recording: str | None = None,
        method: str | None = None,
    ) -> Self:
        """Beep and record at most `longest` seconds; only hanging up or `silence` silent seconds end it."""
        self._response.record(
            action=on_recorded,
            method=method,
            finish_on_key="",
            max_length=longest,
            play_beep=True,
            recording_status_callback=on_recording,
            recording_status_callback_event="completed absent" if on_recording else None,
            timeout=silence,
            trim="trim-silence",
        )
        return self

    def dial(
        self, legs: Sequence[Leg], *, caller_id: str, seconds: int, on_ended: str, longest: int | None = None
    ) -> Self:
        """Ring one to ten legs together, never recorded; the carrier adds five seconds to `seconds`.

        A conversation ends after `longest` seconds, four hours where that is not said.
        """
        if not 1 <= len(legs) <= MOST_LEGS:
            raise ValueError(f"a call rings one to {MOST_LEGS} telephones together, not {len(legs)}")
        dial = Dial(action=on_ended, caller_id=caller_id, timeout=seconds, ring_tone="fr", time_limit=longest)
        for leg in legs:
            dial.number(
                leg.number,
                url=leg.on_answer,
                status_callback=leg.on_status,
                status_callback_event="initiated ringing answered completed" if leg.on_status else None,
                machine_detection="Enable" if leg.on_machine else None,
                amd_status_callback=leg.on_machine,
            )
        self._response.append(dial)
        return self

    def go_on(self, url: str) -> Self:
        """Go on with the document at `url`."""
        self._response.redirect(url)
        return self

    def reject(self) -> Self:
        """Give the busy tone without answering; only as the first verb."""
        self._response.reject(reason="busy")
        return self

    def hang_up(self) -> Self:
        """End the call."""
        self._response.hangup()
        return self

    def xml(self) -> str:
        """The document, ready to be sent as text/xml."""
        return str(self._response.to_xml())

    def _speak(
        self,
        verb: VoiceResponse | Gather,
        phrases: Sequence[str],
        *,
        after: int = 0,
        breath: bool = False,
    ) -> None:
        """Let a voice read the phrases in one go; those that the association has recorded are played."""
        if self._words is None:
            raise ValueError("a script without words cannot say anything")
        for recorded, run in groupby(phrases, key=lambda phrase: isinstance(phrase, Recorded)):
            if not recorded:
                verb.append(_said(self._words, list(run), after=after, breath=breath))
            else:
                if after:
                    verb.pause(length=after)
                for phrase in run:
                    verb.append(Play(cast("Recorded", phrase).address))
            after = 0


def _said(words: Wordings, phrases: Sequence[str], *, after: int, breath: bool) -> Say:
    prosody = SsmlProsody(rate=RATE)
    if after:
        prosody.break_(time=f"{after}s")
    sentences = [part for phrase in phrases for part in _SENTENCE_END.split(_speakable(phrase)) if part]
    for number, sentence in enumerate(sentences):
        if number:
            prosody.break_(time=BETWEEN_SENTENCES)
        prosody.nest(sentence)
    if breath:
        prosody.break_(time=AFTER_SENTENCES)
    say = Say(language=words.speech, voice=words.voice)
    say.append(prosody)
    return say


def _speakable(text: str) -> str:
    """The text without what XML cannot carry or nobody can pronounce (controls, lone surrogates, emoji)."""
    return "".join(" " if unicodedata.category(char) in _UNSPEAKABLE else char for char in text).strip()
