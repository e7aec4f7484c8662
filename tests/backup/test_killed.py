"""A restore that is killed in the middle leaves nothing that counts, and can be run again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Caller
from tests.backup.conftest import SOUND, Place, Places, back_up, contents
from tests.databases import on_sqlite
from tests.people import add_caller
from tests.records import only

RESTORE = [sys.executable, "-c", "from hotline.cli import main; main()", "restore"]


@contextmanager
def begun(place: Place, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A restore in a process of its own, once recordings are arriving."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO")}
    settings = place.hotline.settings
    values = {
        "DATABASE_URL": settings.database_url,
        "HOTLINE_RECORDINGS_URL": settings.environment.recordings_url,
        "HOTLINE_CONFIG": str(settings.environment.config),
    }
    with subprocess.Popen([*RESTORE, str(file)], env=clean | values, stdout=subprocess.DEVNULL) as process:
        try:
            while len(list(place.hotline.store.keys())) < 5:
                with suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"it has ended: {process.wait(timeout=0.02)}")
            yield process
        finally:
            process.kill()


@on_sqlite
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_killed_restore_can_be_run_again(
    hotline: Hotline, file: Path, elsewhere: Places, engine: str
) -> None:
    add_caller(hotline, "+33639980001", "Odette Martin")
    for number in range(200):
        hotline.store.put(f"RE{number}", SOUND)
    back_up(hotline, file)
    place = elsewhere(engine)
    with begun(place, file) as process:
        process.kill()
        assert process.wait() == -signal.SIGKILL
    assert "callers" not in contents(place.hotline.database)
    place.restore(file)
    assert only(place.hotline, Caller).names == "Odette Martin"
    assert sorted(place.hotline.store.keys()) == sorted(f"RE{number}" for number in range(200))
    assert not list(place.folder.rglob("*restoring*"))


@on_sqlite
def test_a_restore_stopped_by_hand_leaves_the_place_empty(
    hotline: Hotline, file: Path, elsewhere: Places
) -> None:
    for number in range(200):
        hotline.store.put(f"RE{number}", SOUND)
    add_caller(hotline, "+33639980001", "Odette Martin")
    back_up(hotline, file)
    place = elsewhere()
    with begun(place, file) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert list(place.hotline.store.keys()) == []
    assert not list(place.folder.rglob("*restoring*"))
