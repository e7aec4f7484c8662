"""Texts to be sent: under the ceilings, claimed once, taken, refused, arrived, lost, doubted, opted out."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Alert, EarlyReceipt, Message, OutboxRow, Phone, Volunteer
from hotline.models.status import Direction, OutboxState
from hotline.phone import PhoneNumber
from hotline.services import deliveries, exports, optouts, outbox, people
from hotline.settings import load
from hotline.telephony.base import CarrierText, SentText, TelephonyError
from hotline.telephony.errors import refusal
from hotline.telephony.webhooks import TextReceipt
from tests.conftest import LINE, StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.webhooks import sid

LUCIEN, CAMILLE = "+33639980001", "+33639980101"
SENT = SentText(sid("SM", 1), "queued")


def enqueue(hotline: Hotline, key: str = "one", number: str = LUCIEN, kind: str = "answer") -> bool:
    at = hotline.clock.now()

    def write(session: Session) -> bool:
        phone = people.phone_for(session, PhoneNumber(number), at)
        return outbox.enqueue(
            session, hotline.line, kind=kind, key=key, phone=phone, body=f"Bonjour {key}", at=at
        )

    return hotline.database.run(write)


def claim(hotline: Hotline) -> outbox.ToSend | None:
    return hotline.database.run(lambda session: outbox.claim(session, hotline.clock.now()))


def claimed(hotline: Hotline) -> outbox.ToSend:
    text = claim(hotline)
    assert text is not None
    return text


def take(hotline: Hotline, row_id: int, sent: SentText = SENT) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: deliveries.accepted(session, hotline.line, row_id, sent, at))


def refuse(hotline: Hotline, row_id: int, error: TelephonyError) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: deliveries.refused(session, hotline.line, row_id, error, at))


def receive(hotline: Hotline, status: str, code: int | None = None, number: int = 1) -> None:
    news, at = TextReceipt(sid("SM", number), status, code), hotline.clock.now()
    hotline.database.run(lambda session: deliveries.receipt(session, hotline.line, news, at))


def catch_up(hotline: Hotline) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: deliveries.catch_up(session, hotline.line, at))


def doubts(hotline: Hotline) -> list[deliveries.Doubt]:
    at = hotline.clock.now()

    def look(session: Session) -> list[deliveries.Doubt]:
        deliveries.abandon_stale(session, at)
        return deliveries.doubts(session, at, 20)

    return hotline.database.run(look)


def resolve(hotline: Hotline, doubt: deliveries.Doubt, log: Sequence[CarrierText]) -> None:
    at = hotline.clock.now()
    hotline.database.run(lambda session: deliveries.resolve(session, hotline.line, doubt, log, at))


def refused_with(code: int, status: int = 400, **headers: str) -> TelephonyError:
    return refusal(status=status, answer={"code": code}, headers=headers, writing=True)


def in_log(at: datetime, body: str = "Bonjour one", status: str = "sent", number: int = 1) -> CarrierText:
    return CarrierText(sid("SM", number), LUCIEN, LINE, body, status, None, at, "outbound-api")


def set_phone(hotline: Hotline, change: Callable[[Phone], None]) -> None:
    with hotline.database.write() as session:
        change(session.get_one(Phone, only(hotline, Phone).id))


class TestCeilings:
    def test_a_key_is_written_once(self, hotline: Hotline) -> None:
        assert enqueue(hotline)
        assert not enqueue(hotline)
        assert len(rows(hotline, OutboxRow)) == 1

    def test_a_person_gets_so_many_texts_a_day_and_again_the_next(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        assert [enqueue(hotline, str(number)) for number in range(7)] == [True] * 6 + [False]
        assert enqueue(hotline, "other", CAMILLE)
        clock.advance(timedelta(hours=10))
        assert enqueue(hotline, "tomorrow")

    def test_the_line_writes_so_many_texts_a_day_and_says_so_once(
        self, hotline: Hotline, environment: Path
    ) -> None:
        rules = environment / "hotline.toml"
        rules.write_text("[limits]\nsms_per_day = 2\n")
        small = bootstrap.build(load(HOTLINE_CONFIG=str(rules)), hotline.clock)
        numbers = ["+33639980001", "+33639980002", "+33639980003"]
        assert all(enqueue(small, number, number) for number in numbers)
        assert [f"{small.line.local(row.due_at):%d %H}" for row in rows(hotline, OutboxRow)] == [
            "24 14",
            "24 14",
            "25 09",
        ]
        assert [alert.kind for alert in rows(hotline, Alert)] == ["sms_ceiling"]
        small.database.close()

    def test_texts_go_to_french_mobiles_only_overseas_ones_included(self, hotline: Hotline) -> None:
        for number in ("+33199000201", "+32470123456", "+33899000000"):
            assert not enqueue(hotline, number, number)
        assert enqueue(hotline, "La Réunion", "+262692000000")


class TestSending:
    def test_the_text_due_longest_is_claimed_first_and_only_once(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline, "first")
        clock.advance(timedelta(seconds=1))
        enqueue(hotline, "second")
        bodies = [text.body for text in iter(lambda: claim(hotline), None)]
        assert bodies == ["Bonjour first", "Bonjour second"]
        assert {(row.state, row.attempts) for row in rows(hotline, OutboxRow)} == {(OutboxState.SENDING, 1)}

    def test_a_text_taken_is_logged_with_its_sid_and_its_person(self, hotline: Hotline) -> None:
        caller, volunteer = add_caller(hotline, LUCIEN), add_volunteer(hotline, "Camille", CAMILLE)
        enqueue(hotline, "to the caller", LUCIEN)
        enqueue(hotline, "to the volunteer", CAMILLE)
        for number in (1, 2):
            take(hotline, claimed(hotline).row_id, SentText(sid("SM", number), "queued"))
        first, second = rows(hotline, Message)
        assert (first.caller_id, first.volunteer_id) == (caller, None)
        assert (second.caller_id, second.volunteer_id) == (None, volunteer)
        assert (first.direction, first.from_number, first.to_number) == (Direction.OUTBOUND, LINE, LUCIEN)
        assert [row.sid for row in rows(hotline, OutboxRow)] == [first.sid, second.sid]

    def test_exports_of_texts_and_of_the_outbox_agree(self, hotline: Hotline) -> None:
        enqueue(hotline)
        take(hotline, claimed(hotline).row_id)
        receive(hotline, "delivered")
        with hotline.database.read() as session:
            (message,) = exports.rows(session, "messages", hotline.line.zone)
            (row,) = exports.rows(session, "outbox", hotline.line.zone)
        assert (message["sid"], message["to"], message["status"]) == (SENT.sid, LUCIEN, "delivered")
        assert (row["to"], row["state"], row["attempts"]) == (LUCIEN, "delivered", 1)
        assert row["sent_at"] == message["created_at"]

    def test_a_text_too_old_to_make_sense_is_not_sent(self, hotline: Hotline, clock: StoppedClock) -> None:
        enqueue(hotline)
        clock.advance(timedelta(hours=24))
        assert claim(hotline) is None
        assert only(hotline, OutboxRow).state is OutboxState.FAILED

    def test_a_text_written_while_the_person_said_stop_does_not_leave(self, hotline: Hotline) -> None:
        enqueue(hotline)
        set_phone(hotline, lambda phone: setattr(phone, "stopped_at", hotline.clock.now()))
        assert claim(hotline) is None
        row = only(hotline, OutboxRow)
        assert (row.state, row.error_code) == (OutboxState.FAILED, 21610)


class TestRefusals:
    @pytest.mark.parametrize(
        ("error", "seconds"),
        [
            (refused_with(20429, 429), 5),
            (refused_with(20429, 429, **{"Retry-After": "7"}), 7),
            (refused_with(21611), 600),
            (refused_with(20003, 401), 3600),
            (TelephonyError("injoignable", permanent=False), 5),
        ],
    )
    def test_what_was_not_processed_is_tried_again_later(
        self, hotline: Hotline, clock: StoppedClock, error: TelephonyError, seconds: int
    ) -> None:
        enqueue(hotline)
        refuse(hotline, claimed(hotline).row_id, error)
        row = only(hotline, OutboxRow)
        assert (row.state, row.error_code) == (OutboxState.QUEUED, error.code)
        assert row.due_at == clock.now() + timedelta(seconds=seconds)
        assert claim(hotline) is None
        clock.advance(timedelta(seconds=seconds))
        assert claimed(hotline).row_id == row.id

    def test_the_tries_come_further_and_further_apart_and_end_after_a_day(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline)
        waits = []
        while text := claim(hotline):
            refuse(hotline, text.row_id, refused_with(20429, 429))
            row = only(hotline, OutboxRow)
            waits.append((row.due_at - clock.now()).total_seconds())
            clock.set(max(row.due_at, clock.now()))
        assert waits[:5] == [5, 30, 120, 600, 1800]
        assert only(hotline, OutboxRow).state is OutboxState.FAILED
        assert only(hotline, Alert).kind == "text_failed"

    @pytest.mark.parametrize("code", [21211, 21408, 21606, 21614, 30005])
    def test_a_permanent_error_is_shown_and_not_repeated(self, hotline: Hotline, code: int) -> None:
        enqueue(hotline)
        refuse(hotline, claimed(hotline).row_id, refused_with(code))
        row, alert = only(hotline, OutboxRow), only(hotline, Alert)
        assert (row.state, row.error_code, alert.kind) == (OutboxState.FAILED, code, "text_failed")
        assert alert.detail
        assert claim(hotline) is None
        assert only(hotline, Phone).textable is (code in {21408, 21606})

    def test_an_opt_out_known_to_the_carrier_becomes_ours(self, hotline: Hotline) -> None:
        enqueue(hotline, "one")
        enqueue(hotline, "two")
        refuse(hotline, claimed(hotline).row_id, refused_with(21610))
        assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.FAILED}
        assert only(hotline, Phone).stopped_at is not None
        assert not rows(hotline, Alert)

    def test_no_second_try_after_a_stop_that_came_meanwhile(self, hotline: Hotline) -> None:
        enqueue(hotline)
        text = claimed(hotline)
        at = hotline.clock.now()
        hotline.database.run(
            lambda session: optouts.stop(session, people.phone_for(session, PhoneNumber(LUCIEN), at), "x", at)
        )
        refuse(hotline, text.row_id, refused_with(20429, 429))
        assert only(hotline, OutboxRow).state is OutboxState.FAILED


class TestReceipts:
    def test_receipts_move_forward_only_in_whatever_order_they_come(self, hotline: Hotline) -> None:
        for number, order in enumerate(permutations(["sent", "delivered", "queued", "answer"]), start=1):
            enqueue(hotline, str(number), f"+336399801{number:02}")
            text = claimed(hotline)
            for news in order:
                if news == "answer":
                    take(hotline, text.row_id, SentText(sid("SM", number), "queued"))
                else:
                    receive(hotline, news, number=number)
        catch_up(hotline)
        assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.DELIVERED}
        assert {message.status for message in rows(hotline, Message)} == {"delivered"}
        assert not rows(hotline, EarlyReceipt)

    def test_what_has_arrived_stays_so(self, hotline: Hotline) -> None:
        enqueue(hotline)
        take(hotline, claimed(hotline).row_id)
        receive(hotline, "delivered")
        for later in ("queued", "sent", "failed", "undelivered", "read", "x" * 200):
            receive(hotline, later, 30003)
            assert only(hotline, OutboxRow).state is OutboxState.DELIVERED
        assert only(hotline, Message).status == "delivered"

    def test_receipts_of_texts_that_are_not_ours_are_forgotten(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        receive(hotline, "delivered", number=77)
        receive(hotline, "never heard of " * 10, number=78)
        assert [early.sid for early in rows(hotline, EarlyReceipt)] == [sid("SM", 77)]
        clock.advance(timedelta(days=3))
        catch_up(hotline)
        assert not rows(hotline, EarlyReceipt)

    @pytest.mark.parametrize(("code", "tries"), [(30001, 3), (30003, 3), (30008, 2), (30007, 1), (None, 1)])
    def test_a_text_lost_on_its_way_is_sent_again_a_few_times_at_most(
        self, hotline: Hotline, clock: StoppedClock, code: int | None, tries: int
    ) -> None:
        enqueue(hotline)
        sent = 0
        while text := claim(hotline):
            sent += 1
            take(hotline, text.row_id, SentText(sid("SM", sent), "queued"))
            receive(hotline, "undelivered", code, number=sent)
            clock.advance(timedelta(hours=1))
        row = only(hotline, OutboxRow)
        assert (sent, row.state, row.error_code) == (tries, OutboxState.FAILED, code)
        assert only(hotline, Alert).kind == "text_failed"
        assert {message.status for message in rows(hotline, Message)} == {"undelivered"}

    def test_a_second_try_that_arrives_is_a_text_that_arrived(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline)
        take(hotline, claimed(hotline).row_id)
        receive(hotline, "undelivered", 30008)
        clock.advance(timedelta(minutes=10))
        take(hotline, claimed(hotline).row_id, SentText(sid("SM", 2), "queued"))
        receive(hotline, "delivered", number=2)
        receive(hotline, "undelivered", 30008, number=1)
        row = only(hotline, OutboxRow)
        assert (row.state, row.sid, row.attempts) == (OutboxState.DELIVERED, sid("SM", 2), 2)
        assert not rows(hotline, Alert)

    def test_an_opt_out_in_a_receipt_stops_everything(self, hotline: Hotline) -> None:
        add_volunteer(hotline, "Camille", LUCIEN)
        enqueue(hotline, "one")
        enqueue(hotline, "two")
        take(hotline, claimed(hotline).row_id)
        receive(hotline, "failed", 21610)
        assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.FAILED}
        alert = only(hotline, Alert)
        assert (alert.kind, alert.volunteer_id) == ("volunteer_stop", only(hotline, Volunteer).id)


class TestDoubts:
    """The carrier's answer was lost, or the process that was sending died."""

    @pytest.fixture
    def doubt(self, hotline: Hotline, clock: StoppedClock) -> deliveries.Doubt:
        enqueue(hotline)
        text = claimed(hotline)
        refuse(hotline, text.row_id, TelephonyError("coupé", permanent=False, uncertain=True))
        assert only(hotline, OutboxRow).state is OutboxState.DOUBTFUL
        assert claim(hotline) is None
        assert not doubts(hotline)
        clock.advance(deliveries.WAIT_FOR_LOG + timedelta(seconds=1))
        (found,) = doubts(hotline)
        return found

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("queued", OutboxState.SENT),
            ("sent", OutboxState.SENT),
            ("delivered", OutboxState.DELIVERED),
            ("failed", OutboxState.FAILED),
        ],
    )
    def test_a_text_found_in_the_log_is_not_sent_again(
        self, hotline: Hotline, clock: StoppedClock, doubt: deliveries.Doubt, status: str, state: OutboxState
    ) -> None:
        resolve(hotline, doubt, [in_log(clock.now(), status=status)])
        row = only(hotline, OutboxRow)
        assert (row.state, row.sid) == (state, SENT.sid)
        assert only(hotline, Message).status == status

    def test_a_text_that_is_not_there_leaves_again_only_once_that_is_sure(
        self, hotline: Hotline, clock: StoppedClock, doubt: deliveries.Doubt
    ) -> None:
        others = [in_log(clock.now(), body="Autre chose"), in_log(clock.now(), number=2)]
        with hotline.database.write() as session:
            session.add(
                Message(
                    sid=sid("SM", 2),
                    direction=Direction.OUTBOUND,
                    from_number=LINE,
                    to_number=LUCIEN,
                    body="Bonjour one",
                    status="sent",
                    created_at=clock.now(),
                )
            )
        resolve(hotline, doubt, others)
        assert only(hotline, OutboxRow).state is OutboxState.DOUBTFUL
        clock.advance(deliveries.SURE_AFTER)
        resolve(hotline, doubt, others)
        assert claimed(hotline).row_id == doubt.row_id

    def test_a_doubt_after_a_stop_is_never_sent_again(
        self, hotline: Hotline, clock: StoppedClock, doubt: deliveries.Doubt
    ) -> None:
        set_phone(hotline, lambda phone: setattr(phone, "stopped_at", clock.now()))
        clock.advance(timedelta(minutes=2))
        resolve(hotline, doubt, [])
        assert only(hotline, OutboxRow).state is OutboxState.FAILED

    @pytest.mark.usefixtures("doubt")
    def test_two_doubts_with_the_same_words_take_one_text_each(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        at = hotline.clock.now()
        with hotline.database.write() as session:
            phone = people.phone_for(session, PhoneNumber(LUCIEN), at)
            outbox.enqueue(
                session, hotline.line, kind="answer", key="twin", phone=phone, body="Bonjour one", at=at
            )
        twin = claimed(hotline)
        assert not doubts(hotline)
        refuse(hotline, twin.row_id, TelephonyError("coupé", permanent=False, uncertain=True))
        clock.advance(timedelta(seconds=31))
        log = [in_log(clock.now(), number=2), in_log(clock.now(), number=1)]
        for found in doubts(hotline):
            resolve(hotline, found, log)
        assert {row.sid for row in rows(hotline, OutboxRow)} == {sid("SM", 1), sid("SM", 2)}

    def test_what_a_killed_process_was_sending_is_put_in_doubt(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline)
        text = claimed(hotline)
        clock.advance(timedelta(seconds=59))
        assert not doubts(hotline)
        clock.advance(timedelta(seconds=2))
        (doubt,) = doubts(hotline)
        assert doubt.row_id == text.row_id

    def test_the_late_answer_of_a_sender_thought_dead_changes_nothing(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        enqueue(hotline)
        text = claimed(hotline)
        clock.advance(timedelta(seconds=61))
        (doubt,) = doubts(hotline)
        resolve(hotline, doubt, [in_log(clock.now())])
        take(hotline, text.row_id)
        refuse(hotline, text.row_id, refused_with(20429, 429))
        row = only(hotline, OutboxRow)
        assert (row.state, row.sid) == (OutboxState.SENT, SENT.sid)
        assert only(hotline, Message).sid == SENT.sid
