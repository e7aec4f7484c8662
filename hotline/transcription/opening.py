"""From the setting HOTLINE_TRANSCRIPTION_MODEL to a recogniser."""

from importlib.util import find_spec
from pathlib import Path

from hotline.transcription.base import Recogniser, Unavailable
from hotline.transcription.process import WhisperProcess

NEEDED = ("model.bin", "config.json", "tokenizer.json")


def open_recogniser(folder: Path | None) -> Recogniser:
    """Return the recogniser for a folder with a CTranslate2 model; raise Unavailable with what to do."""
    if folder is None:
        raise Unavailable("transcription indisponible : HOTLINE_TRANSCRIPTION_MODEL n'est pas donné")
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise Unavailable(
            f"HOTLINE_TRANSCRIPTION_MODEL : {', '.join(missing)} manque dans « {folder} » ; "
            "il faut le dossier d'un modèle CTranslate2 (docs/transcription.md)"
        )
    if find_spec("faster_whisper") is None:
        raise Unavailable(
            "la transcription demande un module de plus : "
            "« .venv/bin/pip install --constraint constraints.txt --editable '.[transcription]' » l'installe"
        )
    return WhisperProcess(folder.absolute())
