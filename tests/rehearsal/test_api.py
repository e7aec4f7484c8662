"""The carrier's own library against the stand-in's API: every operation, page, error and schema."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Behaviour, Phone
from hotline.rehearsal.server import Server
from tests.rehearsal.product import ACCOUNT, LINE, START, TOKEN, Loopback, Product

MOBILE, OTHER, LANDLINE = "+33639980001", "+33639980002", "+33465710012"
SPEC = Path(__file__).parents[3] / "shared" / "twilio" / "oai" / "twilio_api_v2010_subset.json"
HELLO = "<Response><Say language='fr-FR'>Bonjour.</Say></Response>"


def refusal(action: Callable[[], Any]) -> tuple[int, int]:
    """Return the HTTP status and the error number with which the library reports a refusal."""
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code


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


def test_recordings_are_listed_fetched_once_ready_and_forgotten(
    exchange: Exchange, product: Product, client: Client, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Record action="/done"/>')
    caller.dial(LINE)
    caller.speak(seconds=3)
    exchange.advance(3)
    caller.hang_up()
    url, auth = product.asked("/done")[0]["RecordingUrl"], (ACCOUNT, TOKEN)
    assert requests.get(url, auth=auth, timeout=5).status_code == 404
    exchange.advance(2)
    exchange.faults.recording_not_ready = 1
    assert [requests.get(url, auth=auth, timeout=5).status_code for _ in range(2)] == [404, 200]
    assert requests.get(url + "?RequestedChannels=2", auth=auth, timeout=5).status_code == 400
    assert requests.get(url + ".mp3", auth=auth, timeout=5).status_code == 415
    call_sid = product.asked("/done")[0]["CallSid"]
    assert [found.duration for found in client.recordings.list(call_sid=call_sid)] == ["3"]
    found = client.calls(call_sid).recordings.list()[0]
    assert client.recordings.list(date_created_before=START - timedelta(days=2)) == []
    assert client.recordings(found.sid).fetch().status == "completed"
    assert client.recordings(found.sid).delete()
    assert refusal(lambda: client.recordings(found.sid).fetch()) == (404, 20404)


def test_numbers_are_found_and_pointed_elsewhere(
    exchange: Exchange, product: Product, client: Client, caller: Phone
) -> None:
    found = client.incoming_phone_numbers.list(phone_number=LINE)[0]
    assert found.capabilities["sms"] is True
    changed = client.incoming_phone_numbers(found.sid).update(
        voice_url=f"{product.base}/new",
        voice_method="GET",
        status_callback="",
        sms_url=f"{product.base}/text",
    )
    assert (changed.voice_url, changed.voice_method) == (f"{product.base}/new", "GET")
    assert changed.voice_fallback_url == f"{product.base}/voice/fallback"
    caller.dial(LINE)
    assert [(seen.path, seen.method) for seen in product.seen] == [("/new", "GET")]
    assert client.incoming_phone_numbers.list(phone_number="+33199000999") == []


def test_waiting_callers_can_be_seen_and_taken_out(
    exchange: Exchange, product: Product, client: Client, caller: Phone
) -> None:
    product.says("/voice/incoming", '<Enqueue action="/left">attente</Enqueue>')
    product.says("/out", '<Say language="fr-FR">Je vous prends.</Say>')
    caller.dial(LINE)
    exchange.advance(30)
    room = client.queues.list()[0]
    assert (room.friendly_name, room.current_size, room.average_wait_time) == ("attente", 1, 30)
    member = client.queues(room.sid).members("Front").fetch()
    assert (member.position, member.call_sid) == (1, caller.call_sid)
    client.queues(room.sid).members(member.call_sid).update(url=f"{product.base}/out")
    exchange.settle()
    assert caller.heard[-1][1] == "Je vous prends."
    assert product.asked("/left")[0]["QueueResult"] == "redirected"
    assert client.queues.create(friendly_name="autre", max_size=2).max_size == 2


def test_credentials_are_wanted_and_keys_accepted(exchange: Exchange, server: Server) -> None:
    exchange.api_keys["SK" + "1" * 32] = "a-secret"
    http = Loopback(server.base_url)
    by_key = Client("SK" + "1" * 32, "a-secret", ACCOUNT, http_client=http)
    assert by_key.messages.list() == []
    assert refusal(lambda: by_key.api.accounts(ACCOUNT).fetch()) == (401, 20003)
    stranger = Client(ACCOUNT, "wrong", http_client=Loopback(server.base_url))
    assert refusal(lambda: stranger.messages.create(to=MOBILE, from_=LINE, body="Bonjour")) == (401, 20003)
    owner = Client(ACCOUNT, TOKEN, http_client=Loopback(server.base_url))
    assert owner.api.accounts(ACCOUNT).fetch().status == "active"


def test_what_does_not_exist_is_refused_as_the_carrier_does(server: Server) -> None:
    base, auth = f"{server.base_url}/2010-04-01/Accounts/{ACCOUNT}", (ACCOUNT, TOKEN)
    nothing = requests.get(f"{base}/Nothing.json", auth=auth, timeout=5)
    assert (nothing.status_code, nothing.json()["code"]) == (404, 20404)
    method = requests.put(f"{base}/Messages.json", auth=auth, timeout=5)
    assert (method.status_code, method.json()["code"]) == (405, 20004)
    assert method.json()["more_info"] == "https://www.twilio.com/docs/errors/20004"
    assert requests.get(f"{base}/Messages.json?PageSize=0", auth=auth, timeout=5).json()["code"] == 20001


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503)])
def test_the_api_fails_as_often_as_it_is_told_to(
    exchange: Exchange, server: Server, status: int, code: int
) -> None:
    exchange.faults.rest_status, exchange.faults.rest_status_times = status, 1
    url = f"{server.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    form = {"To": MOBILE, "From": LINE, "Body": "Bonjour"}
    answers = [requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, 201]
    assert answers[0].json()["code"] == code
    assert ("Retry-After" in answers[0].headers) == (status == 429)
    assert len(exchange.messages) == 1


def test_the_line_can_be_cut_after_the_work_is_done(exchange: Exchange, server: Server) -> None:
    exchange.faults.rest_drop_after_processing = 1
    url = f"{server.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    form = {"To": MOBILE, "From": LINE, "Body": "Bonjour"}
    with pytest.raises(requests.ConnectionError):
        requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=5)
    assert len(exchange.messages) == 1
    assert requests.post(url, form, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 201


def test_an_answer_can_be_slower_than_its_asker_is_patient(exchange: Exchange, server: Server) -> None:
    exchange.faults.rest_slow_seconds = 0.5
    url = f"{server.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, {"To": MOBILE}, auth=(ACCOUNT, TOKEN), timeout=0.1)


def nullable(schema: Any) -> Any:
    """Return a schema of the published description in the words of JSON Schema."""
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: nullable(part) for name, part in schema.items() if name != "nullable"}
    if schema.get("nullable") and "type" in plain:
        plain["type"] = [plain["type"], "null"]
    return plain


@pytest.fixture(scope="session")
def specification() -> dict[str, Any]:
    if not SPEC.exists():
        pytest.skip(f"the carrier's published description is not there: {SPEC.name}")
    specification: dict[str, Any] = nullable(json.loads(SPEC.read_text(encoding="utf-8")))
    return specification


def test_every_answer_has_the_published_shape(
    exchange: Exchange,
    product: Product,
    client: Client,
    server: Server,
    caller: Phone,
    specification: dict[str, Any],
) -> None:
    product.says("/voice/incoming", '<Record action="/done"/>')
    caller.dial(LINE)
    caller.speak(seconds=2)
    client.messages.create(to=MOBILE, from_=LINE, body="Bonjour")
    client.calls.create(to=OTHER, from_=LINE, twiml=HELLO)
    client.queues.create(friendly_name="attente")
    exchange.advance(60)
    resource = Resource.from_contents(specification, default_specification=DRAFT202012)
    registry = Registry().with_resource("urn:spec", resource)
    base = f"{server.base_url}/2010-04-01/Accounts/{ACCOUNT}"
    for kind in ("Calls", "Messages", "Recordings", "IncomingPhoneNumbers", "Queues"):
        path = f"/2010-04-01/Accounts/{{AccountSid}}/{kind}.json".replace("/", "~1")
        pointer = f"urn:spec#/paths/{path}/get/responses/200/content/application~1json/schema"
        page = requests.get(f"{base}/{kind}.json", auth=(ACCOUNT, TOKEN), timeout=5).json()
        Draft202012Validator({"$ref": pointer}, registry=registry).validate(page)
        assert len(next(part for part in page.values() if isinstance(part, list))) >= 1
    account = requests.get(f"{base}.json", auth=(ACCOUNT, TOKEN), timeout=5).json()
    pointer = "urn:spec#/components/schemas/api.v2010.account"
    Draft202012Validator({"$ref": pointer}, registry=registry).validate(account)


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


def test_a_text_not_yet_sent_can_be_cancelled(exchange: Exchange, client: Client) -> None:
    sent = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour")
    assert client.messages(sent.sid).update(status="canceled").status == "canceled"
    exchange.advance(5)
    assert exchange.phone(MOBILE).texts == []
