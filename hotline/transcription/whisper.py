"""Whisper on the processor, from a folder of the machine.

Two things were measured on telephone sound and are not done: leaving out quiet passages beforehand cuts the
ends of messages, and a prompt with digits makes the model invent numbers.
"""

from io import BytesIO
from pathlib import Path
from typing import Final

import av.error
import numpy as np
from faster_whisper import WhisperModel, decode_audio

from hotline.transcription.base import Heard, TranscriptionError

THREADS: Final = 2
BEAM: Final = 5
_INAUDIBLE: Final = 10 ** (-50 / 20)


def transcribe(folder: Path, sound: bytes, language: str) -> Heard:
    """Return what is said; silence is no words at all. Raises TranscriptionError for what is no sound."""
    try:
        samples = decode_audio(BytesIO(sound))
    except (av.error.FFmpegError, ValueError) as error:
        raise TranscriptionError("Ce message ne contient pas de son lisible.") from error
    if not len(samples) or float(np.abs(samples).max()) < _INAUDIBLE:
        return Heard("", None)
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
    )
    known = language if language in model.supported_languages else None
    segments, _info = model.transcribe(
        samples, language=known, beam_size=BEAM, vad_filter=False, condition_on_previous_text=False
    )
    heard = list(segments)
    text = " ".join(" ".join(segment.text for segment in heard).split())
    if not any(char.isalnum() for char in text):
        return Heard("", None)
    return Heard(text, float(np.mean([segment.avg_logprob for segment in heard])))
