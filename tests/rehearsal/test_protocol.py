"""What the stand-in writes is what the published rules, the library and its own copy of the grammar say."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from hotline.rehearsal.documents import parse
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.protocol.gsm7 import segments
from hotline.rehearsal.protocol.sign import body_url, sign, signed_url
from tests.rehearsal.product import LINE, Product

PAYLOADS = Path(__file__).parent.parent / "payloads"
FIXTURES: dict[str, Any] = json.loads((PAYLOADS / "webhook_fixtures.json").read_text(encoding="utf-8"))[
    "fixtures"
]
ALLOWED: dict[str, Any] = json.loads((PAYLOADS / "twiml_allowed.json").read_text(encoding="utf-8"))
OURS = {"RehearsalParameter"}
SOMETIMES = {"StirVerstat", "CallToken", "msg", "Language", "NewParam2027", "AddOns", "RecordingTrack"}


def test_published_signatures_come_out_the_same() -> None:
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675310"),
        ("Digits", "1234"),
        ("From", "+14158675310"),
        ("To", "+18005551212"),
    ]
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, pairs) == "L/OH5YylLD5NRKLltdqwSvS0BnU="
    again = [
        ("Sid", "CA123"),
        ("SidAccount", "AC123"),
        ("Digits", "5678"),
        ("Digits", "1234"),
        ("Digits", "1234"),
    ]
    mine = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", mine, again) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="
    raw = b'{"property": "value", "boolean": true}'
    assert sign("12345", body_url(mine, raw)) == "a9nBmqA0ju/hNViExpshrM61xv4="
    assert signed_url("https://u:p@h.example:8443/a?x=%C3%A9#rc=2", drop_port=True) == (
        "https://h.example/a?x=%C3%A9"
    )
    assert signed_url("http://u:p@h.example:8080/a") == "http://h.example:8080/a"


@given(
    pairs=st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=20)), max_size=8),
    token=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20),
)
def test_any_form_is_signed_as_the_library_checks_it(pairs: list[tuple[str, str]], token: str) -> None:
    url = "https://hotline.example/voice?ref=1"
    assert RequestValidator(token).validate(url, MultiDict(pairs), sign(token, url, pairs))


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 0),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("€" * 80, "GSM-7", 1),
        ("reçu", "UCS-2", 1),
        ("ç" * 71, "UCS-2", 2),
        ("😢" * 34 + "é", "UCS-2", 1),
        ("a" * 152 + "€" + "a" * 20, "GSM-7", 2),
    ],
)
def test_texts_are_counted_in_the_parts_they_travel_in(text: str, encoding: str, parts: int) -> None:
    assert segments(text)[0] == encoding
    assert segments(text).parts == parts


def test_the_grammar_knows_every_verb_of_the_library() -> None:
    attribute_names = {
        f'<{verb} {name}="true"/>'
        for verb in ("Say", "Gather", "Record", "Dial")
        for name, kind in ALLOWED["voice"][verb]["attributes"].items()
        if kind["type"] == "boolean"
    }
    assert attribute_names
    for element in attribute_names:
        assert parse(f"<Response>{element}</Response>".encode(), "").faults == ()


def test_an_incoming_call_carries_what_the_published_requests_carry(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    caller.dial(LINE)
    expected = set(FIXTURES["incoming_mobile_fr"]["params"])
    assert set(product.asked("/voice/incoming")[0]) - OURS == expected
    ended = set(FIXTURES["call_completed_inbound"]["params"])
    assert ended <= set(product.asked("/voice/status")[0])


def test_a_text_carries_what_the_published_requests_carry(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    caller.text(LINE, "Bonjour")
    assert set(product.asked("/sms/incoming")[0]) - OURS == set(FIXTURES["sms_plain"]["params"])


def test_the_actions_of_the_verbs_carry_what_the_published_requests_carry(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Gather numDigits="1" action="/gathered"/>')
    product.says("/gathered", '<Record action="/recorded" recordingStatusCallback="/recording"/>')
    caller.dial(LINE)
    caller.press("1")
    caller.speak(seconds=2)
    exchange.advance(3)
    caller.hang_up()
    exchange.advance(3)
    for path, fixture in (
        ("/gathered", "gather_digit"),
        ("/recorded", "record_action_hangup"),
        ("/recording", "recording_completed"),
    ):
        assert set(FIXTURES[fixture]["params"]) - SOMETIMES <= set(product.asked(path)[0])
