"""The signature check against published vectors, the library's validator and the rehearsal's own signer."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from hotline.rehearsal.protocol.sign import sign, signed_url
from hotline.telephony.signature import Signatures

Form = list[tuple[str, str]]
FIXTURES = json.loads((Path(__file__).parents[1] / "payloads/webhook_fixtures.json").read_text())["fixtures"]
DOCUMENTED = [
    ("Digits", "1234"),
    ("CallSid", "CA1234567890ABCDE"),
    ("To", "+18005551212"),
    ("Caller", "+14158675310"),
    ("From", "+14158675310"),
]
DOCUMENTED_URL = "https://example.com/myapp.php?foo=1&bar=2"
REPEATED = [
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
]
OURS = Signatures(tokens=["12345"], shared_keys={})
URL = "https://hotline.example/voice/incoming"
SHARED = "key=SK1,algorithm=HMAC_SHA256"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
forms = st.lists(st.tuples(st.sampled_from(["Body", "From", "body", "A"]) | texts, texts), max_size=8)
paths = st.from_regex(r"/[a-z/%0-9]{0,12}(\?[a-z=&%0-9]{1,12})?", fullmatch=True)


@pytest.mark.parametrize(
    ("form", "url", "signature"),
    [
        (DOCUMENTED, DOCUMENTED_URL, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        (REPEATED, "https://mycompany.com/myapp.php?foo=1&bar=2", "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_the_published_vectors_are_accepted(form: Form, url: str, signature: str) -> None:
    assert OURS.accepts(url, form, signature, None)


@pytest.mark.parametrize("name", FIXTURES)
def test_every_known_webhook_signed_by_the_carrier_is_accepted(name: str) -> None:
    fixture = FIXTURES[name]
    form = list(fixture["params"].items()) if fixture.get("method", "POST") == "POST" else []
    url = "https://hotline.example" + fixture["path"]
    assert OURS.accepts(url, form, sign("12345", url, form), None)
    assert not OURS.accepts(url, [*form, ("Extra", "1")], sign("12345", url, form), None)


@given(
    token=st.text("abcdef0123456789", min_size=1), form=forms, path=paths, port=st.sampled_from(["", ":8443"])
)
def test_our_check_agrees_with_the_library_and_the_rehearsal(
    token: str, form: Form, path: str, port: str
) -> None:
    url = f"https://hotline.example{port}{path}"
    ours = Signatures(tokens=[token], shared_keys={})
    library = RequestValidator(token)
    for signed in {url, signed_url(url, drop_port=True)}:
        signature = sign(token, signed, form)
        assert signature == library.compute_signature(signed, MultiDict(form))
        assert library.validate(url, MultiDict(form), signature)
        assert ours.accepts(url, form, signature, None)


@given(form=forms.filter(bool), where=st.integers(0, 7), change=texts)
def test_no_value_can_be_changed_after_signing(form: Form, where: int, change: str) -> None:
    signature = sign("12345", URL, form)
    name, value = form[where % len(form)]
    forged = [(name, value + change + "x") if pair == (name, value) else pair for pair in form]
    library = RequestValidator("12345").validate(URL, MultiDict(forged), signature)
    assert OURS.accepts(URL, forged, signature, None) == library


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        ("https://hotline.example:8443/a?x=%C3%A9", "https://hotline.example/a?x=%C3%A9"),
        ("https://hotline.example:8443/a", "https://hotline.example:8443/a"),
        ("https://hotline.example/a", "https://hotline.example:443/a"),
        ("http://hotline.example/a", "http://hotline.example:80/a"),
        ("https://u:p@hotline.example/a#rc=2&rt=5000", "https://hotline.example/a"),
        ("https://[::1]:8443/a", "https://[::1]/a"),
        ("https://[::1]/a", "https://[::1]:443/a"),
        ("https://hotline.example?q=a/b", "https://hotline.example?q=a/b"),
    ],
)
def test_port_user_and_fragment_do_not_matter_to_the_signature(configured: str, signed: str) -> None:
    assert OURS.accepts(configured, DOCUMENTED, sign("12345", signed, DOCUMENTED), None)


@pytest.mark.parametrize(
    "asked",
    [
        "https://hotline.example/b",
        "https://hotline.example/a/",
        "http://hotline.example/a",
        "https://other.example/a",
    ],
)
def test_a_signature_for_another_address_is_refused(asked: str) -> None:
    assert not OURS.accepts(asked, DOCUMENTED, sign("12345", "https://hotline.example/a", DOCUMENTED), None)


def test_two_tokens_are_accepted_while_the_token_is_changed() -> None:
    rotating = Signatures(tokens=["new", "old"], shared_keys={})
    assert rotating.accepts(URL, DOCUMENTED, sign("new", URL, DOCUMENTED), None)
    assert rotating.accepts(URL, DOCUMENTED, sign("old", URL, DOCUMENTED), None)
    assert not rotating.accepts(URL, DOCUMENTED, sign("older", URL, DOCUMENTED), None)


def test_a_webhook_signed_with_a_shared_key_needs_that_key_and_that_algorithm() -> None:
    ours = Signatures(tokens=["12345"], shared_keys={"SK1": "shared", "SK2": "other", "SK3": ""})
    signature = sign("shared", URL, DOCUMENTED, digest="sha256")
    library = RequestValidator("shared")
    assert library.validate(URL, MultiDict(DOCUMENTED), signature, "HMAC_SHA256")
    assert ours.accepts(URL, DOCUMENTED, signature, SHARED)
    assert ours.accepts(URL, DOCUMENTED, signature, " algorithm=HMAC_SHA256 , key=SK1")
    for settings in (
        None,
        "key=SK2,algorithm=HMAC_SHA256",
        "key=SK9,algorithm=HMAC_SHA256",
        "key=SK1,algorithm=HMAC_MD5",
        "key=SK1",
        "algorithm=HMAC_SHA256",
        "nonsense",
    ):
        assert not ours.accepts(URL, DOCUMENTED, signature, settings)
    empty = sign("", URL, DOCUMENTED, digest="sha256")
    assert not ours.accepts(URL, DOCUMENTED, empty, "key=SK3,algorithm=HMAC_SHA256")


def test_the_account_token_does_not_stand_in_for_a_shared_key() -> None:
    ours = Signatures(tokens=["12345"], shared_keys={"SK1": "shared"})
    assert not ours.accepts(URL, DOCUMENTED, sign("12345", URL, DOCUMENTED, digest="sha256"), SHARED)
    assert not ours.accepts(URL, DOCUMENTED, sign("12345", URL, DOCUMENTED), SHARED)


@pytest.mark.parametrize("header", [None, "", "AAAA", "é", "\ud800"])
def test_a_request_without_a_proper_signature_is_refused(header: str | None) -> None:
    assert not OURS.accepts(URL, DOCUMENTED, header, None)


@pytest.mark.parametrize("tokens", [[], [""]])
def test_without_a_secret_nothing_is_accepted(tokens: list[str]) -> None:
    nobody = Signatures(tokens=tokens, shared_keys={})
    assert not nobody.accepts(URL, DOCUMENTED, sign("", URL, DOCUMENTED), None)


@given(
    url=st.text(),
    form=st.lists(st.tuples(st.text(), st.text())),
    header=st.text(st.characters(), min_size=1),
    settings=st.none() | st.just(SHARED) | st.text(),
)
def test_nonsense_from_strangers_is_refused_and_never_raises(
    url: str, form: Form, header: str, settings: str | None
) -> None:
    ours = Signatures(tokens=["12345"], shared_keys={"SK1": "shared"})
    assert not ours.accepts(url, form, header, settings)


def test_a_lone_surrogate_in_a_form_is_refused() -> None:
    assert not OURS.accepts(URL, [("Body", "\ud800")], sign("12345", URL), None)


def test_secrets_are_not_printed() -> None:
    printed = repr(Signatures(tokens=["secret-token"], shared_keys={"SK1": "shared-secret"}))
    assert "secret" not in printed
