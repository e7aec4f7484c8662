"""The database is away, in every way it can be: whoever phones or writes is answered in time, and kept."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from hotline import bootstrap, replay
from hotline.bootstrap import Hotline
from hotline.db import patience
from hotline.models import Call, Message, Request
from hotline.models.status import CallOutcome
from hotline.settings import load
from tests.absent import Proxy, locked, mounted, nothing_fits, taken_away
from tests.conftest import StoppedClock, missing
from tests.records import only, rows
from tests.webhooks import Document, Webhooks, sid

ODETTE = "+33199000201"
TEXTER = "+33639980001"
IN_TIME = 4.0
Away = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    """The road to PostgreSQL."""
    road = Proxy(postgres_url)
    yield road
    road.close()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Each test has its own idea of where the database is."""
    return f"sqlite:///{tmp_path}/unused.db"


def built(clock: StoppedClock, url: str) -> Iterator[tuple[Hotline, Webhooks]]:
    product = bootstrap.build(load(DATABASE_URL=url), clock)
    yield product, Webhooks(product)
    product.database.close()


@pytest.fixture
def on_postgres(environment: Path, clock: StoppedClock, proxy: Proxy) -> Iterator[tuple[Hotline, Webhooks]]:
    """A product whose PostgreSQL is down the road."""
    yield from built(clock, proxy.url)


@pytest.fixture
def on_file(environment: Path, clock: StoppedClock, sqlite_url: str) -> Iterator[tuple[Hotline, Webhooks]]:
    """A product on an SQLite file."""
    yield from built(clock, sqlite_url)


def file_of(hotline: Hotline) -> Path:
    return Path(str(make_url(hotline.database.url).database))


@contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < IN_TIME


def apologises(answer: Document) -> bool:
    said = answer.said
    return "une panne" in said and "urgence" in said and answer.has("Record")


def answered_and_remembered(hotline: Hotline, line: Webhooks, away: AbstractContextManager[None]) -> None:
    """A call and a text, while the database is away as it had never been before, then when it is back."""
    line.call(9, "+33199000209")
    with away:
        with in_time():
            assert apologises(line.call(1, ODETTE))
        with in_time():
            line.text("Rappelez-moi", TEXTER)
        with in_time():
            assert line.client.get("/healthz").status_code == 200
        with in_time():
            assert line.client.get("/readyz").status_code == 503
        assert line.client.post("/voice/incoming", data=line.form(2)).status_code == 403
        assert len(hotline.spool.waiting()) == 2
    assert replay.empty(hotline) == 2
    assert hotline.spool.waiting() == []
    assert [call.from_number for call in rows(hotline, Call)] == ["+33199000209", ODETTE]
    assert [text.from_number for text in rows(hotline, Message) if text.direction == "inbound"] == [TEXTER]
    assert len(rows(hotline, Request)) == 3
    assert line.call(3, "+33199000203").has("Record"), "and all is well again"
    assert line.client.get("/readyz").status_code == 200


def test_postgresql_refuses(on_postgres: tuple[Hotline, Webhooks], proxy: Proxy) -> None:
    answered_and_remembered(*on_postgres, proxy.refusing())


def test_postgresql_is_frozen(on_postgres: tuple[Hotline, Webhooks], proxy: Proxy) -> None:
    answered_and_remembered(*on_postgres, proxy.frozen())


def test_postgresql_is_frozen_before_anybody_has_ever_asked(
    on_postgres: tuple[Hotline, Webhooks], proxy: Proxy
) -> None:
    with proxy.frozen(), in_time():
        assert apologises(on_postgres[1].call(1, ODETTE))


def test_another_process_holds_the_file(on_file: tuple[Hotline, Webhooks]) -> None:
    hotline, line = on_file
    line.call(9, "+33199000209")
    with locked(file_of(hotline)):
        with in_time():
            assert apologises(line.call(1, ODETTE))
        with in_time():
            line.text("Rappelez-moi", TEXTER)
    assert replay.empty(hotline) == 2
    assert len(rows(hotline, Request)) == 3


def test_the_file_is_gone(on_file: tuple[Hotline, Webhooks]) -> None:
    """Nothing is put in its place, which would be in the way when it comes back."""
    hotline, line = on_file
    file = file_of(hotline)

    @contextmanager
    def gone() -> Iterator[None]:
        with taken_away(file):
            yield
            assert not file.exists()

    answered_and_remembered(hotline, line, gone())


def test_another_file_lies_in_its_place(on_file: tuple[Hotline, Webhooks]) -> None:
    hotline, line = on_file
    line.call(9, "+33199000209")
    file = file_of(hotline)
    with taken_away(file):
        file.write_bytes(b"")
        with in_time():
            assert apologises(line.call(1, ODETTE))
        hotline.database.close()
        for part in file.parent.glob(f"{file.name}*"):
            if not part.name.endswith(".away"):
                part.unlink()
    assert replay.empty(hotline) == 1
    assert len(rows(hotline, Call)) == 2


