"""`assignment`: who calls whom, told and changed by hand; names, never numbers."""

import json
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import OutboxRow
from hotline.phone import PhoneNumber
from hotline.services import optouts
from hotline.services.people import phone_for
from tests.cli.conftest import Type
from tests.databases import on_sqlite
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import EVERY_TUESDAY

pytestmark = on_sqlite

ODETTE, CAMILLE = "06 39 98 00 01", "06 39 98 01 01"


@pytest.fixture
def couple(hotline: Hotline) -> None:
    """Odette and Camille are known."""
    add_caller(hotline, "+33639980001", "Odette Martin")
    add_volunteer(hotline, "Camille", "+33639980101")


def exported(run: Type, kind: str) -> list[dict[str, Any]]:
    found = json.loads(run("export", kind).stdout)
    assert isinstance(found, list)
    return found


def add(run: Type, *more: str) -> str:
    done = run("assignment", "add", "--caller", ODETTE, "--volunteer", CAMILLE, *more)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def said(run: Type, *words: str) -> str:
    done = run("assignment", *words)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(run: Type, *words: str) -> str:
    done = run("assignment", *words)
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_regular_person_is_given_with_a_rule(run: Type, couple: None) -> None:
    told = add(run, "--cadence", EVERY_TUESDAY, "--from", "2026-12-01", "--until", "2027-06-29")
    assert told == (
        "Odette est confié(e) à Camille (attribution 1), chaque mardi à 15 h. "
        "Prochain appel : mardi 01/12 à 15 h.\n"
    )
    (given,) = exported(run, "assignments")
    assert (given["cadence"], given["state"], given["kind"]) == (EVERY_TUESDAY, "active", "recurring")
    assert (given["starts_on"], given["ends_on"], given["holidays"]) == ("2026-12-01", "2027-06-29", "keep")
    planned = exported(run, "callbacks")
    assert planned[0]["due_at"] == "2026-12-01T15:00:00+01:00"
    assert planned[0]["occurrence"] == "2026-12-01"


def test_an_unknown_number_becomes_a_person(run: Type, hotline: Hotline) -> None:
    add_volunteer(hotline, "Camille", "+33639980101")
    assert add(run).startswith("une personne sans nom est confié(e) à Camille (attribution 1), un appel.")
    assert exported(run, "callers")[0]["phones"] == ["+33639980001"]


def test_a_volunteer_without_texts_must_be_told_aloud(run: Type, couple: None, hotline: Hotline) -> None:
    with hotline.database.write() as session:
        at = hotline.clock.now()
        phone = phone_for(session, PhoneNumber("+33639980101"), at)
        optouts.stop(session, phone, "SM1", at)
    assert "Camille ne reçoit pas de SMS : prévenez de vive voix." in add(run)
    assert rows(hotline, OutboxRow) == []


def test_the_list_and_the_story_name_people_and_no_numbers(run: Type, couple: None) -> None:
    add(run, "--cadence", EVERY_TUESDAY, "--holidays", "skip")
    listed, story = said(run, "list"), said(run, "show", "1")
    assert "Odette" in listed
    assert "chaque mardi à 15 h, sauf les jours fériés" in listed
    assert "aujourd'hui à 15 h" in listed
    assert story.splitlines()[:4] == [
        "Attribution 1 : Odette, par Camille, en cours.",
        "Rythme : chaque mardi à 15 h, sauf les jours fériés, depuis le 24/11/2026.",
        "Prochains appels :",
        "  1 : aujourd'hui à 15 h",
    ]
    assert len([line for line in story.splitlines() if "mardi" in line and " : " in line]) >= 5
    assert "proposée ou confiée, par " in story
    for shown in (listed, story):
        assert "3998" not in shown.replace(" ", "")


def test_pause_resume_and_end_with_a_reason(run: Type, couple: None) -> None:
    add(run, "--cadence", EVERY_TUESDAY)
    assert "en pause" in said(run, "pause", "1", "--reason", "vacances")
    assert exported(run, "assignments")[0]["state"] == "paused"
    assert "Prochain appel : aujourd'hui à 15 h." in said(run, "resume", "1")
    said(run, "end", "1", "--reason", "moved")
    (ended,) = exported(run, "assignments")
    assert (ended["state"], ended["end_reason"]) == ("ended", "moved")
    assert exported(run, "requests")[0]["state"] == "closed"
    assert "n'est plus en cours" in refused(run, "end", "1")
    assert "mise en pause : vacances" in said(run, "show", "1")


def test_a_call_is_skipped_moved_and_put_back(run: Type, couple: None) -> None:
    add(run, "--cadence", EVERY_TUESDAY)
    assert "n'aura pas lieu" in said(run, "skip", "1")
    assert (
        said(run, "move", "2", "--to", "2026-12-02T10:30")
        == "L'appel 2 est déplacé : mercredi 02/12 à 10 h 30.\n"
    )
    story = said(run, "show", "1")
    assert "  2 : mercredi 02/12 à 10 h 30" in story
    assert "appel déplacé (appel 2), prévu avant mardi 01/12 à 15 h" in story
    assert said(run, "undo", "3") == "L'étape 3 (appel déplacé) est annulée.\n"
    assert said(run, "undo", "2") == "L'étape 2 (appel sauté) est annulée.\n"
    assert [one["due_at"][:16] for one in exported(run, "callbacks")[:2]] == [
        "2026-11-24T15:00",
        "2026-12-01T15:00",
    ]
    assert "; annulée" in said(run, "show", "1")
    assert {entry["action"] for entry in exported(run, "audit")} >= {"assignment.undo"}


def test_another_rhythm_is_told_with_its_next_call(run: Type, couple: None) -> None:
    add(run, "--cadence", EVERY_TUESDAY)
    assert said(run, "edit", "1", "--cadence", "FREQ=MONTHLY;BYDAY=1TU;BYHOUR=10") == (
        "Prochain appel : mardi 01/12 à 10 h.\n"
    )
    assert "le premier mardi du mois à 10 h" in said(run, "show", "1")
    said(run, "edit", "1", "--until", "2027-01-31")
    assert exported(run, "assignments")[0]["ends_on"] == "2027-01-31"
    assert "pas les deux" in refused(run, "edit", "1", "--until", "2027-01-31", "--no-end")
    said(run, "edit", "1", "--no-end")
    assert exported(run, "assignments")[0]["ends_on"] in {"", None}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "--caller", "12", "--volunteer", CAMILLE), "Ce numéro de téléphone n'est pas valable"),
        (("add", "--caller", ODETTE, "--volunteer", "06 39 98 01 09"), "aucun bénévole n'a ce numéro"),
        (
            ("add", "--caller", ODETTE, "--volunteer", CAMILLE, "--cadence", "chaque mardi"),
            "Ce rythme ne se comprend pas",
        ),
        (("add", "--caller", CAMILLE, "--volunteer", CAMILLE), "le même téléphone"),
        (("show", "7"), "il n'y a pas d'attribution 7"),
        (("skip", "7"), "il n'y a pas d'appel prévu 7"),
        (("undo", "7"), "Cette étape n'existe pas"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    run: Type, couple: None, hotline: Hotline, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(run, *words)
    assert rows(hotline, OutboxRow) == []


def test_what_is_typed_wrong_is_a_sentence_too(run: Type) -> None:
    told = run("assignment", "pause", "one")
    assert told.exit_code == 2
    assert "« one » n'est pas un numéro de la liste" in told.stderr
    told = run("assignment", "add", "--caller", ODETTE, "--volunteer", CAMILLE, "--holidays", "never")
    assert "au choix : keep, skip, move" in told.stderr
