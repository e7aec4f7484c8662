"""The clock as operators start it: a process of its own, beside the database."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.clock import SystemClock
from hotline.models import Assignment, Heartbeat, OutboxRow
from hotline.models.status import OutboxState
from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.settings import load
from scheduler import timetable
from tests.conftest import ACCOUNT, LINE, TOKEN
from tests.people import add_volunteer
from tests.records import only, rows
from tests.webhooks import Webhooks

COMMAND = [sys.executable, "-m", "scheduler"]
LUCIEN, CAMILLE = "+33639980001", "+33639980101"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough for the process itself."""
    return sqlite_url


@pytest.fixture
def machine(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hotline]:
    """A product on the machine's own time, offers at any hour, a carrier that takes texts."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ShiftedClock())
    exchange.add_number(LINE)
    carrier = serve(exchange)
    rules = environment / "hotline.toml"
    rules.write_text('[offers]\nhours = "24/7"\n')
    monkeypatch.setenv("HOTLINE_CONFIG", str(rules))
    monkeypatch.setenv("TWILIO_API_BASE_URL", carrier.base_url)
    product = bootstrap.build(load(), SystemClock())
    yield product
    product.database.close()
    carrier.close()


@contextmanager
def running() -> Iterator[subprocess.Popen[str]]:
    """The clock, ended with the test whatever happens."""
    process = subprocess.Popen(COMMAND, env=dict(os.environ), stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def comes_true(what: Callable[[], object], within: float) -> bool:
    """Tell whether something becomes true in time."""
    until = time.monotonic() + within
    while not what():
        if time.monotonic() > until:
            return False
        select.select([], [], [], 0.02)
    return True


def beaten(hotline: Hotline) -> datetime | None:
    return next((beat.at for beat in rows(hotline, Heartbeat) if beat.name == "clock"), None)


def test_everything_due_runs_at_once_and_a_signal_ends_it_cleanly(machine: Hotline) -> None:
    add_volunteer(machine, "Camille", CAMILLE)
    Webhooks(machine).text("Rappelez-moi", LUCIEN)
    with running() as clock:
        assert comes_true(lambda: beaten(machine), within=20), "the process never started"
        started = time.monotonic()
        assert comes_true(lambda: rows(machine, Assignment), within=2)
        assert comes_true(
            lambda: {row.state for row in rows(machine, OutboxRow)} == {OutboxState.SENT}, within=4
        )
        assert time.monotonic() - started < 4
        assert abs(
            datetime.now(only(machine, Assignment).offered_at.tzinfo) - beaten_now(machine)
        ) < timedelta(minutes=1)
        clock.send_signal(signal.SIGTERM)
        assert clock.wait(timeout=10) == 0
        assert clock.stderr is not None
        assert clock.stderr.read() == ""


def beaten_now(hotline: Hotline) -> datetime:
    beat = beaten(hotline)
    assert beat is not None
    return beat


def test_a_second_clock_says_so_and_stops(machine: Hotline) -> None:
    with running() as first:
        assert comes_true(lambda: beaten(machine), within=20)
        second = subprocess.run(COMMAND, capture_output=True, text=True, timeout=20, check=False)
        assert second.returncode == 1
        assert second.stderr.startswith("Une horloge tourne déjà")
        assert "Traceback" not in second.stderr
        assert first.poll() is None
        first.kill()
        first.wait()
    with running():
        before = beaten(machine)
        assert comes_true(lambda: beaten(machine) != before, within=20), "a killed clock kept its lock"


def test_the_clock_does_not_start_without_the_carriers_account(
    machine: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    stopped = subprocess.run(COMMAND, capture_output=True, text=True, timeout=20, check=False)
    assert stopped.returncode == 1
    assert "TWILIO_AUTH_TOKEN" in stopped.stderr
    assert "Traceback" not in stopped.stderr


def test_ticks_follow_the_machine_and_moments_the_products_clock(
    machine: Hotline, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = environment / "clock"
    offset.write_text("86400")
    monkeypatch.setenv("HOTLINE_CLOCK_FILE", str(offset))
    with running():
        assert comes_true(lambda: beaten(machine), within=20)
        ahead = beaten_now(machine) - SystemClock().now()
        assert timedelta(hours=23) < ahead <= timedelta(days=1)


def test_a_broken_job_stops_no_other(machine: Hotline) -> None:
    Webhooks(machine).text("Rappelez-moi", LUCIEN)
    with machine.database.engine.begin() as connection:
        connection.execute(sql("DROP TABLE early_receipts"))
    ran = {one.name: one for one in timetable.run_due(machine)}
    assert {one.name for one in ran.values() if one.failed} == {"SMS douteux"}
    assert ran["SMS à envoyer"].says == "1 SMS confiés à l'opérateur"
    assert beaten(machine) is not None
