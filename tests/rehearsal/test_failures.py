"""The product fails, is slow or is wrong: what the carrier does then, and what it notes."""

import pytest
from flask import Response

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from tests.rehearsal.product import LINE, Product, free_address

APOLOGY = "We are sorry, an application error has occurred. Goodbye."


def codes(exchange: Exchange) -> list[int]:
    """Return the error numbers noted so far."""
    return [notice.code for notice in exchange.warnings]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response("oops", status=500), 11200),
        (Response("no", status=403), 11200),
        (Response("<Response><Say>non</Response>", mimetype="text/xml"), 12100),
        (Response("\n<?xml version='1.0'?><Response/>", mimetype="text/xml"), 12100),
        (Response("<Reponse/>", mimetype="text/xml"), 12100),
        (Response('{"say": 1}', mimetype="application/json"), 12300),
        (Response("<Response>" + " " * 65536 + "</Response>", mimetype="text/xml"), 11750),
    ],
)
def test_a_bad_answer_sends_the_call_to_the_fallback(
    exchange: Exchange, product: Product, caller: Phone, answer: Response, code: int
) -> None:
    product.answers["/voice/incoming"] = answer
    product.says("/voice/fallback", '<Say language="fr-FR">Un instant.</Say>')
    caller.dial(LINE)
    asked = product.asked("/voice/fallback")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(code), product.base + "/voice/incoming")
    assert asked["CallSid"] == product.asked("/voice/incoming")[0]["CallSid"]
    assert caller.heard[0][1] == "Un instant."
    assert codes(exchange) == [code]


