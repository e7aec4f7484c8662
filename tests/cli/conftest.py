"""The command line as an operator types it, on a product put together for the test."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hotline.bootstrap import Hotline
from hotline.cli import main

Type = Callable[..., Result]


@pytest.fixture
def run(hotline: Hotline) -> Type:
    """Types a command; returns what came out."""

    def typed(*words: str) -> Result:
        return CliRunner().invoke(main, words, prog_name="hotline", obj=hotline, catch_exceptions=False)

    return typed


@dataclass
class Account:
    """What the carrier answers about our account."""

    status: str = "active"
    numbers: list[dict[str, Any]] = field(default_factory=list)
    countries: list[str] = field(default_factory=lambda: ["FR"])

    def answer(self, path: str) -> dict[str, Any]:
        """What is found under an address."""
        if "IncomingPhoneNumbers" in path:
            return {"incoming_phone_numbers": self.numbers, "next_page_uri": None, "page": 0}
        if "DialingPermissions" in path:
            open_ = [{"iso_code": code, "low_risk_numbers_enabled": True} for code in self.countries]
            return {"content": open_, "meta": {"key": "content", "next_page_url": None}}
        return {"status": self.status}


@pytest.fixture
def account(environment: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """A carrier on this machine that knows one account; set up before the product is built."""
    account = Account()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(account.answer(self.path))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setenv("TWILIO_API_BASE_URL", f"http://127.0.0.1:{server.server_port}")
        yield account
        server.shutdown()
