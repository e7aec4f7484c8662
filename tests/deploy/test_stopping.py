"""Stopping is gentle: requests end, calls go on with the next process, no text is half sent."""

import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

import pytest

from hotline.models import Call, OutboxRow, Voicemail
from hotline.models.status import CallOutcome, OutboxState
from hotline.phone import PhoneNumber
from hotline.rehearsal.protocol.sign import sign
from hotline.services import outbox, people
from scheduler.timetable import run_due
from tests.conftest import ACCOUNT, LINE, TOKEN
from tests.deploy.machine import PATIENCE, Machine, machine
from tests.records import only, rows

ODETTE = "+33199000201"
PUBLIC_URL = "https://ligne.exemple.fr"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path, PUBLIC_URL) as made:
        yield made
        made.exchange.assert_clean()


def until_the_beep(line: Machine) -> None:
    odette = line.exchange.phone(ODETTE)
    for _ in range(60):
        if odette.prompt == "record":
            return
        line.exchange.advance(1)
    raise AssertionError(f"no beep: {odette.heard}")


def test_a_request_in_progress_is_answered_after_the_web_was_told_to_stop(line: Machine) -> None:
    body = urlencode(
        {
            "CallSid": "CA" + "1" * 32,
            "From": ODETTE,
            "To": LINE,
            "CallStatus": "ringing",
            "AccountSid": ACCOUNT,
        }
    )
    pairs = tuple(parse_qsl(body))
    signature = sign(TOKEN, f"{PUBLIC_URL}/voice/incoming", pairs)
    head = (
        f"POST /voice/incoming HTTP/1.1\r\nHost: ligne.exemple.fr\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with line.web() as process:
        assert line.get("/healthz")[0] == 200
        with socket.create_connection(("127.0.0.1", line.port), timeout=PATIENCE) as caller:
            caller.sendall((head + body[:20]).encode())
            assert line.get("/healthz")[0] == 200
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
            caller.sendall(body[20:].encode())
            answer = caller.makefile("rb").read()
        assert process.wait(PATIENCE) == 0
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"<Response>" in answer


def test_a_call_in_progress_goes_on_with_the_next_web_and_the_caller_hears_no_fault(line: Machine) -> None:
    odette = line.exchange.phone(ODETTE)
    with line.web() as first:
        odette.dial(LINE)
        until_the_beep(line)
        first.send_signal(signal.SIGTERM)
        assert first.wait(PATIENCE) == 0
    odette.speak(6)
    hanging_up = threading.Thread(
        target=lambda: (line.exchange.advance(6), odette.hang_up(), line.exchange.settle())
    )
    hanging_up.start()  # the carrier calls while nobody is there: it waits at the socket
    with line.web():
        hanging_up.join()
        line.exchange.settle()
        assert line.get("/healthz")[0] == 200
        line.exchange.advance(30)
        run_due(line.hotline)
    assert only(line.hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert only(line.hotline, Voicemail).sha256


def test_the_clock_ends_the_text_it_has_in_hand_and_takes_no_other(tmp_path: Path) -> None:
    with machine(
        tmp_path, PUBLIC_URL, datetime(2026, 11, 24, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))
    ) as line:
        line.exchange.faults.rest_slow_seconds = 0.5
        hotline = line.hotline
        at = hotline.clock.now()
        with hotline.database.write() as session:
            for number in range(40):
                phone = people.phone_for(session, PhoneNumber(f"+33639980{number:03}"), at)
                outbox.enqueue(
                    session, hotline.line, kind="answer", key=str(number), phone=phone, body="Merci.", at=at
                )
        with line.clock() as process:
            while not line.exchange.messages:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(0.05)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        states = Counter(row.state for row in rows(hotline, OutboxRow))
        assert set(states) <= {OutboxState.SENT, OutboxState.DELIVERED, OutboxState.QUEUED}
        assert states[OutboxState.QUEUED] > 20
        assert 40 - states[OutboxState.QUEUED] == len(line.exchange.messages)


SAYS_WHEN_IT_ENDS = """
import signal, sys, threading
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
print(sys.argv[1], "begins", flush=True)
stop.wait()
stop.clear()
stop.wait(float(sys.argv[2]))
print(sys.argv[1], "ends", flush=True)
"""
SERVE = """
import sys
from hotline.cli import serve
sys.exit(serve.run({
    name: f"exec {sys.executable} -c '{sys.argv[1]}' {name} {last}"
    for name, last in (("web", 0), ("clock", 1))
}))
"""


def test_serve_stops_the_clock_first_and_then_the_web() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, SAYS_WHEN_IT_ENDS], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout
        begun = {serving.stdout.readline().split("|")[1].strip() for _ in range(2)}
        serving.send_signal(signal.SIGTERM)
        ended = [line.split("|")[1].strip() for line in serving.stdout]
        assert serving.wait(PATIENCE) == 143
    assert begun == {"web begins", "clock begins"}
    assert ended == ["clock ends", "web ends"]
