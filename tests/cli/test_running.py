"""`round`, `tick` and `serve`: the line at work."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.cli import serve
from hotline.errors import HotlineError
from hotline.models import Request
from hotline.models.status import RequestState
from hotline.phone import PhoneNumber
from hotline.services import people
from hotline.settings import load
from tests.cli.conftest import Type

HOTLINE = [sys.executable, "-c", "from hotline.cli import main; main()"]


def wait_for_a_volunteer(hotline: Hotline, number: str, name: str) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        behind = people.Behind(people.phone_for(session, PhoneNumber(number), at))
        caller = people.caller_for(session, behind, at)
        caller.names = name
        session.add(Request(caller_id=caller.id, state=RequestState.WAITING, opened_at=at))


def test_a_round_is_told_with_names_and_never_numbers(hotline: Hotline, run: Type) -> None:
    wait_for_a_volunteer(hotline, "+33639980001", "Odette")
    run("volunteer", "add", "--first-name", "Camille", "--phone", "+33639980101")

    told = run("round").stdout

    assert "Odette" in told
    assert "Camille" in told
    assert "1 proposition, 0 demande en attente." in told
    assert "3998" not in told


def test_a_round_without_volunteers_says_why_somebody_waits(hotline: Hotline, run: Type) -> None:
    wait_for_a_volunteer(hotline, "+33639980001", "Odette")

    told = run("round").stdout

    assert "Odette attend : " in told
    assert "0 proposition, 1 demande en attente." in told


def test_a_round_at_night_says_when_offers_leave_again(hotline: Hotline, run: Type) -> None:
    wait_for_a_volunteer(hotline, "+33639980001", "Odette")
    run("volunteer", "add", "--first-name", "Camille", "--phone", "+33639980101")

    told = run("round", "--at", "2026-11-24T22:00").stdout

    assert "à partir du 25/11 à 09:00" in told
    assert "0 proposition, 1 demande en attente." in told


def test_a_round_explains_one_request_and_offers_nothing(hotline: Hotline, run: Type) -> None:
    wait_for_a_volunteer(hotline, "+33639980001", "Odette")
    run("volunteer", "add", "--first-name", "Camille", "--phone", "+33639980101")
    run("volunteer", "add", "--first-name", "Inès", "--phone", "+33639980102", "--languages", "ar")

    told = run("round", "--explain", "1").stdout

    assert told.splitlines() == [
        "Proposition à Camille, qui n'accompagne encore personne.",
        "Inès ne parle pas sa langue.",
    ]
    assert "1 proposition" in run("round").stdout


def test_explaining_a_request_that_does_not_exist_is_an_error(run: Type) -> None:
    refused = run("round", "--explain", "77")

    assert refused.exit_code == 1
    assert "Il n'y a pas de demande 77." in refused.stderr


def test_a_tick_tells_what_the_clock_did(hotline: Hotline, run: Type) -> None:
    wait_for_a_volunteer(hotline, "+33639980001", "Odette")
    run("volunteer", "add", "--first-name", "Camille", "--phone", "+33639980101")

    assert "tour d'attribution : 1" in run("tick").stdout


def test_a_port_that_is_taken_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HotlineError, match=f"port {port} est déjà pris.*HOTLINE_PORT={port + 10}"):
            serve.ensure_free("127.0.0.1", port)


def test_web_and_clock_run_with_this_very_python(environment: object) -> None:
    commands = serve.commands(load())

    assert set(commands) == {"web", "clock"}
    assert all(command.startswith(f"exec {sys.executable} -m ") for command in commands.values())


def test_serve_wants_the_carrier_s_settings(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE", "TWILIO"))}

    done = subprocess.run(
        [*HOTLINE, "serve"], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "TWILIO_AUTH_TOKEN manque" in done.stderr
    assert "Traceback" not in done.stderr


def answers(process: subprocess.Popen[str], url: str) -> bool:
    """Tell whether a page answers before its process ends."""
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
                return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A line served by two real processes on a free port; ends with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE", "TWILIO"))}
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/served.db",
        "HOTLINE_NUMBER": "+33199000100",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "HOTLINE_PORT": str(port),
    }
    with subprocess.Popen(
        [*HOTLINE, "serve"],
        cwd=tmp_path,
        env=clean | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process, port
        finally:
            process.terminate()


def test_serve_answers_and_stops_gracefully(served: tuple[subprocess.Popen[str], int]) -> None:
    process, port = served

    assert answers(process, f"http://127.0.0.1:{port}/healthz")
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert said.splitlines()[0] == f"La ligne répond sur http://127.0.0.1:{port} ; Ctrl-C l'arrête."
    assert said.splitlines()[-1] == "La ligne est arrêtée."
