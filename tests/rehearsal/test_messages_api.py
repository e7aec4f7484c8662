"""The carrier's own library sends texts through the stand-in's API."""

from datetime import timedelta
from pathlib import Path

import pytest
from twilio.rest import Client

from hotline.rehearsal.exchange import Exchange
from tests.rehearsal.product import LINE, START, Product, refusal

MOBILE, OTHER, LANDLINE = "+33639980001", "+33639980002", "+33465710012"
SPEC = Path(__file__).parents[3] / "shared" / "twilio" / "oai" / "twilio_api_v2010_subset.json"
HELLO = "<Response><Say language='fr-FR'>Bonjour.</Say></Response>"


def test_a_text_is_queued_sent_and_delivered_with_receipts(
    exchange: Exchange, product: Product, client: Client
) -> None:
    sent = client.messages.create(
        to=MOBILE, from_=LINE, body="Reçu ?", status_callback=f"{product.base}/sms/status"
    )
    assert (sent.status, sent.num_segments, sent.date_sent) == ("queued", "1", None)
    assert (sent.direction, sent.date_created, sent.error_code) == ("outbound-api", START, None)
    exchange.advance(5)
    receipts = product.asked("/sms/status")
    assert [receipt["MessageStatus"] for receipt in receipts] == ["sent", "delivered"]
    assert receipts[1]["RawDlrDoneDate"] == "2703021400"
    assert [text.body for text in exchange.phone(MOBILE).texts] == ["Reçu ?"]
    fetched = client.messages(sent.sid).fetch()
    assert (fetched.status, fetched.date_sent) == ("delivered", START + timedelta(seconds=1))
    assert all(seen.signed for seen in product.seen)
    exchange.assert_clean()


def test_a_switched_off_handset_leaves_a_text_undelivered(
    exchange: Exchange, product: Product, client: Client
) -> None:
    exchange.phone(MOBILE).sms_error = 30003
    sent = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour", status_callback=f"{product.base}/s")
    exchange.advance(5)
    assert product.asked("/s")[-1]["ErrorCode"] == "30003"
    fetched = client.messages(sent.sid).fetch()
    assert (fetched.status, fetched.error_code) == ("undelivered", 30003)
    assert exchange.phone(MOBILE).texts == []


@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("late", ["sent", "delivered"]),
        ("twice", ["sent", "sent", "delivered", "delivered"]),
        ("out_of_order", ["delivered", "sent"]),
        ("lost", []),
    ],
)
def test_receipts_keep_no_promise(
    exchange: Exchange, product: Product, client: Client, mode: str, statuses: list[str]
) -> None:
    exchange.faults.receipts = mode  # type: ignore[assignment]
    client.messages.create(to=MOBILE, from_=LINE, body="Bonjour", status_callback=f"{product.base}/s")
    exchange.advance(5)
    assert mode != "late" or product.asked("/s") == []
    exchange.advance(130)
    assert [receipt["MessageStatus"] for receipt in product.asked("/s")] == statuses
    assert len(exchange.phone(MOBILE).texts) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "0639980001"}, 21211),
        ({"to": "+15005550002"}, 21612),
        ({"to": "+15005550004"}, 21610),
        ({"to": LANDLINE}, 21614),
        ({"to": "+4915123456789"}, 21408),
        ({"from_": "+33199000777"}, 21606),
        ({"from_": "Un nom bien trop long"}, 21212),
        ({"from_": "+15005550008"}, 21611),
        ({"body": ""}, 21602),
        ({"body": "a" * 1601}, 21617),
        ({"messaging_service_sid": "MG" + "0" * 32}, 21705),
    ],
)
def test_a_wrong_text_is_refused_with_the_carriers_number(
    client: Client, changes: dict[str, str], code: int
) -> None:
    wanted = {"to": MOBILE, "from_": LINE, "body": "Bonjour", **changes}
    assert refusal(lambda: client.messages.create(**wanted)) == (400, code)


def test_a_number_without_sms_cannot_send_but_a_name_can(exchange: Exchange, client: Client) -> None:
    exchange.numbers[LINE].capabilities["sms"] = False
    assert refusal(lambda: client.messages.create(to=MOBILE, from_=LINE, body="Bonjour"))[1] == 21606
    client.messages.create(to=MOBILE, from_="LigneEcoute", body="Bonjour")
    exchange.advance(3)
    assert exchange.phone(MOBILE).texts[0].from_ == "LigneEcoute"


def test_a_sender_leaves_ten_segments_a_second_and_late_texts_expire(
    exchange: Exchange, client: Client
) -> None:
    sids = [client.messages.create(to=MOBILE, from_=LINE, body="a" * 1500).sid for _ in range(5)]
    late = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour", validity_period=2)
    exchange.advance(2.5)
    assert [exchange.messages[sid].status for sid in sids] == [
        "delivered",
        "sent",
        "queued",
        "queued",
        "queued",
    ]
    exchange.advance(10)
    assert {exchange.messages[sid].status for sid in sids} == {"delivered"}
    assert client.messages(late.sid).fetch().error_code == 30036


def test_texts_are_listed_filtered_redacted_and_forgotten(exchange: Exchange, client: Client) -> None:
    first = client.messages.create(to=MOBILE, from_=LINE, body="un")
    assert refusal(lambda: client.messages(first.sid).delete()) == (409, 20009)
    exchange.advance(86400)
    client.messages.create(to=OTHER, from_=LINE, body="deux")
    exchange.advance(5)
    assert [message.body for message in client.messages.list()] == ["deux", "un"]
    assert [message.body for message in client.messages.list(to=OTHER)] == ["deux"]
    assert [message.body for message in client.messages.list(from_=MOBILE)] == []
    since = START + timedelta(hours=1)
    assert [message.body for message in client.messages.list(date_sent_after=since)] == ["deux"]
    assert [message.body for message in client.messages.list(date_sent_before=since)] == ["un"]
    assert [message.body for message in client.messages.list(date_sent=START.date())] == ["un"]
    assert client.messages(first.sid).update(body="").body == ""
    assert client.messages(first.sid).delete()
    assert refusal(lambda: client.messages(first.sid).fetch()) == (404, 20404)


@pytest.mark.parametrize(("limit", "page_size"), [(None, 3), (7, 3), (10, 50), (4, 2), (None, 10)])
def test_pages_follow_each_other_without_gap_or_repeat(
    exchange: Exchange, client: Client, limit: int | None, page_size: int
) -> None:
    for count in range(10):
        client.messages.create(to=MOBILE, from_=LINE, body=str(count))
    bodies = [message.body for message in client.messages.list(limit=limit, page_size=page_size)]
    assert bodies == [str(count) for count in reversed(range(10))][:limit]


def test_a_page_holds_its_place_when_newer_texts_arrive(exchange: Exchange, client: Client) -> None:
    for count in range(4):
        client.messages.create(to=MOBILE, from_=LINE, body=str(count))
    page = client.messages.page(page_size=2)
    client.messages.create(to=MOBILE, from_=LINE, body="new")
    assert [message.body for message in page] == ["3", "2"]
    following = page.next_page()
    assert following is not None
    assert [message.body for message in following] == ["1", "0"]


def test_a_text_not_yet_sent_can_be_cancelled(exchange: Exchange, client: Client) -> None:
    sent = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour")
    assert client.messages(sent.sid).update(status="canceled").status == "canceled"
    exchange.advance(5)
    assert exchange.phone(MOBILE).texts == []
