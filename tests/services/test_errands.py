"""A need is met on the spot by a volunteer who lives near: asked, taken, done, or passed to the next one."""

from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from hotline.models import Alert, Assignment, OutboxRow, Referral, Request, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    Need,
    ReferralState,
    RequestKind,
    RequestState,
    StepKind,
)
from hotline.services import absences, answers, assignments, requests, rounds
from hotline.services.assignments import Answered
from hotline.services.desk import errands as desk_errands
from hotline.services.referrals import answering
from scheduler import jobs, relations
from tests.conftest import StoppedClock
from tests.databases import statements
from tests.needs import add_neighbour, open_need, propose
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import HAND, calls, give, no, undo, waits, yes

ODETTE = "+33639980001"
NUMBERS = cycle(f"+336399804{number:02}" for number in range(100))


def neighbour(hotline: Hotline, first_name: str = "Camille", **fields: Any) -> int:
    """Somebody in Briançon who helps on the spot."""
    return add_neighbour(hotline, next(NUMBERS), first_name, **fields)


@pytest.fixture
def shopping(hotline: Hotline) -> int:
    """Odette, in Briançon, whom nobody waits to call, needs her shopping done; our volunteers are asked."""
    odette = add_caller(hotline, ODETTE, "Odette Martin", postcode="05100")
    give(hotline, odette, add_volunteer(hotline, "Regular", next(NUMBERS)))
    return need(hotline, odette)


def need(hotline: Hotline, caller_id: int) -> int:
    """Open a need and ask volunteers who live near; return the referral's id."""
    return propose(hotline, open_need(hotline, caller_id))


def hold(hotline: Hotline) -> list[Assignment]:
    """Hold a round; return the errands there are."""
    jobs.hold_round(hotline, hotline.clock.now())
    return [one for one in rows(hotline, Assignment) if one.referral_id is not None]


def says(hotline: Hotline, volunteer_id: int, body: str) -> str:
    """A volunteer types something; return what is answered."""

    def heard(session: Session) -> str:
        at = hotline.clock.now()
        volunteer = session.get_one(Volunteer, volunteer_id)
        return answers.volunteer_says(session, hotline.line, volunteer, body, f"{body}:{at}", at)

    return hotline.database.run(heard)


def referral(hotline: Hotline) -> Referral:
    return only(hotline, Referral)


def last_text(hotline: Hotline, kind: str) -> str:
    return [row.body for row in rows(hotline, OutboxRow) if row.kind == kind][-1]


def alerts(hotline: Hotline) -> list[str]:
    return [alert.kind for alert in rows(hotline, Alert)]


def test_who_lives_near_is_asked_by_text_with_a_first_name_and_a_place(
    hotline: Hotline, shopping: int
) -> None:
    camille = neighbour(hotline)
    (errand,) = hold(hotline)
    assert (errand.volunteer_id, errand.referral_id, errand.kind) == (camille, shopping, RequestKind.ONE_OFF)
    offer = last_text(hotline, "offer")
    assert "Odette (05100) attend quelqu'un sur place, pour ses courses." in offer
    assert offer.endswith(f"OUI {errand.id} ou NON {errand.id}")
    assert "Martin" not in offer
    assert hold(hotline)[1:] == []


def test_a_yes_takes_the_need_plans_the_help_and_brings_the_instructions(
    hotline: Hotline, shopping: int
) -> None:
    camille = neighbour(hotline)
    (errand,) = hold(hotline)
    answer = says(hotline, camille, "Oui, avec plaisir")
    assert answer.startswith("Merci Camille ! Appelez Odette avant jeudi 26/11 à 14 h")
    assert f"FAIT {errand.id}" in answer
    assert "1 m de distance" in last_text(hotline, "errand_advice")
    assert referral(hotline).state is ReferralState.TAKEN
    (call,) = calls(hotline, errand.id)
    assert call.due_at - hotline.clock.now() == hotline.line.config.callbacks.one_off_within
    assert says(hotline, camille, "OUI").startswith("Vous avez déjà dit oui")
    assert only_request(hotline).state is RequestState.ASSIGNED


