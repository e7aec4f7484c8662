"""The product lies dead for a while: neither web nor clock; the carrier's own document takes messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Sweep
from hotline.rehearsal.state import Hook
from tests.records import rows

ODETTE, LUCIEN, CAMILLE, BRUNO = "+33199000201", "+33639980001", "+33639980101", "+33639980102"
ELSEWHERE = "https://secours.exemple.fr"
DOCUMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Response><Say language="fr-FR">Parlez.</Say><Record maxLength="300" timeout="30"/><Hangup/></Response>"""


@pytest.fixture(autouse=True)
def fallback(town: Stage) -> Iterator[None]:
    """The document that takes messages lies on another host; the clock has run for a while."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(DOCUMENT)))
            self.end_headers()
            self.wfile.write(DOCUMENT)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        town.exchange.route[ELSEWHERE] = f"http://127.0.0.1:{server.server_port}"
        town.exchange.numbers[LINE].voice_fallback = Hook(f"{ELSEWHERE}/message.xml")
        town.tick()
        yield
        server.shutdown()
        thread.join()


@contextmanager
def dead(town: Stage, downtime: timedelta, *, ticks: bool = True) -> Iterator[None]:
    """Neither web nor clock until the downtime is over; then both are back, and the clock `ticks`."""
    until = town.now + downtime
    town.exchange.faults.webhook_lost = ["/voice", "/sms"]
    yield
    town.exchange.advance_to(until)
    town.exchange.faults.webhook_lost = []
    town.exchange.warnings.clear()
    if ticks:
        town.tick()


def leave_message(town: Stage, number: str, seconds: float = 6, *, withheld: bool = False) -> None:
    """Somebody phones, speaks after the beep and hangs up."""
    phone = town.phone(number)
    phone.withheld = withheld
    phone.dial(LINE)
    while phone.prompt != "record":
        town.exchange.advance(1)
    if seconds:
        phone.speak(seconds)
        town.exchange.advance(seconds)
    phone.hang_up()
    town.exchange.advance(5)


def texts_to(town: Stage, number: str) -> list[str]:
    return [text.body for text in town.phone(number).texts]


def only_real(town: Stage) -> Sweep:
    """The one sweep that was more than the first look."""
    (one,) = [one for one in rows(town.hotline, Sweep) if one.since < one.until]
    return one
