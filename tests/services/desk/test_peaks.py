"""The shape of a sound."""

import array

from hotline.rehearsal.audio import mixed, wav
from hotline.services.desk import peaks


def tone(seconds: float, height: int) -> bytes:
    return array.array("h", [height, -height] * round(seconds * 4000)).tobytes()


def test_the_loudest_moment_is_as_high_as_can_be_and_silence_is_nothing() -> None:
    shape = peaks.of(wav(mixed(4, [(0, tone(1, 4000)), (2, tone(1, 16000))])))
    assert shape is not None
    assert len(shape) == peaks.COUNT
    assert list(shape[5:45:10]) == [63] * 4, "a quarter as loud"
    assert list(shape[60:95:10]) == [0] * 4
    assert list(shape[105:145:10]) == [255] * 4


def test_a_sound_shorter_than_its_drawing_is_drawn_too() -> None:
    shape = peaks.of(wav(tone(0.01, 900)))
    assert shape is not None
    assert len(shape) == peaks.COUNT


def test_silence_is_flat_and_what_is_no_sound_has_no_shape() -> None:
    assert peaks.of(wav(bytes(8000))) == bytes(peaks.COUNT)
    assert peaks.of(b"<html>") is None
    assert peaks.of(wav(b"")) is None
