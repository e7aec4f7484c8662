"""A caller for whom the line does not ring until a date."""

from datetime import date, timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Boundary, Call, Caller, Contact, Request, Voicemail
from hotline.models.status import CallOutcome
from hotline.services.desk import boundaries
from tests.conftest import StoppedClock
from tests.people import add_caller, add_listener
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

LUCIEN = "+33639980001"
SUNDAY = date(2026, 11, 29)


@pytest.fixture
def lucien(hotline: Hotline) -> int:
    """Somebody known, a listener on duty, and a boundary until Sunday evening."""
    add_listener(hotline, "+33639980101")
    caller_id = add_caller(hotline, LUCIEN, "Lucien")
    keep_apart(hotline, caller_id)
    return caller_id


def keep_apart(hotline: Hotline, caller_id: int) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        caller = session.get_one(Caller, caller_id)
        boundaries.begin(
            *(session, hotline.line, caller), last_day=SUNDAY, reason="Insultes", author="Camille", at=at
        )


def test_nobody_is_rung_and_kind_words_invite_a_message(
    hotline: Hotline, line: Webhooks, lucien: int
) -> None:
    document = line.call(1, LUCIEN)
    assert document.has("Record")
    assert not document.has("Dial")
    assert "Merci de votre appel" in document.said
    assert only(hotline, Call).caller_id == lucien
    assert only(hotline, Contact).caller_id == lucien
    assert rows(hotline, Request) == []


def test_a_repeated_webhook_hears_the_same_even_if_the_boundary_was_lifted_meanwhile(
    hotline: Hotline, line: Webhooks, lucien: int
) -> None:
    first = line.call(1, LUCIEN).said
    with hotline.database.write() as session:
        boundaries.lift(session, session.get_one(Boundary, 1), hotline.clock.now())
    assert line.call(1, LUCIEN).said == first
    assert only(hotline, Contact).caller_id == lucien


def test_a_message_left_behind_a_boundary_is_kept_and_opens_no_request(
    hotline: Hotline, line: Webhooks, lucien: int
) -> None:
    line.call(1, LUCIEN)
    over = {"CallStatus": "completed", "RecordingSid": sid("RE", 1), "RecordingDuration": "12"}
    line.document("/voice/message", **line.form(1, LUCIEN, **over, Digits="hangup"))
    assert only(hotline, Voicemail).call.caller_id == lucien
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert rows(hotline, Request) == []


def test_a_boundary_ends_by_itself_on_the_evening_of_its_last_day(
    hotline: Hotline, line: Webhooks, lucien: int, clock: StoppedClock
) -> None:
    clock.advance(timedelta(days=6))
    assert line.call(2, LUCIEN).has("Dial")
    assert only(hotline, Request).caller_id == lucien


def test_somebody_behind_the_same_telephone_is_never_turned_away_for_another(
    hotline: Hotline, line: Webhooks, lucien: int
) -> None:
    wife = add_caller(hotline, LUCIEN, "Odette")
    assert line.call(1, LUCIEN).has("Dial")
    keep_apart(hotline, wife)
    assert not line.call(2, LUCIEN).has("Dial")
