"""Who phones: withheld numbers, telemarketers, our own number, landlines, overseas, machines."""

import json
from pathlib import Path
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Call, Caller, CallerPhone, Contact, OutboxRow, Phone, Request
from hotline.models.status import CallerState, CallOutcome, RequestState
from hotline.services import requests
from tests.conftest import LINE, StoppedClock
from tests.people import add_caller, add_listener
from tests.records import only, rows
from tests.webhooks import Document, Webhooks

FIXTURES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "payloads" / "webhook_fixtures.json").read_text(encoding="utf-8")
)["fixtures"]
OURS = {
    "/voice/dial-done": "/voice/rung?attempt=1",
    "/voice/leg-status": "/voice/leg?leg=1",
    "/voice/recording-status": "/voice/recording",
    "/voice/whisper": "/voice/whisper?leg=1",
    "/voice/whisper/choice": "/voice/pressed?leg=1",
    "/voice/menu": "/voice/pressed?leg=1",
}
VOICE = sorted(name for name, fixture in FIXTURES.items() if fixture["kind"] == "voice")
WITHHELD = [
    *("anonymous", "Anonymous", "unknown", "restricted", "unavailable", "private", "blocked", ""),
    *("+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"),
    *("client:accueil", "sip:accueil@pbx.example.org", "12", "3114", "112", "+33112", "Info Mairie"),
]


def send(line: Webhooks, fixture: dict[str, Any]) -> int:
    """Send a fixture as it is; an answer of 200 is a document that the carrier accepts."""
    path = OURS.get(fixture["path"], fixture["path"])
    ask = line.get if fixture["method"] == "GET" else line.post
    response = ask(path, **fixture["params"])
    if response.status_code == 200:
        Document(response)
    return response.status_code


def test_every_voice_webhook_on_record_is_answered(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, "+33639980101")
    answered = {name: send(line, FIXTURES[name]) for name in VOICE}
    assert {name: status for name, status in answered.items() if status not in {200, 204}} == {}
    inbound = {f["params"]["CallSid"] for name, f in FIXTURES.items() if name.startswith("incoming_")}
    outbound = {f["params"]["CallSid"] for name, f in FIXTURES.items() if name.startswith("outbound_")}
    known = {call.sid for call in rows(hotline, Call)}
    assert inbound <= known
    assert not outbound & known


def test_a_withheld_call_is_somebody_of_their_own_whom_nobody_can_call_back(
    hotline: Hotline, line: Webhooks
) -> None:
    for number, shown in enumerate(WITHHELD * 2, 1):
        line.call(number, shown)
    calls, people = rows(hotline, Call), rows(hotline, Caller)
    assert [call.from_number for call in calls if not call.withheld] == []
    assert len({call.caller_id for call in calls}) == len(people) == 2 * len(WITHHELD)
    assert {caller.state for caller in people} == {CallerState.UNREACHABLE}
    assert {request.state for request in rows(hotline, Request)} == {RequestState.NEEDS_NUMBER}
    assert rows(hotline, CallerPhone) == []
    assert rows(hotline, Phone) == []


def test_the_same_withheld_call_twice_is_one_person(hotline: Hotline, line: Webhooks) -> None:
    line.call(1, "anonymous")
    line.call(1, "anonymous")
    assert len(rows(hotline, Caller)) == len(rows(hotline, Request)) == len(rows(hotline, Contact)) == 1


@pytest.mark.parametrize("number", ["+33162001122", "+33948001122", "+590947512345"])
def test_a_telemarketer_is_flagged_and_comes_last(hotline: Hotline, line: Webhooks, number: str) -> None:
    line.call(1, number)
    assert only(hotline, Phone).telemarketing
    assert only(hotline, Request).priority == requests.TELEMARKETER < requests.ORDINARY


def test_our_own_number_is_refused_and_opens_nothing(hotline: Hotline, line: Webhooks) -> None:
    reject = line.call(1, LINE).verb("Reject")
    assert reject.get("reason") == "busy"
    line.post("/voice/status", **line.form(1, LINE, CallStatus="busy"))
    assert line.call(1, LINE).has("Reject")
    assert only(hotline, Call).outcome is CallOutcome.REFUSED
    assert not any(rows(hotline, table) for table in (Request, Caller, Phone))


@pytest.mark.parametrize(
    ("shown", "known_as", "textable"),
    [
        ("+33199000201", "+33199000201", False),
        ("+33639980001", "+33639980001", True),
        ("0639980001", "+33639980001", True),
        ("+590690001122", "+590690001122", True),
        ("+262262001122", "+262262001122", False),
        ("+41446681800", "+41446681800", False),
    ],
)
def test_landlines_mobiles_overseas_and_foreign_numbers_all_become_callers(
    hotline: Hotline, line: Webhooks, shown: str, known_as: str, *, textable: bool
) -> None:
    line.call(1, shown)
    phone, call = only(hotline, Phone), only(hotline, Call)
    assert (phone.number, phone.textable, call.withheld) == (known_as, textable, False)
    assert only(hotline, Request).state is RequestState.WAITING
    assert rows(hotline, OutboxRow) == [], "a call is acknowledged by voice"


def test_a_forwarded_call_remembers_whose_handset_it_came_through(hotline: Hotline, line: Webhooks) -> None:
    line.call(1, ForwardedFrom="+33639980999")
    assert only(hotline, Call).forwarded_from == "+33639980999"


def test_hang_ups_of_one_person_are_one_open_request(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    for number in range(1, 4):
        line.call(number)
        line.post("/voice/status", **line.form(number, CallStatus="completed", CallDuration="3"))
    assert {call.outcome for call in rows(hotline, Call)} == {CallOutcome.HUNG_UP}
    assert len(rows(hotline, Contact)) == 3
    assert {contact.request_id for contact in rows(hotline, Contact)} == {only(hotline, Request).id}


def test_somebody_known_to_a_coordinator_is_recognised_by_number(hotline: Hotline, line: Webhooks) -> None:
    odette = add_caller(hotline, "+33199000201", "Odette Martin")
    line.call(1, "+33199000201")
    assert only(hotline, Call).caller_id == odette
    assert only(hotline, Caller).last_contact_at == hotline.clock.now()
