"""What the product asks of a recogniser of speech, and its errors."""

from dataclasses import dataclass
from typing import Protocol

from hotline.errors import HotlineError


class TranscriptionError(HotlineError):
    """A message could not be put into words; the sentence says why."""


class Unavailable(TranscriptionError):
    """Nothing here puts messages into words; the sentence says what to do."""


class RecogniserStopped(TranscriptionError):
    """The work was stopped from outside: it is worth another try."""


@dataclass(frozen=True)
class Heard:
    """The words of a message, empty when none were heard; `reliability` is their mean log-probability."""

    text: str
    reliability: float | None


class Recogniser(Protocol):
    """Puts sound into words; slow, and never called within a transaction."""

    def hear(self, sound: bytes, language: str) -> Heard:
        """Return what is said in a sound file; raise TranscriptionError when it cannot be told."""
