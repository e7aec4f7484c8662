"""Who is proposed by a round, and why: hours, rest, weekly calls, tandems, voices, covers, explanations."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Absence, Assignment, Callback, Caller, Request
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallerState,
    Preference,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import rounds
from hotline.services.rounds.explained import UnknownRequest
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.databases import statements
from tests.people import add_caller, add_volunteer
from tests.records import rows

NUMBERS = iter(f"+336399802{number:02}" for number in range(100))
PROPOSED = "Proposition à Camille Exemple, qui"
CALLERS = iter(f"+3319900{number:04}" for number in range(2000, 3000))


class Round:
    """Volunteers and callers, and what a round makes of them."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline

    def volunteer(self, first_name: str, **fields: Any) -> int:
        return add_volunteer(self.hotline, first_name, next(NUMBERS), **fields)

    def waits(self, priority: int = 0, **caller: Any) -> int:
        """Somebody waits; return the id of their request."""
        caller_id = add_caller(self.hotline, next(CALLERS), "Odette", **caller)
        return self.add(
            Request(
                caller_id=caller_id,
                state=RequestState.WAITING,
                priority=priority,
                opened_at=self.hotline.clock.now(),
            )
        )

    def add(self, *things: Any) -> int:
        """Write rows; return the id of the last one."""
        with self.hotline.database.write() as session:
            for thing in things:
                session.add(thing)
                session.flush()
            return int(things[-1].id)

    def given(self, request_id: int, volunteer_id: int, **fields: Any) -> int:
        """Give a request to a volunteer; return the assignment's id."""
        at = self.hotline.clock.now()
        with self.hotline.database.write() as session:
            request = session.get_one(Request, request_id)
            values = {"state": AssignmentState.ACTIVE, "kind": RequestKind.ONE_OFF, **fields}
            if values["state"] is AssignmentState.ACTIVE:
                request.state = RequestState.ASSIGNED
            assignment = Assignment(
                request_id=request_id,
                caller_id=request.caller_id,
                volunteer_id=volunteer_id,
                offered_at=at,
                expires_at=at,
                **values,
            )
            session.add(assignment)
            session.flush()
            return assignment.id

    def called(self, request_id: int, volunteer_id: int, days_ago: int) -> None:
        """A volunteer phoned the caller of a request some days ago, for an earlier one."""
        at = self.hotline.clock.now() - timedelta(days=days_ago)
        with self.hotline.database.read() as session:
            caller_id = session.get_one(Request, request_id).caller_id
        earlier = self.add(
            Request(caller_id=caller_id, state=RequestState.CLOSED, opened_at=at - timedelta(days=1))
        )
        held = self.given(earlier, volunteer_id, state=AssignmentState.ENDED)
        self.add(Callback(assignment_id=held, due_at=at, made_at=at, state=CallbackState.MADE))

    def plan(self) -> dict[int, int]:
        """Return who would be proposed what."""
        with self.hotline.database.read() as session:
            plan = rounds.plan(session, self.hotline.line, self.hotline.clock.now())
        return {pair.request_id: pair.volunteer_id for pair in plan.pairs}

    def why(self, request_id: int) -> str:
        with self.hotline.database.read() as session:
            return rounds.plan(session, self.hotline.line, self.hotline.clock.now()).unserved[request_id]

    def explained(self, request_id: int) -> list[str]:
        with self.hotline.database.read() as session:
            return rounds.explain(session, self.hotline.line, request_id, self.hotline.clock.now())


@pytest.fixture
def town(hotline: Hotline) -> Round:
    return Round(hotline)


