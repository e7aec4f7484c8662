"""A fluent builder of voice documents: the only place that knows the carrier's markup (reference §4)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Dial, Gather, Say, SsmlProsody, VoiceResponse

from callflows.wordings import Wordings

MOST_LEGS = 10
RATE = "88%"
BETWEEN_SENTENCES = "700ms"
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "So", "Sk", "Zl", "Zp"})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Leg:
    """One telephone to ring (E.164) and the addresses asked when it answers and when its state changes."""

    number: str
    on_answer: str | None = None
    on_status: str | None = None


class Script:
    """Verbs in the order in which they are called; words are needed as soon as something is said."""

    def __init__(self, words: Wordings | None = None) -> None:
        self._words = words
        self._response = VoiceResponse()

    def say(self, *sentences: str, pause_after: float = 0.6) -> Self:
        """Say sentences slowly, with a breath between them and `pause_after` seconds of silence after."""
        self._response.append(self._spoken(sentences, pause_after))
        return self

    def pause(self, seconds: int) -> Self:
        """Stay silent for whole seconds; as the first verb this delays picking up."""
        self._response.pause(length=seconds)
        return self

    def gather(
        self,
        *,
        on_keys: str,
        say: Sequence[str] = (),
        digits: int | None = 1,
        seconds: int = 8,
        finish_on_key: str = "",
    ) -> Self:
        """Listen for keys while saying, then `seconds` more; without a key the next verb follows."""
        gather = Gather(
            action=on_keys, input="dtmf", num_digits=digits, timeout=seconds, finish_on_key=finish_on_key
        )
        if say:
            gather.append(self._spoken(say, 0))
        self._response.append(gather)
        return self

    def record(self, *, on_recorded: str, on_recording: str, longest: int, silence: int) -> Self:
        """Beep and record at most `longest` seconds; only hanging up or `silence` silent seconds end it."""
        self._response.record(
            action=on_recorded,
            finish_on_key="",
            max_length=longest,
            play_beep=True,
            recording_status_callback=on_recording,
            recording_status_callback_event="completed absent",
            timeout=silence,
            trim="trim-silence",
        )
        return self

    def dial(
        self,
        legs: Sequence[Leg],
        *,
        caller_id: str,
        seconds: int,
        on_ended: str,
        time_limit: int | None = None,
    ) -> Self:
        """Ring one to ten legs together, never recorded; the carrier adds five seconds to `seconds`."""
        if not 1 <= len(legs) <= MOST_LEGS:
            raise ValueError(f"a call rings one to {MOST_LEGS} telephones together, not {len(legs)}")
        dial = Dial(
            action=on_ended, caller_id=caller_id, timeout=seconds, time_limit=time_limit, ring_tone="fr"
        )
        for leg in legs:
            dial.number(
                leg.number,
                url=leg.on_answer,
                status_callback=leg.on_status,
                status_callback_event="initiated ringing answered completed" if leg.on_status else None,
            )
        self._response.append(dial)
        return self

    def redirect(self, url: str) -> Self:
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

    def _spoken(self, phrases: Sequence[str], pause_after: float) -> Say:
        if self._words is None:
            raise ValueError("a script without words cannot say anything")
        prosody = SsmlProsody(rate=RATE)
        sentences = [part for phrase in phrases for part in _SENTENCE_END.split(_speakable(phrase)) if part]
        for number, sentence in enumerate(sentences):
            if number:
                prosody.break_(time=BETWEEN_SENTENCES)
            prosody.nest(sentence)
        if pause_after:
            prosody.break_(time=f"{round(pause_after * 1000)}ms")
        say = Say(language=self._words.speech, voice=self._words.voice)
        say.append(prosody)
        return say


def messages_nothing() -> str:
    """The answer to an incoming text that sends nothing back by itself."""
    return str(MessagingResponse().to_xml())


def _speakable(text: str) -> str:
    """The text without what XML cannot carry or nobody can pronounce (controls, lone surrogates, emoji)."""
    return "".join(" " if unicodedata.category(char) in _UNSPEAKABLE else char for char in text).strip()
