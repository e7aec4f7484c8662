"""Telephone sound, 8 kHz 16-bit mono: voices imitated by pulsed noise, and what a recording keeps of them."""

import array
import io
import math
import random
import sys
import wave
from dataclasses import dataclass
from functools import lru_cache

RATE = 8000
WIDTH = 2


@dataclass(frozen=True)
class Speech:
    """Something said: its sound (raw samples), and its words where speech is understood."""

    samples: bytes
    words: str = ""

    @property
    def seconds(self) -> float:
        """Return how long it lasts."""
        return len(self.samples) / (RATE * WIDTH)


@dataclass(frozen=True)
class Sample:
    """A ready-made thing to say on the telephones page."""

    name: str
    label: str
    seconds: float
    pitch: float


SAMPLES = (
    Sample("bonjour", "Un bonjour (3 s)", 3, 180),
    Sample("message", "Un message posé (12 s)", 12, 140),
    Sample("long", "Un long récit (45 s)", 45, 160),
    Sample("court", "Un souffle (1 s)", 1, 110),
)


def imitation(seconds: float, *, pitch: float = 150.0) -> bytes:
    """Return raw samples that sound like someone speaking in the next room."""
    pattern = _pattern(round(pitch))
    size = round(seconds * RATE) * WIDTH
    return (pattern * (size // len(pattern) + 1))[:size]


def sample_wav(name: str) -> bytes | None:
    """Return the sample of this name as a WAV file, None when there is none."""
    for sample in SAMPLES:
        if sample.name == name:
            return wav(imitation(sample.seconds, pitch=sample.pitch))
    return None


def wav(samples: bytes) -> bytes:
    """Wrap raw samples into a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(WIDTH)
        out.setframerate(RATE)
        out.writeframes(samples)
    return file.getvalue()


def samples_of(file: bytes) -> bytes:
    """Return a WAV file's samples as the telephone carries them; ValueError when it is no such file."""
    try:
        with wave.open(io.BytesIO(file), "rb") as source:
            channels, width, rate = source.getnchannels(), source.getsampwidth(), source.getframerate()
            frames = source.readframes(source.getnframes())
    except (wave.Error, EOFError) as fault:
        raise ValueError(f"not a WAV file: {fault}") from fault
    if width != WIDTH:
        raise ValueError(f"{width * 8}-bit sound, 16-bit expected")
    values = array.array("h", frames[: len(frames) // (WIDTH * channels) * WIDTH * channels])
    mono = values[::channels]
    if rate == RATE:
        return mono.tobytes()
    count = len(mono) * RATE // rate
    return array.array("h", (mono[index * rate // RATE] for index in range(count))).tobytes()


def mixed(length: float, parts: list[tuple[float, bytes]]) -> bytes:
    """Return `length` seconds of silence into which each part is laid at its offset in seconds."""
    track = bytearray(round(length * RATE) * WIDTH)
    for offset, samples in parts:
        start = round(offset * RATE) * WIDTH
        kept = samples[: max(0, len(track) - start)]
        track[start : start + len(kept)] = kept
    return bytes(track)


def trimmed(samples: bytes) -> bytes:
    """Return the sound without silence at both ends; sound that is all silence stays as it is."""
    start = len(samples) - len(samples.lstrip(b"\0"))
    end = len(samples.rstrip(b"\0"))
    if end <= start:
        return samples
    return samples[start - start % WIDTH : end + end % WIDTH]


@lru_cache(maxsize=8)
def _pattern(pitch: int) -> bytes:
    """One second and a half of syllables: a hum and noise under four swellings."""
    noise = random.Random(pitch)  # noqa: S311 - a sound, not a secret
    length = RATE * 3 // 2
    values = array.array("h", bytes(length * WIDTH))
    for index in range(length):
        swelling = max(0.05, math.sin(index * 8 * math.pi / length)) ** 0.7
        hum = math.sin(2 * math.pi * pitch * index / RATE) + 0.5 * math.sin(
            4 * math.pi * pitch * index / RATE
        )
        values[index] = round(6000 * swelling * hum + noise.uniform(-700, 700)) or 1
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
