"""The round: who is offered to whom, when, why not; answers, expiries and reports of volunteers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Call, Callback, OutboxRow, Phone, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    Direction,
    OutboxState,
    RequestState,
    VolunteerState,
)
from hotline.services import assignments, deliveries, outbox, rounds
from hotline.telephony.errors import refusal
from scheduler import jobs
from tests.conftest import LINE, StoppedClock
from tests.databases import statements
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

CAMILLE, BRUNO, INES = "+33639980101", "+33639980102", "+33639980103"


class Town:
    """Callers who wait, volunteers who answer by text."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.line = Webhooks(hotline)
        self.texts = 0

    def waits(self, number: int = 1, names: str | None = None, **fields: Any) -> int:
        """Somebody waits to be called back; return their request's id."""
        at = self.hotline.clock.now()
        caller_id = add_caller(self.hotline, f"+3319900{number:04}", names, **fields)
        with self.hotline.database.write() as session:
            request = Request(caller_id=caller_id, state=RequestState.WAITING, opened_at=at)
            session.add(request)
            session.flush()
            return request.id

    def round(self) -> dict[int, int]:
        """Hold a round; return who holds what: request to volunteer."""
        jobs.expire_offers(self.hotline)
        jobs.assignment_round(self.hotline)
        held = {AssignmentState.OFFERED, AssignmentState.ACTIVE}
        return {one.request_id: one.volunteer_id for one in self.assignments() if one.state in held}

    def says(self, body: str, number: str = CAMILLE) -> str:
        """A volunteer texts; return what is answered."""
        self.texts += 1
        self.line.text(body, number, number=self.texts)
        answers = [row for row in rows(self.hotline, OutboxRow) if row.key.endswith(sid("SM", self.texts))]
        return answers[0].body if answers else ""

    def assignments(self) -> list[Assignment]:
        return rows(self.hotline, Assignment)


@pytest.fixture
def town(hotline: Hotline) -> Town:
    return Town(hotline)


@pytest.fixture
def camille(hotline: Hotline) -> int:
    return add_volunteer(hotline, "Camille", CAMILLE)


