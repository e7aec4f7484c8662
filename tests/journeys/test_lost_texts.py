"""The carrier fails in every way it has: each text arrives once, or is seen not to have."""

from collections import Counter
from datetime import timedelta

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, Assignment, Message, OutboxRow, Request
from hotline.models.status import AssignmentState, OutboxState, RequestState
from hotline.services import outbox
from tests.people import add_volunteer
from tests.records import only, rows

LUCIEN, CAMILLE, BRUNO = "+33639980001", "+33639980101", "+33639980102"


def sent(town: Stage) -> list[str]:
    """The bodies that the carrier was given."""
    return [text.body for text in town.exchange.messages.values() if text.direction != "inbound"]


def test_a_text_whose_answer_was_lost_is_found_and_sent_exactly_once(town: Stage) -> None:
    town.exchange.faults.rest_drop_after_processing = 1
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.tick()
    assert only(town.hotline, OutboxRow).state is OutboxState.DOUBTFUL
    town.let(minutes=4)
    row = only(town.hotline, OutboxRow)
    assert (row.state, row.attempts) == (OutboxState.DELIVERED, 1)
    assert len(sent(town)) == len(town.phone(LUCIEN).texts) == 1
    assert [m.status for m in rows(town.hotline, Message)] == ["received", "delivered"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_refused_text_leaves_later_and_once(town: Stage, status: int) -> None:
    town.exchange.faults.rest_status, town.exchange.faults.rest_status_times = status, 2
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=7)
    row = only(town.hotline, OutboxRow)
    assert (row.state, row.attempts) == (OutboxState.DELIVERED, 3)
    assert len(sent(town)) == 1


def test_a_text_claimed_by_a_process_that_was_killed_leaves_after_the_log_was_asked(town: Stage) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    at = town.hotline.clock.now()
    assert town.hotline.database.run(lambda session: outbox.claim(session, at)) is not None
    town.let(50)
    assert only(town.hotline, OutboxRow).state is OutboxState.SENDING
    town.let(minutes=3)
    row = only(town.hotline, OutboxRow)
    assert (row.state, row.attempts) == (OutboxState.DELIVERED, 2)
    assert len(sent(town)) == 1


@pytest.mark.parametrize("receipts", ["late", "twice", "out_of_order"])
def test_receipts_in_any_manner_end_delivered(town: Stage, receipts: str) -> None:
    town.exchange.faults.receipts = receipts  # type: ignore[assignment]
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=4)
    assert only(town.hotline, OutboxRow).state is OutboxState.DELIVERED


def test_a_telephone_that_is_off_is_tried_again_and_the_offer_then_goes_to_another(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(CAMILLE).sms_error = 30003
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(15)
    add_volunteer(town.hotline, "Bruno", BRUNO)
    for _ in range(3):
        town.jump(town.now + timedelta(hours=1, minutes=1))
        town.let(15)
    tries = Counter(text.to for text in town.exchange.messages.values() if text.direction != "inbound")
    assert tries == {LUCIEN: 1, CAMILLE: 3, BRUNO: 1}
    assert [one.state for one in rows(town.hotline, Assignment)] == [
        AssignmentState.EXPIRED,
        AssignmentState.OFFERED,
    ]
    assert only(town.hotline, Alert).kind == "text_failed"


def test_a_carrier_that_is_away_loses_nothing(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.exchange.faults.rest_status, town.exchange.faults.rest_status_times = 429, 50
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(minutes=2)
    assert {row.state for row in rows(town.hotline, OutboxRow)} == {OutboxState.QUEUED}
    town.exchange.faults.rest_status_times = 0
    town.let(minutes=11)
    assert len(sent(town)) == len(set(sent(town))) == 2
    assert {row.state for row in rows(town.hotline, OutboxRow)} == {OutboxState.DELIVERED}
    assert only(town.hotline, Request).state is RequestState.OFFERED