class TestRest:
    def test_nobody_is_asked_in_their_quiet_hours(self, town: Round, clock: StoppedClock) -> None:
        camille = town.volunteer("Camille", quiet="Mo-Fr 12:00-15:00")
        request = town.waits()
        assert town.plan() == {}
        assert town.why(request) == "tous ceux qui pouvaient sont dans leurs heures de repos"
        clock.advance(timedelta(hours=1))  # 15:00 in Paris
        assert town.plan() == {request: camille}

    def test_quiet_hours_are_no_hours_for_calls_either(self, town: Round) -> None:
        town.volunteer("Camille", available="Mo-Fr 09:00-18:00", quiet="Mo-Fr 09:00-12:00")
        town.waits(wished_hours="Mo-Fr 09:00-11:00")
        request = town.waits(wished_hours="Mo-Fr 09:00-12:30")
        assert list(town.plan()) == [request]

    def test_days_of_absence_are_no_hours_for_calls(self, town: Round) -> None:
        away = town.volunteer("Camille")
        town.add(absence(away, date(2026, 11, 26), date(2026, 11, 27)))
        thursday, friday_or_sunday = town.waits(wished_hours="Th"), town.waits(wished_hours="Fr,Su")
        assert town.plan() == {friday_or_sunday: away}
        assert town.why(thursday) == "aucun bénévole n'est libre aux heures souhaitées"

    @pytest.mark.parametrize("until", [date(2026, 11, 24), None])
    def test_whoever_is_away_today_is_not_asked(self, town: Round, until: date | None) -> None:
        away = town.volunteer("Camille")
        town.add(absence(away, date(2026, 11, 23), until))
        request = town.waits()
        assert town.why(request) == "aucun bénévole n'est disponible"

    def test_a_week_holds_no_more_calls_than_its_volunteer_wishes(
        self, town: Round, clock: StoppedClock
    ) -> None:
        capped = town.volunteer("Camille", capacity=9, weekly_cap=2)
        held = town.given(town.waits(), capped, kind=RequestKind.RECURRING)
        town.add(callback(held, datetime(2026, 11, 29, 22, 59, tzinfo=UTC)))  # Sunday's last minute in Paris
        first, second = town.waits(), town.waits()
        assert len(town.plan()) == 1
        town.add(callback(held, datetime(2026, 11, 22, 23, tzinfo=UTC), CallbackState.MADE))
        assert town.why(first) == "tous ceux qui pouvaient ont fait assez d'appels cette semaine"
        clock.set(datetime(2026, 11, 30, 9, tzinfo=UTC))
        assert set(town.plan()) == {first, second}


class TestTandem:
    def test_a_trainee_is_proposed_only_beside_a_mentor_who_is_there(self, town: Round) -> None:
        mentor = town.volunteer("Inès", capacity=0)
        trainee = town.volunteer("Bruno", trainee=True, mentor_id=mentor)
        request = town.waits()
        assert town.plan() == {request: trainee}
        town.add(absence(mentor, date(2026, 11, 24), None))
        assert town.why(request) == "ceux qui pouvaient débutent en tandem et ne sont pas seuls"

    def test_a_trainee_without_mentor_or_for_an_urgent_request_is_not_proposed(self, town: Round) -> None:
        mentor = town.volunteer("Inès", capacity=0)
        town.volunteer("Bruno", trainee=True)
        ordinary = town.waits()
        assert town.plan() == {}
        town.volunteer("Camille", trainee=True, mentor_id=mentor)
        urgent = town.waits(priority=1)
        assert list(town.plan()) == [ordinary]
        assert "Camille" in " ".join(town.explained(urgent))


class TestVoices:
    @pytest.mark.parametrize(
        ("prefers", "days_ago", "expected"),
        [
            (Preference.STEADY, (2, 1), "Bruno"),
            (Preference.STEADY, (1, 2), "Camille"),
            (Preference.ROTATION, (1, None), "Bruno"),
            (Preference.ROTATION, (2, 1), "Camille"),
        ],
    )
    def test_the_caller_hears_the_voice_that_they_prefer(
        self, town: Round, prefers: Preference, days_ago: tuple[int | None, ...], expected: str
    ) -> None:
        people = {name: town.volunteer(name) for name in ("Camille", "Bruno")}
        request = town.waits(prefers=prefers)
        for volunteer, ago in zip(people.values(), days_ago, strict=True):
            if ago is not None:
                town.called(request, volunteer, ago)
        assert town.plan() == {request: people[expected]}


class TestCovers:
    @pytest.fixture
    def camille(self, town: Round) -> int:
        """She phones Odette on Thursday at 15:00 in Paris, and is away then."""
        return town.volunteer("Camille", state=VolunteerState.PAUSED)

    @pytest.fixture
    def request_id(self, town: Round) -> int:
        return town.waits(wished_hours="Mo-Fr 09:00-12:00")

    @pytest.fixture
    def call(self, town: Round, camille: int, request_id: int) -> int:
        held = town.given(request_id, camille, kind=RequestKind.RECURRING)
        town.add(absence(camille, date(2026, 11, 24), date(2026, 11, 28)))
        return town.add(callback(held, datetime(2026, 11, 26, 14, tzinfo=UTC)))

    @pytest.mark.usefixtures("call")
    def test_a_call_of_somebody_away_is_offered_before_ordinary_requests(
        self, hotline: Hotline, town: Round, call: int, request_id: int
    ) -> None:
        town.volunteer("Inès", available="Mo-Fr 09:00-12:00")
        bruno = town.volunteer("Bruno", available="Th 14:30-15:30")
        ordinary = town.waits(wished_hours="Th 14:30-15:30")
        plan, offered = jobs.hold_round(hotline, hotline.clock.now())
        assert [(pair.request_id, pair.volunteer_id, pair.covers_id) for pair in plan.pairs] == [
            (request_id, bruno, call)
        ]
        assert plan.unserved == {ordinary: "d'autres attendent depuis plus longtemps"}
        (cover,) = [one for one in rows(hotline, Assignment) if one.id in offered]
        assert (cover.covers_id, cover.volunteer_id) == (call, bruno)
        assert request_id not in town.plan()

    @pytest.mark.usefixtures("call")
    def test_its_own_volunteer_and_whoever_declined_it_are_not_asked(
        self, town: Round, call: int, request_id: int
    ) -> None:
        bruno, ines = town.volunteer("Bruno"), town.volunteer("Inès")
        town.given(request_id, bruno, covers_id=call, state=AssignmentState.DECLINED)
        assert town.plan() == {request_id: ines}
        told = town.explained(request_id)
        assert told[:2] == [
            f"Rappel {call} à faire à la place de la personne qui accompagne :",
            "Proposition à Inès Exemple, qui n'accompagne encore personne.",
        ]
        assert any(one.startswith("Bruno Exemple a déjà décliné") for one in told)

    def test_whoever_covered_a_call_may_be_given_the_request_later(self, town: Round) -> None:
        bruno, request = town.volunteer("Bruno"), town.waits()
        before = town.given(request, town.volunteer("Camille", capacity=0), state=AssignmentState.ENDED)
        call = town.add(callback(before, datetime(2026, 11, 20, 14, tzinfo=UTC), CallbackState.MISSED))
        town.given(request, bruno, covers_id=call, state=AssignmentState.ENDED)
        assert town.plan() == {request: bruno}


