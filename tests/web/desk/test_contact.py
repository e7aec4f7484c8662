"""A contact typed in by hand: known or new, joined to the right request, never twice, taken back."""

from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Caller, CallerPhone, Contact, OutboxRow, Request
from hotline.models.status import CallerState, ContactKind, RequestState, Role
from hotline.services import assignments, exports
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

ODETTE = "+33639980001"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Martin")


def note(desk: Desk, **fields: str) -> str:
    """Send the form; what is not given is as the empty form has it."""
    answer = desk.post("/contacts/new", **{"kind": "handset_call", "wants_call": "yes", **fields})
    return " ".join(answer.text.split())


def test_a_contact_of_somebody_known_opens_a_request_in_their_name(desk: Desk, odette: int) -> None:
    said = note(desk, caller=str(odette), who="Odette Martin", kind="visit", words="Passée à la MJC.")
    assert "Noté pour Odette Martin, qui attend un appel." in said
    made = only(desk.hotline, Contact)
    assert (made.kind, made.caller_id, made.words, made.author) == (
        ContactKind.VISIT,
        odette,
        "Passée à la MJC.",
        "Camille Faure",
    )
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "Passée à la MJC." in desk.text(f"/people/{odette}")
    entries = [(entry.action, entry.subject) for entry in rows(desk.hotline, AuditEntry)]
    assert ("contact.noted", "contact:1") in entries


def test_it_joins_the_open_request_and_tells_the_volunteer_once_a_day(desk: Desk, odette: int) -> None:
    volunteer_id = add_volunteer(desk.hotline, "Bruno", "+33639980103")
    note(desk, caller=str(odette), words="Un premier appel")
    at = desk.hotline.clock.now()
    with desk.hotline.database.write() as session:
        offered = assignments.offer(session, desk.hotline.line, 1, volunteer_id, at)
        assert offered is not None
        assignments.accept(session, desk.hotline.line, offered, at)
    for words in ("Il neige", "Elle a rappelé"):
        note(desk, caller=str(odette), words=words)
    assert {contact.request_id for contact in rows(desk.hotline, Contact)} == {1}
    told = [row.kind for row in rows(desk.hotline, OutboxRow)]
    assert told.count("contact_again") == 1


def test_whoever_wants_no_call_opens_no_request(desk: Desk, odette: int) -> None:
    assert "sans rappel" in note(desk, caller=str(odette), wants_call="no", words="Merci à tous")
    assert rows(desk.hotline, Request) == []
    assert only(desk.hotline, Contact).request_id is None


def test_somebody_new_with_a_number_can_be_called_back(desk: Desk) -> None:
    note(desk, who="Jeanne Aubert", number="01 99 00 02 01")
    assert only(desk.hotline, Caller).names == "Jeanne Aubert"
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "Jeanne Aubert" in desk.text("/people?q=aub")


def test_somebody_new_without_a_number_needs_one_first(desk: Desk) -> None:
    assert "Noté pour Jeanne" in note(desk, who="Jeanne")
    assert only(desk.hotline, Caller).state is CallerState.UNREACHABLE
    assert only(desk.hotline, Request).state is RequestState.NEEDS_NUMBER


def test_a_number_that_is_known_means_the_person_known_there(desk: Desk, odette: int) -> None:
    note(desk, who="06 39 98 00 01", words="Bonjour")
    assert only(desk.hotline, Contact).caller_id == odette


def test_a_known_number_under_another_name_is_asked_about_and_may_be_somebody_else(
    desk: Desk, odette: int
) -> None:
    said = note(desk, who="Marcel", number="0639980001")
    assert "Est-ce l’une de ces personnes ?" in said
    assert "Odette Martin" in said
    assert rows(desk.hotline, Contact) == []
    note(desk, who="Marcel", number="0639980001", new="1")
    assert [row.names for row in rows(desk.hotline, Caller)] == ["Odette Martin", "Marcel"]
    assert {row.phone_id for row in rows(desk.hotline, CallerPhone)} == {1}


def test_a_name_that_others_have_is_asked_about_before_a_new_file_is_made(desk: Desk, odette: int) -> None:
    said = note(desk, who="Odette", words="Bonjour à tous")
    assert "Est-ce l’une de ces personnes ?" in said
    assert "Bonjour à tous" in said
    assert rows(desk.hotline, Contact) == []
    assert "Noté pour Odette," in note(desk, who="Odette", words="Bonjour à tous", new="1")
    assert len(rows(desk.hotline, Caller)) == 2


