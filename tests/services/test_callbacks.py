"""What volunteers report of their calls: each report counts once, and only for the call that it is about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Callback, Report, Request, Step, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    Mood,
    RequestState,
    StepKind,
)
from hotline.services import assignments, callbacks, open_calls
from hotline.services.reports import Told
from tests.conftest import StoppedClock
from tests.holders import absent, bridged, calls, done
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, give

ODETTE, MARIE, BRUNO = "+33199000201", "+33639980101", "+33639980102"
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAILY = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=15;BYMINUTE=0"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Martin")


@pytest.fixture
def marie(hotline: Hotline) -> int:
    return add_volunteer(hotline, "Marie", MARIE, capacity=3)


def states(hotline: Hotline, assignment_id: int) -> list[str]:
    return [call.state.value for call in calls(hotline, assignment_id)]


def still_open(hotline: Hotline, volunteer_id: int) -> list[open_calls.OpenCall]:
    with hotline.database.read() as session:
        volunteer = session.get_one(Volunteer, volunteer_id)
        return open_calls.open_for(session, volunteer, hotline.clock.now())


class TestOneCall:
    """A caller given for one call."""

    def test_done_ends_the_assignment_and_closes_the_request(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        done(hotline, given, told=Told(mood=Mood.GOOD, minutes=25, needs=frozenset({"shops"})))
        call, report, assignment = only(hotline, Callback), only(hotline, Report), only(hotline, Assignment)
        assert (call.state, call.outcome, call.made_at) == (
            CallbackState.MADE,
            CallbackOutcome.REACHED,
            hotline.clock.now(),
        )
        assert (report.mood, report.minutes, report.needs_shops, report.needs_food) == (
            Mood.GOOD,
            25,
            True,
            False,
        )
        assert (assignment.state, assignment.end_reason) == (AssignmentState.ENDED, "done")
        assert only(hotline, Request).state is RequestState.CLOSED
        assert rows(hotline, Step)[-1].actor == "Marie"

    def test_said_again_it_changes_nothing_but_completes_the_report(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given, first = give(hotline, odette, marie, None), hotline.clock.now()
        done(hotline, given)
        clock.advance(2 * HOURS)
        call_id = only(hotline, Callback).id
        with hotline.database.write() as session:
            assignment, call = session.get_one(Assignment, given), session.get_one(Callback, call_id)
            told = Told(words="Elle va bien", talks_to_others=False)
            callbacks.made(session, hotline.line, assignment, clock.now(), callback=call, told=told)
        done(hotline, given)
        report = only(hotline, Report)
        assert (report.words, report.talks_to_others, report.at) == ("Elle va bien", False, first)
        assert only(hotline, Callback).made_at == first
        assert [step.kind for step in rows(hotline, Step)].count(StepKind.ENDED) == 1

    def test_a_next_date_keeps_the_assignment_and_plans_that_day_at_the_same_hour(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        done(hotline, given, told=Told(next_date=date(2026, 12, 1)))
        made, again = calls(hotline, given)
        assert (made.state, again.state) == (CallbackState.MADE, CallbackState.PLANNED)
        assert again.due_at == datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE

    def test_a_next_date_told_twice_moves_the_one_call(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        done(hotline, given, told=Told(next_date=date(2026, 12, 1)))
        first = calls(hotline, given)[0].id
        for day in (2, 2):
            with hotline.database.write() as session:
                told = Told(next_date=date(2026, 12, day))
                assignment, call = session.get_one(Assignment, given), session.get_one(Callback, first)
                callbacks.made(
                    session, hotline.line, assignment, hotline.clock.now(), callback=call, told=told
                )
        assert [hotline.line.day(call.due_at).day for call in calls(hotline, given)[1:]] == [2]
        assert [step.kind for step in rows(hotline, Step)].count(StepKind.MOVED) == 1

    def test_a_next_date_falls_within_the_hours_that_the_caller_wishes(
        self, hotline: Hotline, marie: int
    ) -> None:
        odette = add_caller(hotline, ODETTE, "Odette", wished_hours="Mo-Su 16:00-18:00")
        given = give(hotline, odette, marie, None)
        done(hotline, given, told=Told(next_date=date(2026, 12, 1)))
        assert hotline.line.local(calls(hotline, given)[1].due_at).hour == 16

    def test_absent_plans_another_try_at_another_hour_and_once_for_half_an_hour(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given, now = give(hotline, odette, marie, None), clock.now()
        due = absent(hotline, given)
        assert now < due <= now + 24 * HOURS
        assert abs(hotline.line.local(due).hour - hotline.line.local(now).hour) >= 2
        clock.advance(29 * MINUTES)
        assert absent(hotline, given) == due
        assert states(hotline, given) == ["planned", "no_answer"]
        clock.advance(2 * MINUTES)
        absent(hotline, given)
        assert sorted(states(hotline, given)) == ["no_answer", "no_answer", "planned"]

    def test_a_try_is_planned_in_hours_decent_for_calls_and_not_in_the_volunteer_s_quiet_ones(
        self, hotline: Hotline, odette: int
    ) -> None:
        marie = add_volunteer(hotline, "Marie", MARIE, quiet="Mo-Su 08:00-12:00")
        due = absent(hotline, give(hotline, odette, marie, None))
        assert hotline.line.call_hours.is_open(due)
        assert hotline.line.local(due).hour >= 12

    def test_a_try_is_planned_on_a_quarter_of_an_hour(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        clock.advance(timedelta(minutes=7, seconds=23))
        due = absent(hotline, give(hotline, odette, marie, None))
        assert f"{hotline.line.local(due):%H:%M:%S}" == "11:15:00"
        assert hotline.line.call_hours.is_open(due)

    def test_a_call_believed_made_was_a_machine(self, hotline: Hotline, odette: int, marie: int) -> None:
        given = give(hotline, odette, marie, None)
        bridged(hotline, only(hotline, Callback).id)
        absent(hotline, given, outcome=CallbackOutcome.ANSWERING_MACHINE)
        call, again = calls(hotline, given)[-1], calls(hotline, given)[0]
        assert (call.state, call.outcome) == (CallbackState.NO_ANSWER, CallbackOutcome.ANSWERING_MACHINE)
        assert again.state is CallbackState.PLANNED
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE


class TestEveryWeek:
    """A caller phoned every Tuesday at 15:00; it is Tuesday, 14:00."""

    @pytest.fixture
    def given(self, hotline: Hotline, odette: int, marie: int) -> int:
        return give(hotline, odette, marie, EVERY_TUESDAY)

    def test_done_is_about_today_s_call_and_goes_on(self, hotline: Hotline, given: int) -> None:
        done(hotline, given)
        done(hotline, given)
        assert states(hotline, given)[:3] == ["made", "planned", "planned"]
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE
        assert len(rows(hotline, Report)) == 1

    def test_done_between_two_calls_tells_of_the_last_one(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        bridged(hotline, calls(hotline, given)[0].id)
        clock.advance(3 * DAYS)
        done(hotline, given)
        assert states(hotline, given)[:2] == ["made", "planned"]
        assert only(hotline, Report).callback_id == calls(hotline, given)[0].id

    def test_a_call_made_late_is_the_one_that_was_missed(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        call_id = calls(hotline, given)[0].id
        with hotline.database.write() as session:
            session.get_one(Callback, call_id).state = CallbackState.MISSED
        clock.advance(2 * DAYS)
        done(hotline, given)
        assert states(hotline, given)[:2] == ["made", "planned"]

    def test_the_extra_try_comes_before_the_next_call(self, hotline: Hotline, given: int) -> None:
        due = absent(hotline, given)
        assert states(hotline, given)[:3] == ["no_answer", "planned", "planned"]
        assert calls(hotline, given)[1].due_at == due
        assert calls(hotline, given)[1].occurrence is None

    def test_done_after_absent_is_about_the_extra_try(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        absent(hotline, given)
        clock.advance(3 * HOURS)
        done(hotline, given)
        assert states(hotline, given)[:3] == ["no_answer", "made", "planned"]

    def test_the_last_word_counts(self, hotline: Hotline, given: int, clock: StoppedClock) -> None:
        done(hotline, given)
        clock.advance(HOURS)
        absent(hotline, given)
        assert states(hotline, given)[:3] == ["no_answer", "planned", "planned"]
        clock.advance(10 * MINUTES)
        done(hotline, given)
        assert states(hotline, given)[:3] == ["no_answer", "made", "planned"]

    def test_with_a_call_every_day_no_extra_try_goes_past_the_next_one(
        self, hotline: Hotline, odette: int, given: int, marie: int, clock: StoppedClock
    ) -> None:
        with hotline.database.write() as session:
            weekly = session.get_one(Assignment, given)
            assignments.end(session, weekly, clock.now(), actor="Claire", reason="essai")
        daily = give(hotline, odette, marie, DAILY)
        clock.advance(5 * HOURS)
        due = absent(hotline, daily)
        assert states(hotline, daily)[:2] == ["no_answer", "planned"]
        assert due == calls(hotline, daily)[1].due_at
        assert calls(hotline, daily)[1].occurrence is not None

    def test_a_call_made_today_leaves_tomorrow_s_alone(
        self, hotline: Hotline, odette: int, given: int, marie: int, clock: StoppedClock
    ) -> None:
        with hotline.database.write() as session:
            weekly = session.get_one(Assignment, given)
            assignments.end(session, weekly, clock.now(), actor="Claire", reason="essai")
        daily = give(hotline, odette, marie, DAILY)
        bridged(hotline, calls(hotline, daily)[0].id)
        assert [(one.callback_id, one.made) for one in still_open(hotline, marie)] == [
            (calls(hotline, daily)[0].id, True)
        ]
        done(hotline, daily)
        clock.advance(3 * HOURS)
        done(hotline, daily)
        assert states(hotline, daily)[:2] == ["made", "planned"]


class TestTheLineJoinsThem:
    """What the bridge tells by itself."""

    def test_reached_needs_no_report_and_asks_for_one_later(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        give(hotline, odette, marie, None)
        bridged(hotline, only(hotline, Callback).id, seconds=900)
        call = only(hotline, Callback)
        assert (call.state, call.outcome, call.duration) == (
            CallbackState.MADE,
            CallbackOutcome.REACHED,
            900,
        )
        assert call.act_at == hotline.clock.now() + HOURS
        (waiting,) = still_open(hotline, marie)
        assert (waiting.made, waiting.caller) == (True, "Odette")

    def test_done_keeps_the_moment_of_the_bridge(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given, spoke_at = give(hotline, odette, marie, None), clock.now()
        bridged(hotline, only(hotline, Callback).id)
        clock.advance(2 * HOURS)
        done(hotline, given)
        assert (only(hotline, Callback).made_at, only(hotline, Callback).act_at) == (spoke_at, None)
        assert still_open(hotline, marie) == []

    def test_the_seconds_of_a_cut_call_add_up(self, hotline: Hotline, odette: int, marie: int) -> None:
        give(hotline, odette, marie, None)
        for seconds in (300, 600):
            bridged(hotline, only(hotline, Callback).id, seconds=seconds)
        assert only(hotline, Callback).duration == 900

    def test_a_machine_is_no_conversation(self, hotline: Hotline, odette: int, marie: int) -> None:
        given = give(hotline, odette, marie, None)
        bridged(hotline, only(hotline, Callback).id, seconds=8, machine=True)
        assert sorted(states(hotline, given)) == ["no_answer", "planned"]
        assert CallbackOutcome.ANSWERING_MACHINE in {call.outcome for call in rows(hotline, Callback)}

    def test_a_machine_heard_late_does_not_contradict_the_volunteer(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        call_id = only(hotline, Callback).id
        bridged(hotline, call_id)
        done(hotline, given)
        bridged(hotline, call_id, seconds=None, machine=True)
        assert only(hotline, Callback).state is CallbackState.MADE


class TestDifficult:
    """ALERTE and a few words."""

    def alert(self, hotline: Hotline, given: int, marie: int, key: str = "one") -> None:
        at = hotline.clock.now()

        def say(session: Session) -> None:
            assignment, volunteer = session.get_one(Assignment, given), session.get_one(Volunteer, marie)
            words = "Elle est tombée"
            callbacks.difficult(session, hotline.line, assignment, volunteer, words, key, at)

        hotline.database.run(say)

    def test_coordinators_have_the_words_at_once_and_nothing_ends(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        for _ in range(2):
            self.alert(hotline, given, marie)
        alert, step = only(hotline, Alert), rows(hotline, Step)[-1]
        assert (alert.kind, alert.detail, alert.caller_id, alert.volunteer_id) == (
            "difficult_call",
            "Elle est tombée",
            odette,
            marie,
        )
        assert (step.kind, step.actor, step.detail) == (StepKind.ALERT, "Marie", "Elle est tombée")
        assert only(hotline, Callback).outcome is CallbackOutcome.ALERT
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE

    def test_a_difficult_call_stays_one_once_it_is_done(
        self, hotline: Hotline, odette: int, marie: int
    ) -> None:
        given = give(hotline, odette, marie, None)
        bridged(hotline, only(hotline, Callback).id)
        self.alert(hotline, given, marie)
        done(hotline, given)
        call = only(hotline, Callback)
        assert (call.state, call.outcome) == (CallbackState.MADE, CallbackOutcome.ALERT)
        assert only(hotline, Report).words == "Elle est tombée"
        assert only(hotline, Request).state is RequestState.CLOSED


class TestCovers:
    """Bruno makes one of Marie's calls."""

    @pytest.fixture
    def cover(self, hotline: Hotline, odette: int, marie: int) -> int:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        bruno, at = add_volunteer(hotline, "Bruno", BRUNO), hotline.clock.now()
        covered = calls(hotline, given)[0].id

        def offer(session: Session) -> int:
            made = assignments.offer_cover(session, hotline.line, covered, bruno, at)
            assert made is not None
            assignments.accept(session, hotline.line, made, at)
            return made.id

        return hotline.database.run(offer)

    def test_done_ends_the_cover_alone(self, hotline: Hotline, cover: int) -> None:
        done(hotline, cover)
        regular, covering = rows(hotline, Assignment)
        assert (covering.state, covering.end_reason) == (AssignmentState.ENDED, "done")
        assert regular.state is AssignmentState.ACTIVE
        assert only(hotline, Request).state is RequestState.ASSIGNED
        assert states(hotline, cover) == ["made"]

    def test_absent_tries_again_within_the_cover(self, hotline: Hotline, cover: int) -> None:
        absent(hotline, cover)
        assert states(hotline, cover) == ["no_answer", "planned"]

    def test_a_cover_whose_next_call_comes_round_is_over(
        self, hotline: Hotline, cover: int, clock: StoppedClock
    ) -> None:
        clock.advance(6 * DAYS + 12 * HOURS)
        due = absent(hotline, cover)
        regular, covering = rows(hotline, Assignment)
        assert (covering.state, covering.end_reason) == (AssignmentState.ENDED, "absent")
        assert due in {call.due_at for call in calls(hotline, regular.id)}


