"""Whatever people bring as a recording becomes telephone sound, or a sentence says why not."""

import numpy as np
import pytest

from hotline.services.desk.own_recordings import LONGEST, Unplayable, Why, seconds, telephone_sound
from tests.sounds import riff, samples, tone, wav


def loudness(sound: np.ndarray) -> float:
    """In decibels below the loudest that a telephone carries, where there is a voice."""
    voiced = sound[np.abs(sound) > 0.05 * np.abs(sound).max()]
    return float(20 * np.log10(np.sqrt(np.mean(voiced**2))))


@pytest.mark.parametrize("volume", [0.01, 0.1, 0.9])
def test_a_soft_voice_and_a_loud_one_are_equally_loud_on_the_telephone(volume: float) -> None:
    heard = samples(telephone_sound(wav(tone(volume=volume))))
    assert loudness(heard) == pytest.approx(-20, abs=1)
    assert np.abs(heard).max() < 1


@pytest.mark.parametrize(
    ("rate", "channels"), [(8000, 1), (16_000, 1), (44_100, 2), (48_000, 2), (96_000, 1)]
)
def test_any_rate_becomes_telephone_sound_and_keeps_its_pitch(rate: int, channels: int) -> None:
    heard = samples(telephone_sound(wav(tone(rate=rate), rate=rate, channels=channels)))
    spectrum = np.abs(np.fft.rfft(heard))
    assert np.fft.rfftfreq(len(heard), 1 / 8000)[spectrum.argmax()] == pytest.approx(300, abs=5)


def test_what_a_telephone_cannot_carry_does_not_come_back_as_a_whistle() -> None:
    moments = np.arange(48_000) / 48_000
    whistle = np.sin(2 * np.pi * 7000 * moments) * 0.3
    voice = np.sin(2 * np.pi * 300 * moments) * 0.3
    heard = samples(telephone_sound(wav(voice + whistle)))
    spectrum, frequencies = np.abs(np.fft.rfft(heard)), np.fft.rfftfreq(len(heard), 1 / 8000)
    folded = spectrum[np.abs(frequencies - 1000) < 50].max()
    assert folded < spectrum.max() / 200


def test_silence_at_both_ends_is_cut_and_a_breath_left() -> None:
    assert seconds(telephone_sound(wav(tone(2.0, before=3.0)))) == pytest.approx(2.7, abs=0.05)


@pytest.mark.parametrize(
    ("kind", "bits", "written"),
    [
        (1, 8, lambda sound: ((sound + 1) * 127).astype("u1").tobytes()),
        (1, 24, lambda sound: b"".join((int(x * 8e6)).to_bytes(3, "little", signed=True) for x in sound)),
        (1, 32, lambda sound: (sound * 2e9).astype("<i4").tobytes()),
        (3, 32, lambda sound: sound.astype("<f4").tobytes()),
    ],
)
def test_every_usual_kind_of_wav_is_read(kind: int, bits: int, written: object) -> None:
    sound = tone(1.0, rate=16_000)
    file = riff(kind, bits, written(sound))  # type: ignore[operator]
    assert seconds(telephone_sound(file)) == pytest.approx(1.9, abs=0.3)


def test_a_file_whose_length_lies_is_read_to_its_end() -> None:
    sound = (tone(1.0, rate=16_000) * 32767).astype("<i2").tobytes()
    assert seconds(telephone_sound(riff(1, 16, sound, length=0xFFFFFFFF))) > 1


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", Why.EMPTY),
        (b"RIFF\0\0\0\0WAVE", Why.BROKEN),
        (riff(7, 8, b"\1" * 16_000), Why.RARE),
        (riff(1, 12, b"\1" * 16_000), Why.RARE),
        (wav(np.zeros(48_000)), Why.SILENT),
        (wav(tone(0.1)), Why.TOO_SHORT),
        (wav(tone(LONGEST + 1, rate=8000), rate=8000), Why.TOO_LONG),
        (wav(tone(185, rate=8000), rate=8000), Why.TOO_LONG),
    ],
)
def test_a_file_that_cannot_be_heard_is_refused_with_its_reason(file: bytes, why: Why) -> None:
    with pytest.raises(Unplayable) as refusal:
        telephone_sound(file)
    assert refusal.value.why is why


def test_without_ffmpeg_another_file_than_wav_asks_for_wav_or_the_microphone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unplayable) as refusal:
        telephone_sound(b"ID3\3" + bytes(2000))
    assert refusal.value.why is Why.NOT_WAV
