"""Requests at the desk: the board, one and many changed and taken back, given by hand with open eyes."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import Assignment, AuditEntry, Note, Request, Step
from hotline.models.status import AssignmentState, Need, RequestKind, RequestState, Role
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give, offer, waits
from tests.web.desk.conftest import Desk, sign_in

ODETTE, LUCIEN = "+33639980001", "+33639980002"
CAMILLE, BRUNO = "+33639980101", "+33639980102"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    """Odette's request."""
    return waits(hotline, add_caller(hotline, ODETTE, "Odette Martin", postcode="05100"))


@pytest.fixture
def camille(hotline: Hotline) -> int:
    """A volunteer for one person."""
    return add_volunteer(hotline, "Camille", CAMILLE, postcode="05000")


def undo(desk: Desk, answer: TestResponse) -> TestResponse:
    """Press the "Annuler" that a page shows."""
    found = [
        form.get("action")
        for form in _page(answer).forms
        if (form.get("action") or "").startswith("/requests/undo/")
    ]
    assert found
    return desk.post(found[0])


def _page(answer: TestResponse) -> HtmlElement:
    return html.fromstring(answer.data)


def audited(hotline: Hotline) -> set[str]:
    return {f"{entry.action} {entry.subject}" for entry in rows(hotline, AuditEntry)}


def test_the_board_shows_each_state_with_its_people(desk: Desk, odette: int, camille: int) -> None:
    offered = waits(desk.hotline, add_caller(desk.hotline, LUCIEN, "Lucien Perret"))
    offer(desk.hotline, offered, camille)
    page = desk.page("/requests")
    columns = {
        section.findtext("h2").split()[0]: " ".join(section.text_content().split())
        for section in page.findall(".//section")
    }
    assert "Odette Martin" in columns["En"]
    assert "•• •• •• •• 01" in columns["En"]
    assert "3998" not in desk.get("/requests").text
    assert "Proposée à Camille" in columns["Proposées"].replace("Proposée àC", "Proposée à C")
    assert "Aucun numéro à trouver" in columns["Numéro"]


def test_the_filters_are_in_the_address_and_an_empty_column_says_so(desk: Desk, odette: int) -> None:
    assert "Odette Martin" in desk.text("/requests?state=waiting&kind=one_off&dep=05")
    assert "Rien avec ces filtres" in desk.text("/requests?state=waiting&dep=75")
    assert "Personne n’attend" not in desk.text("/requests")
    assert "Aucune demande close" in desk.text("/requests?state=closed")


def test_many_are_closed_with_a_reason_and_words_and_all_come_back(desk: Desk, odette: int) -> None:
    lucien = waits(desk.hotline, add_caller(desk.hotline, LUCIEN, "Lucien Perret"))
    answer = desk.post(
        "/requests/change",
        one=[str(odette), str(lucien)],
        act="close",
        reason="elsewhere",
        words="Sa nièce vient chaque jour.",
    )
    assert "2 demandes sont closes." in answer.text
    assert {one.close_reason for one in rows(desk.hotline, Request)} == {"elsewhere"}
    assert {note.words for note in rows(desk.hotline, Note)} == {"Sa nièce vient chaque jour."}
    assert "la personne est aidée autrement" in desk.text("/requests?state=closed")
    assert "C’est annulé." in undo(desk, answer).text
    assert {one.state for one in rows(desk.hotline, Request)} == {RequestState.WAITING}
    assert all(note.removed_at for note in rows(desk.hotline, Note))
    assert {f"request.close request:{odette}", "requests.undo requests"} <= audited(desk.hotline)


def test_a_closing_needs_its_reason_and_something_ticked(desk: Desk, odette: int) -> None:
    assert "Choisissez pourquoi" in desk.post("/requests/change", one=str(odette), act="close").text
    assert "Rien n’est coché" in desk.post("/requests/change", act="up").text
    assert only(desk.hotline, Request).state is RequestState.WAITING