def only_request(hotline: Hotline) -> Request:
    return only(hotline, Request)


def test_done_closes_the_need_and_asks_nothing_more(hotline: Hotline, shopping: int) -> None:
    camille = neighbour(hotline)
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    assert says(hotline, camille, f"FAIT {errand.id}") == "Merci d'avoir aidé Odette, c'est noté."
    assert (referral(hotline).state, referral(hotline).errand_at) == (ReferralState.CLOSED, None)
    (errand,) = hold(hotline)
    assert (errand.state, errand.end_reason) == (AssignmentState.ENDED, "done")
    assert only_request(hotline).state is RequestState.ASSIGNED
    assert says(hotline, camille, "FAIT") == "Merci d'avoir aidé Odette, c'est noté."


def test_nobody_at_home_plans_another_try_and_the_need_stays_taken(hotline: Hotline, shopping: int) -> None:
    camille = neighbour(hotline)
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    assert "Prochain essai pour Odette" in says(hotline, camille, "ABSENT")
    assert len(calls(hotline, errand.id)) == 1
    assert [call.state for call in calls(hotline, errand.id, CallbackState.NO_ANSWER)]
    assert referral(hotline).state is ReferralState.TAKEN


def test_an_alert_reaches_the_coordinators_and_ends_nothing(hotline: Hotline, shopping: int) -> None:
    camille = neighbour(hotline)
    yes(hotline, hold(hotline)[0].id)
    says(hotline, camille, "ALERTE elle est tombée")
    assert "difficult_call" in alerts(hotline)
    assert referral(hotline).state is ReferralState.TAKEN


@pytest.mark.parametrize("word", ["NON", "NON {}"])
def test_a_no_asks_the_next_nearest_and_never_the_same_again(
    hotline: Hotline, shopping: int, word: str
) -> None:
    camille, bruno = neighbour(hotline), neighbour(hotline, "Bruno", postcode="05120")
    (errand,) = hold(hotline)
    assert errand.volunteer_id == camille
    says(hotline, camille, word.format(errand.id))
    assert [one.volunteer_id for one in hold(hotline)] == [camille, bruno]


def test_a_no_after_a_yes_opens_the_need_again(hotline: Hotline, shopping: int) -> None:
    neighbour(hotline)
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    assert no(hotline, errand.id) is Answered.DECLINED
    assert referral(hotline).state is ReferralState.TO_SEND
    assert calls(hotline, errand.id) == []


def test_no_answer_in_time_moves_on(hotline: Hotline, shopping: int, clock: StoppedClock) -> None:
    camille, bruno = neighbour(hotline), neighbour(hotline, "Bruno", postcode="05120")
    (errand,) = hold(hotline)
    clock.set(errand.expires_at)
    jobs.expire_offers(hotline)
    assert [one.volunteer_id for one in hold(hotline)] == [camille, bruno]
    assert says(hotline, camille, f"OUI {errand.id}").startswith("Merci ! Cette demande a déjà trouvé")


