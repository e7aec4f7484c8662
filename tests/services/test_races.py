"""Many at once, on both engines: whatever the timing, each thing happens once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Callback, Contact, Message, OutboxRow, Request
from hotline.models.status import AssignmentState, OutboxState, RequestState
from hotline.phone import PhoneNumber
from hotline.services import assignments, deliveries, outbox, people, rounds
from hotline.services.assignments import Answered
from hotline.services.matching import Pair
from hotline.telephony.base import SentText
from hotline.telephony.webhooks import TextReceipt
from scheduler import jobs
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

Made = TypeVar("Made")
LUCIEN, CAMILLE = "+33639980001", "+33639980101"


def at_once(*works: Callable[[], Made]) -> list[Made]:
    """Run everything at the same moment, each in its own thread; return what each returned."""
    start = Barrier(len(works))

    def run(work: Callable[[], Made]) -> Made:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def callers_wait(hotline: Hotline, count: int) -> None:
    for number in range(count):
        caller_id = add_caller(hotline, f"+3319900{number:04}")
        with hotline.database.write() as session:
            at = hotline.clock.now()
            session.add(Request(caller_id=caller_id, state=RequestState.WAITING, opened_at=at))


def test_one_text_delivered_eight_times_at_once_counts_once(hotline: Hotline) -> None:
    line = Webhooks(hotline)
    at_once(*[lambda: line.text("Rappelez-moi", LUCIEN)] * 8)
    assert len(rows(hotline, Message)) == len(rows(hotline, Contact)) == 1
    assert only(hotline, OutboxRow).kind == "acknowledgement"


def test_eight_texts_of_one_person_at_once_make_one_request_and_one_acknowledgement(
    hotline: Hotline,
) -> None:
    line = Webhooks(hotline)
    at_once(*[lambda number=number: line.text("Rappelez-moi", LUCIEN, number=number) for number in range(8)])
    assert {contact.request_id for contact in rows(hotline, Contact)} == {only(hotline, Request).id}
    assert len(rows(hotline, Message)) == len(rows(hotline, Contact)) == 8
    assert only(hotline, OutboxRow).kind == "acknowledgement"


def test_stop_said_four_times_at_once_is_confirmed_once(hotline: Hotline) -> None:
    line = Webhooks(hotline)
    at_once(*[lambda number=number: line.text("STOP", LUCIEN, number=number) for number in range(4)])
    assert only(hotline, OutboxRow).kind == outbox.CONFIRMATION


def test_rounds_held_at_once_never_give_a_request_twice_nor_too_much_to_anybody(hotline: Hotline) -> None:
    callers_wait(hotline, 8)
    capacity = {
        add_volunteer(hotline, "Camille", f"+336399801{number:02}", capacity=1 + number % 2): 1 + number % 2
        for number in range(4)
    }
    at = hotline.clock.now()
    at_once(*[lambda: jobs.hold_round(hotline, at)] * 4)
    made = rows(hotline, Assignment)
    assert max(Counter(one.request_id for one in made).values()) == 1
    assert Counter(one.volunteer_id for one in made) == capacity
    assert len(rows(hotline, OutboxRow)) == len(made) == 6


def test_matchings_grown_old_together_offer_one_place_once(hotline: Hotline) -> None:
    callers_wait(hotline, 6)
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    at = hotline.clock.now()
    with hotline.database.read() as session:
        (pair,) = rounds.plan(session, hotline.line, at).pairs
    others = [Pair(request.id, camille) for request in rows(hotline, Request)]

    def offer(wanted: Pair) -> bool:
        return hotline.database.run(
            lambda session: (
                assignments.offer(session, hotline.line, wanted.request_id, camille, at) is not None
            )
        )

    assert sum(at_once(*[lambda one=one: offer(one) for one in [pair, *others]])) == 1
    assert len(rows(hotline, OutboxRow)) == 1
    states = Counter(request.state for request in rows(hotline, Request))
    assert states == {RequestState.OFFERED: 1, RequestState.WAITING: 5}


@pytest.mark.parametrize("rival", ["yes", "no", "expiry"])
def test_a_yes_and_whatever_comes_with_it_leave_one_truth(hotline: Hotline, rival: str) -> None:
    callers_wait(hotline, 1)
    add_volunteer(hotline, "Camille", CAMILLE)
    at = hotline.clock.now()
    jobs.hold_round(hotline, at)
    offered = only(hotline, Assignment).id

    def yes(session: Session) -> bool:
        held = session.get_one(Assignment, offered)
        return assignments.accept(session, hotline.line, held, at) is Answered.ACCEPTED

    def no(session: Session) -> bool:
        return assignments.decline(session, session.get_one(Assignment, offered), at) is Answered.DECLINED

    def expiry(session: Session) -> bool:
        return assignments.expire(session, offered, at)

    other = {"yes": yes, "no": no, "expiry": expiry}[rival]
    won = at_once(*[lambda work=work: hotline.database.run(work) for work in (yes, other) * 3])
    assignment, request = only(hotline, Assignment), only(hotline, Request)
    callbacks = rows(hotline, Callback)
    if assignment.state is AssignmentState.ACTIVE:
        assert (request.state, len(callbacks)) == (RequestState.ASSIGNED, 1)
    else:
        assert request.state is RequestState.WAITING
        assert {callback.state.value for callback in callbacks} <= {"cancelled"}
    assert sum(won) == 1 or rival == "no"


def test_two_senders_never_send_one_text_twice(hotline: Hotline) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        for number in range(20):
            phone = people.phone_for(session, PhoneNumber(f"+336399801{number:02}"), at)
            outbox.enqueue(
                session, hotline.line, kind="answer", key=str(number), phone=phone, body="Bonjour", at=at
            )

    def send_all() -> list[int]:
        claims = iter(lambda: hotline.database.run(lambda session: outbox.claim(session, at)), None)
        return [text.row_id for text in claims]

    claimed = Counter(row_id for sender in at_once(*[send_all] * 4) for row_id in sender)
    assert set(claimed.values()) == {1}
    assert len(claimed) == 20


def test_receipts_that_race_the_answer_and_each_other_end_delivered(hotline: Hotline) -> None:
    at = hotline.clock.now()
    for number in range(5):
        with hotline.database.write() as session:
            phone = people.phone_for(session, PhoneNumber(f"+336399801{number:02}"), at)
            outbox.enqueue(
                session, hotline.line, kind="answer", key=str(number), phone=phone, body="Bonjour", at=at
            )
        text = hotline.database.run(lambda session: outbox.claim(session, at))
        assert text is not None
        sent, row_id = SentText(sid("SM", number), "queued"), text.row_id

        def accepted(session: Session, row_id: int = row_id, sent: SentText = sent) -> None:
            deliveries.accepted(session, hotline.line, row_id, sent, at)

        def receipt(status: str, number: int = number) -> Callable[[Session], None]:
            news = TextReceipt(sid("SM", number), status, None)
            return lambda session: deliveries.receipt(session, hotline.line, news, at)

        works = [accepted, receipt("sent"), receipt("delivered"), receipt("sent")]
        at_once(*[lambda work=work: hotline.database.run(work) for work in works])
    hotline.database.run(lambda session: deliveries.catch_up(session, hotline.line, at))
    assert {row.state for row in rows(hotline, OutboxRow)} == {OutboxState.DELIVERED}
    assert {message.status for message in rows(hotline, Message)} == {"delivered"}
