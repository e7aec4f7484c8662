"""Putting messages into words: off until asked for, harmless when it breaks, honest about what it hears."""

import io
import os
import wave
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from hotline.settings import load
from hotline.transcription import TranscriptionError, Unavailable, open_recogniser
from hotline.transcription.process import WhisperProcess
from tests.conftest import missing
from tests.sounds import wav

MODEL = os.environ.get("HOTLINE_TEST_TRANSCRIPTION_MODEL", "")
# Spoken by a synthetic French voice (SVOX Pico), narrowed to what a telephone carries.
URGENT = Path(__file__).parent / "payloads" / "urgence.wav"


@pytest.fixture
def engine() -> None:
    """The extra is installed."""
    if find_spec("faster_whisper") is None:
        missing("transcription", "the extra [transcription] is not installed")


@pytest.fixture
def whisper(engine: None) -> WhisperProcess:
    """A recogniser with a real model."""
    if not MODEL:
        missing("transcription", "HOTLINE_TEST_TRANSCRIPTION_MODEL names no model")
    recogniser = open_recogniser(Path(MODEL))
    assert isinstance(recogniser, WhisperProcess)
    return recogniser


def folder_with(place: Path, *files: str) -> Path:
    for name in files:
        (place / name).write_bytes(b"{}")
    return place


def test_without_a_model_transcription_is_unavailable_which_is_no_fault(environment: Path) -> None:
    with pytest.raises(Unavailable, match="transcription indisponible"):
        open_recogniser(load().environment.transcription_model)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"model\.bin, tokenizer\.json manque"):
        open_recogniser(folder_with(tmp_path, "config.json"))


def test_a_model_that_cannot_be_loaded_harms_nobody_but_itself(engine: None, tmp_path: Path) -> None:
    recogniser = open_recogniser(folder_with(tmp_path, "model.bin", "config.json", "tokenizer.json"))
    with pytest.raises(TranscriptionError, match="échoué"):
        recogniser.hear(URGENT.read_bytes(), "fr")


def test_a_message_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match="trop longtemps"):
        WhisperProcess(tmp_path, longest=0.01).hear(b"", "fr")


def test_what_is_no_sound_is_said_so(engine: None, tmp_path: Path) -> None:
    with pytest.raises(TranscriptionError, match="pas de son lisible"):
        WhisperProcess(tmp_path).hear(b"ceci n'est pas un son", "fr")


def test_silence_is_no_words_and_needs_no_model(engine: None, tmp_path: Path) -> None:
    heard = WhisperProcess(tmp_path).hear(wav(np.zeros(48_000)), "fr")
    assert (heard.text, heard.reliability) == ("", None)


def test_a_real_model_understands_a_call_for_help(whisper: WhisperProcess) -> None:
    heard = whisper.hear(URGENT.read_bytes(), "fr")
    assert "dans la cuisine et j'ai mal à la poitrine, je n'arrive pas à me relever." in heard.text
    assert heard.reliability is not None
    assert heard.reliability > -0.45


def test_a_real_model_hears_no_words_in_noise(whisper: WhisperProcess) -> None:
    noise = (np.random.default_rng(1).normal(size=80_000) * 600).astype("<i2").tobytes()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(noise)
    assert whisper.hear(file.getvalue(), "fr").text == ""
