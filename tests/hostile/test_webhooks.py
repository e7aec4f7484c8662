"""Whatever a signed webhook holds, the carrier is answered as it must be: no fault, a valid document."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.rehearsal.protocol.sign import sign
from hotline.web.app import LONGEST_FORM
from tests.hostile import odd
from tests.hostile.odd import Pairs
from tests.past import lived
from tests.served import lender
from tests.webhooks import SCHEMA, Webhooks, sid

LONGEST_WORK, LONGEST_WAIT = 5.0, 30.0
NAMES = (
    *("CallSid", "AccountSid", "From", "To", "CallStatus", "Direction", "ForwardedFrom", "CallDuration"),
    *("DialCallStatus", "DialCallSid", "DialBridged", "DialCallDuration", "AnsweredBy", "Digits"),
    *("RecordingSid", "RecordingUrl", "RecordingStatus", "RecordingDuration", "MessageSid", "SmsSid", "Body"),
    *("OptOutType", "MessageStatus", "SmsStatus", "ErrorCode", "ErrorUrl", "NumMedia", "Körper", ""),
)
ASKED = (
    "leg",
    "attempt",
    "tap",
    "call",
    "callback",
    "calls",
    "assignment",
    "tried",
    "language",
    "bodySHA256",
)
EXPECTED = ("MalformedWebhook", "LookupError", "NoResultFound")
"""What is answered kindly and is no fault of ours: no identifier, or a word on what never was."""


@dataclass(repr=False)
class Carrier:
    """Signs whatever it is given, and hears every fault behind the answers."""

    hotline: Hotline
    faults: list[str]

    def __post_init__(self) -> None:
        self.client = lender.lend(self.hotline).test_client()

    def paths(self) -> list[str]:
        rules = self.client.application.url_map.iter_rules()
        return sorted(rule.rule for rule in rules if rule.rule.startswith(("/voice/", "/sms/")))

    def asks(self, path: str, query: Pairs, form: Pairs, *, get: bool = False) -> TestResponse:
        self.faults.clear()
        asked, sent = odd.urlencoded([*query, *form] if get else query), odd.urlencoded(form)
        target = f"{path}?{asked}" if asked else path
        signature = sign(
            "rehearsal-token", f"https://hotline.example{target}", () if get else odd.as_read(sent)
        )
        told: dict[str, Any] = (
            {} if get else {"data": sent, "content_type": "application/x-www-form-urlencoded"}
        )
        began, worked = time.monotonic(), time.thread_time()
        answer = self.client.open(
            target, method="GET" if get else "POST", headers={"X-Twilio-Signature": signature}, **told
        )
        assert time.thread_time() - worked < LONGEST_WORK, f"{path} is too much work"
        assert time.monotonic() - began < LONGEST_WAIT, f"{path} keeps the carrier waiting"
        return answer


@pytest.fixture
def carrier(hotline: Hotline) -> Iterator[Carrier]:
    """The carrier of a town with a past, in the middle of a few calls."""
    past = lived(hotline)
    line, faults = Webhooks(hotline), []

    def note(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        fault = sys.exc_info()[1]
        if fault is not None:
            faults.append(f"{type(fault).__name__}: {fault}")
        return event

    for number, caller in enumerate(("+33199000201", "+33639980199", "anonymous"), 1):
        line.call(number, caller)
    line.text("Bonjour, j’aimerais qu’on m’appelle.", number=9)
    assert past.callback
    with capture_logs(processors=[note]):
        yield Carrier(hotline, faults)


forms = st.lists(st.tuples(st.sampled_from(NAMES) | odd.texts, odd.values), max_size=8)
questions = st.lists(st.tuples(st.sampled_from(ASKED), odd.values), max_size=3) | st.fixed_dictionaries(
    dict.fromkeys(ASKED, odd.numbers)
).map(lambda found: list(found.items()))
likely = st.fixed_dictionaries(
    {
        "CallSid": st.integers(1, 4).map(lambda number: sid("CA", number)),
        "MessageSid": st.integers(1, 12).map(lambda number: sid("SM", number)),
        "From": odd.phones,
    }
).map(lambda found: list(found.items()))


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), known=likely, form=forms, query=questions, get=st.booleans(), alone=st.booleans())
def test_no_signed_webhook_meets_a_fault(
    carrier: Carrier, data: st.DataObject, known: Pairs, form: Pairs, query: Pairs, *, get: bool, alone: bool
) -> None:
    path = data.draw(st.sampled_from(carrier.paths()))
    sent = form if alone else [*known, *form]
    answer = carrier.asks(path, query, sent, get=get)
    if not get and len(odd.urlencoded(sent)) > LONGEST_FORM:
        assert answer.status_code == 403
    else:
        fine(carrier, path, answer)


def fine(carrier: Carrier, path: str, answer: TestResponse) -> None:
    """An answer that the carrier can carry out, without a fault behind it."""
    surprises = [fault for fault in carrier.faults if not fault.startswith(EXPECTED)]
    assert surprises == []
    assert answer.status_code in {200, 204}, path
    if answer.status_code == 200:
        assert answer.mimetype == "text/xml"
        SCHEMA.assertValid(etree.fromstring(answer.data))
