"""The spool: nothing readable in it, nothing half written, oldest first, and an end to its size."""

import multiprocessing
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from hotline.crypto import KeyRing
from hotline.spool import Event, Spool, UnreadableEventError
from tests.absent import nothing_fits

AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
KEY = b"k" * 32


def event(body: str = "Rappelez-moi", at: datetime = AT) -> Event:
    return Event("/sms/incoming", {}, {"From": "+33639980001", "Body": body}, at)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "var" / "spool", KeyRing([KEY]))


def bodies(spool: Spool) -> list[str]:
    return [spool.read(name).form["Body"] for name in spool.waiting()]


def test_an_event_comes_back_as_it_came(spool: Spool) -> None:
    kept = Event("/voice/rung", {"attempt": "2"}, {"From": "+33639980001", "Caller": "Zoé 🙂"}, AT)
    assert spool.keep(kept)
    assert [spool.read(name) for name in spool.waiting()] == [kept]
    assert spool.news.is_set()


def test_nothing_is_made_before_there_is_something_to_keep(spool: Spool) -> None:
    assert (spool.waiting(), spool.aside()) == ([], [])
    with spool.turn() as ours:
        assert not ours
    assert not spool.folder.exists()


def test_a_file_names_nobody_and_is_nobody_elses(spool: Spool) -> None:
    spool.keep(event())
    (file,) = spool.folder.iterdir()
    for secret in (b"39980001", b"Rappelez", b"incoming"):
        assert secret not in file.read_bytes()
    assert "39980001" not in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700


def test_events_keep_their_order_also_those_of_one_moment(spool: Spool) -> None:
    for number in range(20):
        spool.keep(event(str(number)))
    spool.keep(event("the first", AT - timedelta(seconds=1)))
    assert bodies(spool) == ["the first", *map(str, range(20))]


def test_what_is_done_is_forgotten_and_what_is_put_aside_is_not(spool: Spool) -> None:
    for body in ("one", "two"):
        spool.keep(event(body))
    one, two = spool.waiting()
    spool.done(one)
    spool.done(one)
    spool.put_aside(two)
    spool.put_aside(two)
    assert (spool.waiting(), spool.aside()) == ([], [two])


@pytest.mark.parametrize(
    "content",
    [b"", b"\x01", b"not sealed at all", KeyRing([b"o" * 32]).encrypt(b"{}", b"spool")],
    ids=["empty", "cut", "plain", "another_key"],
)
def test_what_is_no_event_of_ours_says_so(spool: Spool, content: bytes) -> None:
    spool.keep(event())
    (name,) = spool.waiting()
    (spool.folder / name).write_bytes(content)
    with pytest.raises(UnreadableEventError, match=name):
        spool.read(name)


def test_an_event_cut_short_or_changed_says_so(spool: Spool) -> None:
    spool.keep(event())
    (name,) = spool.waiting()
    whole = (spool.folder / name).read_bytes()
    for broken in (whole[:-1], whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]):
        (spool.folder / name).write_bytes(broken)
        with pytest.raises(UnreadableEventError):
            spool.read(name)


def test_what_is_half_written_is_no_event(spool: Spool) -> None:
    spool.keep(event())
    (spool.folder / "20261124T130000.000000-0-dead.part").write_bytes(b"half")
    assert len(spool.waiting()) == 1


def test_a_full_spool_says_so_and_keeps_what_it_has(tmp_path: Path) -> None:
    small = Spool(tmp_path / "spool", KeyRing([KEY]), most=2)
    with capture_logs() as logged:
        assert [small.keep(event(str(number))) for number in range(3)] == [True, True, False]
    assert bodies(small) == ["0", "1"]
    assert [entry["event"] for entry in logged] == ["spool_full"]
    small.done(small.waiting()[0])
    assert small.keep(event("3"))


def test_a_full_disk_says_so_and_leaves_nothing_half_written(spool: Spool) -> None:
    spool.keep(event())
    with nothing_fits(), capture_logs() as logged:
        assert not spool.keep(event("too late"))
    assert bodies(spool) == ["Rappelez-moi"]
    assert len(list(spool.folder.iterdir())) == 1
    assert "spool_unwritable" in [entry["event"] for entry in logged]


def test_a_folder_that_cannot_be_made_says_so() -> None:
    with capture_logs() as logged:
        assert not Spool(Path("/proc/nowhere"), KeyRing([KEY])).keep(event())
    assert [entry["event"] for entry in logged] == ["spool_unwritable"]


def test_threads_that_keep_at_once_lose_nothing(spool: Spool) -> None:
    threads = [threading.Thread(target=spool.keep, args=(event(str(number)),)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, bodies(spool))) == list(range(16))


def _may_empty(folder: Path, answers: Any) -> None:
    with Spool(folder, KeyRing([KEY])).turn() as ours:
        answers.put(ours)


def test_one_process_empties_it_at_a_time(spool: Spool) -> None:
    spool.keep(event())
    context = multiprocessing.get_context("spawn")

    def asked() -> bool:
        answers = context.SimpleQueue()
        other = context.Process(target=_may_empty, args=(spool.folder, answers))
        other.start()
        other.join()
        return bool(answers.get())

    with spool.turn() as ours:
        assert ours
        assert not asked()
    assert asked()
    assert spool.waiting(), "looking takes nothing away"
