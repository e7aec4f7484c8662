"""No webhook may be forgotten by the signature check, nor come to live outside of it."""

import pytest
from werkzeug.routing import Rule

from hotline.bootstrap import Hotline
from hotline.rehearsal.protocol.sign import sign
from hotline.web import create_app

PREFIXES = ("/voice/", "/sms/")
KNOWN = {
    *("/voice/incoming", "/voice/rung", "/voice/whisper", "/voice/pressed", "/voice/leg", "/voice/message"),
    *("/voice/recording", "/voice/star", "/voice/pin", "/voice/tap", "/voice/tap/status", "/voice/report"),
    *("/voice/bridge/chosen", "/voice/bridge/confirmed", "/voice/bridge/announce", "/voice/bridge/answered"),
    *("/voice/bridge/machine", "/voice/bridge/ended", "/voice/offer", "/voice/status"),
    *("/voice/fallback", "/sms/incoming", "/sms/status"),
}


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """No database at all: strangers are refused before anything is looked up."""
    return "postgresql://127.0.0.1:9/nowhere"


def addresses(rule: Rule) -> str:
    """An address that the rule answers, its variable parts filled in."""
    built = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
    return built[1] if built else rule.rule


def test_every_webhook_refuses_strangers_by_every_method(hotline: Hotline) -> None:
    app = create_app(hotline)
    client, asked = app.test_client(), set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(PREFIXES):
            continue
        path = addresses(rule)
        asked.add(path)
        wrong = {"X-Twilio-Signature": sign("a wrong token", f"https://hotline.example{path}")}
        for method in sorted(rule.methods or ()):
            for headers in ({}, wrong, {"Authorization": "Basic eDp5"}):
                answer = client.open(path, method=method, headers=headers)
                assert answer.status_code == 403, f"{method} {path} answers strangers"
    assert asked >= KNOWN


def test_every_address_that_reads_the_carriers_forms_is_under_the_webhook_prefixes(
    hotline: Hotline,
) -> None:
    app = create_app(hotline)
    guarded = {
        rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules() if rule.rule.startswith(PREFIXES)
    }
    assert guarded == {"voice", "sms"}
    strays = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in guarded and not rule.rule.startswith(PREFIXES)
    ]
    assert strays == []


@pytest.mark.parametrize(
    ("method", "path", "size"),
    [
        ("PUT", "/voice/incoming", 0),
        ("POST", "/voice/incoming", 200_000),
        ("POST", "/sms/incoming", 200_000),
        ("POST", "/sms/nowhere", 0),
        ("GET", "/voice/nowhere/at/all", 0),
    ],
)
def test_a_stranger_hears_403_whatever_is_asked_and_however(
    hotline: Hotline, method: str, path: str, size: int
) -> None:
    client = create_app(hotline).test_client()
    answer = client.open(path, method=method, data={"Body": "x" * size} if size else None)
    assert answer.status_code == 403
