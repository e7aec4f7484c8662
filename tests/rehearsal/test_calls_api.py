"""The carrier's own library places, moves and ends calls through the stand-in's API."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from twilio.rest import Client

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Behaviour, Phone
from tests.rehearsal.product import LINE, START, Product, refusal

MOBILE, OTHER, LANDLINE = "+33639980001", "+33639980002", "+33465710012"
SPEC = Path(__file__).parents[3] / "shared" / "twilio" / "oai" / "twilio_api_v2010_subset.json"
HELLO = "<Response><Say language='fr-FR'>Bonjour.</Say></Response>"


def test_a_call_rings_speaks_and_reports_each_step(
    exchange: Exchange, product: Product, client: Client
) -> None:
    product.says("/answered", '<Say language="fr-FR">Bonjour.</Say>')
    call = client.calls.create(
        to=MOBILE,
        from_=LINE,
        url=f"{product.base}/answered",
        status_callback=f"{product.base}/progress",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    assert (call.status, call.duration, call.direction) == ("queued", None, "outbound-api")
    exchange.settle()
    phone = exchange.phone(MOBILE)
    assert (phone.state, phone.ringing_from, phone.call_sid) == ("ringing", LINE, call.sid)
    exchange.advance(4)
    phone.answer()
    exchange.advance(1)
    assert phone.heard[-1][1] == "Bonjour."
    steps = product.asked("/progress")
    assert [step["CallStatus"] for step in steps] == ["initiated", "ringing", "in-progress", "completed"]
    assert (steps[-1]["CallDuration"], steps[-1]["SipResponseCode"]) == ("1", "200")
    fetched = client.calls(call.sid).fetch()
    assert (fetched.status, fetched.duration) == ("completed", "1")
    exchange.assert_clean()


@pytest.mark.parametrize(
    ("behaviour", "status", "sip"),
    [("busy", "busy", "486"), ("no-answer", "no-answer", "487"), ("invalid", "failed", "404")],
)
def test_a_call_nobody_takes_ends_with_its_reason(
    exchange: Exchange, product: Product, client: Client, behaviour: Any, status: str, sip: str
) -> None:
    exchange.phone(MOBILE, behaviour=Behaviour(behaviour))
    client.calls.create(to=MOBILE, from_=LINE, twiml=HELLO, timeout=20, status_callback=f"{product.base}/p")
    exchange.advance(30)
    assert [(end["CallStatus"], end["SipResponseCode"]) for end in product.asked("/p")] == [(status, sip)]


@pytest.mark.parametrize(("kind", "heard"), [("answers", "human"), ("voicemail", "machine_start")])
def test_machine_detection_delays_the_first_document(
    exchange: Exchange, product: Product, client: Client, kind: Any, heard: str
) -> None:
    exchange.phone(MOBILE, behaviour=Behaviour(kind, after=2))
    client.calls.create(to=MOBILE, from_=LINE, url=f"{product.base}/a", machine_detection="Enable")
    exchange.advance(4.9)
    assert product.asked("/a") == []
    exchange.advance(0.2)
    assert product.asked("/a")[0]["AnsweredBy"] == heard


def test_one_call_a_second_leaves_and_the_others_queue(exchange: Exchange, client: Client) -> None:
    numbers = [MOBILE, OTHER, "+33639980003"]
    calls = [client.calls.create(to=number, from_=LINE, twiml=HELLO) for number in numbers]
    exchange.settle()
    assert [exchange.phone(number).state for number in numbers] == ["ringing", "idle", "idle"]
    exchange.advance(2)
    assert [exchange.phone(number).state for number in numbers] == ["ringing"] * 3
    assert client.calls(calls[2].sid).fetch().queue_time == "2000"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "0639980001"}, 21217),
        ({"to": "+15005550002"}, 21214),
        ({"to": "+15005550004"}, 21216),
        ({"to": "+4915123456789"}, 21215),
        ({"from_": "+33199000777"}, 21210),
        ({"from_": "+15005550001"}, 21212),
        ({"twiml": ""}, 21205),
        ({"twiml": "<Response>" + "a" * 4000 + "</Response>"}, 20001),
    ],
)
def test_a_wrong_call_is_refused_with_the_carriers_number(
    client: Client, changes: dict[str, str], code: int
) -> None:
    wanted = {"to": MOBILE, "from_": LINE, "twiml": HELLO, **changes}
    assert refusal(lambda: client.calls.create(**wanted)) == (400, code)


def test_a_call_can_be_sent_elsewhere_and_ended(
    exchange: Exchange, product: Product, client: Client, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Gather timeout="60" action="/typed"/>')
    product.says("/elsewhere", '<Say language="fr-FR">Ailleurs.</Say><Pause length="60"/>')
    caller.dial(LINE)
    sid = caller.call_sid or ""
    client.calls(sid).update(url=f"{product.base}/elsewhere")
    exchange.settle()
    assert caller.heard[-1][1] == "Ailleurs."
    assert client.calls(sid).update(status="completed").status == "completed"
    exchange.settle()
    assert caller.state == "idle"
    assert len(product.asked("/voice/status")) == 1
    assert refusal(lambda: client.calls(sid).update(status="completed")) == (400, 21220)
    assert refusal(lambda: client.calls(sid).update(url=f"{product.base}/elsewhere")) == (400, 21220)


def test_a_bridged_leg_can_be_kept_by_a_document_of_its_own(
    exchange: Exchange, product: Product, client: Client, caller: Phone
) -> None:
    product.says("/voice/incoming", f'<Dial callerId="{LINE}" action="/dialled">{OTHER}</Dial>')
    caller.dial(LINE)
    listener = exchange.phone(OTHER)
    listener.answer()
    client.calls(listener.call_sid or "").update(twiml="<Response><Pause length='30'/></Response>")
    exchange.advance(1)
    assert (caller.state, listener.state) == ("idle", "in_call")
    exchange.advance(30)
    assert listener.state == "idle"


def test_a_call_that_rings_can_be_cancelled(exchange: Exchange, client: Client) -> None:
    call = client.calls.create(to=MOBILE, from_=LINE, twiml=HELLO)
    exchange.settle()
    assert client.calls(call.sid).update(status="canceled").status == "canceled"
    exchange.settle()
    assert exchange.phone(MOBILE).state == "idle"


def test_calls_are_listed_filtered_and_forgotten(exchange: Exchange, client: Client, caller: Phone) -> None:
    caller.dial(LINE)
    exchange.advance(86400)
    call = client.calls.create(to=OTHER, from_=LINE, twiml=HELLO)
    exchange.settle()
    assert refusal(lambda: client.calls(call.sid).delete()) == (409, 20009)
    assert [found.to for found in client.calls.list()] == [OTHER, LINE]
    assert [found.to for found in client.calls.list(status="completed")] == [LINE]
    since = START + timedelta(hours=1)
    assert [found.to for found in client.calls.list(start_time_after=since)] == [OTHER]
    assert [found.to for found in client.calls.list(start_time_before=since)] == [LINE]
    assert client.calls.list(parent_call_sid=call.sid) == []
    old = client.calls.list(from_=caller.number)[0]
    assert client.calls(old.sid).delete()
    assert len(client.calls.list()) == 1


@pytest.mark.parametrize(
    "verb", ['<Record action="/done"/>', f'<Dial action="/done" callerId="{LINE}">{OTHER}</Dial>']
)
def test_whatever_goes_on_ends_when_the_call_is_sent_elsewhere(
    exchange: Exchange, product: Product, client: Client, caller: Phone, verb: str
) -> None:
    product.says("/voice/incoming", verb)
    product.says("/elsewhere", '<Say language="fr-FR">Ailleurs.</Say>')
    caller.dial(LINE)
    caller.speak(seconds=2)
    exchange.advance(2)
    client.calls(caller.call_sid or "").update(url=f"{product.base}/elsewhere")
    exchange.advance(3)
    assert caller.heard[-1][1] == "Ailleurs."
    assert product.asked("/done") == []
    assert exchange.phone(OTHER).state == "idle"
    assert {recording.status for recording in exchange.recordings.values()} <= {"completed"}
