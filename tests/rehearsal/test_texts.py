"""Subscribers write to the line: replies, STOP in two settings, and what cannot be read."""

import pytest
from flask import Response

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phonebook import ImpossibleError
from hotline.rehearsal.phones import Phone
from tests.rehearsal.product import LINE, Product


def test_a_text_reaches_the_product_and_its_reply_the_telephone(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/sms/incoming", '<Message statusCallback="/sms/status">Bien reçu.\nÀ bientôt.</Message>')
    caller.text(LINE, "  Rappelez-moi\n")
    asked = product.asked("/sms/incoming")[0]
    assert (asked["Body"], asked["From"], asked["SmsStatus"]) == (
        "  Rappelez-moi\n",
        caller.number,
        "received",
    )
    exchange.advance(5)
    assert [text.body for text in caller.texts] == ["Bien reçu.\nÀ bientôt."]
    assert [text.direction for text in caller.letters] == ["out", "in"]
    assert [receipt["MessageStatus"] for receipt in product.asked("/sms/status")] == ["sent", "delivered"]
    assert all(seen.signed for seen in product.seen)
    exchange.assert_clean()


def test_a_reply_may_be_in_a_body_or_behind_a_redirect(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/sms/incoming", "<Redirect>/sms/next</Redirect>")
    product.says("/sms/next", "<Message><Body>Un</Body></Message><Message><Body>Deux</Body></Message>")
    caller.text(LINE, "Bonjour")
    exchange.advance(5)
    assert [text.body for text in caller.texts] == ["Un", "Deux"]


def test_an_empty_answer_means_no_reply(exchange: Exchange, product: Product, caller: Phone) -> None:
    product.answers["/sms/incoming"] = Response(status=204)
    caller.text(LINE, "Bonjour")
    exchange.advance(5)
    assert caller.texts == []
    exchange.assert_clean()


def test_a_failing_product_is_noticed_and_its_fallback_asked(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    exchange.numbers[LINE].sms_fallback.url = f"{product.base}/sms/fallback"
    product.answers["/sms/incoming"] = Response(status=500)
    caller.text(LINE, "Bonjour")
    assert [notice.code for notice in exchange.warnings] == [11200]
    assert product.asked("/sms/fallback")[0]["ErrorUrl"] == f"{product.base}/sms/incoming"


def test_stop_is_answered_in_english_and_blocks_until_start(
    exchange: Exchange, product: Product, caller: Phone
) -> None:
    product.says("/sms/incoming", "<Message>Bonjour.</Message>")
    caller.text(LINE, " stop ")
    exchange.advance(5)
    assert [text.body[:34] for text in caller.texts] == ["You have successfully been unsubsc"]
    assert "OptOutType" not in product.asked("/sms/incoming")[0]
    blocked = list(exchange.messages.values())[-1]
    assert (blocked.status, blocked.error_code) == ("failed", 21610)
    caller.text(LINE, "START")
    exchange.advance(5)
    assert caller.texts[-1].body == "Bonjour."


@pytest.mark.parametrize(
    ("word", "kind"), [("ARRET", "STOP"), ("Arrêt", "STOP"), ("START", "START"), ("AIDE", "HELP")]
)
def test_french_words_count_with_advanced_opt_out_only(
    exchange: Exchange, product: Product, caller: Phone, word: str, kind: str
) -> None:
    caller.text(LINE, word)
    assert "OptOutType" not in product.asked("/sms/incoming")[0]
    exchange.faults.advanced_opt_out = True
    caller.text(LINE, word)
    asked = product.asked("/sms/incoming")[1]
    assert (asked["OptOutType"], asked["MessagingServiceSid"][:2]) == (kind, "MG")
    assert ((LINE, caller.number) in exchange.opt_outs.blocked) == (kind == "STOP")
    exchange.advance(5)
    assert "STOP" in caller.texts[-1].body or "START" in caller.texts[-1].body


def test_a_number_that_carries_no_sms_takes_none(exchange: Exchange, caller: Phone) -> None:
    exchange.add_number("+33465710099", capabilities={"sms": False})
    with pytest.raises(ImpossibleError, match="SMS"):
        caller.text("+33465710099", "Bonjour")
