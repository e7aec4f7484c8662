"""Texts over the day's ceiling leave the next day; urgent ones have a reserve, and senders at once agree."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Alert, OutboxRow, SpentDay
from hotline.models.status import OutboxState
from hotline.phone import PhoneNumber
from hotline.services import deliveries, outbox, people
from hotline.services.spending import held_back
from hotline.telephony.base import SentText
from tests.conftest import StoppedClock
from tests.journeys.conftest import PARIS
from tests.records import only, rows
from tests.services.spending.lives import limits
from tests.services.test_races import at_once
from tests.webhooks import sid

WORKERS = 4
TOMORROW_AT_NINE = datetime(2026, 11, 25, 9, 0, tzinfo=PARIS)


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that may write twenty texts a day, two of them only if they are urgent."""
    return limits(environment, monkeypatch, "[limits]\nsms_per_day = 20\n")


def write(hotline: Hotline, number: int, kind: str = "offer", until: datetime | None = None) -> bool:
    at = hotline.clock.now()

    def enter(session: Session) -> bool:
        phone = people.phone_for(session, PhoneNumber(f"+3363998{number:04}"), at)
        words = {"key": f"{kind}:{number}", "body": "Bonjour", "kind": kind}
        return outbox.enqueue(session, hotline.line, phone=phone, at=at, until=until, **words)

    return hotline.database.run(enter)


def sent(hotline: Hotline, texts: int) -> None:
    """So many texts have left today, those that were written yesterday among them."""
    with hotline.database.write() as session:
        day = hotline.line.day(hotline.clock.now())
        session.add(SpentDay(day=day, minutes_in=0, minutes_out=0, texts=texts, segments=texts))


def send_one(hotline: Hotline) -> bool:
    """What a clock does with the text due longest; False when none may leave."""
    at = hotline.clock.now()

    def claim(session: Session) -> outbox.ToSend | None:
        held_back.hold_back(session, hotline.line, at)
        return outbox.claim(session, at)

    text = hotline.database.run(claim)
    if text is None:
        return False
    taken = SentText(sid("SM", text.row_id), "queued")
    hotline.database.run(lambda session: deliveries.accepted(session, hotline.line, text.row_id, taken, at))
    return True


def drain(hotline: Hotline) -> int:
    count = 0
    while send_one(hotline):
        count += 1
    return count


def states(hotline: Hotline) -> list[str]:
    return [row.state.value for row in rows(hotline, OutboxRow)]


def test_what_is_written_over_the_ceiling_is_a_text_of_the_next_day(hotline: Hotline) -> None:
    assert all(write(hotline, number) for number in range(19))
    last = rows(hotline, OutboxRow)[-1]
    assert last.due_at == TOMORROW_AT_NINE
    assert last.created_at == TOMORROW_AT_NINE - timedelta(hours=9)
    assert [alert.kind for alert in rows(hotline, Alert)] == ["sms_ceiling"]


def test_what_would_be_too_late_the_next_day_is_not_written(hotline: Hotline) -> None:
    for number in range(18):
        write(hotline, number)
    assert not write(hotline, 18, until=hotline.clock.now() + timedelta(hours=4))


def test_answers_to_volunteers_and_the_contact_person_have_a_reserve(hotline: Hotline) -> None:
    for number in range(18):
        write(hotline, number)
    assert write(hotline, 18, "answer")
    assert write(hotline, 19, "contact_person")
    assert write(hotline, 20, "answer")
    due = [hotline.line.day(row.due_at).day for row in rows(hotline, OutboxRow)]
    assert due == [24] * 20 + [25]


def test_days_that_are_full_are_passed_over(hotline: Hotline, clock: StoppedClock) -> None:
    for number in range(40):
        assert write(hotline, number)
    days = [hotline.line.day(row.due_at).day for row in rows(hotline, OutboxRow)]
    assert days == [24] * 18 + [25] * 18 + [26] * 4


def test_one_person_is_never_written_to_more_often_for_having_waited(hotline: Hotline) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        phone = people.phone_for(session, PhoneNumber("+33639980001"), at)
        written = [
            outbox.enqueue(
                session, hotline.line, kind="offer", key=str(n), phone=phone, body="Bonjour", at=at
            )
            for n in range(7)
        ]
    assert written == [True] * 6 + [False]


def test_what_piled_up_leaves_up_to_the_ceiling_and_the_rest_the_next_day_by_itself(
    hotline: Hotline, clock: StoppedClock
) -> None:
    for number in range(6):
        write(hotline, number)
    sent(hotline, 15)
    assert drain(hotline) == 3
    assert states(hotline) == ["sent"] * 3 + ["queued"] * 3
    assert {row.due_at for row in rows(hotline, OutboxRow)[3:]} == {TOMORROW_AT_NINE}
    assert [alert.kind for alert in rows(hotline, Alert)] == ["sms_ceiling"]
    clock.set(TOMORROW_AT_NINE)
    assert drain(hotline) == 3


def test_what_cannot_wait_until_then_fails_and_says_why(hotline: Hotline) -> None:
    write(hotline, 1, until=hotline.clock.now() + timedelta(hours=4))
    sent(hotline, 18)
    assert drain(hotline) == 0
    row = only(hotline, OutboxRow)
    assert row.state is OutboxState.FAILED
    assert "plafond" in str(row.error)


def test_urgent_texts_leave_from_the_reserve_and_no_further(hotline: Hotline) -> None:
    for number in range(4):
        write(hotline, number, "answer")
    sent(hotline, 18)
    assert drain(hotline) == 2
    assert states(hotline) == ["sent"] * 2 + ["queued"] * 2
    assert {row.due_at for row in rows(hotline, OutboxRow)[2:]} == {TOMORROW_AT_NINE}, "not at midnight"


def test_senders_at_the_same_moment_overshoot_by_no_more_than_their_number(hotline: Hotline) -> None:
    for number in range(18):
        write(hotline, number)
    sent(hotline, 10)
    left = sum(at_once(*[lambda: drain(hotline)] * WORKERS))
    assert 8 <= left <= 8 + WORKERS - 1
    assert only(hotline, SpentDay).texts == 10 + left
