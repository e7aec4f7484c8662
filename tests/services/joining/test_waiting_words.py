"""A word once a month to whoever waits for a mission, so that they do not drift away."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import OutboxRow
from hotline.models.status import OutboxState, VolunteerState
from hotline.services import due
from hotline.settings import load
from scheduler import joining
from tests.conftest import StoppedClock
from tests.holders import texts
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give

PARIS = ZoneInfo("Europe/Paris")
MARIE, BRUNO, ODETTE = "+33639980101", "+33639980102", "+33199000201"
THREE_WEEKS = timedelta(weeks=3)


def written(hotline: Hotline) -> list[str]:
    return [row.key for row in texts(hotline, "waiting")]


def is_due(hotline: Hotline) -> bool:
    with hotline.database.read() as session:
        return due.anything(session, hotline.line, hotline.clock.now(), (due.PEOPLE_READY,))


@pytest.fixture
def marie(hotline: Hotline, clock: StoppedClock) -> int:
    """She has waited for three weeks."""
    marie = add_volunteer(hotline, "Marie", MARIE)
    clock.advance(THREE_WEEKS)
    return marie


def test_after_three_weeks_each_hears_from_us_once_a_month(
    hotline: Hotline, marie: int, clock: StoppedClock
) -> None:
    assert is_due(hotline)
    assert joining.write_to_waiting(hotline) == "1 mots à qui attend une mission"
    assert written(hotline) == [f"waiting:{marie}:2026-12"]
    assert "Répondez PAUSE" in texts(hotline, "waiting")[0].body
    assert not is_due(hotline)
    clock.advance(timedelta(days=1))
    assert joining.write_to_waiting(hotline) == ""
    clock.set(datetime(2027, 1, 4, 10, 0, tzinfo=PARIS))
    assert joining.write_to_waiting(hotline)
    assert written(hotline) == [f"waiting:{marie}:2026-12", f"waiting:{marie}:2027-01"]


def test_before_three_weeks_nobody_is_disturbed(hotline: Hotline, clock: StoppedClock) -> None:
    add_volunteer(hotline, "Marie", MARIE)
    clock.advance(THREE_WEEKS - timedelta(seconds=1))
    assert not is_due(hotline)
    assert joining.write_to_waiting(hotline) == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"trainee": True},
        {"capacity": 0, "waiting_since": None},
        {"state": VolunteerState.PENDING, "waiting_since": None},
        {"state": VolunteerState.PAUSED},
        {"state": VolunteerState.LEFT, "waiting_since": None},
    ],
)
def test_only_whoever_is_ready_for_somebody_waits(
    hotline: Hotline, clock: StoppedClock, fields: dict[str, Any]
) -> None:
    add_volunteer(hotline, "Marie", MARIE, **fields)
    clock.advance(THREE_WEEKS)
    assert not is_due(hotline)
    assert joining.write_to_waiting(hotline) == ""


def test_whoever_has_a_caller_waits_for_nobody(hotline: Hotline, clock: StoppedClock) -> None:
    give(hotline, add_caller(hotline, ODETTE), add_volunteer(hotline, "Marie", MARIE), None)
    clock.advance(THREE_WEEKS)
    assert joining.write_to_waiting(hotline) == ""


@pytest.mark.usefixtures("marie")
def test_a_night_is_no_time_for_a_word_and_asks_no_question(hotline: Hotline, clock: StoppedClock) -> None:
    joining.write_to_waiting(hotline)
    clock.set(datetime(2027, 1, 4, 3, 0, tzinfo=PARIS))
    assert not is_due(hotline)
    assert joining.write_to_waiting(hotline) == ""
    clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=PARIS))
    assert is_due(hotline)


def test_half_of_a_day_s_texts_are_left_to_offers(
    hotline: Hotline, environment: Path, marie: int, clock: StoppedClock
) -> None:
    bruno = add_volunteer(hotline, "Bruno", BRUNO, waiting_since=clock.now() - THREE_WEEKS)
    rules = environment / "hotline.toml"
    rules.write_text("[limits]\nsms_per_day = 2\n")
    small = bootstrap.build(load(HOTLINE_CONFIG=str(rules)), clock)
    assert joining.write_to_waiting(small) == "1 mots à qui attend une mission"
    assert joining.write_to_waiting(small) == ""
    clock.advance(timedelta(days=1))
    assert joining.write_to_waiting(small)
    small.database.close()
    assert written(hotline) == [f"waiting:{marie}:2026-12", f"waiting:{bruno}:2026-12"]


MAILS = {"HOTLINE_SMTP_URL": "smtp://127.0.0.1:9", "HOTLINE_MAIL_ADDRESS": "ligne@exemple.fr"}
LANDLINE = "+33199000300"


def with_settings(hotline: Hotline, **settings: str) -> Hotline:
    """The same product on other settings."""
    other = bootstrap.build(load(**settings), hotline.clock)
    other.database.close()
    return replace(other, database=hotline.database)


@pytest.mark.parametrize(("number", "more"), [(MARIE, {"HOTLINE_SMS_SENDER": "OnSeParle"}), (LANDLINE, {})])
def test_whoever_cannot_answer_a_text_gets_a_mail_with_their_link(
    hotline: Hotline, clock: StoppedClock, number: str, more: dict[str, str]
) -> None:
    marie = add_volunteer(hotline, "Marie", number, email="marie@exemple.fr")
    clock.advance(THREE_WEEKS)
    assert joining.write_to_waiting(with_settings(hotline, **MAILS, **more))
    row = only(hotline, OutboxRow)
    assert (row.key, row.phone_id, row.state) == (f"waiting:{marie}:2026-12", None, OutboxState.QUEUED)
    assert row.subject == "On se parle : nous pensons à vous"
    assert row.body.startswith("Bonjour Marie.\n")
    assert "/v/" in row.body


def test_without_an_address_a_one_way_text_names_the_page(hotline: Hotline, clock: StoppedClock) -> None:
    add_volunteer(hotline, "Marie", MARIE)
    clock.advance(THREE_WEEKS)
    assert joining.write_to_waiting(with_settings(hotline, **MAILS, HOTLINE_SMS_SENDER="OnSeParle"))
    (text,) = texts(hotline, "waiting")
    assert "/v/" in text.body
    assert "PAUSE" not in text.body


def test_whoever_no_word_can_reach_is_left_alone(hotline: Hotline, clock: StoppedClock) -> None:
    add_volunteer(hotline, "Marie", LANDLINE)
    clock.advance(THREE_WEEKS)
    assert joining.write_to_waiting(hotline) == ""
    assert rows(hotline, OutboxRow) == []
