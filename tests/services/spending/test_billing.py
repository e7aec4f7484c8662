"""What the carrier bills is added up once, on the day on which it began."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Call, OutboxRow, SpentDay
from hotline.models.status import CallOutcome, Direction
from hotline.phone import PhoneNumber
from hotline.services import deliveries, outbox, people
from hotline.services.spending import billing
from hotline.telephony.base import SentText
from tests.conftest import StoppedClock
from tests.people import add_listener
from tests.records import only, rows
from tests.services.spending.lives import begin, joined, over
from tests.services.test_races import at_once
from tests.webhooks import Webhooks, sid


def spent(hotline: Hotline) -> tuple[int, int, int, int]:
    day = only(hotline, SpentDay)
    return day.minutes_in, day.minutes_out, day.texts, day.segments


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (7200, 120), (-1, 0)])
def test_every_minute_that_has_begun_is_billed(seconds: int, minutes: int) -> None:
    assert billing.billed(seconds) == minutes


def test_both_legs_of_a_conversation_count_once_however_often_they_are_told(hotline: Hotline) -> None:
    call = begin(hotline, hotline.clock.now())
    for _ in range(2):
        joined(hotline, call, 601)
        over(hotline, call, 661)
    assert spent(hotline) == (12, 11, 0, 0)


def test_somebody_dialled_again_in_the_same_call_counts_again(hotline: Hotline) -> None:
    call = begin(hotline, hotline.clock.now())
    joined(hotline, call, 30, leg=1)
    joined(hotline, call, 90, leg=2)
    assert only(hotline, Call).joined_minutes == 3
    assert spent(hotline) == (0, 3, 0, 0)


def test_what_a_lost_webhook_left_to_guess_is_corrected_by_the_news(hotline: Hotline) -> None:
    call = begin(hotline, hotline.clock.now())
    with hotline.database.write() as session:
        session.get_one(Call, call).ended_at = hotline.clock.now() + timedelta(minutes=9)
    over(hotline, call, None)
    assert spent(hotline) == (9, 0, 0, 0)
    over(hotline, call, 130)
    assert spent(hotline) == (3, 0, 0, 0)
    over(hotline, call, None)
    assert spent(hotline) == (3, 0, 0, 0), "a guess never wins over news"


def test_a_call_that_we_made_is_an_outgoing_one(hotline: Hotline) -> None:
    over(hotline, begin(hotline, hotline.clock.now(), Direction.OUTBOUND), 61)
    assert spent(hotline) == (0, 2, 0, 0)


def test_a_call_over_midnight_counts_on_the_day_on_which_it_began(hotline: Hotline) -> None:
    late = datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    over(hotline, begin(hotline, late), 7200)
    assert str(only(hotline, SpentDay).day) == "2026-11-24"
    over(hotline, begin(hotline, late + timedelta(minutes=1)), 60)
    assert [str(row.day) for row in rows(hotline, SpentDay)] == ["2026-11-24", "2026-11-25"]


def test_many_that_add_at_once_lose_nothing(hotline: Hotline) -> None:
    calls = [begin(hotline, hotline.clock.now()) for _ in range(8)]
    at_once(*[lambda call=call: over(hotline, call, 90) for call in calls])
    assert spent(hotline) == (16, 0, 0, 0)


def test_a_text_counts_when_the_carrier_takes_it_once_with_its_segments(hotline: Hotline) -> None:
    at = hotline.clock.now()

    with hotline.database.write() as session:
        phone = people.phone_for(session, PhoneNumber("+33639980001"), at)
        outbox.enqueue(session, hotline.line, kind="answer", key="k", phone=phone, body="a" * 200, at=at)
    assert rows(hotline, SpentDay) == [], "nothing has left yet"
    for _ in range(2):
        with hotline.database.write() as session:
            row = only(hotline, OutboxRow)
            deliveries.accepted(session, hotline.line, row.id, SentText(sid("SM", 1), "queued"), at)
    assert spent(hotline) == (0, 0, 1, 2)


def test_a_listeners_conversation_is_billed_from_what_the_carrier_tells(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    add_listener(hotline, "+33639980101")
    on_ended = str(line.call(1).verb("Dial").get("action"))
    ended = {"DialCallStatus": "completed", "DialBridged": "true", "DialCallSid": sid("CA", 90)}
    clock.advance(timedelta(minutes=20))
    line.document(on_ended, **line.form(1, DialCallDuration="1150", **ended))
    line.post("/voice/status", **line.form(1, CallStatus="completed", CallDuration="1190"))
    assert only(hotline, Call).outcome is CallOutcome.ANSWERED
    assert spent(hotline)[:2] == (20, 20)
