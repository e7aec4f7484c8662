"""What volunteers text about their calls, and what they are answered; also where nobody can answer texts."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import (
    Absence,
    Alert,
    Assignment,
    Callback,
    Link,
    OutboxRow,
    Phone,
    Report,
    Request,
    Volunteer,
)
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    RequestKind,
    RequestState,
    VolunteerState,
)
from hotline.services import assignments, callbacks, links
from hotline.settings import load
from tests.callflows.test_texts import INVITES
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.webhooks import Webhooks, sid

CAMILLE, BRUNO = "+33639980101", "+33639980102"
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that may write to one person as often as a test needs."""
    config = environment / "hotline.toml"
    config.write_text("[limits]\nsms_per_person_per_day = 99\n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(config))
    return environment


class Town:
    """Callers who are offered to volunteers, and volunteers who text."""

    def __init__(self, hotline: Hotline) -> None:
        self.hotline = hotline
        self.line = Webhooks(hotline)
        self.texts = 0

    def offers(self, volunteer_id: int, names: str = "Odette Martin", cadence: str | None = None) -> int:
        """Somebody waits and is offered to a volunteer; return the reference."""
        at = self.hotline.clock.now()
        caller_id = add_caller(self.hotline, f"+3319900{len(rows(self.hotline, Request)):04}", names)
        kind = RequestKind.RECURRING if cadence else RequestKind.UNKNOWN
        with self.hotline.database.write() as session:
            request = Request(
                caller_id=caller_id, kind=kind, cadence=cadence, state=RequestState.WAITING, opened_at=at
            )
            session.add(request)
            session.flush()
            made = assignments.offer(session, self.hotline.line, request.id, volunteer_id, at)
            assert made is not None
            return made.id

    def covers(self, volunteer_id: int, assignment_id: int) -> int:
        """The next call of an assignment is offered to somebody else; return the reference."""
        with self.hotline.database.write() as session:
            held = session.get_one(Assignment, assignment_id)
            call = assignments.planned(session, held)[0]
            made = assignments.offer_cover(
                session, self.hotline.line, call.id, volunteer_id, self.hotline.clock.now()
            )
            assert made is not None
            return made.id

    def says(self, body: str, number: str = CAMILLE, **params: str) -> str:
        """A volunteer texts; return what is answered."""
        self.texts += 1
        self.line.text(body, number, number=self.texts, **params)
        answers = [row for row in rows(self.hotline, OutboxRow) if row.key.endswith(sid("SM", self.texts))]
        return answers[0].body if answers else ""


@pytest.fixture
def town(hotline: Hotline) -> Town:
    return Town(hotline)


@pytest.fixture
def camille(hotline: Hotline) -> int:
    return add_volunteer(hotline, "Camille", CAMILLE, capacity=3)


class TestOffers:
    def test_a_yes_to_a_regular_call_names_the_first_one_and_the_rhythm(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        town.offers(camille, cadence=TUESDAYS)
        assert "Odette attend un appel chaque mardi à 15 h" in only(hotline, OutboxRow).body
        reply = town.says("oui")
        assert "Votre appel à Odette : aujourd'hui à 15 h, puis chaque mardi à 15 h." in reply
        assert "Composez le 01 99 00 01 00" in reply

    def test_a_call_in_somebodys_stead_is_offered_accepted_and_reported(
        self, hotline: Hotline, town: Town, camille: int, clock: StoppedClock
    ) -> None:
        bruno = add_volunteer(hotline, "Bruno", BRUNO)
        held = town.offers(camille, cadence=TUESDAYS)
        town.says("oui")
        cover = town.covers(bruno, held)
        offer = rows(hotline, OutboxRow)[-1].body
        assert "Odette attend un appel aujourd'hui à 15 h à la place de Camille" in offer
        assert offer.endswith(f"OUI {cover} ou NON {cover}")
        assert "Votre appel à Odette : aujourd'hui à 15 h." in town.says("ok", BRUNO)
        clock.advance(timedelta(hours=1))
        assert "Merci pour votre appel à Odette" in town.says("fait", BRUNO)
        states = {one.id: one.state for one in rows(hotline, Assignment)}
        assert states == {held: AssignmentState.ACTIVE, cover: AssignmentState.ENDED}
        assert "Merci pour votre appel à Odette" in town.says(f"FAIT {cover}", BRUNO)

    @pytest.mark.parametrize("body", ["NON {}", "non"])
    def test_a_no_to_a_regular_call_already_taken_is_talked_over_by_a_person(
        self, hotline: Hotline, town: Town, camille: int, body: str
    ) -> None:
        reference = town.offers(camille, cadence=TUESDAYS)
        town.says("oui")
        assert "va le lire" in town.says(body.format(reference))
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE
        alert = only(hotline, Alert)
        assert (alert.kind, alert.volunteer_id) == ("withdrawal", camille)

    def test_the_carriers_yes_is_an_answer_from_whoever_never_said_stop(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        town.offers(camille)
        assert "Pour appeler Odette" in town.says("YES", OptOutType="START")
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE


class TestReports:
    def test_the_words_after_fait_are_the_report(self, hotline: Hotline, town: Town, camille: int) -> None:
        town.offers(camille)
        town.says("oui")
        assert "votre premier appel : bravo" in town.says("FAIT 20 min, elle tousse un peu")
        assert only(hotline, Report).words == "20 min, elle tousse un peu"
        assert only(hotline, Callback).outcome is CallbackOutcome.REACHED

    def test_a_fait_for_a_call_that_the_line_saw_confirms_that_one(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        first, second = town.offers(camille), town.offers(camille, "Lucien")
        town.says(f"oui {first}")
        town.says(f"oui {second}")
        with hotline.database.write() as session:
            (call,) = assignments.planned(session, session.get_one(Assignment, second))
            at = hotline.clock.now()
            callbacks.bridged(session, hotline.line, call, at, duration=600, machine=False)
        assert "Merci pour votre appel à Lucien" in town.says("Fait")
        assert {one.id: one.state for one in rows(hotline, Assignment)} == {
            first: AssignmentState.ACTIVE,
            second: AssignmentState.ENDED,
        }

    def test_several_calls_without_a_number_get_a_question_but_an_alert_never_waits(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        first, second = town.offers(camille), town.offers(camille, "Lucien")
        town.says(f"oui {first}")
        town.says(f"oui {second}")
        for word in ("FAIT", "ABSENT"):
            assert f"{first}, {second}" in town.says(word)
        assert "l'équipe est prévenue" in town.says("ALERTE elle est tombée")
        assert "l'équipe est prévenue" in town.says(f"ALERTE {second} il a mal")
        unsure, sure = rows(hotline, Alert)
        assert (unsure.kind, unsure.detail) == ("volunteer_alert", "ALERTE elle est tombée")
        assert (sure.kind, sure.caller_id) == ("difficult_call", rows(hotline, Assignment)[1].caller_id)

    def test_a_regular_call_is_reported_week_after_week(
        self, hotline: Hotline, town: Town, camille: int, clock: StoppedClock
    ) -> None:
        town.offers(camille, cadence=TUESDAYS)
        town.says("oui")
        for _ in range(2):
            clock.advance(timedelta(hours=1, minutes=30))
            assert "Merci pour votre appel à Odette" in town.says("fait")
            clock.advance(timedelta(days=7, hours=-1, minutes=-30))
        states = [one.state for one in rows(hotline, Callback)]
        assert states[:2] == [CallbackState.MADE] * 2
        assert set(states[2:]) == {CallbackState.PLANNED}
        assert only(hotline, Assignment).state is AssignmentState.ACTIVE


class TestBreaks:
    def test_a_pause_says_until_when_and_others_take_over(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        town.offers(camille)
        reply = town.says("Pause 2 semaines svp")
        assert "pause jusqu'au lundi 07/12 inclus. D'autres appelleront" in reply
        absence = only(hotline, Absence)
        assert (absence.from_date, absence.until_date) == (date(2026, 11, 24), date(2026, 12, 7))
        assert only(hotline, Volunteer).state is VolunteerState.PAUSED
        assert only(hotline, Request).state is RequestState.WAITING
        assert "votre pause est finie" in town.says("Je suis de retour !")
        assert only(hotline, Volunteer).state is VolunteerState.ACTIVE

    @pytest.mark.usefixtures("camille")
    def test_holidays_to_come_pause_nobody_today(self, hotline: Hotline, town: Town) -> None:
        assert "pause du lundi 03/08/2027" not in town.says("vacances du 28 décembre au 3 janvier")
        assert only(hotline, Absence).from_date == date(2026, 12, 28)
        assert only(hotline, Volunteer).state is VolunteerState.ACTIVE
        assert "du lundi 28/12 au dimanche 03/01/2027 inclus" in rows(hotline, OutboxRow)[-1].body

    def test_a_pause_without_a_date_that_can_be_read_is_asked_for_and_seen(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        assert "PAUSE 2 semaines" in town.says("PAUSE quelque temps")
        assert not rows(hotline, Absence)
        assert (only(hotline, Alert).kind, only(hotline, Alert).volunteer_id) == ("not_understood", camille)

    @pytest.mark.usefixtures("camille")
    def test_reprendre_ends_a_pause_and_a_stop(self, hotline: Hotline, town: Town) -> None:
        town.says("PAUSE")
        town.says("STOP")
        assert "votre pause est finie et nos SMS reprennent" in town.says("REPRENDRE")
        assert next(phone for phone in rows(hotline, Phone) if phone.number == CAMILLE).stopped_at is None
        assert only(hotline, Volunteer).state is VolunteerState.ACTIVE
        assert "recevrez de nouveau nos SMS" in town.says("REPRENDRE")

    def test_a_caller_who_is_back_is_no_volunteer_and_waits_to_be_called(
        self, hotline: Hotline, town: Town
    ) -> None:
        town.says("Bonjour, je suis de retour", "+33639980001")
        assert only(hotline, Request).state is RequestState.WAITING


def test_lien_gives_the_address_of_their_own_page(hotline: Hotline, town: Town, camille: int) -> None:
    found = re.search(r"https://hotline\.example/v/(\S{12}) ", town.says("Le lien svp"))
    assert found
    with hotline.database.read() as session:
        link = links.find(session, found[1], hotline.clock.now())
        assert link is not None
        assert link.volunteer_id == camille
    assert "LIEN pour votre page" in town.says("aide")


def test_a_text_delivered_twice_does_once_what_it_asks(hotline: Hotline, town: Town, camille: int) -> None:
    town.offers(camille, cadence=TUESDAYS)
    for body in ("oui", "fait elle va bien", "ALERTE seule", "pause 3 jours", "lien"):
        town.says(body)
        before = [len(rows(hotline, model)) for model in (OutboxRow, Alert, Report, Absence, Link)]
        town.texts -= 1
        town.says(body)
        after = [len(rows(hotline, model)) for model in (OutboxRow, Alert, Report, Absence, Link)]
        assert after == before, body


class TestOneWay:
    """Texts leave under a name, though the line itself hears what is written to it."""

    @pytest.fixture
    def hotline(self, hotline: Hotline) -> Iterator[Hotline]:
        product = bootstrap.build(load(HOTLINE_SMS_SENDER="OnSeParle"), hotline.clock)
        yield product
        product.database.close()

    def test_no_answer_invites_another_and_each_thing_to_do_has_a_link_that_works(
        self, hotline: Hotline, town: Town, camille: int
    ) -> None:
        said = [
            *("aide", "oui 99", "oui", "fait", "pause zut", "pause 3 jours", "reprendre", "lien", "stop"),
        ]
        town.offers(camille)
        town.offers(camille, "Lucien", cadence=TUESDAYS)
        for body in said[:3]:
            town.says(body)
        for reference in (1, 2):
            town.says(f"oui {reference}")
        for body in said[3:]:
            town.says(body)
        bodies = [row.body for row in rows(hotline, OutboxRow)]
        assert [body for body in bodies if INVITES.search(body)] == []
        assert len(bodies) == len(said) + 4
        assert all("ou appelez le 01 99 00 01 00" in body for body in bodies[:8])
        tokens = [token for body in bodies for token in re.findall(r"/v/(\S{12})", body)]
        assert len(tokens) >= 9
        with hotline.database.read() as session:
            now: datetime = hotline.clock.now()
            assert all(links.find(session, token, now) for token in tokens)


class TestSpeed:
    """An offer answered by text is confirmed in one webhook; `make bench` times it beside a call."""

    def statements(self, hotline: Hotline, webhook: Callable[[], object]) -> int:
        """How many statements a webhook takes."""
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            seen.append(statement)

        event.listen(hotline.database.engine, "before_cursor_execute", note)
        try:
            webhook()
        finally:
            event.remove(hotline.database.engine, "before_cursor_execute", note)
        return len(seen)

    @pytest.mark.parametrize(("cadence", "most"), [(None, 14), (TUESDAYS, 15)])
    def test_a_yes_takes_few_statements(
        self, hotline: Hotline, town: Town, camille: int, cadence: str | None, most: int
    ) -> None:
        add_caller(hotline, "+33639980001", "Lucien")
        town.line.call(1)
        town.says("aide")
        town.offers(camille, cadence=cadence)
        assert self.statements(hotline, lambda: town.line.call(2)) <= 10
        yes = self.statements(hotline, lambda: town.line.text("oui", CAMILLE, number=99))
        assert rows(hotline, OutboxRow)[-1].kind == "answer"
        assert yes <= most