def test_many_are_made_more_urgent_or_sorted_and_taken_back(desk: Desk, odette: int) -> None:
    answer = desk.post("/requests/change", one=str(odette), act="up")
    assert "1 demande est plus urgente." in answer.text
    assert "urgente" in desk.text("/requests")
    undo(desk, answer)
    assert only(desk.hotline, Request).priority == 0
    answer = desk.post(
        "/requests/change", one=str(odette), act="sort", kind="recurring", need="AIDE_ALIMENTAIRE"
    )
    request = only(desk.hotline, Request)
    assert (request.kind, request.need) == (RequestKind.RECURRING, Need.AIDE_ALIMENTAIRE)
    undo(desk, answer)
    assert only(desk.hotline, Request).need is Need.LIEN


def test_a_way_back_is_for_whoever_went_and_for_a_moment(
    desk: Desk, odette: int, clock: StoppedClock
) -> None:
    answer = desk.post("/requests/change", one=str(odette), act="up")
    other = sign_in(desk.hotline, name="Noé Blanc")
    assert "n’est pas le vôtre" in undo(other, answer).text
    assert "n’est pas le vôtre" in desk.post("/requests/undo/nonsense").text
    clock.advance(timedelta(minutes=6))
    assert "trop tard" in undo(desk, answer).text
    assert only(desk.hotline, Request).priority == 1


def test_one_request_tells_the_person_the_offers_and_what_led_to_it(
    desk: Desk, odette: int, camille: int
) -> None:
    offer(desk.hotline, odette, camille)
    said = desk.text(f"/requests/{odette}")
    assert "Elle est proposée à Camille Exemple" in said
    assert "toujours la même voix" in said
    assert "/people/1" in desk.get(f"/requests/{odette}").text
    desk.get("/requests/99", status=404)


def test_every_volunteer_is_told_with_why_or_why_not(desk: Desk, odette: int, camille: int) -> None:
    add_volunteer(desk.hotline, "Bruno", BRUNO, languages="pt")
    said = desk.text(f"/requests/{odette}/volunteers")
    assert (
        "Le tour propose Camille Exemple, qui n’accompagne encore personne et vit dans le même département."
        in said
    )
    assert "Bruno Exemple ne parle pas sa langue." in said
    found = desk.text(f"/requests/{odette}/volunteers?q=bru").partition("1 bénévole")[2]
    assert "Bruno" in found.partition("Raccourcis")[0]
    assert "accompagner Camille" not in found
    part = desk.get(f"/requests/{odette}/volunteers", fragment=True).text
    assert "<html" not in part
    assert "Camille" in part


def test_somebody_is_given_by_hand_with_a_rhythm_and_taken_back(
    desk: Desk, odette: int, camille: int
) -> None:
    address = f"/requests/{odette}/give/{camille}"
    assert "Rien ne s’y oppose" in desk.text(address)
    answer = desk.post(
        address, kind="recurring", unit="week", every="1", weekdays=["1", "3"], at="15:00", holidays="skip"
    )
    assert "C’est confié à Camille" in answer.text
    held = only(desk.hotline, Assignment)
    assert held.cadence == "FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=15;BYMINUTE=0"
    assert [step.actor for step in rows(desk.hotline, Step)] == ["Camille Faure"]
    assert f"request.give request:{odette}" in audited(desk.hotline)
    undo(desk, answer)
    assert only(desk.hotline, Request).state is RequestState.WAITING


def test_what_speaks_against_is_read_before_it_is_overridden(desk: Desk, odette: int) -> None:
    hugo = add_volunteer(desk.hotline, "Hugo", BRUNO, languages="pt")
    address = f"/requests/{odette}/give/{hugo}"
    assert "Hugo Exemple ne parle pas sa langue." in desk.text(address)
    answer = desk.client.post(address, data={"kind": "one_off"})
    assert answer.status_code == 422
    assert "Quelque chose a changé entre-temps" in answer.text
    assert rows(desk.hotline, Assignment) == []
    desk.post(address, kind="one_off", seen="language")
    assert only(desk.hotline, Assignment).state is AssignmentState.ACTIVE