def test_who_does_not_go_is_reminded_then_somebody_else_is_asked(
    hotline: Hotline, shopping: int, clock: StoppedClock
) -> None:
    camille, bruno = neighbour(hotline), neighbour(hotline, "Bruno", postcode="05120")
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    (call,) = calls(hotline, errand.id)
    grace = hotline.line.config.callbacks.grace
    for moment in (call.due_at - timedelta(hours=3), call.due_at + grace / 2, call.due_at + grace):
        clock.set(moment)
        relations.watch(hotline)
    assert "attend votre aide avant" in last_text(hotline, "reminder")
    assert last_text(hotline, "nudge").startswith("Avez-vous pu aider Odette ?")
    assert last_text(hotline, "missed_told").startswith("Vous n'avez pas pu aider Odette")
    assert referral(hotline).state is ReferralState.TO_SEND
    assert [one.volunteer_id for one in hold(hotline)] == [camille, bruno]
    clock.advance(timedelta(hours=25))
    relations.watch(hotline)
    assert "nobody_takes" in alerts(hotline)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"on_site": False}, "n'aident pas sur place."),
        ({"birth_date": None}, "n'a pas donné sa date de naissance."),
        ({"birth_date": "2008-11-25"}, "a moins de 18 ans."),
        ({"birth_date": "1956-11-24"}, "a 70 ans ou plus."),
        ({"postcode": "13001"}, "habite trop loin."),
        ({"postcode": None}, "habite trop loin."),
        ({"languages": "it"}, "ne parle pas sa langue."),
        ({"capacity": 0}, "accompagne déjà assez de personnes."),
    ],
)
def test_whoever_may_not_go_is_not_asked_and_the_desk_reads_why(
    hotline: Hotline, shopping: int, fields: dict[str, Any], why: str
) -> None:
    neighbour(hotline, **fields)
    assert hold(hotline) == []
    assert f"Camille Exemple {why}" in " ".join(explained(hotline, shopping))
    assert referral(hotline).state is ReferralState.TO_SEND
    hold(hotline)
    assert alerts(hotline) == ["errand_nobody"]


def test_whoever_rests_now_is_asked_later_and_nobody_is_alarmed(
    hotline: Hotline, shopping: int, clock: StoppedClock
) -> None:
    neighbour(hotline, quiet="Mo-Su 12:00-15:00")
    assert hold(hotline) == []
    assert "est dans ses heures de repos" in " ".join(explained(hotline, shopping))
    assert alerts(hotline) == []
    clock.advance(timedelta(hours=1))
    assert len(hold(hotline)) == 1


@pytest.mark.parametrize("born", ["2008-11-24", "1956-11-25"])
def test_on_the_day_they_turn_eighteen_and_on_the_eve_of_seventy_people_may_go(
    hotline: Hotline, shopping: int, born: str
) -> None:
    neighbour(hotline, birth_date=born)
    assert len(hold(hotline)) == 1


def test_the_round_explains_the_needs_of_a_request_too(hotline: Hotline, shopping: int) -> None:
    neighbour(hotline)
    with hotline.database.read() as session:
        told = rounds.explain(session, hotline.line, 1, hotline.clock.now())
    assert told == [
        f"Besoin {shopping}, à proposer sur place :",
        "Proposition à Camille Exemple, qui habite au même code postal et n'accompagne encore personne.",
        "Regular Exemple n'aide pas sur place.",
        "La demande 1 est confiée à Regular Exemple.",
    ]


def explained(hotline: Hotline, referral_id: int) -> list[str]:
    with hotline.database.read() as session:
        return list(desk_errands.read(session, hotline.line, referral_id, hotline.clock.now()).reasons)


def test_a_refused_errand_keeps_nobody_from_being_asked_to_call(hotline: Hotline) -> None:
    odette = add_caller(hotline, ODETTE, "Odette", postcode="05100")
    waits(hotline, odette)
    need(hotline, odette)
    camille = neighbour(hotline, capacity=2)
    jobs.hold_round(hotline, hotline.clock.now())
    errand, call = sorted(rows(hotline, Assignment), key=lambda one: one.referral_id is None)
    assert (errand.volunteer_id, call.volunteer_id) == (camille, camille)
    no(hotline, call.id)
    yes(hotline, errand.id)
    with hotline.database.write() as session:
        request = session.get_one(Request, call.request_id)
        requests.close(session, request, "moved", hotline.clock.now())
    assert [one.state for one in rows(hotline, Assignment)] == [
        AssignmentState.ACTIVE,
        AssignmentState.DECLINED,
    ]


