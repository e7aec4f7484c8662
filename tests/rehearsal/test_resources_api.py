"""The stand-in's API: recordings, numbers, queues, credentials, refusals, and the published shapes."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from twilio.rest import Client

from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.server import Server
from tests.rehearsal.product import ACCOUNT, LINE, START, TOKEN, Loopback, Product, refusal

MOBILE, OTHER, LANDLINE = "+33639980001", "+33639980002", "+33465710012"
SPEC = Path(__file__).parents[3] / "shared" / "twilio" / "oai" / "twilio_api_v2010_subset.json"
HELLO = "<Response><Say language='fr-FR'>Bonjour.</Say></Response>"


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


def test_what_is_new_may_be_in_the_lists_later_only(exchange: Exchange, client: Client) -> None:
    exchange.faults.rest_lists_late = 10
    sent = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour")
    assert client.messages.list(to=MOBILE) == []
    assert client.messages(sent.sid).fetch().sid == sent.sid
    exchange.advance(10)
    assert [text.sid for text in client.messages.list(to=MOBILE)] == [sent.sid]


def test_a_fault_may_be_for_readers_too(exchange: Exchange, client: Client) -> None:
    sent = client.messages.create(to=MOBILE, from_=LINE, body="Bonjour")
    exchange.faults.rest_status, exchange.faults.rest_status_times = 503, 1
    assert client.messages(sent.sid).fetch().sid == sent.sid
    exchange.faults.rest_status_of = "everything"
    assert refusal(client.messages(sent.sid).fetch) == (503, 20503)
    assert client.messages(sent.sid).fetch().sid == sent.sid


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
