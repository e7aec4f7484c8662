"""A recogniser in a process of its own: whatever breaks in it, or eats the memory, harms nothing else."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from hotline.transcription.base import Heard, RecogniserStopped, TranscriptionError

LONGEST: Final = 900.0
_TOLD_TO_STOP: Final = frozenset({-signal.SIGTERM, -signal.SIGINT})
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")


class WhisperProcess:
    """Starts a process for each message; it knows neither our secrets nor the way to the network's models."""

    def __init__(self, folder: Path, longest: float = LONGEST) -> None:
        self._folder = folder
        self._longest = longest

    def hear(self, sound: bytes, language: str) -> Heard:
        """Return what is said; raises TranscriptionError, RecogniserStopped when the process was ended."""
        command = [sys.executable, "-m", "hotline.transcription", str(self._folder), language]
        try:
            done = subprocess.run(
                command,
                input=sound,
                capture_output=True,
                timeout=self._longest,
                check=False,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as error:
            raise TranscriptionError("La transcription a duré trop longtemps.") from error
        if done.returncode in _TOLD_TO_STOP:
            raise RecogniserStopped("La transcription a été arrêtée avec l'horloge.")
        if done.returncode:
            last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise TranscriptionError(f"La transcription a échoué (code {done.returncode}) : {last}")
        answer = json.loads(done.stdout)
        return Heard(answer["text"], answer["reliability"])


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "2"}
