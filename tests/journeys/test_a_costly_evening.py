"""A costly evening: robots, a telephone that calls without end, the minutes spent; the next day all works."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, Call, Callback, OutboxRow, Request, SpentDay
from hotline.models.status import CallbackState, CallOutcome
from hotline.rehearsal.phones import Behaviour, Phone
from tests.journeys.conftest import PARIS
from tests.journeys.waiting import until_the_beep
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.relations import give
from tests.services.spending.lives import limits

ODETTE, LUCIEN, NADIA, MARIE = "+33199000201", "+33639980001", "+33639980101", "+33639980102"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line with little money."""
    return limits(
        environment, monkeypatch, "[limits]\ncall_minutes_per_day = 30\n[bursts]\nnumber = 3\nblock = 4\n"
    )


@pytest.fixture(autouse=True)
def listener(town: Stage) -> None:
    add_listener(town.hotline, NADIA)


def alerts(town: Stage) -> list[str]:
    return [alert.kind for alert in rows(town.hotline, Alert)]


def leaves_a_message(town: Stage, phone: Phone) -> str:
    """Somebody phones, hears where they are, and speaks after the beep; return what they heard."""
    before = len(phone.heard)
    phone.dial(LINE)
    until_the_beep(town, phone)
    phone.speak(4)
    town.let(6)
    phone.hang_up()
    town.let(10)
    return " ".join(words for _, words in phone.heard[before:])


def speaks(town: Stage, caller: Phone, minutes: int) -> None:
    """Somebody phones and speaks with the listener."""
    town.phone(NADIA).behaviour = Behaviour("answers", keys=("1",))
    caller.dial(LINE)
    town.let(40)
    assert caller.prompt == "bridged"
    town.let(minutes=minutes)
    caller.hang_up()
    town.let(20)


def test_the_line_spends_its_minutes_takes_messages_and_works_again_the_next_day(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    volunteer = add_volunteer(town.hotline, "Marie", MARIE)
    give(town.hotline, add_caller(town.hotline, LUCIEN, "Lucien Petit"), volunteer, cadence=None)
    speaks(town, odette, 20)
    spent = only(town.hotline, SpentDay)
    assert (spent.minutes_in, spent.minutes_out) == (21, 21), "both sides, and nobody was cut short"
    heard = leaves_a_message(town, odette)
    assert "composez le 15 ou le 112" in heard
    assert rows(town.hotline, Call)[-1].outcome is CallOutcome.VOICEMAIL
    marie.dial(LINE)
    town.let(25)
    assert "épuisé ses minutes d'appel" in marie.heard[-1][1]
    assert town.phone(LUCIEN).heard == []
    assert alerts(town) == ["call_ceiling"]
    town.jump(datetime(2026, 11, 25, 14, 0, tzinfo=PARIS))
    marie.dial(LINE)
    town.let(20)
    assert town.phone(LUCIEN).state == "ringing"
    marie.hang_up()
    town.let(10)
    assert rows(town.hotline, Callback)[0].state is CallbackState.PLANNED
    speaks(town, odette, 1)


def test_a_telephone_that_calls_without_end_rings_nobody_any_more_and_is_heard_all_the_same(
    town: Stage,
) -> None:
    odette = town.phone(ODETTE)
    for _ in range(3):
        odette.dial(LINE)
        town.let(12)
        assert town.phone(NADIA).state == "ringing"
        odette.hang_up()
        town.let(5)
    for _ in range(4):
        assert "composez le 15 ou le 112" in leaves_a_message(town, odette)
        assert town.phone(NADIA).state == "idle"
    assert len(rows(town.hotline, Call)) == 7
    assert len(rows(town.hotline, Request)) == 1
    assert alerts(town) == ["burst"]


def test_robots_of_one_prefix_wake_nobody_while_odette_is_answered(town: Stage) -> None:
    robots = [town.phone(f"+33162{number:02}{number:04}") for number in range(6)]
    for robot in robots[:4]:
        robot.dial(LINE)
        town.let(12)
        robot.hang_up()
    for robot in robots[4:]:
        leaves_a_message(town, robot)
        assert town.phone(NADIA).state == "idle"
    assert alerts(town) == ["burst_block"]
    speaks(town, town.phone(ODETTE), 2)


def test_twenty_texts_in_a_few_minutes_are_kept_answered_once_and_one_request(town: Stage) -> None:
    lucien = town.phone(LUCIEN)
    for number in range(20):
        lucien.text(LINE, f"allô {number}")
        town.let(10)
    assert len(rows(town.hotline, Request)) == 1
    assert [row.kind for row in rows(town.hotline, OutboxRow)] == ["acknowledgement"]
    assert len(lucien.texts) == 1


def test_a_conversation_ends_by_itself_after_two_hours_and_the_caller_is_one_who_was_answered(
    town: Stage,
) -> None:
    odette = town.phone(ODETTE)
    town.phone(NADIA).behaviour = Behaviour("answers", keys=("1",))
    odette.dial(LINE)
    town.let(40)
    town.let(minutes=timedelta(hours=2) // timedelta(minutes=1) + 1)
    assert odette.state == "idle"
    assert only(town.hotline, Call).outcome is CallOutcome.ANSWERED
    assert only(town.hotline, SpentDay).minutes_out == 120 + 1
