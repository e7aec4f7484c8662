"""The association's own recordings: never a long wait, never a caller's message in their place."""

import threading

import pytest

from hotline.sounds import Sounds
from hotline.store import NotStored, StoreError


class Shelf:
    """A store in memory, which may be away or slow."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.away = False
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    def get(self, key: str) -> bytes:
        self.asked += 1
        self.gate.wait(10)
        if self.away:
            raise StoreError("away")
        if key not in self.kept:
            raise NotStored("nothing")
        return self.kept[key]

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    def exists(self, key: str) -> bool:
        return key in self.kept

    def check(self) -> None: ...


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_recording_kept_by_one_process_is_at_hand_in_another(shelf: Shelf) -> None:
    name = Sounds(lambda: shelf).keep(b"a voice")
    other = Sounds(lambda: shelf)
    assert other.at_hand(name)
    assert other.read(name) == b"a voice"
    assert other.at_hand(name)
    assert shelf.asked == 1


def test_a_recording_that_is_nowhere_is_asked_for_once_a_minute_only(shelf: Shelf) -> None:
    sounds = Sounds(lambda: shelf)
    assert not sounds.at_hand("A" * 22)
    assert not sounds.at_hand("A" * 22)
    assert shelf.asked == 1
    assert sounds.read("A" * 22) is None


def test_a_store_that_is_away_keeps_no_caller_waiting(shelf: Shelf) -> None:
    name = Sounds(lambda: shelf).keep(b"a voice")
    shelf.away = True
    assert not Sounds(lambda: shelf).at_hand(name)


def test_a_slow_store_is_not_waited_for(shelf: Shelf) -> None:
    name = Sounds(lambda: shelf).keep(b"a voice")
    shelf.gate.clear()
    assert not Sounds(lambda: shelf, patience=0.05).at_hand(name)
    shelf.gate.set()


@pytest.mark.parametrize("name", ["RE" + "0" * 32, "../secret", "", "prompt-x", "A" * 23])
def test_no_name_reaches_anything_but_a_recording_of_the_association(shelf: Shelf, name: str) -> None:
    shelf.kept[name] = b"the message of a caller"
    sounds = Sounds(lambda: shelf)
    assert sounds.read(name) is None
    assert not sounds.at_hand(name)
    assert shelf.asked == 0