def test_the_fallback_covers_later_documents_too(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Gather numDigits="1" action="/menu"/>')
    product.answers["/menu"] = Response(status=502)
    caller.dial(LINE)
    caller.press("1")
    assert product.asked("/voice/fallback")[0]["ErrorUrl"].endswith("/menu")


def test_a_product_that_is_down_leaves_the_caller_with_english_words(
    exchange: Exchange, caller: Phone
) -> None:
    number = exchange.numbers[LINE]
    number.voice.url = number.voice_fallback.url = free_address() + "/voice/incoming"
    number.status_callback.url = ""
    caller.dial(LINE)
    exchange.advance(5)
    assert caller.heard[0][1] == APOLOGY
    assert caller.state == "idle"
    assert codes(exchange) == [11205, 11205]


def test_a_document_outside_the_grammar_is_run_and_noticed(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Say langage="fr-FR">Bonjour.</Say><Parle/>')
    caller.dial(LINE)
    exchange.advance(1)
    assert caller.heard[0][1] == "Bonjour."
    assert set(codes(exchange)) == {12200}
    assert "langage" in exchange.warnings[0].says


def test_verbs_that_can_never_run_are_noticed(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.says("/voice/incoming", '<Hangup/><Say language="fr-FR">Jamais.</Say>')
    caller.dial(LINE)
    assert "jamais atteint" in exchange.warnings[0].says


def test_documents_that_lead_to_each_other_forever_are_stopped(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/voice/incoming", "<Redirect>/voice/incoming</Redirect>")
    caller.dial(LINE)
    exchange.advance(5)
    assert caller.heard[0][1] == APOLOGY
    assert len(product.asked("/voice/incoming")) < 60


def test_too_many_redirects_are_an_error(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.answers["/voice/incoming"] = Response(status=302, headers={"Location": "/voice/incoming"})
    caller.dial(LINE)
    assert codes(exchange) == [11215]


def test_an_audio_answer_is_played_and_plain_text_is_read(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.answers["/voice/incoming"] = Response("Bonjour à tous.", mimetype="text/plain")
    caller.dial(LINE)
    exchange.advance(5)
    product.answers["/voice/incoming"] = Response(b"RIFF", mimetype="audio/wav")
    caller.dial(LINE)
    assert [text for _, text in caller.heard] == ["Bonjour à tous.", f"♪ {product.base}/voice/incoming"]


def test_a_refused_callback_is_noticed(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.answers["/voice/status"] = Response(status=403)
    caller.dial(LINE)
    assert codes(exchange) == [15003]


def test_a_retry_is_made_only_where_the_address_asks_for_it(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    answers = [Response(status=503), Response(status=503), Response("<Response/>", mimetype="text/xml")]
    product.answers["/voice/incoming"] = lambda: answers.pop(0)
    exchange.numbers[LINE].voice.url += "#rc=3&rp=5xx,ct&rt=4000"
    caller.dial(LINE)
    asked = [seen for seen in product.seen if seen.path == "/voice/incoming"]
    assert len(asked) == 3
    assert len({seen.headers["I-Twilio-Idempotency-Token"] for seen in asked}) == 1
    assert all(seen.signed for seen in asked)
    exchange.assert_clean()


def test_a_slow_answer_counts_as_none(exchange: Exchange, product: Product, caller: Phone) -> None:
    exchange.faults.webhook_delay = {"/voice/incoming": 20}
    product.says("/voice/fallback", '<Say language="fr-FR">Un instant.</Say>')
    caller.dial(LINE)
    exchange.advance(14)
    assert caller.heard == []
    exchange.advance(1)
    assert caller.heard[0][1] == "Un instant."
    assert product.asked("/voice/incoming") == []


def test_a_delayed_answer_comes_when_it_comes(exchange: Exchange, product: Product, caller: Phone) -> None:
    exchange.faults.webhook_delay = {"/voice": 3}
    product.says("/voice/incoming", '<Gather numDigits="1" action="/voice/menu"/>')
    caller.dial(LINE)
    exchange.advance(3)
    caller.press("2")
    assert product.asked("/voice/menu") == []
    caller.hang_up()
    exchange.advance(3)
    assert len(product.asked("/voice/menu")) == 1
    assert len(product.asked("/voice/status")) == 1


def test_requests_can_come_twice_or_never(exchange: Exchange, product: Product, caller: Phone) -> None:
    exchange.faults.webhook_twice = ["/voice/incoming"]
    exchange.faults.webhook_lost = ["/voice/status"]
    caller.dial(LINE)
    tokens = {seen.headers["I-Twilio-Idempotency-Token"] for seen in product.seen}
    assert [seen.path for seen in product.seen] == ["/voice/incoming"] * 2
    assert len(tokens) == 1


@pytest.mark.parametrize(
    ("mode", "paths"),
    [
        ("normal", ["/done", "/rec"]),
        ("before", ["/rec", "/done"]),
        ("twice", ["/done", "/rec", "/rec"]),
        ("lost", ["/done"]),
        ("late", ["/done", "/rec"]),
    ],
)
def test_the_recording_callback_keeps_no_order(
    exchange: Exchange, product: Product, caller: Phone, mode: str, paths: list[str]
) -> None:
    exchange.faults.recording_callback = mode  # type: ignore[assignment]
    product.says("/voice/incoming", '<Record action="/done" recordingStatusCallback="/rec"/>')
    caller.dial(LINE)
    caller.speak(seconds=4)
    exchange.advance(4)
    caller.hang_up()
    exchange.advance(10)
    wanted = [seen.path for seen in product.seen if seen.path in {"/done", "/rec"}]
    assert wanted == (["/done"] if mode == "late" else paths)
    exchange.advance(120)
    assert [seen.path for seen in product.seen if seen.path in {"/done", "/rec"}] == paths


def test_requests_leave_for_this_machine_only(exchange: Exchange, caller: Phone) -> None:
    number = exchange.numbers[LINE]
    number.voice.url = "http://hotline.example/voice/incoming"
    number.voice_fallback.url = number.status_callback.url = ""
    caller.dial(LINE)
    assert "ne sort jamais" in exchange.warnings[0].says
    assert exchange.webhooks[0].status == 0


def test_a_public_https_address_is_signed_and_reached_on_loopback(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    public = "https://hotline.example"
    exchange.route[public] = product.signed_base = product.base
    product.signed_base = public
    number = exchange.numbers[LINE]
    number.voice.url = f"{public}/voice/incoming?from=line"
    number.status_callback.url = ""
    caller.dial(LINE)
    assert [seen.signed for seen in product.seen] == [True]


def test_a_get_carries_everything_in_its_address(exchange: Exchange, product: Product, caller: Phone) -> None:
    exchange.numbers[LINE].voice.method = "GET"
    caller.dial(LINE)
    seen = product.seen[0]
    assert (seen.method, seen.params["From"], seen.signed) == ("GET", caller.number, True)


def test_a_shared_key_signs_instead_of_the_token(exchange: Exchange, product: Product, caller: Phone) -> None:
    exchange.shared_keys = {"SK" + "1" * 32: "a-shared-secret"}
    caller.dial(LINE)
    settings = product.seen[0].headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings == f"key=SK{'1' * 32},algorithm=HMAC_SHA256"
    assert not product.seen[0].signed


def test_every_request_carries_a_parameter_nobody_knows(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    caller.dial(LINE)
    assert [entry.params["RehearsalParameter"] for entry in exchange.webhooks] == ["ignorez-moi"] * 2
    assert product.seen[0].headers["User-Agent"] == "TwilioProxy/1.1"