def test_nothing_fits_on_the_disk_any_more(on_file: tuple[Hotline, Webhooks], logged: Sequence[Any]) -> None:
    hotline, line = on_file
    line.call(9, "+33199000209")
    with nothing_fits(), in_time():
        assert apologises(line.call(1, ODETTE)), "although not even the spool has room"
        form = {"MessageSid": sid("SM", 1), "From": TEXTER, "To": "+33199000100", "Body": "Bonjour"}
        assert line.post("/sms/incoming", **form).status_code == 503, "the carrier may have room"
    assert "spool_unwritable" in [entry["event"] for entry in logged]
    assert hotline.spool.waiting() == []
    assert not apologises(line.call(2, ODETTE)), "and all is well again"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """A disk of a few megabytes, which can be made read-only or be filled; the spool lies elsewhere."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def change(options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)

    with ExitStack() as stack:
        try:
            stack.enter_context(mounted(folder, "size=8M"))
        except (subprocess.CalledProcessError, OSError) as error:
            missing("mount", f"no file system can be mounted here ({error})")
        yield change


@pytest.fixture
def on_small_disk(
    environment: Path, clock: StoppedClock, small_disk: object, sqlite_template: Path
) -> Iterator[tuple[Hotline, Webhooks]]:
    """A product on that disk."""
    file = environment / "disk" / "hotline.db"
    file.write_bytes(sqlite_template.read_bytes())
    yield from built(clock, f"sqlite:///{file}")


def test_the_disk_is_full(on_small_disk: tuple[Hotline, Webhooks]) -> None:
    hotline, line = on_small_disk

    @contextmanager
    def full() -> Iterator[None]:
        filler = file_of(hotline).with_name("filler")
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        yield
        filler.unlink()

    line.call(9, "+33199000209")
    with full():
        for number in range(1, 9):
            with in_time():
                line.call(number, ODETTE)
        assert hotline.spool.waiting(), "the disk was never full"
        kept = len(hotline.spool.waiting())
    assert replay.empty(hotline) == kept
    assert len(rows(hotline, Call)) == 9


def test_the_disk_is_read_only(
    on_small_disk: tuple[Hotline, Webhooks], small_disk: Callable[[str], None]
) -> None:
    hotline, line = on_small_disk
    line.call(9, "+33199000209")
    hotline.database.close()
    small_disk("ro")
    with in_time():
        assert apologises(line.call(1, ODETTE))
    hotline.database.close()
    small_disk("rw")
    assert replay.empty(hotline) == 1
    assert len(rows(hotline, Call)) == 2


def test_a_crowd_does_not_wait_one_after_the_other(
    on_postgres: tuple[Hotline, Webhooks], proxy: Proxy
) -> None:
    hotline, line = on_postgres
    line.call(99, "+33199000299")
    took: list[float] = []

    def call(number: int) -> None:
        began = time.monotonic()
        assert apologises(line.call(number, ODETTE))
        took.append(time.monotonic() - began)

    with proxy.frozen():
        crowd = [threading.Thread(target=call, args=(number,)) for number in range(1, 17)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        assert max(took) < IN_TIME
        assert len(took) == len(hotline.spool.waiting()) == 16
        with patience.within(IN_TIME):
            began = time.monotonic()
            with hotline.database.outage.probing():
                assert [apologises(line.call(number, ODETTE)) for number in range(17, 27)] == [True] * 10
            assert time.monotonic() - began < 0.5, "once it is known to be away, nobody else waits"
    assert replay.empty(hotline) == 26
    assert not apologises(line.call(27, ODETTE))


def test_every_connection_is_taken(on_postgres: tuple[Hotline, Webhooks]) -> None:
    hotline, line = on_postgres
    with ExitStack() as taken:
        for _ in range(30):
            taken.enter_context(hotline.database.engine.connect())
        with in_time():
            assert apologises(line.call(1, ODETTE))
    assert replay.empty(hotline) == 1
    assert only(hotline, Call).outcome is CallOutcome.IN_PROGRESS


def test_a_writer_of_our_own_that_never_ends_keeps_nobody_on_the_line(
    on_file: tuple[Hotline, Webhooks],
) -> None:
    hotline, line = on_file
    begun, end = threading.Event(), threading.Event()

    def write() -> None:
        with hotline.database.write():
            begun.set()
            end.wait()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    with in_time():
        assert apologises(line.call(1, ODETTE))
    end.set()
    writer.join()
    assert replay.empty(hotline) == 1
