"""Only the carrier may speak to the webhooks; it signs the public address, whatever stands in between."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Call
from hotline.rehearsal.protocol.sign import sign
from hotline.settings import load
from hotline.web import create_app
from tests.conftest import LINE, TOKEN, StoppedClock
from tests.records import rows
from tests.webhooks import Webhooks, sid

PUBLIC = "https://hotline.example"
Pairs = Sequence[tuple[str, str]]
CALL: Pairs = (
    ("CallSid", sid("CA", 1)),
    ("From", "+33639980001"),
    ("To", LINE),
    ("CallStatus", "ringing"),
    ("Direction", "inbound"),
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine will do: signatures are checked before the database is asked."""
    return sqlite_url


@contextmanager
def served(clock: StoppedClock, **settings: str) -> Iterator[FlaskClient]:
    """The product with other settings."""
    product = bootstrap.build(load(**settings), clock)
    try:
        yield create_app(product).test_client()
    finally:
        product.database.close()


def ask(
    client: FlaskClient, signed: str, pairs: Pairs = CALL, *, token: str = TOKEN, **more: str
) -> TestResponse:
    """Post a form that was signed for this address, as a proxy passes it on."""
    headers = {"X-Twilio-Signature": sign(token, signed, pairs)}
    return client.post(
        more.get("path", "/voice/incoming"),
        data=urlencode(pairs),
        content_type="application/x-www-form-urlencoded; charset=UTF-8",
        headers=headers,
        base_url=more.get("base_url", "http://localhost"),
    )


def test_a_call_that_the_carrier_has_signed_is_answered(hotline: Hotline, line: Webhooks) -> None:
    assert ask(line.client, f"{PUBLIC}/voice/incoming").status_code == 200
    assert len(rows(hotline, Call)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "nonsense"},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": sign("another token", f"{PUBLIC}/voice/incoming", CALL)},
        {"X-Twilio-Signature": sign(TOKEN, "https://elsewhere.example/voice/incoming", CALL)},
        {"X-Twilio-Signature": sign(TOKEN, f"{PUBLIC}/voice/incoming")},
    ],
)
def test_strangers_are_refused_and_leave_no_trace(
    hotline: Hotline, line: Webhooks, headers: Mapping[str, str]
) -> None:
    answer = line.client.post("/voice/incoming", data=dict(CALL), headers=headers)
    assert answer.status_code == 403
    assert rows(hotline, Call) == []


@pytest.mark.parametrize(
    "seen_as", ["http://127.0.0.1:8000", "http://evil.example", "https://evil.example:8443"]
)
def test_the_host_that_the_proxy_shows_does_not_matter(line: Webhooks, seen_as: str) -> None:
    assert ask(line.client, f"{PUBLIC}/voice/incoming", base_url=seen_as).status_code == 200
    assert ask(line.client, f"{seen_as}/voice/incoming", base_url=seen_as).status_code == 403


@pytest.mark.parametrize("signed", ["https://hotline.example:8443", "https://hotline.example"])
def test_a_port_in_the_public_address_may_be_signed_or_dropped(
    environment: object, clock: StoppedClock, signed: str
) -> None:
    with served(clock, HOTLINE_PUBLIC_URL="https://hotline.example:8443") as client:
        assert ask(client, f"{signed}/voice/incoming").status_code == 200
        assert ask(client, "https://hotline.example:9999/voice/incoming").status_code == 403


def test_repeated_and_unknown_parameters_are_part_of_the_signature(line: Webhooks) -> None:
    pairs = [*CALL, ("FutureThing", "new"), ("Tag", "b"), ("Tag", "a"), ("Tag", "a"), ("Empty", "")]
    assert ask(line.client, f"{PUBLIC}/voice/incoming", pairs).status_code == 200
    pairs.append(("Injected", "after signing"))
    headers = {"X-Twilio-Signature": sign(TOKEN, f"{PUBLIC}/voice/incoming", pairs[:-1])}
    assert line.client.post("/voice/incoming", data=dict(pairs), headers=headers).status_code == 403


def test_the_query_is_signed_as_it_was_sent(line: Webhooks) -> None:
    path = "/voice/whisper?leg=1&odd=%C3%A9%20%2B"
    assert ask(line.client, PUBLIC + path, path=path).status_code == 200
    assert ask(line.client, PUBLIC + path, path="/voice/whisper?leg=2").status_code == 403


def test_a_number_configured_with_get_is_answered_too(hotline: Hotline, line: Webhooks) -> None:
    assert line.get("/voice/incoming", **dict(CALL)).status_code == 200
    assert len(rows(hotline, Call)) == 1
    unsigned = line.client.get(f"/voice/incoming?{urlencode(CALL)}")
    assert unsigned.status_code == 403


def test_two_tokens_are_accepted_during_a_rotation(environment: object, clock: StoppedClock) -> None:
    with served(clock, TWILIO_AUTH_TOKEN="new", TWILIO_AUTH_TOKEN_SECONDARY="old") as client:
        address = f"{PUBLIC}/voice/incoming"
        assert [ask(client, address, token=token).status_code for token in ("new", "old", TOKEN, "")] == [
            200,
            200,
            403,
            403,
        ]


def test_a_shared_key_signs_with_sha_256(environment: object, clock: StoppedClock) -> None:
    with served(clock, TWILIO_SHARED_KEYS="SK1:first,SK2:second") as client:
        answers = []
        for key, secret in (("SK2", "second"), ("SK2", "first"), ("SK3", "second"), ("SK1", TOKEN)):
            headers = {
                "X-Twilio-Signature": sign(secret, f"{PUBLIC}/voice/incoming", CALL, digest="sha256"),
                "X-Twilio-Webhooks-Signature-Settings": f"key={key},algorithm=HMAC_SHA256",
            }
            answers.append(client.post("/voice/incoming", data=dict(CALL), headers=headers).status_code)
        assert answers == [200, 403, 403, 403]


def test_without_any_token_everybody_is_refused(
    environment: object, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN")
    with served(clock) as client:
        assert ask(client, f"{PUBLIC}/voice/incoming", token="").status_code == 403


def test_a_form_that_is_too_long_to_be_the_carriers_is_refused(hotline: Hotline, line: Webhooks) -> None:
    pairs = [*CALL, ("Padding", "x" * 100_000)]
    assert ask(line.client, f"{PUBLIC}/voice/incoming", pairs).status_code in {403, 413}
    assert rows(hotline, Call) == []


@pytest.mark.parametrize(
    "path", ["/voice/queue/wait", "/voice/nowhere", "/voice/incoming/", "/voice/../voice/x"]
)
def test_an_unknown_voice_address_apologises_to_the_carrier_and_refuses_strangers(
    line: Webhooks, path: str
) -> None:
    answer = line.document(path, **dict(CALL))
    assert "une panne" in answer.said
    assert answer.has("Record")
    assert line.client.post(path, data=dict(CALL)).status_code == 403
