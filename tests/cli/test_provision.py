"""`provision`: the carrier is told where each of our numbers leads, once, and nothing stands before us."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.telephony.overrides import OVERRIDES
from tests import two_numbers
from tests.cli.conftest import Type
from tests.conftest import ACCOUNT, LINE, TOKEN
from tests.databases import on_sqlite
from tests.telephony.fake_api import DROP, Asked, FakeApi, Reply, reply

pytestmark = on_sqlite

ADDRESS = "https://hotline.example"
SENDER = "+33639980999"
DOCUMENT = "<Response><Say>Pardon.</Say><Record maxLength='300' action='/merci'/></Response>"


@pytest.fixture
def exchange(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    """The stand-in carrier with our number, fresh from the shop; set up before the product is built."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ShiftedClock())
    exchange.add_number(LINE, voice_url="https://demo.example/voice", voice_method="GET")
    server = serve(exchange)
    monkeypatch.setenv("TWILIO_API_BASE_URL", server.base_url)
    yield exchange
    server.close()


def test_a_fresh_number_is_told_everything_and_a_second_time_nothing(exchange: Exchange, run: Type) -> None:
    done = run("provision")
    number = exchange.numbers[LINE]
    assert done.exit_code == 0
    assert (number.voice.url, number.voice.method) == (f"{ADDRESS}/voice/incoming{OVERRIDES}", "POST")
    assert number.voice_fallback.url == f"{ADDRESS}/voice/fallback{OVERRIDES}"
    assert number.status_callback.url == f"{ADDRESS}/voice/status{OVERRIDES}"
    assert number.sms.url == f"{ADDRESS}/sms/incoming{OVERRIDES}"
    changed_at = number.updated
    again = run("provision")
    assert (again.exit_code, again.stdout) == (0, "Tout est en place : rien à changer.\n")
    assert number.updated == changed_at


def test_a_dry_run_shows_before_and_after_changes_nothing_and_says_it_by_its_status(
    exchange: Exchange, run: Type
) -> None:
    shown = run("provision", "--dry-run")
    assert shown.exit_code == 1
    assert exchange.numbers[LINE].voice.url == "https://demo.example/voice"
    heading, first, *_ = shown.stdout.splitlines()
    assert heading.split() == ["Numéro", "Réglage", "Maintenant", "Ensuite"]
    assert "https://demo.example/voice" in first
    assert f"{ADDRESS}/voice/incoming" in first
    assert "Rien n'a été changé." in shown.stdout
    assert LINE[3:] not in shown.stdout.replace(" ", "")
    run("provision")
    assert run("provision", "--dry-run").exit_code == 0


def test_what_would_stand_before_us_is_removed_and_said(exchange: Exchange, run: Type) -> None:
    number = exchange.numbers[LINE]
    number.voice_application_sid, number.trunk_sid = "AP" + "1" * 32, "TK" + "2" * 32
    said = run("provision").stdout
    assert (number.voice_application_sid, number.sms_application_sid, number.trunk_sid) == ("", "", "")
    assert "application, qui prend les appels à notre place" in said
    assert "TK" + "2" * 32 in said


def test_a_number_without_texts_is_told_nothing_about_them(exchange: Exchange, run: Type) -> None:
    exchange.add_number(LINE, capabilities={"sms": False})
    run("provision")
    assert exchange.numbers[LINE].sms.url == ""
    assert run("provision", "--dry-run").exit_code == 0