def test_a_request_that_was_made_for_this_need_waits_for_no_call_once_it_is_taken(hotline: Hotline) -> None:
    odette = add_caller(hotline, ODETTE, "Odette", postcode="05100")
    waits(hotline, odette)
    with hotline.database.write() as session:
        session.get_one(Request, 1).need = Need.SOLIDARITE_PROXIMITE
    need(hotline, odette)
    neighbour(hotline)
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    assert only_request(hotline).state is RequestState.REFERRED
    no(hotline, errand.id)
    assert only_request(hotline).state is RequestState.WAITING
    bruno = neighbour(hotline, "Bruno")
    with hotline.database.write() as session:
        offered = assignments.offer_errand(session, hotline.line, 1, bruno, hotline.clock.now())
        assert offered is not None
    yes(hotline, offered.id)
    says(hotline, bruno, f"FAIT {offered.id}")
    assert only_request(hotline).state is RequestState.CLOSED


def test_what_a_coordinator_does_with_a_need_takes_it_from_our_volunteers(
    hotline: Hotline, shopping: int
) -> None:
    neighbour(hotline)
    (errand,) = hold(hotline)
    hotline.database.run(
        lambda session: desk_errands.withdraw(session, shopping, hotline.clock.now(), actor=HAND)
    )
    assert yes(hotline, errand.id) is Answered.TOO_LATE
    assert hold(hotline)[0].state is AssignmentState.EXPIRED
    propose(hotline, shopping)
    neighbour(hotline, "Bruno")
    errand = hold(hotline)[-1]
    yes(hotline, errand.id)
    hotline.database.run(
        lambda session: answering.closed(session, shopping, "Son fils y va", hotline.clock.now(), actor=HAND)
    )
    assert hold(hotline)[-1].state is AssignmentState.ENDED
    assert (referral(hotline).state, referral(hotline).errand_at) == (ReferralState.CLOSED, None)


def test_an_errand_that_was_ended_by_hand_can_be_taken_back(hotline: Hotline, shopping: int) -> None:
    neighbour(hotline)
    (errand,) = hold(hotline)
    yes(hotline, errand.id)
    with hotline.database.write() as session:
        held = session.get_one(Assignment, errand.id)
        assignments.end(session, held, hotline.clock.now(), actor=HAND, reason="malade")
    assert referral(hotline).state is ReferralState.TO_SEND
    undo(hotline, StepKind.ENDED)
    assert referral(hotline).state is ReferralState.TAKEN
    assert len(calls(hotline, errand.id)) == 1


def test_who_goes_on_holiday_lets_go_of_an_errand(hotline: Hotline, shopping: int) -> None:
    camille = neighbour(hotline)
    yes(hotline, hold(hotline)[0].id)
    with hotline.database.write() as session:
        at = hotline.clock.now()
        volunteer = session.get_one(Volunteer, camille)
        absences.begin(session, hotline.line, volunteer, hotline.line.day(at), None, at)
    assert referral(hotline).state is ReferralState.TO_SEND


def test_without_an_errand_a_round_asks_no_question_more(hotline: Hotline) -> None:
    waits(hotline, add_caller(hotline, ODETTE, "Odette", postcode="05100"))
    neighbour(hotline)
    with hotline.database.read() as session, statements(hotline.database) as asked:
        assert rounds.plan(session, hotline.line, hotline.clock.now()).pairs
    theirs = ("SELECT referrals.id", "SELECT volunteers.id, volunteers.birth_date")
    assert [one for one in asked if one.startswith(theirs)] == []


@pytest.mark.parametrize("state", [ReferralState.SENT, ReferralState.TAKEN, ReferralState.CLOSED])
def test_a_need_that_somebody_else_follows_is_not_proposed(
    hotline: Hotline, shopping: int, state: ReferralState
) -> None:
    with hotline.database.write() as session:
        session.get_one(Referral, shopping).state = state
    with pytest.raises(HotlineError):
        propose(hotline, shopping)


def test_without_a_postcode_or_a_number_nobody_can_be_sent_there(hotline: Hotline) -> None:
    nowhere = add_caller(hotline, ODETTE, "Odette")
    with pytest.raises(HotlineError, match="code postal"):
        need(hotline, nowhere)