def test_nobody_is_given_who_cannot_be(desk: Desk, odette: int) -> None:
    full = add_volunteer(desk.hotline, "Hugo", BRUNO, capacity=0)
    said = desk.text(f"/requests/{odette}/give/{full}")
    assert "accompagne déjà assez de personnes" in said
    assert "Ce n’est pas possible" in said
    answer = desk.post(f"/requests/{odette}/give/{full}", kind="one_off", seen="capacity")
    assert "augmentez sa capacité" in answer.text
    assert rows(desk.hotline, Assignment) == []


def test_a_faulty_rhythm_comes_back_as_it_was_typed(desk: Desk, odette: int, camille: int) -> None:
    answer = desk.client.post(
        f"/requests/{odette}/give/{camille}",
        data={"kind": "recurring", "unit": "month", "every": "99", "at": "quinze heures", "weekdays": ["1"]},
    )
    assert answer.status_code == 422
    for says in ("nombre de 1 à 12", "Dites lequel", "une heure, par exemple 14:30"):
        assert says in answer.text
    assert 'value="99"' in answer.text
    assert 'value="quinze heures"' in answer.text


def test_an_offer_is_sent_by_hand_taken_back_and_sent_to_somebody_else(
    desk: Desk, odette: int, camille: int
) -> None:
    answer = desk.post(f"/requests/{odette}/offer/{camille}")
    assert "La proposition à Camille part" in answer.text
    answer = desk.post("/requests/change", one=str(odette), act="take_back")
    assert "1 proposition est retirée." in answer.text
    assert only(desk.hotline, Request).state is RequestState.WAITING
    add_volunteer(desk.hotline, "Bruno", BRUNO)
    answer = desk.post("/requests/change", one=str(odette), act="offer")
    assert "1 proposition part" in answer.text
    assert rows(desk.hotline, Assignment)[-1].volunteer_id == 2
    undo(desk, answer)
    assert only(desk.hotline, Request).state is RequestState.WAITING


def test_a_closed_request_is_opened_again_and_closed_by_taking_that_back(desk: Desk, odette: int) -> None:
    desk.post("/requests/change", one=str(odette), act="close", reason="mistake")
    answer = desk.post("/requests/change", one=str(odette), act="reopen")
    assert "1 demande attend de nouveau." in answer.text
    undo(desk, answer)
    request = only(desk.hotline, Request)
    assert (request.state, request.close_reason) == (RequestState.CLOSED, "mistake")


def test_a_referred_request_is_shown_and_given_to_nobody(desk: Desk, odette: int, camille: int) -> None:
    with desk.hotline.database.write() as session:
        session.get_one(Request, odette).state = RequestState.REFERRED
    assert "Orientées 1" in desk.text("/requests")
    assert "suivie par une autre structure" in desk.text(f"/requests/{odette}")
    assert (
        "ou suivie par une autre structure"
        in desk.post(f"/requests/{odette}/give/{camille}", kind="one_off").text
    )


def test_a_form_leads_back_to_where_it_was_sent_from(desk: Desk, odette: int) -> None:
    answer = desk.client.post(
        "/requests/change", data={"one": str(odette), "act": "up", "back": "/requests?state=waiting"}
    )
    assert urlsplit(answer.headers["Location"]).query == "state=waiting"


def test_requests_are_for_coordinators(hotline: Hotline, odette: int, camille: int) -> None:
    give(hotline, 1, camille)
    listener = sign_in(hotline, Role.LISTENER)
    for path in ("/requests", f"/requests/{odette}", "/assignments", "/assignments/1"):
        listener.get(path, status=403)
