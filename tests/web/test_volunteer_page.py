"""A volunteer's day on their page: offers, calls, reports; first names only, and nobody else's."""

import re
from datetime import date, timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Callback, Report, Tap
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    Mood,
    ReportSource,
    TapState,
    VolunteerState,
)
from hotline.services import taps
from tests.conftest import StoppedClock
from tests.people import add_caller
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, calls, give, offer_cover
from tests.web.visits import (
    BRUNO,
    JEANNE,
    LUCIEN,
    ODETTE,
    Visitor,
    given,
    left_message,
    offered,
    volunteer,
)

TOLD = {"reached": "yes", "mood": "fair", "minutes": "25", "others": "no", "needs": ["shops", "doctor"]}


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    return volunteer(hotline).come_in()


def test_an_offer_says_who_waits_for_what_until_when_and_is_accepted_once(
    hotline: Hotline, marie: Visitor
) -> None:
    assignment = offered(hotline, marie, "Odette Martin", ODETTE, postcode="05100")
    page = marie.read("/v/")
    assert "Odette" in page
    assert "05100" in page
    assert "Répondez avant 18\N{NO-BREAK SPACE}h" in page
    for said in ("Merci beaucoup", "Vous aviez déjà dit oui"):
        assert said in marie.does(f"/v/offres/{assignment}/oui")
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE
    assert "Appeler Odette" in marie.read("/v/")