def test_a_round_in_which_nobody_waits_looks_at_no_volunteer(hotline: Hotline, town: Round) -> None:
    town.volunteer("Camille")
    with statements(hotline.database) as asked:
        assert town.plan() == {}
    assert asked
    assert not [statement for statement in asked if "FROM volunteers" in statement]


class TestExplanations:
    def test_every_volunteer_has_a_sentence_and_no_number(self, hotline: Hotline, town: Round) -> None:
        request = town.waits(language="fr", postcode="05100", wished_hours="Mo-Fr 09:00-12:00")
        chosen = town.volunteer("Camille", postcode="05000")
        town.volunteer("Bruno", postcode="59000")
        town.volunteer("Inès", languages="ar")
        town.volunteer("Paul", languages="it")
        town.volunteer("Zoé", available="Sa")
        town.volunteer("Marc", state=VolunteerState.PAUSED)
        town.volunteer("Lou", capacity=0)
        town.volunteer("Ali", quiet="Tu 13:00-15:00")
        town.volunteer("Eve", state=VolunteerState.LEFT)
        assert town.plan() == {request: chosen}
        assert town.explained(request) == [
            f"{PROPOSED} n'accompagne encore personne et vit dans le même département.",
            "Marc Exemple n'est pas en activité.",
            "Inès Exemple et Paul Exemple ne parlent pas sa langue.",
            "Lou Exemple accompagne déjà assez de personnes.",
            "Ali Exemple est dans ses heures de repos.",
            "Zoé Exemple n'est pas libre aux heures souhaitées.",
            "Bruno Exemple convenait, mais vit dans un autre département.",
        ]
        assert not rows(hotline, Assignment)

    def test_preferences_are_told_too(self, town: Round) -> None:
        camille = town.volunteer("Camille", capacity=2)
        town.given(town.waits(), camille)
        town.volunteer("Bruno")
        request = town.waits()
        town.called(request, camille, 1)
        assert town.explained(request) == [
            f"{PROPOSED} est la voix que la personne connaît et accompagne 1 personne.",
            "Bruno Exemple convenait, mais la personne préfère une autre voix.",
        ]

    def test_a_request_that_is_in_no_round_has_a_sentence(
        self, hotline: Hotline, town: Round, clock: StoppedClock
    ) -> None:
        camille = town.volunteer("Camille")
        held, gone = town.waits(), town.waits()
        with hotline.database.write() as session:
            caller_id = session.get_one(Request, gone).caller_id
            session.get_one(Caller, caller_id).state = CallerState.UNREACHABLE
        town.given(held, camille)
        assert town.explained(held) == [f"La demande {held} est confiée à Camille Exemple."]
        assert town.explained(gone) == [f"La demande {gone} attend : la personne est injoignable."]
        with pytest.raises(UnknownRequest, match="pas de demande 99"):
            town.explained(99)
        waits = town.waits()
        clock.advance(timedelta(hours=8))
        assert town.explained(waits)[:2] == [
            "Aucune proposition ne part avant le 25/11 à 09:00.",
            "Personne n'est proposé à ce tour.",
        ]


def absence(volunteer_id: int, begin: date, until: date | None) -> Absence:
    created = datetime(2026, 11, 20, tzinfo=UTC)
    return Absence(volunteer_id=volunteer_id, from_date=begin, until_date=until, created_at=created)


def callback(assignment_id: int, due: datetime, state: CallbackState = CallbackState.PLANNED) -> Callback:
    return Callback(assignment_id=assignment_id, due_at=due, state=state)