def test_the_same_contact_sent_twice_is_noted_once(desk: Desk, clock: StoppedClock) -> None:
    note(desk, who="Jeanne", words="Bonjour")
    clock.advance(timedelta(seconds=20))
    assert "C’était déjà noté" in note(desk, who="Jeanne", words="Bonjour", new="1")
    assert len(rows(desk.hotline, Contact)) == len(rows(desk.hotline, Caller)) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"who": ""}, "Écrivez un nom ou un numéro"),
        ({"who": "06 39"}, "Ce numéro ne se lit pas"),
        ({"who": "Jeanne", "number": "112"}, "Ce numéro ne se lit pas"),
        ({"who": "Jeanne", "hour": "23:00"}, "Ce moment n’est pas encore venu"),
        ({"who": "Jeanne", "day": "2020-01-01"}, "Ce jour est passé"),
        ({"who": "Jeanne", "day": "hier"}, "Écrivez une date"),
        ({"caller": "99", "who": "Personne"}, "Cette fiche n’existe plus"),
        ({"who": "0639980103"}, "un bénévole de l’équipe"),
    ],
)
def test_a_faulty_form_comes_back_as_it_was_typed(desk: Desk, fields: dict[str, str], says: str) -> None:
    add_volunteer(desk.hotline, "Bruno", "+33639980103")
    said = note(desk, words="Des mots à garder", **fields)
    assert says in said
    assert "Des mots à garder" in said
    assert rows(desk.hotline, Contact) == []


def test_a_contact_of_yesterday_keeps_its_day(desk: Desk, odette: int) -> None:
    note(desk, caller=str(odette), day="2026-11-23", hour="10:30")
    local = desk.hotline.line.local(only(desk.hotline, Contact).at)
    assert local.isoformat(timespec="minutes").startswith("2026-11-23T10:30")


def test_taking_a_contact_back_leaves_nothing_of_somebody_new(desk: Desk) -> None:
    note(desk, who="Jeanne", number="0199000201")
    assert "Le contact est retiré." in desk.post("/contacts/1/undo").text
    assert rows(desk.hotline, Contact) == rows(desk.hotline, Request) == rows(desk.hotline, Caller) == []


def test_taking_a_contact_back_leaves_a_request_that_has_moved_on(desk: Desk, odette: int) -> None:
    note(desk, caller=str(odette))
    volunteer_id = add_volunteer(desk.hotline, "Bruno", "+33639980103")
    with desk.hotline.database.write() as session:
        at = desk.hotline.clock.now()
        assert assignments.offer(session, desk.hotline.line, 1, volunteer_id, at)
    assert "elle reste ouverte" in desk.post("/contacts/1/undo").text
    assert rows(desk.hotline, Contact) == []
    assert only(desk.hotline, Request).state is RequestState.OFFERED


def test_taking_a_contact_back_leaves_a_file_that_was_there_before(
    desk: Desk, odette: int, clock: StoppedClock
) -> None:
    clock.advance(timedelta(hours=1))
    note(desk, caller=str(odette))
    assert "Le contact est retiré." in desk.post("/contacts/1/undo").text
    assert only(desk.hotline, Caller).names == "Odette Martin"


def test_taking_a_contact_back_leaves_a_file_in_which_something_was_noted(desk: Desk) -> None:
    note(desk, who="Jeanne", number="0199000201")
    (jeanne,) = rows(desk.hotline, Caller)
    desk.post(f"/people/{jeanne.id}/edit", names="Jeanne", wished_hours="Mo 10:00-12:00", prefers="steady")
    desk.post("/contacts/1/undo")
    assert only(desk.hotline, Caller).wished_hours == "Mo 10:00-12:00"


def test_what_somebody_else_typed_in_stays(desk: Desk) -> None:
    note(desk, who="Jeanne", number="0199000201")
    other = sign_in(desk.hotline, Role.LISTENER, name="Lou Blanc")
    assert other.client.post("/contacts/1/undo").status_code == 404
    assert only(desk.hotline, Contact).author == "Camille Faure"


def test_what_was_not_typed_in_by_hand_is_never_taken_back(desk: Desk, odette: int) -> None:
    with desk.hotline.database.write() as session:
        session.add(Contact(kind=ContactKind.CALL, caller_id=odette, at=desk.hotline.clock.now()))
    assert desk.client.post("/contacts/1/undo").status_code == 404


def test_the_list_under_the_field_names_people_and_offers_somebody_new(desk: Desk, odette: int) -> None:
    listed = desk.get("/contacts/who?who=ode", fragment=True).text
    assert f'data-caller="{odette}"' in listed
    assert "Quelqu’un de nouveau : ode" in listed
    assert "0639980001" not in listed
    assert "au moins trois lettres" in desk.get("/contacts/who?who=od", fragment=True).text
    assert desk.get("/contacts/who?who=", fragment=True).text.strip() == ""


def test_a_file_leads_to_a_form_in_which_its_person_is_picked(desk: Desk, odette: int) -> None:
    page = desk.page(f"/contacts/new?caller={odette}")
    assert page.xpath("//input[@name='caller']/@value") == [str(odette)]
    assert page.xpath("//input[@name='who']/@value") == ["Odette Martin"]


def test_contacts_typed_in_are_exported_with_the_others(desk: Desk, odette: int) -> None:
    for kind in ("handset_call", "handset_message", "visit", "letter"):
        note(desk, caller=str(odette), kind=kind, words=kind)
    with desk.hotline.database.read() as session:
        told = [row["kind"] for row in exports.rows(session, "contacts", desk.hotline.line.zone)]
    assert told == ["handset_call", "handset_message", "visit", "letter"]
