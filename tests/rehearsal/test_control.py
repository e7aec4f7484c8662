"""The control API of the telephones page, and the stand-in as a program."""

import io
import json
import os
import subprocess
import sys
import threading
import wave
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Response

from hotline.rehearsal.audio import wav
from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import Server, serve
from tests.rehearsal.product import ACCOUNT, LINE, TOKEN, Product

PHONE = "+33639980001"


class Page:
    """What the telephones page does."""

    def __init__(self, base: str) -> None:
        self.base = base

    def state(self) -> dict[str, Any]:
        return dict(requests.get(f"{self.base}/api/state", timeout=5).json())

    def phone(self, number: str = PHONE) -> dict[str, Any]:
        return next(dict(phone) for phone in self.state()["phones"] if phone["number"] == number)

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        return requests.post(f"{self.base}/api/{path}", json=body or {}, headers=headers, timeout=5)


@pytest.fixture
def page(server: Server) -> Page:
    return Page(server.base_url)


def test_a_whole_call_can_be_made_from_the_page(
    exchange: Exchange, product: Product, page: Page, server: Server
) -> None:
    product.says(
        "/voice/incoming",
        '<Say language="fr-FR" voice="Polly.Lea">Bonjour.</Say><Record action="/done" finishOnKey="#"/>',
    )
    assert page.post("phones", {"number": PHONE, "label": "Odette", "role": "caller"}).json() == {"ok": True}
    assert page.post(f"phones/{PHONE}/dial", {"to": LINE, "shown_as": None}).json() == {"ok": True}
    phone = page.phone()
    assert (phone["label"], phone["shown"], phone["state"]) == ("Odette", "06 39 98 00 01", "in_call")
    assert phone["heard"][0]["text"] == "Bonjour."
    assert phone["heard"][0]["at"] == "2027-03-02T15:00:00+01:00"
    exchange.advance(1)
    assert page.phone()["prompt"] == "record"
    assert page.post(f"phones/{PHONE}/speak", {"seconds": 2}).status_code == 200
    assert page.post(f"phones/{PHONE}/speak", {"sample": "court"}).status_code == 200
    sound = requests.post(
        f"{page.base}/api/phones/{PHONE}/speak",
        data=wav(b"\1\0" * 8000),
        headers={"Content-Type": "audio/wav"},
        timeout=5,
    )
    assert sound.status_code == 200
    exchange.advance(5)
    assert page.post(f"phones/{PHONE}/press", {"digits": "#"}).status_code == 200
    exchange.advance(3)
    sid = next(iter(exchange.recordings))
    audio = requests.get(f"{server.base_url}/api/recordings/{sid}.wav", timeout=5).content
    with wave.open(io.BytesIO(audio)) as file:
        assert file.getnframes() == 4 * 8000
    state = page.state()
    assert [call["note"] for call in state["calls"]] == ["message de 4 s"]
    assert [entry["status"] for entry in state["webhooks"]] == [200, 200, 200]
    assert (state["line"], state["warnings"]) == (LINE, [])


def test_a_listener_answers_rejects_and_hangs_up_from_the_page(
    exchange: Exchange, product: Product, page: Page
) -> None:
    product.says("/voice/incoming", f'<Dial callerId="{LINE}"><Number>+33639980101</Number></Dial>')
    exchange.phone(PHONE).dial(LINE)
    listener = page.phone("+33639980101")
    assert (listener["state"], listener["from"], listener["prompt"]) == ("ringing", LINE, "ring")
    assert page.post("phones/+33639980101/answer").status_code == 200
    assert page.phone()["with"] == "+33639980101"
    assert page.post("phones/+33639980101/hangup").status_code == 200
    exchange.phone(PHONE).dial(LINE)
    assert page.post("phones/+33639980101/reject").status_code == 200
    assert page.phone("+33639980101")["state"] == "idle"


def test_texts_are_sent_from_the_page_and_shown_on_it(
    exchange: Exchange, product: Product, page: Page
) -> None:
    product.says("/sms/incoming", "<Message>Merci</Message>")
    assert page.post(f"phones/{PHONE}/text", {"to": LINE, "body": "OUI"}).status_code == 200
    exchange.advance(3)
    texts = page.phone()["texts"]
    assert [(text["direction"], text["body"]) for text in texts] == [("out", "OUI"), ("in", "Merci")]
    assert texts[0]["id"] < texts[1]["id"]


