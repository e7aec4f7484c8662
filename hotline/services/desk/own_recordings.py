"""A recording made at the desk becomes telephone sound: 8 kHz, mono, 16 bits, as loud as a voice."""

import io
import shutil
import struct
import subprocess
import wave
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hotline.errors import HotlineError

RATE: Final = 8000
LONGEST: Final = 60
LARGEST: Final = 16 * 1024 * 1024
_LOUDNESS: Final = 10 ** (-20 / 20)
_PEAK: Final = 0.95
_INAUDIBLE: Final = 10 ** (-50 / 20)
_SHORTEST: Final = 0.3
_MARGIN: Final = 0.1
_BREATH: Final = 0.6
_CUTOFF: Final = 3600
_TAPS: Final = 255
_EXTENSIBLE: Final = 0xFFFE

Samples = NDArray[np.float64]


class Why(StrEnum):
    """Why a file cannot be heard on the telephone."""

    EMPTY = "empty"
    NOT_WAV = "not_wav"
    NO_SOUND = "no_sound"
    BROKEN = "broken"
    RARE = "rare"
    TOO_LONG = "too_long"
    SILENT = "silent"
    TOO_SHORT = "too_short"


class Unplayable(HotlineError):
    """A file that cannot be heard on the telephone."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def telephone_sound(data: bytes) -> bytes:
    """Return a WAV file that the carrier plays well; raises Unplayable."""
    if not data:
        raise Unplayable(Why.EMPTY)
    samples, rate = _read(data if data[:4] == b"RIFF" else _as_wav(data))
    sound = _trimmed(_resampled(samples, rate))
    if len(sound) > LONGEST * RATE:
        raise Unplayable(Why.TOO_LONG)
    return _written(_levelled(sound))


def seconds(wav: bytes) -> float:
    """Return how long one of our own recordings lasts."""
    with wave.open(io.BytesIO(wav), "rb") as file:
        return file.getnframes() / file.getframerate()


def _as_wav(data: bytes) -> bytes:
    """Read MP3, OGG and the like where ffmpeg is installed."""
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise Unplayable(Why.NOT_WAV)
    command = [ffmpeg, "-nostdin", "-v", "error", "-protocol_whitelist", "pipe", "-i", "pipe:0"]
    form = ["-t", str(LONGEST + 10), "-vn", "-ac", "1", "-ar", "16000", "-f", "wav", "pipe:1"]
    try:
        done = subprocess.run([*command, *form], input=data, capture_output=True, timeout=30, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unplayable(Why.NO_SOUND) from error
    return done.stdout


def _read(data: bytes) -> tuple[Samples, int]:
    """Return the samples between -1 and 1, channels mixed, and their rate."""
    form, sound = _chunks(data)
    if form is None or sound is None or len(form) < 16:
        raise Unplayable(Why.BROKEN)
    kind, channels, rate, _bytes, _align, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == _EXTENSIBLE and len(form) >= 26:
        kind = struct.unpack("<H", form[24:26])[0]
    samples = _decoded(sound, kind, bits)
    if samples is None or not 1 <= channels <= 8 or not 4000 <= rate <= 192_000:
        raise Unplayable(Why.RARE)
    frames = samples[: len(samples) // channels * channels].reshape(-1, channels)
    if len(frames) > rate * (LONGEST * 3):
        raise Unplayable(Why.TOO_LONG)
    return frames.mean(axis=1), rate


def _chunks(data: bytes) -> tuple[bytes | None, bytes | None]:
    """Find what describes the sound, and the sound; a length that lies ends with the file."""
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data) and b"data" not in found:
        name, length = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])[0]
        found[name] = data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return found.get(b"fmt "), found.get(b"data")


def _decoded(sound: bytes, kind: int, bits: int) -> Samples | None:
    sound = sound[: len(sound) // (bits // 8 or 1) * (bits // 8 or 1)]
    match kind, bits:
        case (1, 8):
            return np.frombuffer(sound, "u1").astype(np.float64) / 128 - 1
        case (1, 16):
            return np.frombuffer(sound, "<i2") / 2**15
        case (1, 24):
            wide = np.frombuffer(sound, "u1").reshape(-1, 3)
            padded = np.pad(wide, ((0, 0), (1, 0)))
            return padded.copy().view("<i4").reshape(-1) / 2**31
        case (1, 32):
            return np.frombuffer(sound, "<i4") / 2**31
        case (3, 32):
            return np.nan_to_num(np.frombuffer(sound, "<f4").astype(np.float64))
        case _:
            return None


def _resampled(samples: Samples, rate: int) -> Samples:
    """Bring to telephone rate: what a telephone cannot carry goes first, so that nothing folds back."""
    if rate == RATE or not len(samples):
        return samples
    if rate > RATE:
        taps = np.arange(_TAPS) - _TAPS // 2
        kernel = np.sinc(2 * _CUTOFF / rate * taps) * np.hamming(_TAPS)
        samples = np.convolve(samples, kernel / kernel.sum(), mode="same")
    moments = np.arange(int(len(samples) * RATE / rate)) * (rate / RATE)
    return np.asarray(np.interp(moments, np.arange(len(samples)), samples), dtype=np.float64)


def _trimmed(sound: Samples) -> Samples:
    """Cut the silence at both ends; leave a moment before and a breath after."""
    sound = sound - sound.mean() if len(sound) else sound
    loud = np.abs(sound)
    if not len(sound) or loud.max() < _INAUDIBLE:
        raise Unplayable(Why.SILENT)
    heard = np.flatnonzero(loud > max(_INAUDIBLE, loud.max() * 0.03))
    first, last = heard[0], heard[-1] + 1
    if (last - first) / RATE < _SHORTEST:
        raise Unplayable(Why.TOO_SHORT)
    kept = sound[max(0, first - int(_MARGIN * RATE)) : last + int(_MARGIN * RATE)]
    return np.concatenate([kept, np.zeros(int((_BREATH - _MARGIN) * RATE))])


def _levelled(sound: Samples) -> Samples:
    """Make the voice as loud as other voices on the telephone, without clipping."""
    voiced = sound[np.abs(sound) > np.abs(sound).max() * 0.05]
    gain = min(_LOUDNESS / float(np.sqrt(np.mean(voiced**2))), _PEAK / float(np.abs(sound).max()))
    return sound * gain


def _written(sound: Samples) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(sound, -1, 1) * (2**15 - 1)).astype("<i2").tobytes())
    return file.getvalue()