class TestOpenCalls:
    """What a volunteer may call now."""

    def test_a_weekly_call_opens_a_day_ahead(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        clock.advance(2 * HOURS)
        give(hotline, odette, marie, EVERY_TUESDAY)
        assert still_open(hotline, marie) == []
        clock.advance(6 * DAYS)
        (call,) = still_open(hotline, marie)
        assert (call.caller, call.made, call.cover) == ("Odette", False, False)

    def test_the_most_urgent_comes_first(self, hotline: Hotline, odette: int, marie: int) -> None:
        give(hotline, odette, marie, None)
        lucien = add_caller(hotline, "+33639980001", "Lucien")
        give(hotline, lucien, marie, EVERY_TUESDAY)
        assert [call.caller for call in still_open(hotline, marie)] == ["Lucien", "Odette"]

    def test_a_missed_call_stays_open_until_the_next_is_near(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        first, second = (call.id for call in calls(hotline, given)[:2])
        with hotline.database.write() as session:
            session.get_one(Callback, first).state = CallbackState.MISSED
        clock.advance(2 * DAYS)
        assert [call.callback_id for call in still_open(hotline, marie)] == [first]
        clock.advance(4 * DAYS + 12 * HOURS)
        assert [call.callback_id for call in still_open(hotline, marie)] == [second]