def test_an_offer_is_declined_and_a_late_answer_told_kindly(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    first = offered(hotline, marie, "Odette Martin", ODETTE)
    assert "Nous demandons à quelqu’un d’autre" in marie.does(f"/v/offres/{first}/non")
    assert "déjà répondu non" in marie.does(f"/v/offres/{first}/non")
    assert "déjà trouvé quelqu’un" in marie.does(f"/v/offres/{first}/oui")
    assert "Rien à faire pour le moment" in marie.read("/v/")


def test_an_offer_to_cover_says_that_it_is_for_one_call(hotline: Hotline, marie: Visitor) -> None:
    bruno = volunteer(hotline, "Bruno", BRUNO)
    call = given(hotline, bruno, "Odette Martin", ODETTE, EVERY_TUESDAY)
    assert offer_cover(hotline, call, marie.volunteer_id)
    assert "à la place de son volontaire habituel" in marie.read("/v/")


def test_calls_of_today_come_first_and_a_late_one_is_marked(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    given(hotline, marie, "Lucien Petit", LUCIEN)
    page = marie.read("/v/")
    assert page.index("Aujourd’hui à 15\N{NO-BREAK SPACE}h") < page.index("À appeler avant jeudi 26 novembre")
    assert "en retard" not in page
    clock.advance(timedelta(hours=2))
    assert "en retard" in marie.read("/v/")


def test_what_was_told_last_time_is_there_but_other_peoples_words_are_not(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    marie.does(f"/v/appels/{call}/recit", **TOLD, words="Son fils passe, son numéro est le 01 99 00 02 09.")
    clock.advance(timedelta(days=7))
    page = marie.read("/v/")
    assert "La dernière fois, mardi 24 novembre" in page
    assert "moyen" in page
    assert "faire des courses, un médecin" in page
    assert "Son fils passe, son numéro est le …09." in page
    bruno = volunteer(hotline, "Bruno", BRUNO).come_in()
    following = calls(hotline, only(hotline, Assignment).id)[0].id
    cover = offer_cover(hotline, following, bruno.volunteer_id)
    bruno.does(f"/v/offres/{cover}/oui")
    page = bruno.read("/v/")
    assert "moyen" in page
    assert "Son fils passe" not in page


def test_the_line_rings_the_volunteer_once_however_often_they_tap(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    for _ in range(2):
        assert "Votre téléphone va sonner" in marie.does(f"/v/appels/{call}/appeler")
    assert only(hotline, Tap).state is TapState.QUEUED
    news = marie.get(f"/v/appels/{call}/sonnerie").json
    assert news == {"says": "Votre téléphone va sonner. Décrochez et appuyez sur 1.", "more": True}
    with hotline.database.write() as session:
        claimed = taps.claim(session, hotline.line, hotline.clock.now())
        assert claimed is not None
        taps.failed(session, claimed.tap_id, "refusé")
    news = marie.get(f"/v/appels/{call}/sonnerie").json
    assert news == {
        "says": "Votre téléphone n’a pas pu sonner. Touchez « Appeler depuis ce téléphone ».",
        "more": False,
    }
    assert f'href="tel:+33199000100,,0{call}%23"' in marie.read(f"/v/appels/{call}")


def test_a_report_is_kept_as_it_was_told(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    for _ in range(2):
        said = marie.does(f"/v/appels/{call}/recit", **TOLD, words="Elle a ri.")
        assert "Merci pour votre appel" in said
    report = only(hotline, Report)
    assert (report.mood, report.minutes, report.talks_to_others) == (Mood.FAIR, 25, False)
    assert (report.needs_shops, report.needs_doctor, report.needs_food) == (True, True, False)
    assert (report.words, report.source) == ("Elle a ri.", ReportSource.PAGE)
    assert rows(hotline, Callback)[0].state is CallbackState.MADE


def test_the_length_of_a_call_is_already_there_when_the_line_joined_both_sides(
    hotline: Hotline, marie: Visitor
) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    with hotline.database.write() as session:
        callback = session.get_one(Callback, call)
        callback.state, callback.made_at, callback.duration = CallbackState.MADE, hotline.clock.now(), 1520
        callback.act_at = hotline.clock.now()
    assert "Comment cela s’est-il passé" in marie.read("/v/")
    page = marie.read(f"/v/appels/{call}")
    assert 'value="25"' in page
    assert "Vous avez appelé pendant 25\N{NO-BREAK SPACE}min" in page


def test_a_one_off_ends_with_its_report_unless_another_day_is_named(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE)
    marie.does(f"/v/appels/{call}/recit", reached="yes", next_date="2026-12-01")
    again = rows(hotline, Callback)[-1]
    assert hotline.line.day(again.due_at) == date(2026, 12, 1)
    for _ in range(2):
        marie.does(f"/v/appels/{again.id}/recit", reached="yes")
    assert only(hotline, Assignment).state is AssignmentState.ENDED
    assert marie.get(f"/v/appels/{again.id}").location == "/v/"


def test_nobody_answered_and_another_try_is_planned(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE)
    for _ in range(2):
        assert "merci d’avoir essayé" in marie.does(f"/v/appels/{call}/recit", reached="no", mood="good")
    tried, planned = rows(hotline, Callback)
    assert (tried.state, planned.state) == (CallbackState.NO_ANSWER, CallbackState.PLANNED)


def test_a_difficult_call_is_told_to_the_team_at_once(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    for _ in range(2):
        said = marie.does(f"/v/appels/{call}/recit", **TOLD, difficult="y", words="Elle pleurait.")
        assert "L’équipe est prévenue" in said
    (difficult,) = (alert for alert in rows(hotline, Alert) if alert.kind == "difficult_call")
    assert difficult.detail == "Elle pleurait."
    assert rows(hotline, Callback)[0].outcome is CallbackOutcome.ALERT


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reached": ""}, "Dites-nous si vous avez pu vous parler"),
        ({"minutes": "vingt"}, "Écrivez un nombre de minutes en chiffres"),
        ({"minutes": "-3"}, "Écrivez un nombre de minutes en chiffres"),
        ({"next_date": "2026-11-01"}, "Ce jour est déjà passé"),
        ({"next_date": "demain"}, "Écrivez une date"),
        ({"next_date": "2028-01-01"}, "C’est dans plus d’un an"),
        ({"words": "x" * 2001}, "C’est un peu long"),
    ],
)
def test_a_faulty_report_comes_back_with_a_sentence_and_everything_that_was_typed(
    hotline: Hotline, marie: Visitor, wrong: dict[str, str], says: str
) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE)
    marie.read("/v/")
    answer = marie.post(f"/v/appels/{call}/recit", data={**TOLD, "words": "Elle a ri.", **wrong})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    typed = {"words": "Elle a ri.", "minutes": "25", **wrong}
    assert all(value in answer.text for value in typed.values())
    assert re.search(r'<input checked id="mood-1"', answer.text)
    assert len(re.findall(r'<input checked id="needs-', answer.text)) == 2
    assert rows(hotline, Report) == []


def test_everything_of_somebody_else_is_not_there(hotline: Hotline, marie: Visitor) -> None:
    bruno = volunteer(hotline, "Bruno", BRUNO)
    call = given(hotline, bruno, "Odette Martin", ODETTE, EVERY_TUESDAY)
    offer = offered(hotline, bruno, "Lucien Petit", LUCIEN)
    message = left_message(hotline, bruno, call, b"RIFF")
    marie.read("/v/")
    for path in (f"appels/{call}", f"appels/{call}/sonnerie", f"messages/{message}.wav", "appels/99"):
        answer = marie.get(f"/v/{path}")
        assert answer.status_code == 404
        assert "Odette" not in answer.text
    for path in (
        f"offres/{offer}/oui",
        f"offres/{offer}/non",
        f"appels/{call}/appeler",
        f"appels/{call}/recit",
        f"agenda/{call}/empechement",
        "offres/99/oui",
        "agenda/99/empechement",
    ):
        assert marie.post(f"/v/{path}", data=TOLD).status_code == 404, path
    assert rows(hotline, Tap) == []
    assert {row.state for row in rows(hotline, Callback)} == {CallbackState.PLANNED}


def pages_of(hotline: Hotline, marie: Visitor, call: int) -> list[str]:
    """Everything that a volunteer can be shown."""
    faulty = marie.post(f"/v/appels/{call}/recit", data={"reached": ""})
    paths = ("", "agenda", "absences", "reglages", "attestation", "attestation/2026", f"appels/{call}")
    feed = marie.does("/v/agenda/adresse")
    address = re.search(r'value="https://hotline.example(/v/calendar/[^"]+)"', feed)
    assert address
    return [marie.read(f"/v/{path}") for path in paths] + [faulty.text, feed, marie.read(address[1])]


def test_no_page_tells_a_surname_or_a_number_of_a_caller(hotline: Hotline, marie: Visitor) -> None:
    call = given(
        hotline,
        marie,
        "Odette Martin",
        ODETTE,
        EVERY_TUESDAY,
        note="veuve Lambert",
        email="odette@exemple.fr",
    )
    offered(hotline, marie, "Jeanne De La Tour", JEANNE)
    left_message(hotline, marie, call, b"RIFF")
    shown = "\n".join(pages_of(hotline, marie, call))
    assert {"Odette", "Jeanne"} <= set(re.findall(r"\w+", shown))
    digits = re.sub(r"\D", "", shown)
    for secret in ("Martin", "La Tour", "Lambert", "odette@exemple.fr"):
        assert secret not in shown
    for number in (ODETTE, JEANNE):
        assert number.removeprefix("+33") not in digits


def test_a_caller_without_a_name_is_somebody(hotline: Hotline, marie: Visitor) -> None:
    caller = add_caller(hotline, ODETTE)
    give(hotline, caller, marie.volunteer_id, None)
    assert "Appeler une personne" in marie.read("/v/")


def test_whoever_is_away_reads_that_others_call_and_can_come_back(hotline: Hotline, marie: Visitor) -> None:
    marie.does("/v/absences", since="2026-11-24", until="2026-11-30")
    page = marie.read("/v/")
    assert "Vous êtes en pause" in page
    assert "Retour prévu mardi 1er décembre" in page
    marie.does("/v/absences/retour")
    assert "Vous êtes en pause" not in marie.read("/v/")


def test_a_paused_volunteer_still_has_their_page(hotline: Hotline) -> None:
    marie = volunteer(hotline, state=VolunteerState.PAUSED).come_in()
    assert "Bonjour Marie" in marie.read("/v/")


def test_names_and_words_are_text_not_markup(hotline: Hotline, marie: Visitor, clock: StoppedClock) -> None:
    call = given(hotline, marie, "<b>Odette</b> Martin", ODETTE, EVERY_TUESDAY)
    marie.does(f"/v/appels/{call}/recit", **TOLD, words="<script>alert(1)</script>")
    clock.advance(timedelta(days=7))
    page = marie.read("/v/")
    assert "<b>" not in page
    assert "<script>alert" not in page
