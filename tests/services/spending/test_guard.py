"""Ceilings hold back the next call, bursts are slowed; nobody is refused, and a coordinator is told once."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, text

from callflows.voicemail import BRIEF_SECONDS
from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.models import Alert, Call, SpentDay
from hotline.models.status import CallOutcome
from hotline.services.spending import guard
from hotline.web.desk.alert_words import WORDS
from tests.conftest import StoppedClock
from tests.databases import statements
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import rows
from tests.relations import give
from tests.services.spending.lives import begin, joined, limits, over
from tests.webhooks import Document, Webhooks

NADIA, ODETTE, MARIE = "+33639980101", "+33199000201", "+33639980102"
TELEMARKETER, ABROAD, PREMIUM = "+33162120001", "+32470123456", "+33899000000"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line with small ceilings."""
    return limits(
        environment,
        monkeypatch,
        "[limits]\ncall_minutes_per_day = 60\ncall_minutes_per_person_per_day = 20\n"
        "[bursts]\nnumber = 3\nblock = 5\nwithheld = 8\n",
    )


@pytest.fixture
def listener(hotline: Hotline) -> None:
    add_listener(hotline, NADIA)


def alerts(hotline: Hotline) -> list[str]:
    """What the coordinators were told, each in words of its own."""
    kinds = [alert.kind for alert in rows(hotline, Alert)]
    assert set(kinds) <= set(WORDS)
    return kinds


def may_join(hotline: Hotline, volunteer: int) -> bool:
    at = hotline.clock.now()
    return hotline.database.run(lambda session: guard.may_join(session, hotline.line, volunteer, at))


def takes_message(answer: Document) -> bool:
    return answer.has("Record") and "composez le 15 ou le 112" in answer.said


@pytest.mark.usefixtures("listener")
class TestCeilings:
    def test_under_them_the_listeners_ring(self, line: Webhooks) -> None:
        assert line.call(1).has("Dial")

    def test_the_line_that_has_spent_its_minutes_takes_messages_until_tomorrow(
        self, hotline: Hotline, line: Webhooks, clock: StoppedClock
    ) -> None:
        over(hotline, begin(hotline, clock.now()), 60 * 60)
        assert takes_message(line.call(1))
        assert takes_message(line.call(2, ODETTE))
        assert alerts(hotline) == ["call_ceiling"]
        clock.advance(timedelta(days=1))
        assert line.call(3).has("Dial")

    def test_a_person_who_has_spent_theirs_leaves_a_message_and_others_are_answered(
        self, hotline: Hotline, line: Webhooks, clock: StoppedClock
    ) -> None:
        caller = add_caller(hotline, ODETTE, "Odette Martin")
        call = begin(hotline, clock.now(), caller_id=caller)
        over(hotline, call, 10 * 60)
        joined(hotline, call, 10 * 60)
        assert takes_message(line.call(1, ODETTE))
        assert line.call(2).has("Dial")
        assert alerts(hotline) == ["caller_minutes"]

    def test_a_call_that_has_begun_is_not_held_back_by_what_others_spend(
        self, hotline: Hotline, line: Webhooks, clock: StoppedClock
    ) -> None:
        first = line.call(1)
        over(hotline, begin(hotline, clock.now()), 60 * 60)
        assert line.call(1).response.data == first.response.data, "a repeated webhook hears the same"

    def test_a_conversation_ends_after_two_hours_and_no_ceiling_ends_it_before(self, line: Webhooks) -> None:
        assert line.call(1).verb("Dial").get("timeLimit") == "7200"

    def test_a_volunteer_over_them_hears_why_and_their_call_stays_to_be_made(
        self, hotline: Hotline, line: Webhooks, clock: StoppedClock
    ) -> None:
        marie = add_volunteer(hotline, "Marie", MARIE)
        give(hotline, add_caller(hotline, ODETTE, "Odette Martin"), marie, cadence=None)
        assert line.call(1, MARIE).verb("Dial").get("timeLimit") == "7200"
        over(hotline, begin(hotline, clock.now(), volunteer_id=marie), 20 * 60)
        heard = line.call(2, MARIE)
        assert "épuisé ses minutes d'appel pour aujourd'hui" in heard.said
        assert not heard.has("Dial")
        assert alerts(hotline) == ["volunteer_minutes"]
        clock.advance(timedelta(days=1))
        assert line.call(3, MARIE).has("Dial")


