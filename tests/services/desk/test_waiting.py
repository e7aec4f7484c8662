"""What waits for the desk, and what nobody looks after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Callback, Request, Voicemail
from hotline.models.status import CallbackState
from hotline.services import alerts as raising
from hotline.services.desk import alerts, waiting
from hotline.services.desk.waiting import Ageing
from tests.conftest import StoppedClock
from tests.inbox import leave, settled
from tests.people import add_caller, add_volunteer
from tests.records import only
from tests.relations import calls, give, offer, waits
from tests.webhooks import Webhooks, sid

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ask(hotline: Hotline, what: Callable[..., Any], *arguments: Any) -> Any:
    with hotline.database.read() as session:
        return what(session, *arguments)


def age_request(hotline: Hotline, by: timedelta) -> None:
    def turn_back(session: Session) -> None:
        session.query(Request).one().opened_at -= by

    hotline.database.run(turn_back)


@pytest.mark.parametrize(
    ("waited", "age"),
    [
        (DAY, Ageing.FRESH),
        (1.5 * DAY, Ageing.FRESH),
        (1.6 * DAY, Ageing.AGEING),
        (3 * DAY, Ageing.AGEING),
        (3 * DAY + HOUR, Ageing.LATE),
    ],
)
def test_a_message_ages_from_half_of_the_time_it_may_wait(
    clock: StoppedClock, waited: timedelta, age: Ageing
) -> None:
    assert waiting.ageing(clock.now() - waited, 3 * DAY, clock.now()) is age


def test_a_message_heard_and_left_is_nobodys(hotline: Hotline) -> None:
    leave(hotline, heard_at=hotline.clock.now())
    settled(hotline)
    (alone,) = ask(hotline, waiting.nobodys, hotline.line, hotline.clock.now()).rows
    assert alone.message.caller.names == "Odette Martin"


def test_a_request_that_has_waited_too_long_is_nobodys_and_a_younger_one_waits(hotline: Hotline) -> None:
    waits(hotline, add_caller(hotline, "+33199000201", "Odette Martin"))
    at = hotline.clock.now()
    assert len(ask(hotline, waiting.unassigned, hotline.line, at).rows) == 1
    assert ask(hotline, waiting.nobodys, hotline.line, at).rows == []
    age_request(hotline, hotline.line.config.callbacks.one_off_within)
    assert ask(hotline, waiting.unassigned, hotline.line, at).rows == []
    assert len(ask(hotline, waiting.nobodys, hotline.line, at).rows) == 1


def test_what_nobody_takes_stands_with_what_is_nobodys_the_oldest_first(hotline: Hotline) -> None:
    at = hotline.clock.now()
    leave(hotline, ago=HOUR, heard_at=at)
    settled(hotline)
    hotline.database.run(lambda session: raising.raise_alert(session, "nobody_takes", "k", at - 2 * HOUR))
    rows = ask(hotline, waiting.nobodys, hotline.line, at).rows
    assert [row.alert is not None for row in rows] == [True, False]


def test_an_offer_without_answer_names_its_volunteer(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101")
    offer(hotline, waits(hotline, add_caller(hotline, "+33199000201", "Odette Martin")), camille)
    (row,) = ask(hotline, waiting.offers).rows
    assert (row.volunteer, row.caller.names) == ("Camille", "Odette Martin")


def test_a_call_is_late_from_its_hour_on_until_it_is_made_or_covered(
    hotline: Hotline, clock: StoppedClock
) -> None:
    camille = add_volunteer(hotline, "Camille", "+33639980101")
    held = give(hotline, add_caller(hotline, "+33199000201", "Odette Martin"), camille)
    call = calls(hotline, held)[0]
    clock.set(call.due_at - HOUR)
    assert ask(hotline, waiting.late_calls, clock.now()).rows == []
    clock.set(call.due_at + HOUR)
    (late,) = ask(hotline, waiting.late_calls, clock.now()).rows
    assert (late.callback.id, late.volunteer) == (call.id, "Camille")

    def made(session: Session) -> None:
        session.get_one(Callback, call.id).state = CallbackState.MADE

    hotline.database.run(made)
    assert ask(hotline, waiting.late_calls, clock.now()).rows == []


def test_at_most_eight_rows_are_shown_and_the_rest_is_announced(hotline: Hotline) -> None:
    for _ in range(waiting.ROWS):
        leave(hotline)
    assert not ask(hotline, waiting.messages, hotline.clock.now()).more
    leave(hotline)
    block = ask(hotline, waiting.messages, hotline.clock.now())
    assert (len(block.rows), block.more) == (waiting.ROWS, True)


def test_the_counts_are_what_asks_for_a_hand(hotline: Hotline) -> None:
    leave(hotline)
    leave(hotline, None, None)
    leave(hotline, heard_at=hotline.clock.now())
    hotline.database.run(
        lambda session: raising.raise_alert(session, "sms_ceiling", "k", hotline.clock.now())
    )
    counts = ask(hotline, waiting.counts, hotline.line, hotline.clock.now())
    assert counts == waiting.Counts(
        messages=2, left=1, mails=0, alerts=1, requests=2, stuck=1, calls=0, needs=0
    )


def test_an_alert_is_closed_once_with_a_name_and_opened_again(hotline: Hotline) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: raising.raise_alert(session, "sms_ceiling", "k", at))
    assert hotline.database.run(lambda session: alerts.close(session, 1, "Nadia", at))
    assert not hotline.database.run(lambda session: alerts.close(session, 1, "Paul", at))
    with hotline.database.read() as session:
        (closed,) = alerts.part(session, closed=True).alerts
        assert alerts.part(session, closed=False).alerts == []
    assert closed.alert.closed_by == "Nadia"
    assert hotline.database.run(lambda session: alerts.reopen(session, 1))
    assert not hotline.database.run(lambda session: alerts.reopen(session, 1))


def test_a_telemarketer_who_leaves_a_message_is_marked_by_the_webhooks(hotline: Hotline) -> None:
    line = Webhooks(hotline)
    line.call(caller="+33162000004")
    news = {"CallSid": sid("CA", 1), "RecordingSid": sid("RE", 1), "RecordingStatus": "completed"}
    line.post("/voice/recording", **news, RecordingDuration="12")
    assert only(hotline, Voicemail).telemarketing
