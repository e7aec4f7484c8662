"""Sounds for tests: a voice-like tone in any kind of WAV file."""

import io
import struct
import wave

import numpy as np


def tone(seconds: float = 2.0, *, rate: int = 48_000, volume: float = 0.1, before: float = 0.5) -> np.ndarray:
    """Silence, then a tone that swells like syllables, then silence."""
    moments = np.arange(int(seconds * rate)) / rate
    sound = volume * np.sin(2 * np.pi * 300 * moments) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * moments))
    silence = np.zeros(int(before * rate))
    return np.concatenate([silence, sound, silence])


def wav(sound: np.ndarray, *, rate: int = 48_000, channels: int = 1) -> bytes:
    """A WAV file of 16 bits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.repeat((sound * 32767).astype("<i2"), channels).tobytes())
    return file.getvalue()


def riff(kind: int, bits: int, sound: bytes, *, rate: int = 16_000, length: int | None = None) -> bytes:
    """A WAV file of any kind, with a chunk that nobody knows, and a length that may lie."""
    form = struct.pack("<HHIIHH", kind, 1, rate, rate * bits // 8, bits // 8, bits)
    said = len(sound) if length is None else length
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"fmt " + struct.pack("<I", 16) + form
    return b"RIFF" + struct.pack("<I", 36) + b"WAVE" + chunks + b"data" + struct.pack("<I", said) + sound


def samples(file: bytes) -> np.ndarray:
    """The samples of a WAV file that the telephone carries."""
    with wave.open(io.BytesIO(file), "rb") as source:
        assert (source.getnchannels(), source.getsampwidth(), source.getframerate()) == (1, 2, 8000)
        return np.frombuffer(source.readframes(source.getnframes()), "<i2") / 32768
