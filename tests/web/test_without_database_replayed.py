"""What came while the database was away is carried out once, in order, as of the moment at which it came."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from hotline import replay
from hotline.bootstrap import Hotline
from hotline.crypto import KeyRing
from hotline.db import DatabaseError, patience
from hotline.db.outage import FAILURES_IN_A_ROW, Outage
from hotline.models import (
    Alert,
    Assignment,
    Call,
    Contact,
    EarlyReceipt,
    Message,
    OutboxRow,
    Request,
    RingLeg,
    Voicemail,
)
from hotline.models.status import AssignmentState, CallOutcome, LegState, VoicemailState
from hotline.services import remembered
from hotline.spool import Event, Spool
from scheduler import timetable
from tests.conftest import StoppedClock
from tests.people import add_listener, add_volunteer
from tests.records import only, rows
from tests.served import lender
from tests.webhooks import Webhooks, sid

ODETTE, CAMILLE, LISTENER = "+33199000201", "+33639980101", "+33639980102"
MESSAGE = {"RecordingSid": sid("RE", 1), "RecordingDuration": "12", "Digits": "hangup"}


@contextmanager
def away(hotline: Hotline) -> Iterator[None]:
    """Nothing can be begun with this database for a while."""

    def refuse(*_asked: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("away"))

    event.listen(hotline.database.engine, "begin", refuse)
    yield
    event.remove(hotline.database.engine, "begin", refuse)


def a_call_in_the_dark(line: Webhooks, clock: StoppedClock, number: int = 1) -> None:
    """A caller hears the apology, leaves a message, hangs up: four webhooks in half a minute."""
    line.call(number, ODETTE)
    clock.advance(timedelta(seconds=20))
    line.document("/voice/message", **line.form(number, ODETTE, CallStatus="completed", **MESSAGE))
    ended = line.form(number, ODETTE, CallStatus="completed", CallDuration="32")
    assert line.post("/voice/status", **ended).status_code == 204
    news = {"CallSid": sid("CA", number), "RecordingStatus": "completed", **MESSAGE}
    assert line.post("/voice/recording", **news).status_code == 204


def test_a_whole_call_is_there_as_if_nothing_had_been(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    began = clock.now()
    with away(hotline):
        a_call_in_the_dark(line, clock)
    clock.advance(timedelta(hours=5))
    assert replay.empty(hotline) == 4
    call, message = only(hotline, Call), only(hotline, Voicemail)
    assert (call.started_at, call.ended_at) == (began, began + timedelta(seconds=20))
    assert call.outcome is CallOutcome.VOICEMAIL
    assert (message.recording_sid, message.state) == (sid("RE", 1), VoicemailState.EXPECTED)
    assert only(hotline, Request).opened_at == only(hotline, Contact).at == began
    assert replay.empty(hotline) == 0


def test_who_left_a_message_is_thanked_although_nothing_can_be_written(
    hotline: Hotline, line: Webhooks
) -> None:
    with away(hotline):
        form = line.form(1, ODETTE, CallStatus="in-progress", **MESSAGE)
        assert "Merci de votre message" in line.document("/voice/message", **form).said


def test_what_came_twice_or_has_come_since_changes_nothing(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    with away(hotline):
        for _ in range(2):
            a_call_in_the_dark(line, clock)
            line.text("Rappelez-moi", CAMILLE)
    a_call_in_the_dark(line, clock)
    assert replay.empty(hotline) == 10
    assert only(hotline, Voicemail).recording_sid == sid("RE", 1)
    assert only(hotline, Call).outcome is CallOutcome.VOICEMAIL
    assert len(rows(hotline, Contact)) == len(rows(hotline, Request)) == 2
    assert len([text for text in rows(hotline, Message) if text.direction == "inbound"]) == 1


def test_texts_are_read_in_the_order_in_which_they_were_written(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    """The second word is written when the database is back, before the first has been carried out."""
    add_volunteer(hotline, "Camille", CAMILLE)
    line.text("Rappelez-moi", "+33639980001")
    timetable.run_due(hotline)
    with away(hotline):
        line.text("NON", CAMILLE, number=2)
    line.text("OUI", CAMILLE, number=3)
    assert len(hotline.spool.waiting()) == 2, "it waits behind the first"
    assert only(hotline, Assignment).state is AssignmentState.OFFERED
    assert replay.empty(hotline) == 2
    assert only(hotline, Assignment).state is AssignmentState.DECLINED
    line.text("Merci", CAMILLE, number=4)
    assert hotline.spool.waiting() == []


def test_a_text_carried_out_hours_later_counts_as_of_its_moment_and_is_not_acknowledged(
    hotline: Hotline, line: Webhooks, clock: StoppedClock
) -> None:
    written = clock.now()
    with away(hotline):
        line.text("Rappelez-moi", CAMILLE)
    clock.advance(timedelta(hours=5))
    replay.empty(hotline)
    assert only(hotline, Request).opened_at == only(hotline, Message).created_at == written
    assert rows(hotline, OutboxRow) == []


def test_what_is_kept_are_webhooks_of_ours_and_all_news_that_nobody_hears(hotline: Hotline) -> None:
    webhooks = {rule.rule for rule in lender.lend(hotline).url_map.iter_rules()}
    assert set(remembered.KEPT) <= webhooks
    news = ("/status", "/recording", "/leg", "/machine", "/message", "/ended", "/incoming", "/rung")
    assert {
        rule for rule in webhooks if rule.startswith(("/voice/", "/sms/")) and rule.endswith(news)
    } <= set(remembered.KEPT)


def test_a_receipt_is_not_lost(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        form = {"MessageSid": sid("SM", 7), "MessageStatus": "delivered"}
        assert line.post("/sms/status", **form).status_code == 200
    assert replay.empty(hotline) == 1
    assert only(hotline, EarlyReceipt).status == "delivered"


@pytest.mark.parametrize(
    ("news", "outcome"),
    [
        ({"DialCallStatus": "completed", "DialBridged": "true"}, CallOutcome.ANSWERED),
        ({"DialCallStatus": "no-answer", "DialBridged": "false"}, CallOutcome.IN_PROGRESS),
        ({"DialCallStatus": "canceled", "CallStatus": "completed"}, CallOutcome.HUNG_UP),
    ],
)
def test_how_the_ringing_ended_is_noted_and_nobody_is_rung_for_a_caller_who_has_left(
    hotline: Hotline, line: Webhooks, news: dict[str, str], outcome: CallOutcome
) -> None:
    add_listener(hotline, LISTENER)
    line.call(1, ODETTE)
    with away(hotline):
        line.document("/voice/rung?attempt=1", **line.form(1, ODETTE, **news))
    assert replay.empty(hotline) == 1
    call = only(hotline, Call)
    assert (call.outcome, call.attempt, len(rows(hotline, RingLeg))) == (outcome, 1, 1)
    assert (call.invited_at is not None) is (outcome is CallOutcome.IN_PROGRESS)


def test_a_caller_who_was_heard_after_all_is_left_where_they_are(hotline: Hotline, line: Webhooks) -> None:
    add_listener(hotline, LISTENER)
    with away(hotline):
        line.call(1, ODETTE)
    assert line.call(1, ODETTE).has("Dial"), "the carrier had asked once more"
    assert replay.empty(hotline) == 1
    assert only(hotline, Call).invited_at is None
    assert only(hotline, RingLeg).state is LegState.RINGING


def test_what_somebody_asked_by_key_is_not_done_behind_their_back(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        for path in ("/voice/pressed?leg=1", "/voice/offer?assignment=1", "/voice/report?callback=1"):
            answer = line.document(path, **line.form(1, CAMILLE, Digits="1"))
            assert "une panne" in answer.said
    assert hotline.spool.waiting() == []


def test_what_cannot_be_read_or_done_stands_in_nobodys_way(
    hotline: Hotline, line: Webhooks, logged: Sequence[Any]
) -> None:
    with away(hotline):
        line.text("un", CAMILLE, number=1)
        line.text("deux", CAMILLE, number=2)
    spoilt = hotline.spool.waiting()[0]
    (hotline.spool.folder / spoilt).write_bytes(b"spoilt")
    hotline.spool.keep(Event("/voice/nowhere", {}, {}, hotline.clock.now()))
    hotline.spool.keep(Event("/sms/incoming", {}, {"Body": "nobody"}, hotline.clock.now()))
    stranger = Spool(hotline.spool.folder, KeyRing([b"o" * 32]))
    stranger.keep(Event("/sms/incoming", {}, {}, hotline.clock.now()))
    assert replay.empty(hotline) == 2, "the second text, and one that names nothing"
    assert hotline.spool.waiting() == []
    assert len(hotline.spool.aside()) == 3
    assert only_inbound(hotline) == ["deux"]
    told = [alert for alert in rows(hotline, Alert) if alert.kind == replay.UNREADABLE]
    assert {alert.detail for alert in told} == set(hotline.spool.aside())
    assert [entry["event"] for entry in logged].count("spool_event_aside") == 3


def only_inbound(hotline: Hotline) -> list[str]:
    return [text.body for text in rows(hotline, Message) if text.direction == "inbound"]


def test_what_the_database_is_still_away_for_goes_on_waiting(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        for number in range(1, 5):
            line.text("Bonjour", f"+3363998000{number}", number=number)
        (hotline.spool.folder / hotline.spool.waiting()[0]).write_bytes(b"spoilt")
        assert replay.empty(hotline) == 0
        assert len(hotline.spool.waiting()) == 4
        assert hotline.spool.aside() == [], "nobody could have been told"
    assert replay.empty(hotline) == 3


def test_what_comes_first_is_overtaken_only_when_it_alone_cannot_be_done(
    hotline: Hotline, line: Webhooks
) -> None:
    with away(hotline):
        for number in range(1, 4):
            line.text(f"{number}", CAMILLE, number=number)
    refusals = iter([True, False, True])

    def refuse(*_asked: object) -> None:
        if next(refusals, False):
            raise OperationalError("BEGIN", {}, Exception("away"))

    event.listen(hotline.database.engine, "begin", refuse)
    assert replay.empty(hotline) == 2, "the first had failed, then the database answered, and it failed again"
    event.remove(hotline.database.engine, "begin", refuse)
    assert replay.empty(hotline) == 1
    with away(hotline):
        line.text("4", CAMILLE, number=4)
        line.text("5", CAMILLE, number=5)
    refusals = iter([True])
    event.listen(hotline.database.engine, "begin", refuse)
    assert replay.empty(hotline) == 2
    event.remove(hotline.database.engine, "begin", refuse)
    assert only_inbound(hotline) == ["2", "3", "1", "4", "5"]


def test_a_process_that_dies_in_between_does_nothing_twice(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        line.text("Bonjour", CAMILLE)
    (name,) = hotline.spool.waiting()
    again = (hotline.spool.folder / name).read_bytes()
    assert replay.empty(hotline) == 1
    (hotline.spool.folder / name).write_bytes(again)
    assert replay.empty(hotline) == 1
    assert len(rows(hotline, Request)) == 1
    assert len([row for row in rows(hotline, OutboxRow) if row.kind == "acknowledgement"]) == 1


def test_the_clock_empties_the_spool_where_no_web_does(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        line.text("Bonjour", CAMILLE)
    done = {ran.name: ran.says for ran in timetable.run_due(hotline)}
    assert done["reprise après une panne"] == "1 événements gardés pendant la panne repris"
    assert hotline.spool.waiting() == []


def test_the_web_empties_its_spool_by_itself(hotline: Hotline, line: Webhooks) -> None:
    with away(hotline):
        line.text("Bonjour", CAMILLE, number=1)
    written = threading.Event()
    event.listen(hotline.database.engine, "commit", lambda _connection: written.set())
    replayer = replay.Replayer(hotline, pause=0.01)
    replayer.start()
    assert written.wait(10), "what a process before it had left"
    replayer.stop()
    assert hotline.spool.waiting() == []
    written.clear()
    replayer = replay.Replayer(hotline, pause=0.01)
    replayer.start()
    with away(hotline):
        line.text("Encore moi", CAMILLE, number=2)
    assert written.wait(10), "what came since"
    replayer.stop()
    assert only_inbound(hotline) == ["Bonjour", "Encore moi"]


def test_one_asks_whether_it_is_back_and_nobody_else_in_a_hurry_waits() -> None:
    outage = Outage("writing")
    for _ in range(FAILURES_IN_A_ROW):
        assert not outage.lasts
        with pytest.raises(OperationalError), outage.watched():
            raise OperationalError("x", {}, Exception("away"))
    assert outage.lasts
    with patience.within(1), outage.watched(), pytest.raises(DatabaseError), outage.watched():
        raise AssertionError("nobody should have been let in")
    assert not outage.lasts
