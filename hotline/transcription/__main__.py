"""`python -m hotline.transcription FOLDER LANGUAGE`: sound in, words out; a process of its own."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from hotline.transcription.base import TranscriptionError

KINDNESS = 10


def main() -> int:
    """Read a sound from standard input, write its words as JSON; everything else gives way to calls."""
    os.nice(KINDNESS)
    from hotline.transcription.whisper import transcribe  # noqa: PLC0415 - an extra, loaded here alone

    folder, language = sys.argv[1:]
    try:
        heard = transcribe(Path(folder), sys.stdin.buffer.read(), language)
    except TranscriptionError as error:
        sys.stderr.write(str(error))
        return 2
    sys.stdout.write(json.dumps(asdict(heard)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
