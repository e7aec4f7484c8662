"""Assignments at the desk: lists, one life in sentences, calls moved and told of, a rhythm with its dates."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, AuditEntry, Callback, Report, Request
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    Mood,
    ReportSource,
    RequestState,
)
from hotline.services import assignments, callbacks
from hotline.services.reports import Told
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, calls, give, local, told
from tests.web.desk.conftest import Desk
from tests.web.desk.test_requests import undo

TUESDAYS = {
    "unit": "week",
    "every": "1",
    "weekdays": "1",
    "at": "15:00",
    "holidays": "keep",
    "ends_on": "",
}


@pytest.fixture
def given(hotline: Hotline) -> int:
    """Odette is called by Camille every Tuesday at 15 h, for the first time in an hour."""
    return give(
        hotline,
        add_caller(hotline, "+33639980001", "Odette Martin"),
        add_volunteer(hotline, "Camille", "+33639980101", capacity=2),
    )


def make(hotline: Hotline, callback_id: int, **words: object) -> None:
    """The volunteer has phoned."""

    def tell(session: Session) -> None:
        call = session.get_one(Callback, callback_id)
        assignment = session.get_one(Assignment, call.assignment_id)
        report = Told(mood=Mood.BAD, words="Elle dort mal.", needs=frozenset({"doctor"}))
        callbacks.made(session, hotline.line, assignment, hotline.clock.now(), callback=call, told=report)

    hotline.database.run(tell)


def test_the_lists_tell_who_calls_whom_when_and_the_last_news(
    desk: Desk, given: int, clock: StoppedClock
) -> None:
    lucien = add_caller(desk.hotline, "+33639980002", "Lucien Perret")
    give(desk.hotline, lucien, 1, None)
    clock.set(calls(desk.hotline, given)[0].due_at)
    make(desk.hotline, calls(desk.hotline, given)[0].id)
    said = desk.text("/assignments?group=recurring")
    for words in ("Odette Martin", "chaque mardi à 15 h", "mardi 1er décembre à 15 h", "va mal"):
        assert words in said
    assert "Lucien Perret" not in said
    assert "Lucien Perret" in desk.text("/assignments?group=one_off&volunteer=1")
    assert "Rien ici" in desk.text("/assignments?group=paused")
    assert "Aucun appel n’est en retard" in desk.text("/assignments?group=late")


def test_a_late_call_is_listed_until_it_is_told_of(desk: Desk, given: int, clock: StoppedClock) -> None:
    first = calls(desk.hotline, given)[0]
    clock.set(first.due_at + timedelta(hours=2))
    assert "Odette Martin" in desk.text("/assignments?group=late")
    answer = desk.post(
        f"/assignments/calls/{first.id}/told",
        reached="yes",
        mood="fair",
        minutes="25",
        needs=["shops"],
        words="Elle attend sa petite-fille.",
    )
    assert "L’appel est noté comme fait." in answer.text
    report = only(desk.hotline, Report)
    assert (report.source, report.mood, report.minutes) == (ReportSource.DESK, Mood.FAIR, 25)
    said = desk.text(f"/assignments/{given}")
    for words in ("Va moyennement", "25 min", "Besoins : des courses", "Elle attend sa petite-fille."):
        assert words in said
    assert "Aucun appel n’est en retard" in desk.text("/assignments?group=late")


def test_nobody_answered_and_a_difficult_call_are_written_down_too(
    desk: Desk, given: int, clock: StoppedClock
) -> None:
    first = calls(desk.hotline, given)[0]
    clock.set(first.due_at)
    answer = desk.post(
        f"/assignments/calls/{first.id}/told", reached="no", difficult="y", words="Sa voisine s’inquiète."
    )
    assert "un autre est prévu à une autre heure" in answer.text
    assert only(desk.hotline, Alert).detail == "Sa voisine s’inquiète."
    (tried,) = calls(desk.hotline, given, CallbackState.NO_ANSWER)
    assert tried.outcome in {CallbackOutcome.NO_ANSWER, CallbackOutcome.ALERT}


def test_a_faulty_report_comes_back_as_it_was_typed(desk: Desk, given: int) -> None:
    first = calls(desk.hotline, given)[0]
    answer = desk.client.post(
        f"/assignments/calls/{first.id}/told", data={"minutes": "vingt", "words": "Un mot."}
    )
    assert answer.status_code == 422
    for words in ("Dites si l’appel a eu lieu", "nombre de minutes en chiffres", "Un mot.", "vingt"):
        assert words in answer.text
    assert rows(desk.hotline, Report) == []


def test_a_call_is_moved_and_skipped_and_both_are_taken_back(desk: Desk, given: int) -> None:
    first, second, *_ = calls(desk.hotline, given)
    answer = desk.post(f"/assignments/calls/{second.id}/move", day="2026-12-02", hour="10:30")
    assert "L’appel est déplacé." in answer.text
    assert local(desk.hotline, calls(desk.hotline, given))[1] == "02/12 10:30"
    undo(desk, answer)
    answer = desk.post(f"/assignments/calls/{first.id}/skip")
    assert "Camille Faure a sauté l’appel prévu aujourd’hui à 15" in " ".join(answer.text.split())
    undo(desk, answer)
    assert local(desk.hotline, calls(desk.hotline, given))[:2] == ["24/11 15:00", "01/12 15:00"]
    assert (
        "une heure, par exemple" in desk.post(f"/assignments/calls/{second.id}/move", day="2026-12-02").text
    )
    assert (
        "plus décente"
        in desk.post(f"/assignments/calls/{second.id}/move", day="2026-12-02", hour="03:00").text
    )


def test_another_volunteer_is_asked_to_make_one_call(desk: Desk, given: int) -> None:
    bruno = add_volunteer(desk.hotline, "Bruno", "+33639980102")
    second = calls(desk.hotline, given)[1]
    assert "Bruno" in desk.text(f"/assignments/calls/{second.id}")
    answer = desk.post(f"/assignments/calls/{second.id}/cover/{bruno}")
    assert "La proposition à Bruno part" in answer.text
    assert rows(desk.hotline, Assignment)[1].covers_id == second.id
    undo(desk, answer)
    assert rows(desk.hotline, Assignment)[1].state is AssignmentState.EXPIRED


def test_a_pause_with_a_day_going_on_again_and_an_end_are_taken_back(desk: Desk, given: int) -> None:
    here = f"/assignments/{given}"
    assert "doit être à venir" in desk.post(f"{here}/pause", resumes_on="2026-11-24").text
    answer = desk.post(f"{here}/pause", resumes_on="2026-12-07", reason="vacances")
    assert "Les appels reprennent lundi 7 décembre." in " ".join(answer.text.split())
    assert only(desk.hotline, Assignment).resumes_on == date(2026, 12, 7)
    undo(desk, answer)
    desk.post(f"{here}/pause")
    undo(desk, desk.post(f"{here}/resume"))
    assert only(desk.hotline, Assignment).state is AssignmentState.PAUSED
    desk.post(f"{here}/resume")
    assert "Choisissez pourquoi" in desk.post(f"{here}/end").text
    answer = desk.post(f"{here}/end", reason="moved")
    assert "la personne a déménagé" in answer.text
    assert only(desk.hotline, Request).state is RequestState.CLOSED
    undo(desk, answer)
    assert only(desk.hotline, Assignment).state is AssignmentState.ACTIVE
    assert {entry.action for entry in rows(desk.hotline, AuditEntry)} >= {
        "assignment.pause",
        "assignment.resume",
        "assignment.end",
        "assignment.undo",
    }


def test_somebody_else_is_sought_and_that_is_taken_back_from_the_story(desk: Desk, given: int) -> None:
    answer = desk.post(f"/assignments/{given}/hand-over")
    assert "quelqu’un d’autre est cherché" in answer.text
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "n’est plus en cours" in desk.post(f"/assignments/{given}/hand-over").text
    assert "C’est annulé." in desk.post("/assignments/steps/2/undo").text
    assert only(desk.hotline, Assignment).state is AssignmentState.ACTIVE
    assert told(desk.hotline, given) == ["created", "handed_over"]


def test_the_next_five_dates_are_told_while_a_rhythm_is_typed(desk: Desk) -> None:
    address = (
        "/assignments/dates?unit=month&every=1&nth=1&weekdays=1&at=10:00&holidays=keep&starts_on=2026-11-24"
    )
    said = desk.get(address, fragment=True).text
    assert "le premier mardi du mois à 10 h" in said
    for day in ("1er décembre 2026", "5 janvier 2027", "2 février 2027", "2 mars 2027", "6 avril 2027"):
        assert f"mardi {day}" in said
    assert "Choisissez au moins un jour." in desk.get("/assignments/dates?at=10:00", fragment=True).text
    assert "plus décente" in desk.get("/assignments/dates?weekdays=1&at=04:00", fragment=True).text


def test_a_rhythm_is_changed_its_end_taken_away_and_the_former_one_comes_back(desk: Desk, given: int) -> None:
    address = f"/assignments/{given}/cadence"
    assert "mardi 24 novembre 2026" in desk.text(address)
    answer = desk.post(address, **{**TUESDAYS, "ends_on": "2026-12-08"})
    assert "Le rythme est changé : chaque mardi à 15 h." in answer.text
    assert len(calls(desk.hotline, given)) == 3
    answer = desk.post(address, **{**TUESDAYS, "weekdays": ["0", "4"], "every": "2", "at": "10:30"})
    assert "toutes les 2 semaines, lundi et vendredi à 10 h 30" in answer.text
    held = only(desk.hotline, Assignment)
    assert (held.cadence, held.ends_on) == ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;BYHOUR=10;BYMINUTE=30", None)
    undo(desk, answer)
    held = only(desk.hotline, Assignment)
    assert (held.cadence, held.ends_on) == (EVERY_TUESDAY, date(2026, 12, 8))


def test_a_rhythm_without_dates_is_refused_and_one_may_look_first(desk: Desk, given: int) -> None:
    address = f"/assignments/{given}/cadence"
    answer = desk.client.post(address, data={**TUESDAYS, "ends_on": "2026-11-01"})
    assert answer.status_code == 422
    assert "aucune date à venir" in answer.text
    answer = desk.client.post(address, data={**TUESDAYS, "weekdays": "2", "look": "1"})
    assert answer.status_code == 200
    assert "mercredi 25 novembre 2026" in answer.text
    assert only(desk.hotline, Assignment).cadence == EVERY_TUESDAY


def test_what_is_paused_has_no_rhythm_to_change(desk: Desk, given: int) -> None:
    with desk.hotline.database.write() as session:
        held = session.get_one(Assignment, given)
        assignments.pause(session, held, desk.hotline.clock.now(), actor="Claire")
    assert "ne se change pas maintenant" in desk.text(f"/assignments/{given}/cadence")
    assert "reprenez-la d" in desk.post(f"/assignments/{given}/cadence", **TUESDAYS).text
    desk.get("/assignments/99", status=404)
    desk.get("/assignments/calls/99", status=404)
