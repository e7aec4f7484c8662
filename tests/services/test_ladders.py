"""Two ladders, climbed by the clock: the volunteer does not act, the caller does not answer."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Call, Callback, OutboxRow, Phone, Request, Step, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    Direction,
    RequestState,
    StepKind,
    VolunteerState,
)
from hotline.phone import PhoneNumber
from hotline.services import absences, assignments, callbacks, covers, ladders, people, planning
from hotline.settings import load
from scheduler import relations
from tests.conftest import StoppedClock
from tests.holders import absent, bridged, calls, done, texts, watch
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, give
from tests.webhooks import sid

ODETTE, MARIE, BRUNO, PAUL = "+33199000201", "+33639980101", "+33639980102", "+33639980103"
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Martin")


@pytest.fixture
def marie(hotline: Hotline) -> int:
    return add_volunteer(hotline, "Marie", MARIE, capacity=3)


def until(hotline: Hotline, clock: StoppedClock, call: Callback, **after: float) -> list[str]:
    """Go to a moment counted from when a call is due, and let the clock act."""
    clock.set(call.due_at + timedelta(**after))
    return watch(hotline)


def kinds(hotline: Hotline) -> list[str]:
    return [alert.kind for alert in rows(hotline, Alert)]


class TestOneCallThatNobodyMakes:
    """Marie said yes to one call, due in two days (Thursday, 14:00), and does nothing."""

    @pytest.fixture
    def call(self, hotline: Hotline, odette: int, marie: int) -> Callback:
        return calls(hotline, give(hotline, odette, marie, None))[0]

    def test_she_is_reminded_some_hours_before(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        assert until(hotline, clock, call, hours=-3, seconds=-1) == []
        assert until(hotline, clock, call, hours=-3) == ["reminder"]
        assert until(hotline, clock, call, hours=-2) == []
        (reminder,) = texts(hotline, "reminder")
        assert reminder.body == (
            "Rappel : Odette attend votre appel avant 14 h. Composez le 01 99 00 01 00. Merci !"
        )
        assert reminder.expires_at == call.due_at
        assert rows(hotline, Step)[-1].kind is StepKind.REMINDED

    def test_less_than_an_hour_before_there_is_no_reminder(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        assert until(hotline, clock, call, minutes=-59) == []
        assert texts(hotline, "reminder") == []

    def test_she_is_nudged_once_while_there_is_grace(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=-3)
        assert until(hotline, clock, call, hours=11) == []
        assert until(hotline, clock, call, hours=12) == ["nudge"]
        assert until(hotline, clock, call, hours=23) == []
        (nudge,) = texts(hotline, "nudge")
        assert f"FAIT {call.assignment_id}" in nudge.body
        assert hotline.line.local(nudge.due_at).hour == 9, "not at two in the morning"

    def test_then_the_request_waits_for_somebody_else(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        opened_at = only(hotline, Request).opened_at
        assert until(hotline, clock, call, hours=24) == ["handed_over"]
        assert only(hotline, Callback).state is CallbackState.MISSED
        assert only(hotline, Assignment).end_reason == "handed_over"
        request = only(hotline, Request)
        assert (request.state, request.opened_at) == (RequestState.WAITING, opened_at)
        assert "Aucun souci" in texts(hotline, "missed_told")[0].body
        assert [step.kind for step in rows(hotline, Step)][-2:] == [StepKind.MISSED, StepKind.HANDED_OVER]

    def test_she_is_not_asked_again_for_it(
        self, hotline: Hotline, call: Callback, marie: int, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        clock.advance(30 * DAYS)

        def offer(session: Session) -> Assignment | None:
            request = only(hotline, Request).id
            return assignments.offer(session, hotline.line, request, marie, clock.now())

        assert hotline.database.run(offer) is None

    def test_after_a_second_silence_nothing_is_proposed_to_her_until_she_says_so(
        self, hotline: Hotline, call: Callback, marie: int, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        lucien = add_caller(hotline, "+33639980001", "Lucien")
        again = calls(hotline, give(hotline, lucien, marie, None))[-1]
        until(hotline, clock, again, hours=24)
        assert only(hotline, Volunteer).state is VolunteerState.PAUSED
        assert "volunteer_silent" in kinds(hotline)
        assert "REPRENDRE" in texts(hotline, "missed_told")[-1].body

    def test_one_silence_after_a_call_she_made_is_only_one(
        self, hotline: Hotline, call: Callback, marie: int, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        for number, makes_it in (("+33639980001", True), ("+33639980002", False)):
            other = calls(hotline, give(hotline, add_caller(hotline, number), marie, None))[-1]
            if makes_it:
                clock.advance(HOURS)
                done(hotline, other.assignment_id)
            else:
                until(hotline, clock, other, hours=24)
        assert only(hotline, Volunteer).state is VolunteerState.ACTIVE
        assert "volunteer_silent" not in kinds(hotline)

    def test_coordinators_know_when_nobody_takes_it_within_a_day(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        assert kinds(hotline) == []
        assert until(hotline, clock, call, hours=48) == ["nobody_takes"]
        assert until(hotline, clock, call, hours=96) == []
        assert kinds(hotline) == ["nobody_takes"]

    def test_nobody_is_alarmed_when_somebody_else_takes_it(
        self, hotline: Hotline, call: Callback, odette: int, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        give(hotline, odette, add_volunteer(hotline, "Bruno", BRUNO), None)
        until(hotline, clock, call, hours=48)
        assert kinds(hotline) == []

    def test_a_second_hand_over_is_told_to_coordinators(
        self, hotline: Hotline, call: Callback, odette: int, clock: StoppedClock
    ) -> None:
        until(hotline, clock, call, hours=24)
        second = calls(hotline, give(hotline, odette, add_volunteer(hotline, "Bruno", BRUNO), None))[0]
        until(hotline, clock, second, hours=24)
        assert "handed_over" in kinds(hotline)

    def test_a_call_that_is_being_made_is_neither_reminded_nor_missed(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        clock.set(call.due_at + 24 * HOURS)
        with hotline.database.write() as session:
            on_the_line = Call(
                sid=sid("CA", 1),
                direction=Direction.INBOUND,
                from_number=MARIE,
                to_number=hotline.line.number,
                outcome=CallOutcome.IN_PROGRESS,
                started_at=clock.now() - 5 * MINUTES,
                callback_id=call.id,
            )
            session.add(on_the_line)
        assert watch(hotline) == []
        assert only(hotline, Callback).state is CallbackState.PLANNED
        with hotline.database.write() as session:
            session.get_one(Call, 1).outcome = CallOutcome.FAILED
        clock.advance(15 * MINUTES)
        assert watch(hotline) == ["handed_over"]

    def test_a_clock_that_was_down_takes_only_the_step_of_the_moment(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        assert until(hotline, clock, call, hours=13) == ["nudge"]
        assert texts(hotline, "reminder") == []

    def test_after_a_stop_no_text_leaves_and_the_ladder_goes_on(
        self, hotline: Hotline, call: Callback, marie: int, clock: StoppedClock
    ) -> None:
        with hotline.database.write() as session:
            session.get_one(Volunteer, marie).phone.stopped_at = clock.now()
        steps = [until(hotline, clock, call, hours=hours) for hours in (-3, 12, 24)]
        assert steps == [[], [], ["handed_over"]]
        assert texts(hotline, "reminder", "nudge", "missed_told") == []

    def test_two_clocks_take_each_step_once(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        clock.set(call.due_at + 24 * HOURS)
        with hotline.database.read() as session:
            due = ladders.due(session, clock.now(), 9) * 2
        with hotline.database.write() as session:
            taken = [ladders.act(session, hotline.line, one, clock.now()) for one in due]
        assert taken == ["handed_over", ""]

    def test_a_call_made_in_time_is_watched_no_more(
        self, hotline: Hotline, call: Callback, clock: StoppedClock
    ) -> None:
        done(hotline, call.assignment_id)
        assert until(hotline, clock, call, hours=72) == []
        assert kinds(hotline) == []


class TestWeeklyCallsThatNobodyMakes:
    """Every Tuesday at 15:00; it is Tuesday, 14:00."""

    @pytest.fixture
    def given(self, hotline: Hotline, odette: int, marie: int) -> int:
        return give(hotline, odette, marie, EVERY_TUESDAY)

    def test_a_reminder_says_when(self, hotline: Hotline, given: int, clock: StoppedClock) -> None:
        until(hotline, clock, calls(hotline, given)[1], hours=-3)
        assert texts(hotline, "reminder")[-1].body == (
            "Rappel : votre appel à Odette, 15 h. Composez le 01 99 00 01 00. Merci !"
        )

    def test_one_missed_is_offered_to_somebody_else_for_once(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        call = calls(hotline, given)[0]
        assert until(hotline, clock, call, hours=24) == ["missed"]
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE
        with hotline.database.read() as session:
            assert [one.callback_id for one in covers.needed(session, hotline.line, clock.now())] == [call.id]
        assert kinds(hotline) == []

    def test_two_missed_in_a_row_are_told_to_coordinators_once(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        for call in calls(hotline, given)[:3]:
            until(hotline, clock, call, hours=24)
        (alert,) = rows(hotline, Alert)
        assert alert.kind == "volunteer_silent"
        assert [step.detail for step in rows(hotline, Step) if step.kind is StepKind.COORDINATORS_TOLD] == [
            "volunteer_silent"
        ]

    def test_two_missed_with_a_call_between_are_nothing_to_tell(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        first, second, third = calls(hotline, given)[:3]
        until(hotline, clock, first, hours=24)
        clock.set(second.due_at)
        done(hotline, given)
        until(hotline, clock, third, hours=24)
        assert kinds(hotline) == []

    def test_who_is_on_holiday_is_left_alone_and_not_called_silent(
        self, hotline: Hotline, given: int, marie: int, clock: StoppedClock
    ) -> None:
        def leave(session: Session) -> None:
            volunteer = session.get_one(Volunteer, marie)
            first, last = date(2026, 11, 30), date(2026, 12, 10)
            absences.begin(session, hotline.line, volunteer, first, last, clock.now())

        done(hotline, given)
        hotline.database.run(leave)
        for hours in (-3, 12, 24):
            until(hotline, clock, calls(hotline, given)[1], hours=hours)
        assert texts(hotline, "reminder", "nudge") == []
        assert kinds(hotline) == ["uncovered"]

    def test_a_call_given_another_time_is_reminded_again(
        self, hotline: Hotline, given: int, clock: StoppedClock
    ) -> None:
        call = calls(hotline, given)[1]
        until(hotline, clock, call, hours=-3)
        with hotline.database.write() as session:
            moved = session.get_one(Callback, call.id)
            planning.move_to(session, hotline.line, moved, call.due_at + DAYS, clock.now(), "Marie")
        until(hotline, clock, call, hours=21)
        assert len([row for row in texts(hotline, "reminder") if "appel" in row.body]) == 2


class TestTheCallerDoesNotAnswer:
    """Marie tries and tries."""

    @pytest.fixture
    def lucie(self, hotline: Hotline, odette: int) -> str:
        """Odette's daughter, who may be told."""
        with hotline.database.write() as session:
            caller = session.get_one(people.Caller, odette)
            number = PhoneNumber("+33639980301")
            caller.contact_phone = people.phone_for(session, number, hotline.clock.now())
            caller.contact_name, caller.contact_consent = "Lucie", True
        return number.e164

    def tries(self, hotline: Hotline, clock: StoppedClock, given: int, count: int) -> None:
        for _ in range(count):
            absent(hotline, given)
            clock.advance(5 * HOURS)

    def test_after_three_tries_coordinators_are_told_once(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, None)
        self.tries(hotline, clock, given, 2)
        assert kinds(hotline) == []
        self.tries(hotline, clock, given, 2)
        (alert,) = rows(hotline, Alert)
        assert (alert.kind, alert.caller_id) == ("caller_silent", odette)
        assert alert.detail is not None
        assert alert.detail.startswith("3 essais sans réponse. Aucune personne de confiance à prévenir")
        assert StepKind.CALLER_SILENT in {step.kind for step in rows(hotline, Step)}

    def test_the_contact_person_is_told_some_hours_later(
        self, hotline: Hotline, odette: int, marie: int, lucie: str, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, None)
        self.tries(hotline, clock, given, 3)
        assert watch(hotline) == []
        clock.advance(7 * HOURS)
        assert "contact_person" in watch(hotline)
        clock.advance(12 * HOURS)
        watch(hotline)
        (told,) = texts(hotline, "contact_person")
        with hotline.database.read() as session:
            assert session.get_one(Phone, told.phone_id).number == lucie
        assert told.body == (
            "Bonjour, nous n'arrivons pas à joindre Odette. "
            "Si vous avez de ses nouvelles, appelez le 01 99 00 01 00. Merci."
        )
        assert StepKind.CONTACT_TOLD in {step.kind for step in rows(hotline, Step)}

    @pytest.mark.usefixtures("lucie")
    @pytest.mark.parametrize("change", ["reached", "no consent any more"])
    def test_the_contact_person_is_left_in_peace_when_all_has_changed(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock, change: str
    ) -> None:
        given = give(hotline, odette, marie, None)
        self.tries(hotline, clock, given, 3)
        if change == "reached":
            done(hotline, given)
        else:
            with hotline.database.write() as session:
                session.get_one(people.Caller, odette).contact_consent = False
        clock.advance(7 * HOURS)
        watch(hotline)
        assert texts(hotline, "contact_person") == []

    def test_a_regular_call_is_then_tried_at_its_own_hour_only(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        first, second = calls(hotline, given)[:2]
        clock.set(first.due_at)
        self.tries(hotline, clock, given, 2)
        between = [call.id for call in calls(hotline, given) if call.occurrence is None]
        assert absent(hotline, given) == second.due_at
        assert [call.id for call in calls(hotline, given) if call.occurrence is None] == between

    def test_in_a_heat_wave_one_try_is_enough(
        self, hotline: Hotline, environment: Path, odette: int, marie: int
    ) -> None:
        rules = environment / "hotline.toml"
        rules.write_text("[ladders]\nheat_wave = true\n")
        hot = bootstrap.build(load(HOTLINE_CONFIG=str(rules)), hotline.clock)
        absent(hot, give(hot, odette, marie, None))
        hot.database.close()
        assert only(hotline, Alert).detail is not None
        assert kinds(hotline) == ["caller_silent"]

    def test_tries_count_for_the_person_whoever_makes_them(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, None)
        self.tries(hotline, clock, given, 2)
        until(hotline, clock, calls(hotline, given)[-1], hours=24)
        absent(hotline, give(hotline, odette, add_volunteer(hotline, "Bruno", BRUNO), None))
        assert "caller_silent" in kinds(hotline)

    def test_once_reached_counting_starts_again(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        self.tries(hotline, clock, given, 1)
        clock.advance(20 * MINUTES)
        done(hotline, given)
        for call in calls(hotline, given)[2:4]:
            clock.set(call.due_at)
            absent(hotline, given)
        assert kinds(hotline) == []


class TestNothingIsToldOfACall:
    """The line has joined them, the volunteer says nothing of it."""

    def test_she_is_asked_once_and_then_a_single_call_counts_as_done(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, None)
        bridged(hotline, only(hotline, Callback).id)
        clock.advance(59 * MINUTES)
        assert watch(hotline) == []
        clock.advance(MINUTES)
        assert watch(hotline) == ["report_asked"]
        assert "Comment s'est passé votre appel à Odette ?" in texts(hotline, "report_ask")[0].body
        clock.advance(24 * HOURS)
        assert watch(hotline) == ["concluded"]
        assert only(hotline, Request).close_reason == callbacks.DONE
        assert only(hotline, Callback).state is CallbackState.MADE
        clock.advance(24 * HOURS)
        assert watch(hotline) == []
        assert len(texts(hotline, "report_ask")) == 1
        assert given == only(hotline, Assignment).id

    def test_a_weekly_one_goes_on(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        call = calls(hotline, given)[0]
        bridged(hotline, call.id)
        for hours in (1, 25):
            clock.set(call.due_at + hours * HOURS)
            watch(hotline)
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE
        assert calls(hotline, given)[0].act_at is None

    def test_whoever_has_told_is_not_asked(
        self, hotline: Hotline, odette: int, marie: int, clock: StoppedClock
    ) -> None:
        given = give(hotline, odette, marie, EVERY_TUESDAY)
        bridged(hotline, calls(hotline, given)[0].id)
        done(hotline, given)
        clock.advance(2 * HOURS)
        assert watch(hotline) == []


def test_a_sender_that_nobody_can_answer_gives_a_link_instead(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, odette: int, marie: int, clock: StoppedClock
) -> None:
    monkeypatch.setenv("HOTLINE_SMS_SENDER", "OnSeParle")
    one_way = bootstrap.build(load(), clock)
    call = calls(one_way, give(one_way, odette, marie, None))[0]
    until(one_way, clock, call, hours=12)
    (nudge,) = texts(one_way, "nudge")
    one_way.database.close()
    assert "https://hotline.example/v/" in nudge.body
    assert "FAIT" not in nudge.body


def test_the_job_takes_every_step_that_is_due(
    hotline: Hotline, odette: int, marie: int, clock: StoppedClock
) -> None:
    call = calls(hotline, give(hotline, odette, marie, None))[0]
    assert relations.watch(hotline) == ""
    clock.set(call.due_at)
    clock.advance(-3 * HOURS)
    assert relations.watch(hotline) == "1 rappels suivis"
    assert len(rows(hotline, OutboxRow)) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_step_that_cannot_be_taken_keeps_no_other_from_being_taken(
    hotline: Hotline, odette: int, marie: int, clock: StoppedClock
) -> None:
    call = calls(hotline, give(hotline, odette, marie, None))[0]
    bruno = add_volunteer(hotline, "Bruno", BRUNO)
    give(hotline, add_caller(hotline, PAUL, "Paul"), bruno, None)
    with hotline.database.write() as session:
        damaged = session.get_one(Volunteer, marie).phone_id
        session.execute(update(Phone).where(Phone.id == damaged).values(number="illisible"))
    clock.set(call.due_at)
    clock.advance(-3 * HOURS)
    with pytest.raises(ValueError, match=r"E\.164"):
        relations.watch(hotline)
    assert len(texts(hotline, "reminder")) == 1
