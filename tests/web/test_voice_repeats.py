"""The carrier may ask twice, three times, at once: one call, one contact, one request."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Call, Caller, Contact, OutboxRow, Phone, Request, RingLeg, Voicemail
from hotline.models.status import CallOutcome
from tests.people import add_listener
from tests.records import only, rows
from tests.webhooks import Document, Webhooks, sid

CALLER = "+33199000201"
Answer = TypeVar("Answer")


def at_once(*asked: Callable[[], Answer]) -> list[Answer]:
    """Ask all of these at the same time."""
    with ThreadPoolExecutor(len(asked)) as threads:
        return [asking.result() for asking in [threads.submit(ask) for ask in asked]]


@pytest.mark.parametrize("shown", [CALLER, "anonymous"])
def test_the_same_call_three_times_at_once_is_one_call(hotline: Hotline, shown: str) -> None:
    add_listener(hotline, "+33639980101")
    lines = [Webhooks(hotline) for _ in range(3)]
    answers = at_once(*(partial(line.call, caller=shown) for line in lines))
    assert len({answer.response.data for answer in answers}) == 1
    for table in (Call, Caller, Contact, Request, RingLeg):
        assert len(rows(hotline, table)) == 1, table


def test_three_calls_of_one_person_at_once_are_one_request(hotline: Hotline) -> None:
    lines = [Webhooks(hotline) for _ in range(3)]
    at_once(*(partial(line.call, n, CALLER) for n, line in enumerate(lines, 1)))
    assert len(rows(hotline, Call)) == len(rows(hotline, Contact)) == 3
    for table in (Caller, Request, Phone):
        assert len(rows(hotline, table)) == 1, table


def test_the_first_news_of_a_call_may_be_all_its_news_at_once(hotline: Hotline) -> None:
    incoming, message, status = (Webhooks(hotline) for _ in range(3))
    recorded = {"RecordingSid": sid("RE", 1), "RecordingDuration": "12", "Digits": "hangup"}
    over = incoming.form(1, CALLER, CallStatus="completed", CallDuration="20")
    at_once(
        partial(incoming.post, "/voice/incoming", **incoming.form(1, CALLER)),
        partial(message.post, "/voice/message", **{**over, **recorded}),
        partial(status.post, "/voice/status", **over),
    )
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    for table in (Caller, Contact, Request, Voicemail):
        assert len(rows(hotline, table)) == 1, table


def test_the_end_of_a_call_never_takes_its_message_away(hotline: Hotline) -> None:
    for number in range(1, 9):
        lines = [Webhooks(hotline) for _ in range(2)]
        lines[0].call(number, CALLER)
        over = lines[0].form(number, CALLER, CallStatus="completed")
        recorded = {"RecordingSid": sid("RE", number), "RecordingDuration": "12"}
        at_once(
            partial(lines[0].post, "/voice/message", **{**over, **recorded}),
            partial(lines[1].post, "/voice/status", **over),
        )
    assert {call.outcome for call in rows(hotline, Call)} == {CallOutcome.VOICEMAIL}


def test_two_listeners_who_press_one_at_once_are_not_both_joined(hotline: Hotline) -> None:
    phones = ["+33639980101", "+33639980102"]
    for phone in phones:
        add_listener(hotline, phone)
    line = Webhooks(hotline)
    ringing = line.call(1, CALLER)
    legs = {str(noun.text): str(noun.get("url")) for noun in ringing.verb("Dial")}

    def picks_up(number: int, phone: str) -> Callable[[], Document]:
        form = line.form(900 + number, To=phone, ParentCallSid=sid("CA", 1))
        asked = line.document(legs[phone], **form)
        return partial(line.document, str(asked.verb("Gather").get("action")), **form, Digits="1")

    answers = at_once(*[picks_up(number, phone) for number, phone in enumerate(phones)])
    joined = [answer for answer in answers if len(answer.root) == 0]
    assert len(joined) <= 1
    winner = only(hotline, Call).answered_by_id
    assert winner is not None
    line.document(
        str(ringing.verb("Dial").get("action")),
        **line.form(1, CALLER, DialCallStatus="completed", DialBridged="true"),
    )
    assert only(hotline, OutboxRow).phone_id == winner


def test_the_end_of_an_attempt_twice_at_once_begins_one_attempt(hotline: Hotline) -> None:
    add_listener(hotline, "+33639980101")
    add_listener(hotline, "+33639980102")
    lines = [Webhooks(hotline) for _ in range(2)]
    action = str(lines[0].call(1, CALLER).verb("Dial").get("action"))
    form = lines[0].form(1, CALLER, DialCallStatus="no-answer", DialBridged="false")
    answers = at_once(*(partial(line.document, action, **form) for line in lines))
    assert len({answer.response.data for answer in answers}) == 1
    assert (only(hotline, Call).attempt, only(hotline, Call).rung_seconds) == (2, 20)
    assert len(rows(hotline, RingLeg)) == 4
