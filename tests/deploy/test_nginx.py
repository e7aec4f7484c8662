"""The reverse-proxy example in Debian's nginx, before the real web: TLS outside, signatures inside."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from hotline.models import Attempt, Call, Coordinator, Voicemail
from hotline.models.status import CallOutcome, Role
from hotline.services.desk import presence
from hotline.web import create_app
from hotline.web.desk import greeting, volunteers_import
from hotline.web.desk.room import TOKEN
from scheduler.timetable import run_due
from tests.conftest import LINE
from tests.deploy.machine import Machine, machine
from tests.deploy.proxy import EXAMPLE, NAME, Proxy, proxy
from tests.records import only

ODETTE = "+33199000201"
FORGED = "203.0.113.7"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("line"), f"https://{NAME}") as made, made.web():
        assert made.get("/healthz")[0] == 200
        yield made
        made.exchange.assert_clean()


@pytest.fixture(scope="module")
def nginx(line: Machine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxy(tmp_path_factory.mktemp("nginx") / "here", line.port) as made:
        line.exchange.route[f"https://{NAME}"] = made.url
        line.exchange.authority = str(made.certificate)
        yield made


@pytest.fixture
def browser(nginx: Proxy) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(nginx.certificate)
        session.headers["Host"] = NAME
        yield session


def a_call(line: Machine) -> None:
    odette = line.exchange.phone(ODETTE)
    odette.dial(LINE)
    for _ in range(60):
        if odette.prompt == "record":
            break
        line.exchange.advance(1)
    odette.speak(6)
    line.exchange.advance(6)
    odette.hang_up()
    line.exchange.settle()
    line.exchange.advance(30)
    run_due(line.hotline)


def sign_in(line: Machine, browser: requests.Session, name: str) -> None:
    at, email = line.hotline.clock.now(), f"{name.partition(' ')[0]}@example.org"
    with line.hotline.database.write() as session:
        somebody = Coordinator(
            name=name,
            email=email,
            email_index=email,
            role=Role.COORDINATOR,
            fs_uniquifier=name,
            created_at=at,
        )
        session.add(somebody)
        session.flush()
        token = presence.begin(session, somebody, at, agent="", address="")
    app = create_app(line.hotline)
    signing: Any = app.session_interface
    browser.headers["Cookie"] = f"session={signing.get_signing_serializer(app).dumps({TOKEN: token})}"


def csrf(browser: requests.Session, page: requests.Response) -> str:
    """The page's token, and the cookie that goes with it."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token
    if "Set-Cookie" in page.headers:
        browser.headers["Cookie"] = page.headers["Set-Cookie"].partition(";")[0]
    return token[1]


def test_a_call_that_comes_through_tls_is_taken_and_its_message_heard_in_pieces(
    line: Machine, nginx: Proxy, browser: requests.Session
) -> None:
    a_call(line)
    assert only(line.hotline, Call).outcome is CallOutcome.VOICEMAIL
    whole = line.hotline.store.get(only(line.hotline, Voicemail).recording_sid)
    sign_in(line, browser, "Camille Faure")
    address = f"{nginx.url}/voicemails/{only(line.hotline, Voicemail).id}/audio"
    piece = browser.get(address, headers={"Range": "bytes=100-199"})
    assert (piece.status_code, piece.content) == (206, whole[100:200])
    assert browser.get(address).content == whole


@pytest.mark.parametrize("path", ["/voice/incoming", "/sms/incoming", "/voice/nowhere"])
def test_what_the_carrier_has_not_signed_is_refused(
    nginx: Proxy, browser: requests.Session, path: str
) -> None:
    forged = {"X-Twilio-Signature": "bm9uc2Vuc2U=", "X-Forwarded-Proto": "https", "X-Forwarded-Host": NAME}
    assert browser.post(nginx.url + path, data={"CallSid": "CA1"}, headers=forged).status_code == 403
    assert browser.post(nginx.url + path, data={"CallSid": "CA1"}).status_code == 403


def test_a_large_form_does_not_reach_the_line(nginx: Proxy, browser: requests.Session) -> None:
    answer = browser.post(f"{nginx.url}/voice/incoming", data={"Body": "x" * 70_000})
    assert answer.status_code == 413
    assert "nginx" in answer.text


def test_a_large_sheet_gets_through_to_the_desk(
    line: Machine, nginx: Proxy, browser: requests.Session
) -> None:
    sign_in(line, browser, "Inès Imbert")
    page = browser.get(f"{nginx.url}/volunteers/import")
    people = "".join(f"Zoé;06399801{number:02};{'très ' * 8000}\n" for number in range(60))
    sheet = f"first_name;phone;note\n{people}"
    answer = browser.post(
        f"{nginx.url}/volunteers/import",
        data={"csrf_token": csrf(browser, page)},
        files={"sheet": ("benevoles.csv", sheet.encode())},
    )
    assert answer.status_code == 200
    assert "Zoé" in answer.text


@pytest.mark.parametrize(
    ("place", "room"),
    [
        ("/greetings/", greeting.own_recordings.LARGEST + greeting._ENVELOPE),
        ("/volunteers/import", volunteers_import._ROOM),
    ],
)
def test_the_example_lets_in_what_the_desk_takes(place: str, room: int) -> None:
    said = re.search(rf"location {place} {{.*?client_max_body_size (\d+)m;", EXAMPLE.read_text(), re.DOTALL)
    assert said
    assert room <= int(said[1]) << 20 <= room * 1.1


def test_a_browser_cannot_say_that_it_is_somewhere_else(
    line: Machine, nginx: Proxy, browser: requests.Session
) -> None:
    page = browser.get(f"{nginx.url}/login")
    token = csrf(browser, page)
    browser.post(
        f"{nginx.url}/login",
        data={"email": "qui@example.org", "password": "au hasard, vraiment", "csrf_token": token},
        headers={"X-Forwarded-For": FORGED, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"},
    )
    tries = select(func.count()).where(Attempt.what == "sign_in_address")
    with line.hotline.database.read() as session:
        assert session.scalar(tries.where(Attempt.who == "127.0.0.1")) == 1
        assert session.scalar(tries) == 1


def test_figures_stay_on_the_machine_and_the_state_is_for_everybody(
    line: Machine, nginx: Proxy, browser: requests.Session
) -> None:
    assert browser.get(f"{nginx.url}/metrics").status_code == 404
    assert line.get("/metrics")[0] == 200
    assert browser.get(f"{nginx.url}/healthz").json() == {"ok": True}
    assert set(browser.get(f"{nginx.url}/status").json()) == {"ok", "reasons"}


def test_browsers_are_kept_on_tls(nginx: Proxy, browser: requests.Session) -> None:
    assert browser.get(f"{nginx.url}/login").headers["Strict-Transport-Security"] == "max-age=31536000"
    plain = browser.get(f"http://127.0.0.1:{nginx.plain}/v/abc?x=1", allow_redirects=False)
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{NAME}/v/abc?x=1")


def test_nothing_personal_is_written_beside_the_certificate(
    line: Machine, nginx: Proxy, browser: requests.Session
) -> None:
    browser.get(f"{nginx.url}/v/a-secret-token")
    browser.get(f"{nginx.url}/voice/incoming", params={"From": ODETTE})
    written = [
        file for file in nginx.certificate.parent.rglob("*") if file.is_file() and file.suffix != ".pem"
    ]
    assert [
        file
        for file in written
        if b"a-secret-token" in file.read_bytes() or b"199000201" in file.read_bytes()
    ] == []