class TestWhoIsOffered:
    def test_an_offer_leaves_by_text_and_ends_with_its_two_answers(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        town.waits(names="Odette Martin", postcode="05100")
        town.round()
        assignment, row = only(hotline, Assignment), only(hotline, OutboxRow)
        assert (assignment.state, assignment.volunteer_id) == (AssignmentState.OFFERED, camille)
        assert row.body.endswith(f"OUI {assignment.id} ou NON {assignment.id}")
        assert "Odette (05100)" in row.body
        assert "Martin" not in row.body
        assert row.expires_at == assignment.expires_at

    def test_the_best_matching_wins_not_the_first_that_fits(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        bilingual = add_volunteer(hotline, "Inès", INES, languages="fr,ar")
        french, arabic = town.waits(1), town.waits(2, language="ar")
        assert town.round() == {french: camille, arabic: bilingual}

    def test_the_oldest_is_served_first_and_the_least_loaded_serves(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        busy = add_volunteer(hotline, "Camille", CAMILLE, capacity=3)
        first = town.waits(1)
        assert town.round() == {first: busy}
        free = add_volunteer(hotline, "Bruno", BRUNO, capacity=1)
        second = town.waits(2)
        assert town.round()[second] == free
        waiting = []
        for number in range(3, 7):
            waiting.append(town.waits(number))
            clock.advance(timedelta(minutes=1))
        assert {request for request in town.round() if request in waiting} == set(waiting[:2])

    @pytest.mark.parametrize(
        ("volunteer", "caller"),
        [
            ({"state": VolunteerState.PAUSED}, {}),
            ({"state": VolunteerState.PENDING}, {}),
            ({"capacity": 0}, {}),
            ({"languages": "en"}, {}),
            ({"available": "Mo 09:00-10:00"}, {"wished_hours": "Tu 14:00-16:00"}),
        ],
    )
    def test_hard_rules_are_never_broken(
        self, hotline: Hotline, town: Town, volunteer: dict[str, Any], caller: dict[str, Any]
    ) -> None:
        add_volunteer(hotline, "Camille", CAMILLE, **volunteer)
        town.waits(**caller)
        assert town.round() == {}
        assert only(hotline, Request).state is RequestState.WAITING

    def test_whoever_cannot_be_written_to_is_not_chosen(self, hotline: Hotline, town: Town) -> None:
        add_volunteer(hotline, "Marthe", "+33199000301")
        add_volunteer(hotline, "Bruno", BRUNO)
        town.says("STOP", BRUNO)
        add_volunteer(hotline, "Camille", CAMILLE)
        for _ in range(6):
            town.says("Bonjour", CAMILLE)
        town.waits()
        assert town.round() == {}

    def test_nobody_is_offered_their_own_request(self, hotline: Hotline, town: Town, camille: int) -> None:
        with hotline.database.write() as session:
            phone = session.get_one(Volunteer, camille).phone
            session.get_one(Phone, phone.id).number = "+33199000001"
            session.get_one(Phone, phone.id).number_index = "+33199000001"
            phone.textable = True
        town.waits(1)
        assert town.round() == {}

    def test_whoever_is_on_the_telephone_right_now_is_left_in_peace(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        request_id = town.waits()
        with hotline.database.write() as session:
            caller_id = session.get_one(Request, request_id).caller_id
            call = Call(
                sid=sid("CA", 1),
                direction=Direction.INBOUND,
                from_number="+33199000001",
                to_number=LINE,
                caller_id=caller_id,
                outcome=CallOutcome.IN_PROGRESS,
                started_at=hotline.clock.now(),
            )
            session.add(call)
        assert town.round() == {}
        with hotline.database.write() as session:
            session.get_one(Call, call.id).outcome = CallOutcome.VOICEMAIL
        assert town.round() == {request_id: camille}

    def test_after_a_call_the_listener_has_a_moment_to_close_the_matter(
        self, hotline: Hotline, town: Town, clock: StoppedClock, camille: int
    ) -> None:
        request_id = town.waits()
        with hotline.database.write() as session:
            session.add(
                Call(
                    sid=sid("CA", 1),
                    direction=Direction.INBOUND,
                    from_number="+33199000001",
                    to_number=LINE,
                    caller_id=session.get_one(Request, request_id).caller_id,
                    outcome=CallOutcome.ANSWERED,
                    started_at=clock.now() - timedelta(minutes=10),
                    ended_at=clock.now(),
                )
            )
        assert town.round() == {}
        clock.advance(rounds.LISTENER_CLOSES_WITHIN)
        assert town.round() == {request_id: camille}

    @pytest.mark.usefixtures("camille")
    def test_outside_offer_hours_nothing_is_written(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        clock.advance(timedelta(hours=5))  # 19:00 in Paris
        request_id = town.waits(names="Odette")
        assert town.round() == {}
        assert not town.assignments() + rows(hotline, OutboxRow)
        assert only(hotline, Request).state is RequestState.WAITING
        with hotline.database.read() as session:
            plan = rounds.plan(session, hotline.line, clock.now())
            report = rounds.report(session, plan, [])
        assert report.closed_until is not None
        assert hotline.line.local(report.closed_until).hour == 9
        assert [(one.caller_name, one.request_id) for one in report.waiting] == [("Odette", request_id)]

    def test_what_a_round_asks_the_database_does_not_grow_with_the_lists(
        self, hotline: Hotline, town: Town
    ) -> None:
        def asked() -> int:
            with statements(hotline.database) as seen, hotline.database.read() as session:
                rounds.plan(session, hotline.line, hotline.clock.now())
            return len(seen)

        def more(start: int, stop: int) -> None:
            for number in range(start, stop):
                town.waits(number)
                add_volunteer(hotline, "Camille", f"+336399801{number:02}")

        more(1, 3)
        few = asked()
        more(3, 12)
        assert asked() == few <= 12


class TestAnswers:
    @pytest.mark.parametrize("body", ["OUI {}", "oui merci", "ok", "1", "Oui n° {}"])
    @pytest.mark.usefixtures("camille")
    def test_a_yes_gives_the_caller_and_plans_the_callback(
        self, hotline: Hotline, town: Town, body: str
    ) -> None:
        town.waits(names="Odette Martin")
        town.round()
        reply = town.says(body.format(only(hotline, Assignment).id))
        assert "Pour appeler Odette, composez le 01 99 00 01 00" in reply
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE
        assert only(hotline, Request).state is RequestState.ASSIGNED
        callback = only(hotline, Callback)
        assert callback.state is CallbackState.PLANNED
        assert callback.due_at == hotline.clock.now() + timedelta(hours=48)

    @pytest.mark.usefixtures("camille")
    def test_the_callback_is_due_by_the_last_wished_hour_before(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        town.waits(wished_hours="Mo-Fr 10:00-12:00")
        town.round()
        town.says("OUI")
        due = hotline.line.local(only(hotline, Callback).due_at)
        assert (due.date(), due.hour) == (hotline.line.day(clock.now() + timedelta(hours=48)), 11)

    @pytest.mark.parametrize("body", ["NON {}", "non désolé pas dispo", "non"])
    @pytest.mark.usefixtures("camille")
    def test_a_no_sends_the_request_to_the_next_volunteer(
        self, hotline: Hotline, town: Town, body: str
    ) -> None:
        request_id = town.waits()
        town.round()
        assert "C'est noté" in town.says(body.format(only(hotline, Assignment).id))
        assert town.round() == {}
        bruno = add_volunteer(hotline, "Bruno", BRUNO)
        assert town.round() == {request_id: bruno}

    def test_with_two_offers_open_an_answer_without_number_gets_a_question(
        self, hotline: Hotline, town: Town
    ) -> None:
        add_volunteer(hotline, "Camille", CAMILLE, capacity=2)
        town.waits(1)
        town.waits(2)
        town.round()
        first, second = town.assignments()
        assert f"{first.id}, {second.id}" in town.says("oui")
        assert {one.state for one in town.assignments()} == {AssignmentState.OFFERED}
        town.says(f"OUI {second.id}")
        town.says("non")
        states = [one.state for one in town.assignments()]
        assert states == [AssignmentState.DECLINED, AssignmentState.ACTIVE]

    @pytest.mark.usefixtures("camille")
    def test_late_and_repeated_answers_are_met_with_kindness(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        assert "Aucune demande n'attend" in town.says("OUI")
        town.waits()
        town.round()
        reference = only(hotline, Assignment).id
        clock.advance(timedelta(hours=4))
        town.round()
        assert only(hotline, Assignment).state is AssignmentState.EXPIRED
        for late in ("OUI", f"OUI {reference}", f"NON {reference}", "non"):
            assert "n'est plus ouverte" in town.says(late), late
        clock.advance(timedelta(days=1))
        assert f"demande {reference + 5}" in town.says(f"OUI {reference + 5}")
        assert only(hotline, Request).state is RequestState.WAITING

    @pytest.mark.usefixtures("camille")
    def test_a_second_yes_and_a_second_no_change_nothing(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        town.waits()
        town.round()
        town.says("OUI")
        assert "déjà dit oui" in town.says("oui")
        assert "va le lire" in town.says("non")
        assert only(hotline, Alert).kind == "withdrawal"
        reference = only(hotline, Assignment).id
        clock.advance(timedelta(days=1))
        assert "déjà dit oui" in town.says(f"OUI {reference}")
        assert "C'est noté" in town.says(f"NON {reference}")
        assert "déjà répondu non" in town.says(f"NON {reference}")
        assignment = only(hotline, Assignment)
        assert (assignment.state, assignment.end_reason) == (AssignmentState.ENDED, "volunteer")
        assert only(hotline, Callback).state is CallbackState.CANCELLED
        assert only(hotline, Request).state is RequestState.WAITING
        assert town.round() == {}

    def test_a_yes_to_an_expired_offer_is_not_taken_for_the_one_already_held(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        add_volunteer(hotline, "Camille", CAMILLE, capacity=2)
        town.waits(1)
        town.round()
        town.says("OUI")
        town.waits(2)
        town.round()
        clock.advance(timedelta(hours=4))
        town.round()
        assert "n'est plus ouverte" in town.says("OUI")

    def test_what_cannot_be_understood_goes_to_a_coordinator_and_is_answered(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        assert "va le lire" in town.says("Je suis chez ma fille jusqu'à lundi, on verra")
        assert "l'équipe est prévenue" in town.says("ALERTE elle ne répond plus depuis deux jours")
        first, second = rows(hotline, Alert)
        assert (first.kind, second.kind) == ("not_understood", "volunteer_alert")
        assert {first.volunteer_id, second.volunteer_id} == {camille}
        assert first.detail == "Je suis chez ma fille jusqu'à lundi, on verra"
        assert "OUI ou NON" in town.says("aide")


class TestExpiry:
    def test_the_time_to_answer_runs_inside_offer_hours_only(
        self, hotline: Hotline, town: Town, clock: StoppedClock, camille: int
    ) -> None:
        clock.advance(timedelta(hours=3))  # 17:00 in Paris: two hours today, two tomorrow
        request_id = town.waits()
        town.round()
        expiry = hotline.line.local(only(hotline, Assignment).expires_at)
        assert (expiry.day, expiry.hour, expiry.minute) == (25, 11, 0)
        bruno = add_volunteer(hotline, "Bruno", BRUNO)
        clock.set(expiry - timedelta(seconds=1))
        assert town.round() == {request_id: camille}
        clock.set(expiry)
        assert town.round() == {request_id: bruno}
        clock.advance(timedelta(hours=4))
        assert town.round() == {}
        waiting = {volunteer.id: volunteer.waiting_since for volunteer in rows(hotline, Volunteer)}
        assert None not in waiting.values()

    @pytest.mark.parametrize(("code", "moves_on"), [(21614, True), (21610, True), (21606, False)])
    def test_an_offer_that_nobody_can_read_does_not_wait_for_an_answer(
        self, hotline: Hotline, town: Town, camille: int, code: int, moves_on: bool
    ) -> None:
        request_id = town.waits()
        town.round()
        at = hotline.clock.now()

        def refused(session: Session) -> None:
            text = outbox.claim(session, at)
            assert text is not None
            error = refusal(status=400, answer={"code": code}, headers={}, writing=True)
            deliveries.refused(session, hotline.line, text.row_id, error, at)

        hotline.database.run(refused)
        bruno = add_volunteer(hotline, "Bruno", BRUNO)
        assert town.round() == {request_id: bruno if moves_on else camille}
        assert only(hotline, Alert).volunteer_id == camille

    @pytest.mark.usefixtures("camille")
    def test_a_second_try_of_an_offer_keeps_decent_hours(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        clock.advance(timedelta(hours=4, minutes=59))  # 18:59 in Paris
        town.waits()
        town.round()
        at = clock.now()

        def refused(session: Session) -> None:
            text = outbox.claim(session, at)
            assert text is not None
            error = refusal(status=429, answer={}, headers={"Retry-After": "90"}, writing=True)
            deliveries.refused(session, hotline.line, text.row_id, error, at)

        hotline.database.run(refused)
        row = only(hotline, OutboxRow)
        assert row.state is OutboxState.QUEUED
        assert hotline.line.local(row.due_at).hour == 9


class TestReports:
    @pytest.fixture
    def active(self, hotline: Hotline, town: Town) -> Assignment:
        add_volunteer(hotline, "Camille", CAMILLE)
        town.waits(names="Odette")
        town.round()
        town.says("OUI")
        return only(hotline, Assignment)

    @pytest.mark.usefixtures("active")
    def test_done_ends_the_assignment_and_closes_the_request(self, hotline: Hotline, town: Town) -> None:
        assert "Merci pour votre appel à Odette" in town.says("FAIT, elle va bien")
        assert "Merci pour votre appel à Odette" in town.says("fait")
        assignment, request = only(hotline, Assignment), only(hotline, Request)
        assert (assignment.state, assignment.end_reason) == (AssignmentState.ENDED, "done")
        assert (request.state, request.close_reason) == (RequestState.CLOSED, "done")
        assert only(hotline, Callback).state is CallbackState.MADE
        assert only(hotline, Volunteer).waiting_since == hotline.clock.now()
        assert not rows(hotline, Alert)

    @pytest.mark.usefixtures("active")
    def test_absent_plans_another_try_at_another_decent_hour(
        self, hotline: Hotline, town: Town, clock: StoppedClock
    ) -> None:
        assert "Prochain essai pour Odette" in town.says("ABSENT")
        assert "Prochain essai pour Odette" in town.says("absent")
        tried, planned = rows(hotline, Callback)
        assert (tried.state, planned.state) == (CallbackState.NO_ANSWER, CallbackState.PLANNED)
        local = hotline.line.local(planned.due_at)
        assert hotline.line.offer_hours.is_open(local)
        assert abs(local.hour - hotline.line.local(clock.now()).hour) >= 2

    def test_after_three_tries_the_coordinators_are_told(
        self, hotline: Hotline, town: Town, clock: StoppedClock, active: Assignment
    ) -> None:
        for _ in range(3):
            assert not rows(hotline, Alert)
            town.says("ABSENT")
            clock.advance(timedelta(hours=20))
        alert = only(hotline, Alert)
        assert (alert.kind, alert.caller_id) == ("caller_silent", active.caller_id)
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE

    def test_a_report_without_number_for_two_people_gets_a_question(
        self, hotline: Hotline, town: Town
    ) -> None:
        add_volunteer(hotline, "Camille", CAMILLE, capacity=2)
        town.waits(1)
        town.waits(2)
        town.round()
        first, second = town.assignments()
        town.says(f"OUI {first.id}")
        town.says(f"OUI {second.id}")
        assert f"{first.id}, {second.id}" in town.says("FAIT")
        town.says(f"FAIT {second.id}")
        assert [one.state for one in town.assignments()] == [AssignmentState.ACTIVE, AssignmentState.ENDED]

    @pytest.mark.usefixtures("camille")
    def test_a_report_about_nothing_is_read_by_somebody(self, hotline: Hotline, town: Town) -> None:
        assert "va le lire" in town.says("ABSENT")
        assert only(hotline, Alert).kind == "not_understood"


def test_an_offer_checks_again_what_the_matching_saw(hotline: Hotline, town: Town, camille: int) -> None:
    at: datetime = hotline.clock.now()
    first, second = town.waits(1), town.waits(2)

    def offer(request_id: int, volunteer_id: int) -> bool:
        return hotline.database.run(
            lambda session: assignments.offer(session, hotline.line, request_id, volunteer_id, at) is not None
        )

    assert offer(first, camille)
    assert not offer(first, add_volunteer(hotline, "Bruno", BRUNO))
    assert not offer(second, camille)
    town.says("NON")
    assert not offer(first, camille)
    paused = add_volunteer(hotline, "Inès", INES, state=VolunteerState.PAUSED)
    assert not offer(second, paused)