@pytest.fixture
def several(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second number, and texts that leave from a third; set up before the product is built."""
    two_numbers.use(environment, monkeypatch)
    monkeypatch.setenv("HOTLINE_SMS_SENDER", SENDER)


def test_every_number_of_the_association_is_told_the_sender_too(
    exchange: Exchange, several: None, run: Type
) -> None:
    for number in (two_numbers.ITALIAN, SENDER):
        exchange.add_number(number)
    assert run("provision").exit_code == 0
    assert {number.sms.url for number in exchange.numbers.values()} == {f"{ADDRESS}/sms/incoming{OVERRIDES}"}


def test_half_done_says_what_was_done_and_may_be_run_again(
    exchange: Exchange, several: None, run: Type
) -> None:
    exchange.add_number(SENDER)
    half = run("provision")
    assert half.exit_code == 1
    assert half.stdout.count("ok ") == 2
    assert "n'est pas à ce compte Twilio" in half.stdout
    exchange.add_number(two_numbers.ITALIAN)
    again = run("provision")
    assert (again.exit_code, again.stdout.count("ok ")) == (0, 1)


@pytest.fixture
def api(environment: Path, several: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """A carrier that answers what it is told; set up before the product is built."""
    with FakeApi() as api:
        monkeypatch.setenv("TWILIO_API_BASE_URL", api.url)
        yield api


def test_a_refusal_stops_no_other_number_and_a_doubt_is_called_one(api: FakeApi, run: Type) -> None:
    def listed(asked: Asked) -> Reply:
        number = {"sid": "PN" + "1" * 32, "phone_number": asked.query["PhoneNumber"][0]}
        return reply({"incoming_phone_numbers": [number], "next_page_uri": None, "page": 0})

    refused = {"code": 20003, "message": "Authenticate", "status": 401}
    api.then(listed, listed, listed, reply(refused, 401), DROP, reply({"sid": "PN" + "1" * 32}))
    half = run("provision")
    assert half.exit_code == 1
    verdicts = [line for line in half.stdout.splitlines() if line.startswith(("ok ", "NON "))]
    assert [line[:3] for line in verdicts] == ["NON", "NON", "ok "]
    assert "rien changé" in verdicts[0]
    assert "on ne sait pas si c'est fait" in verdicts[1]
    assert "Relancez la commande" in half.stdout


def test_a_carrier_that_is_away_is_said_before_anything_is_touched(exchange: Exchange, run: Type) -> None:
    exchange.faults.rest_status, exchange.faults.rest_status_times = 503, 1
    exchange.faults.rest_status_of = "everything"
    refused = run("provision")
    assert refused.exit_code == 1
    assert "en panne" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert exchange.numbers[LINE].voice.url == "https://demo.example/voice"


@pytest.fixture
def host(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A static host as many are: it takes no forms. What it serves may be changed."""
    served = {"type": "text/xml", "body": DOCUMENT}

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", served["type"])
            self.end_headers()
            self.wfile.write(served["body"].encode())

        def do_POST(self) -> None:
            self.send_response(405)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        served["url"] = f"http://127.0.0.1:{server.server_port}/secours.xml"
        monkeypatch.setenv("HOTLINE_FALLBACK_URL", served["url"])
        yield served
        server.shutdown()


def test_a_fallback_elsewhere_is_asked_for_as_its_host_allows(
    exchange: Exchange, host: dict[str, str], run: Type
) -> None:
    assert run("provision").exit_code == 0
    fallback = exchange.numbers[LINE].voice_fallback
    assert (fallback.url, fallback.method) == (host["url"] + OVERRIDES, "GET")
    assert run("provision", "--dry-run").exit_code == 0


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("text/plain", DOCUMENT, "il faut text/xml"),
        ("text/xml", "<Response><Say>Pardon.</Say></Response>", "ne prend pas de message"),
        ("text/html", "<html><body>404", "n'est pas du TwiML"),
        ("text/xml", "<Answer><Record/></Answer>", "n'est pas du TwiML"),
        ("text/xml", f"{DOCUMENT}<!-- {'x' * 70_000} -->", "64 ko"),
    ],
)
def test_a_fallback_that_takes_no_message_is_never_set(
    exchange: Exchange, host: dict[str, str], run: Type, kind: str, body: str, says: str
) -> None:
    host |= {"type": kind, "body": body}
    refused = run("provision")
    assert refused.exit_code == 1
    assert says in refused.stderr
    assert exchange.numbers[LINE].voice.url == "https://demo.example/voice"