STEPS = st.lists(
    st.tuples(st.integers(-120, 900), st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12
)
STARTS = st.sampled_from(
    [
        datetime(2026, 3, 28, 20, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 20, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
    ]
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(start=STARTS, steps=STEPS)
def test_a_day_never_costs_more_than_its_ceiling_and_the_one_call_under_way(
    hotline: Hotline, clock: StoppedClock, start: datetime, steps: list[tuple[int, int, int]]
) -> None:
    """Whatever the clock does: forwards, backwards, over midnight, over the nights of 23 and 25 hours."""
    with hotline.database.write() as session:
        for table in (Alert, Call, SpentDay):
            session.execute(delete(table))
    clock.set(start)
    ceiling = hotline.line.config.limits.call_minutes_per_day
    minutes: dict[date, list[int]] = defaultdict(list)
    for wait, own, other in steps:
        clock.advance(timedelta(minutes=wait))
        day = hotline.line.day(clock.now())
        if not may_join(hotline, 0):
            assert sum(minutes[day]) >= ceiling
            continue
        call = begin(hotline, clock.now())
        over(hotline, call, own * 60)
        joined(hotline, call, other * 60)
        minutes[day].append(own + other)
        assert sum(minutes[day][:-1]) < ceiling


@pytest.mark.usefixtures("listener")
class TestBursts:
    def test_a_number_that_calls_on_and_on_is_slowed_step_by_step(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        calls = [line.call(number) for number in range(1, 10)]
        assert [call.has("Dial") for call in calls] == [True] * 3 + [False] * 6
        assert all(takes_message(call) for call in calls[3:])
        longest = [call.verb("Record").get("maxLength") for call in calls[3:]]
        assert longest == ["300"] * 3 + [str(BRIEF_SECONDS)] * 3
        assert alerts(hotline) == ["burst"], "one for all of them"

    def test_ten_minutes_later_listeners_ring_again(self, line: Webhooks, clock: StoppedClock) -> None:
        for number in range(1, 5):
            line.call(number)
        clock.advance(timedelta(minutes=10))
        assert line.call(5).has("Dial")

    def test_a_person_with_a_name_may_call_three_times_as_often(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        add_caller(hotline, ODETTE, "Odette Martin")
        rings = [line.call(number, ODETTE).has("Dial") for number in range(1, 11)]
        assert rings == [True] * 9 + [False]

    def test_robots_of_one_prefix_are_slowed_together_and_nobody_else_is(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        robots = [line.call(n, f"+33162{n:02}{n:04}").has("Dial") for n in range(10, 17)]
        assert robots == [True] * 5 + [False] * 2
        assert line.call(1, ODETTE).has("Dial")
        assert alerts(hotline) == ["burst_block"]

    def test_a_person_with_a_name_is_not_taken_for_their_neighbours(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        add_caller(hotline, ODETTE, "Odette Martin")
        for number in range(1, 8):
            line.call(number, f"+3319900{number:04}")
        assert not line.call(8, "+33199000008").has("Dial")
        assert line.call(9, ODETTE).has("Dial")

    def test_withheld_numbers_are_one_crowd_with_more_patience(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        rings = [line.call(number, "anonymous").has("Dial") for number in range(1, 11)]
        assert rings == [True] * 8 + [False] * 2
        assert alerts(hotline) == ["burst_withheld"]

    def test_a_repeated_webhook_in_a_burst_hears_the_same(self, line: Webhooks) -> None:
        for number in range(1, 7):
            line.call(number)
        seventh = line.call(7)
        line.call(8)
        assert line.call(7).response.data == seventh.response.data

    def test_every_call_of_a_burst_is_logged_and_they_are_one_request(
        self, hotline: Hotline, line: Webhooks
    ) -> None:
        for number in range(1, 9):
            line.call(number)
        calls = rows(hotline, Call)
        assert len(calls) == 8
        assert {call.outcome for call in calls} == {CallOutcome.IN_PROGRESS}
        with hotline.database.read() as session:
            assert session.scalar(text("SELECT count(*) FROM requests")) == 1


@pytest.mark.usefixtures("listener")
class TestNumbersNeverCalled:
    @pytest.mark.parametrize("number", [ABROAD, PREMIUM])
    def test_a_stranger_from_one_leaves_a_message_and_is_flagged_once(
        self, hotline: Hotline, line: Webhooks, number: str
    ) -> None:
        assert takes_message(line.call(1, number))
        assert takes_message(line.call(2, number))
        assert alerts(hotline) == ["never_called"]

    def test_somebody_whose_name_is_known_rings_from_anywhere(self, hotline: Hotline, line: Webhooks) -> None:
        add_caller(hotline, ABROAD, "Odette Martin")
        assert line.call(1, ABROAD).has("Dial")
        assert alerts(hotline) == []

    def test_overseas_is_not_abroad(self, line: Webhooks) -> None:
        assert line.call(1, "+262692000000").has("Dial")


class TestSpeed:
    def test_what_holds_back_is_one_statement_of_a_call(self, hotline: Hotline, line: Webhooks) -> None:
        line.call(1)
        with statements(hotline.database) as seen:
            line.call(2)
        assert sum("spent_days" in one for one in seen) == 1

    def test_no_question_reads_all_calls(self, hotline: Hotline, line: Webhooks) -> None:
        asked: list[tuple[str, Any]] = []

        def note(_connection: object, _cursor: object, statement: str, given: Any, *_more: object) -> None:
            asked.append((statement, given))

        event.listen(hotline.database.engine, "before_cursor_execute", note)
        try:
            line.call(1)
            assert may_join(hotline, add_volunteer(hotline, "Marie", MARIE))
        finally:
            event.remove(hotline.database.engine, "before_cursor_execute", note)
        questions = [one for one in asked if "spent_days" in one[0]]
        assert len(questions) == 2
        for question in questions:
            way = _way(hotline.database, *question)
            assert "SCAN calls" not in way
            assert "Seq Scan on calls" not in way


def _way(database: Database, statement: str, given: Any) -> str:
    """How a database goes about a statement, in its own words."""
    explain = "EXPLAIN QUERY PLAN" if database.engine.dialect.name == "sqlite" else "EXPLAIN"
    with database.read() as session:
        if explain == "EXPLAIN":
            session.execute(text("SET LOCAL enable_seqscan = off"))
        found = session.connection().exec_driver_sql(f"{explain} {statement}", given)
        return " ".join(str(row[-1]) for row in found)
