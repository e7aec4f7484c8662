"""Messages put into words, on this machine and nowhere else; an extra that is off until it is asked for."""

from hotline.transcription.base import Heard, Recogniser, RecogniserStopped, TranscriptionError, Unavailable
from hotline.transcription.opening import open_recogniser

__all__ = [
    "Heard",
    "Recogniser",
    "RecogniserStopped",
    "TranscriptionError",
    "Unavailable",
    "open_recogniser",
]