def test_nothing_is_sent_again_while_nothing_changes(exchange: Exchange, page: Page) -> None:
    version = page.state()["version"]
    url = f"{page.base}/api/state"
    assert requests.get(url, params={"since": version}, timeout=5).status_code == 204
    exchange.phone("+33639980009")
    assert requests.get(url, params={"since": version}, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"phones/{PHONE}/answer", {}),
        (f"phones/{PHONE}/dial", {"to": "+33199000999"}),
        (f"phones/{PHONE}/speak", {"seconds": -1}),
        ("phones/0639980001/dial", {"to": LINE}),
        ("phones", {"number": PHONE, "role": "chef"}),
        ("clock", {"preset": "hier"}),
        ("clock", {"seconds": -60}),
        ("faults", {"unknown": 1}),
        ("faults", {"rest_status": "beaucoup"}),
    ],
)
def test_what_cannot_be_done_is_said_with_a_409(page: Page, path: str, body: dict[str, Any]) -> None:
    answer = page.post(path, body)
    assert answer.status_code == 409
    assert answer.json()["ok"] is False
    assert answer.json()["says"].endswith((".", ")"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "hotline.example"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_from_elsewhere_are_refused(page: Page, headers: dict[str, str]) -> None:
    assert page.post("clock", {"seconds": 60}, **headers).status_code == 403


def test_a_page_of_this_machine_is_welcome(page: Page) -> None:
    answer = page.post("faults", {"rest_status": 503}, Origin=page.base, **{"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200
    assert page.state()["faults"]["rest_status"] == 503


def test_jumping_hangs_up_and_lets_everything_happen(
    exchange: Exchange, product: Product, page: Page
) -> None:
    product.says("/voice/incoming", '<Pause length="1"/><Gather timeout="600" action="/typed"/>')
    caller = exchange.phone(PHONE)
    caller.dial(LINE)
    exchange.advance(2)
    assert page.post("clock", {"preset": "samedi-22h"}).status_code == 200
    assert page.state()["now"] == "2027-03-06T22:00:00+01:00"
    assert caller.state == "idle"
    assert product.asked("/voice/status")[0]["CallDuration"] == "1"
    assert page.post("clock", {"preset": "maintenant"}).status_code == 200


def test_samples_can_be_listed_and_heard(page: Page) -> None:
    samples = requests.get(f"{page.base}/api/samples", timeout=5).json()
    assert {"name", "label", "seconds"} == set(samples[0])
    for sample in samples:
        audio = requests.get(f"{page.base}/api/samples/{sample['name']}.wav", timeout=5).content
        with wave.open(io.BytesIO(audio)) as file:
            assert file.getnframes() / file.getframerate() == sample["seconds"]
    assert requests.get(f"{page.base}/api/samples/none.wav", timeout=5).status_code == 404
    assert (
        requests.get(f"{page.base}/", timeout=5, allow_redirects=False).headers["Location"] == "/telephones"
    )


def told(product: Product, path: str) -> threading.Event:
    """Return what is set once the product is asked for `path`."""
    asked = threading.Event()

    def answer() -> Response:
        asked.set()
        return Response(status=204)

    product.answers[path] = answer
    return asked


def test_time_passes_by_itself_when_live(product: Product, tmp_path: Path) -> None:
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ShiftedClock(tmp_path / "offset"))
    exchange.speech_rate = 100
    voice = f"{product.base}/voice"
    exchange.add_number(LINE, voice_url=f"{voice}/incoming", status_callback=f"{voice}/status")
    ended = told(product, "/voice/status")
    product.says("/voice/incoming", '<Say language="fr-FR">Bonjour.</Say>')
    server = serve(exchange)
    try:
        Page(server.base_url).post(f"phones/{PHONE}/dial", {"to": LINE})
        assert ended.wait(10)
        assert exchange.phone(PHONE).heard[0][1] == "Bonjour."
    finally:
        server.close()


def test_the_program_listens_within_a_second_or_so_and_stops_when_told(
    product: Product, tmp_path: Path
) -> None:
    phones = tmp_path / "phones.json"
    phones.write_text(
        json.dumps([{"number": PHONE, "label": "Odette", "role": "caller", "kind": "landline"}])
    )
    command = [sys.executable, "-m", "hotline.rehearsal", "--product-url", product.base, "--line", LINE]
    command += ["--public-url", "https://hotline.example", "--phones", str(phones)]
    command += ["--clock-file", str(tmp_path / "offset")]
    environment = {**os.environ, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    product.signed_base = "https://hotline.example"
    ended = told(product, "/voice/status")
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout is not None
            page = Page(program.stdout.readline().split()[-1].removesuffix("/telephones"))
            assert (page.phone()["label"], page.phone()["kind"]) == ("Odette", "landline")
            page.post(f"phones/{PHONE}/dial", {"to": LINE})
            assert ended.wait(10)
            assert all(seen.signed for seen in product.seen)
        finally:
            program.terminate()
    assert program.returncode == 0


def test_the_first_page_leads_to_the_telephones(page: Page) -> None:
    answer = requests.get(f"{page.base}/", timeout=5)
    assert (answer.status_code, answer.url) == (200, f"{page.base}/telephones")
    assert "X-Rehearsal" in answer.headers
