"""A real clock is stopped and killed under two real web processes: one of them tells, once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.clock import SystemClock
from hotline.services.desk import coordinators
from hotline.settings import load
from tests.postman import Postman, mailing, postman, text
from tests.scheduler.test_clock import beaten, comes_true, running

__all__ = ["mailing", "postman"]

TEAM = "odile@exemple.fr"
ROOT = Path(__file__).resolve().parents[2]
WEB = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config" / "gunicorn.conf.py"), "-b", "127.0.0.1:0"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough for the processes themselves."""
    return sqlite_url


@pytest.fixture
def product(mailing: Postman, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hotline]:
    """A line with a coordinator, whose time a file moves."""
    monkeypatch.setenv("HOTLINE_CLOCK_FILE", str(environment / "clock"))
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    product = bootstrap.build(load(), SystemClock())
    with product.database.write() as session:
        coordinators.add(session, TEAM, product.clock.now())
    yield product
    product.database.close()


@contextmanager
def two_webs() -> Iterator[None]:
    """A gunicorn with two processes, ended with the test."""
    process = subprocess.Popen([*WEB, "tests.scheduler.quick_web:app"], cwd=ROOT, env=dict(os.environ))
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.mark.timeout(240)
def test_a_clock_that_is_stopped_comes_back_and_is_killed_is_told_each_time_by_one_mail(
    product: Hotline, postman: Postman, environment: Path
) -> None:
    with two_webs(), running() as clock:
        assert comes_true(lambda: beaten(product), within=60)
        clock.send_signal(signal.SIGSTOP)
        (environment / "clock").write_text("300")
        assert comes_true(lambda: len(postman.arrived) == 1, within=60)
        assert "L'horloge est arrêtée depuis" in text(postman.arrived[0])

        clock.send_signal(signal.SIGCONT)
        (environment / "clock").write_text("340")
        assert comes_true(lambda: len(postman.arrived) == 2, within=60)
        assert "L'horloge tourne de nouveau." in text(postman.arrived[1])

        clock.kill()
        clock.wait()
        (environment / "clock").write_text("7200")
        assert comes_true(lambda: len(postman.arrived) == 3, within=60)
        assert "L'horloge est arrêtée depuis" in text(postman.arrived[2])
        assert {mail["To"] for mail in postman.arrived} == {TEAM}
        assert not comes_true(lambda: len(postman.arrived) > 3, within=1)
