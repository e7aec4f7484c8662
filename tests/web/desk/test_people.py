"""People at the desk: found, opened, changed; every look and every number in clear is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Boundary, Caller, CallerPhone, Note, Phone, Request
from hotline.models.status import CallerState, ContactKind, Preference, RequestState, Role
from hotline.services import assignments, people, requests
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.web.desk.conftest import Desk, sign_in

ODETTE, LUCIEN = "+33639980001", "+33639980002"


@pytest.fixture
def odette(hotline: Hotline) -> int:
    return add_caller(hotline, ODETTE, "Odette Martin", postcode="05100")


def audited(hotline: Hotline) -> list[tuple[str, str]]:
    return [(entry.action, entry.subject) for entry in rows(hotline, AuditEntry)]


def caller(hotline: Hotline, caller_id: int) -> Caller:
    with hotline.database.read() as session:
        return session.get_one(Caller, caller_id)


def withheld(hotline: Hotline) -> int:
    """Somebody who phoned with a withheld number."""
    at = hotline.clock.now()

    def call(session: Session) -> int:
        unknown = people.new_caller(session, CallerState.UNREACHABLE, at)
        requests.contact(session, unknown, ContactKind.CALL, at)
        return unknown.id

    return hotline.database.run(call)


def test_people_are_listed_by_their_last_contact_with_their_number_masked(
    desk: Desk, odette: int, clock: StoppedClock
) -> None:
    clock.advance(timedelta(hours=1))
    add_caller(desk.hotline, LUCIEN, "Lucien")
    text = desk.text("/people")
    assert text.index("Lucien") < text.index("Odette Martin")
    assert "•• •• •• •• 01" in text
    assert "0639980001" not in desk.get("/people").text.replace(" ", "")


def test_search_answers_as_one_types_and_says_what_to_do_when_there_is_nothing(
    desk: Desk, odette: int
) -> None:
    part = desk.get("/people?q=ode", fragment=True).text
    assert "Odette Martin" in part
    assert "<html" not in part
    assert "Personne ne correspond à « zzz »" in desk.text("/people?q=zzz")
    assert "au moins trois lettres" in desk.text("/people?q=od")
    assert "ses derniers chiffres ne suffisent pas" in desk.text("/people?q=9801")
    assert "Odette Martin" in desk.text("/people?q=06.39.98.00.01")


def test_an_empty_town_says_what_to_expect(desk: Desk) -> None:
    assert "Personne n’a encore pris contact" in desk.text("/people")
    assert "Aucune limite en cours" in desk.text("/people/boundaries")
    assert "Personne n’attend un appel sans numéro" in desk.text("/people?only=numberless")


def test_a_look_at_a_file_is_written_down_once_a_day_and_person(
    desk: Desk, odette: int, clock: StoppedClock
) -> None:
    for _ in range(3):
        desk.get(f"/people/{odette}")
    sign_in(desk.hotline, name="Noé Petit").get(f"/people/{odette}")
    assert audited(desk.hotline) == [("caller.seen", f"caller:{odette}")] * 2
    clock.advance(timedelta(hours=11))
    desk.get("/people")
    clock.advance(timedelta(hours=11))
    desk.get(f"/people/{odette}")
    assert len(audited(desk.hotline)) == 3


def test_a_number_is_shown_in_clear_when_asked_for_which_is_written_down(desk: Desk, odette: int) -> None:
    phone_id = only(desk.hotline, Phone).id
    assert "06 39 98 00 01" not in desk.text(f"/people/{odette}").replace("placeholder", "")
    answer = desk.client.post(f"/phones/{phone_id}/reveal", headers={"HX-Request": "true"})
    assert 'href="tel:+33639980001"' in answer.text
    assert "06 39 98 00 01" in answer.text
    assert "<html" not in answer.text
    assert "<html" in desk.post(f"/phones/{phone_id}/reveal").text
    assert audited(desk.hotline)[-2:] == [("phone.revealed", f"phone:{phone_id}")] * 2
    assert desk.client.post("/phones/99/reveal").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [(Role.LISTENER, 200), (Role.STATISTICS, 403), (Role.TECHNICAL, 403)]
)
def test_only_the_team_that_speaks_with_people_sees_them(
    hotline: Hotline, odette: int, role: Role, status: int
) -> None:
    desk = sign_in(hotline, role)
    phone_id = only(hotline, Phone).id
    for path in ("/people", f"/people/{odette}", f"/people/{odette}/edit", "/people/words", "/contacts/new"):
        desk.get(path, status=status)
    assert desk.client.post(f"/phones/{phone_id}/reveal").status_code == status
    assert desk.client.post(f"/people/{odette}/merge/{odette}").status_code == 403


def test_a_note_is_kept_found_again_and_taken_back(desk: Desk, odette: int) -> None:
    said = desk.post(f"/people/{odette}/notes", words="Sa fille passe le dimanche.")
    assert "La note est gardée." in said.text
    assert "Sa fille passe le dimanche." in desk.text(f"/people/{odette}")
    assert "dimanche" in desk.text("/people/words?q=dimanche")
    assert "Odette Martin" in desk.text("/people/words?q=fille+dimanche")
    assert "1 passage contient" in desk.text(f"/people/{odette}?q=dimanche")
    note = only(desk.hotline, Note)
    assert (note.author, note.caller_id) == ("Camille Faure", odette)
    desk.post(f"/people/{odette}/notes/{note.id}/remove")
    assert "Sa fille passe" not in desk.text(f"/people/{odette}")
    assert "Aucun texte ne contient" in desk.text("/people/words?q=dimanche")
    desk.post(f"/people/{odette}/notes/{note.id}/restore")
    assert "Sa fille passe" in desk.text(f"/people/{odette}")


def test_an_empty_note_is_refused_with_a_sentence(desk: Desk, odette: int) -> None:
    answer = desk.post(f"/people/{odette}/notes", words="  ")
    assert answer.status_code == 422
    assert "La note est vide" in answer.text


def test_what_somebody_prefers_is_changed_and_written_down(desk: Desk, odette: int) -> None:
    answer = desk.post(
        f"/people/{odette}/edit",
        names="Odette  Martin-Roux",
        postcode="5100",
        email="Odette@Example.org",
        language="arabe",
        wished_hours="Mo 14:00-17:00",
        prefers="rotation",
        hears_association="y",
        contact_name="Paul",
        contact_phone="06 39 98 00 77",
        contact_consent="y",
        note="Parler lentement.",
    )
    assert "C’est noté." in answer.text
    known = caller(desk.hotline, odette)
    assert (known.names, known.postcode, known.language) == ("Odette Martin-Roux", "05100", "ar")
    assert (known.prefers, known.contact_consent, known.note) == (
        Preference.ROTATION,
        True,
        "Parler lentement.",
    )
    assert "Odette Martin-Roux" in desk.text("/people?q=roux")
    assert "Odette Martin-Roux" in desk.text("/people?q=odette@example.ORG")
    assert ("caller.set", True) in [(act, f"caller:{odette} " in what) for act, what in audited(desk.hotline)]
    desk.post(f"/people/{odette}/edit", names="Odette", prefers="steady", contact_consent="y")
    assert caller(desk.hotline, odette).contact_phone_id is not None


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("wished_hours", "tous les lundis", "tous les lundis"),
        ("email", "odette", "nom@exemple.fr"),
        ("language", "fr, ar", "Une seule langue"),
        ("contact_phone", "12", "Ce numéro ne se lit pas"),
        ("contact_consent", "y", "il faut aussi son téléphone"),
    ],
)
def test_a_faulty_answer_comes_back_as_it_was_typed(
    desk: Desk, odette: int, field: str, typed: str, says: str
) -> None:
    answer = desk.post(f"/people/{odette}/edit", **{"names": "Changée", "prefers": "steady", field: typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="Changée"' in answer.text
    assert caller(desk.hotline, odette).names == "Odette Martin"


def test_hours_are_read_aloud_while_they_are_typed(desk: Desk) -> None:
    read = desk.client.post("/people/hours", data={"wished_hours": "Mo 14:00-17:00"}).text
    assert "lundi de 14" in read
    assert "text-danger" in desk.client.post("/people/hours", data={"wished_hours": "lundi"}).text


def test_a_second_number_is_added_and_the_last_one_never_removed(desk: Desk, odette: int) -> None:
    assert "Le numéro est ajouté." in desk.post(f"/people/{odette}/phones", number="01 99 00 02 01").text
    first, second = [phone.id for phone in rows(desk.hotline, Phone)]
    assert "Le numéro est retiré." in desk.post(f"/people/{odette}/phones/{first}/remove").text
    assert "C’est le seul numéro" in desk.post(f"/people/{odette}/phones/{second}/remove").text
    desk.post(f"/people/{odette}/phones/{first}/restore")
    assert len(rows(desk.hotline, CallerPhone)) == 2
    assert "Ce numéro ne se lit pas" in desk.post(f"/people/{odette}/phones", number="12").text


def test_the_number_of_a_volunteer_is_nobody_else_s(desk: Desk, odette: int) -> None:
    add_volunteer(desk.hotline, "Bruno", "+33639980103")
    assert "un bénévole de l’équipe" in desk.post(f"/people/{odette}/phones", number="0639980103").text


def test_somebody_else_s_number_leads_to_both_files_side_by_side(desk: Desk, odette: int) -> None:
    add_caller(desk.hotline, LUCIEN, "Madame Martin")
    answer = desk.post(f"/people/{odette}/phones", number="06 39 98 00 02")
    assert "Est-ce la même personne ?" in answer.text
    assert "Madame Martin" in answer.text


def test_two_people_behind_one_telephone_have_a_file_each(desk: Desk, odette: int) -> None:
    phone_id = only(desk.hotline, Phone).id
    answer = desk.post(f"/people/{odette}/phones/{phone_id}/other", names="Marcel Martin")
    assert "Voici la fiche de l’autre personne" in answer.text
    assert "Marcel Martin" in desk.text(f"/people/{odette}")
    assert "Au même numéro : Marcel Martin" in desk.text(f"/people/{odette}")
    assert "Odette Martin" in desk.text("/people/2")


def test_a_listener_never_sees_a_volunteers_number_in_clear(hotline: Hotline, odette: int) -> None:
    add_volunteer(hotline, "Bruno", "+33639980103")
    bruno = next(phone.id for phone in rows(hotline, Phone) if phone.number == "+33639980103")
    listener = sign_in(hotline, Role.LISTENER)
    assert listener.client.post(f"/phones/{bruno}/reveal").status_code == 404
    assert (
        listener.client.post(f"/people/{odette}/phones/{bruno}/other", data={"names": "X"}).status_code == 404
    )
    assert "un bénévole de l’équipe" in listener.post(f"/people/{odette}/phones/{bruno}/restore").text
    assert "06 39 98 01 03" in sign_in(hotline, name="Inès Imbert").post(f"/phones/{bruno}/reveal").text
    assert [link.phone_id for link in rows(hotline, CallerPhone)] != [bruno]
    assert len(rows(hotline, CallerPhone)) == 1


def test_a_withheld_caller_gets_a_number_and_waits_for_a_volunteer(desk: Desk) -> None:
    unknown = withheld(desk.hotline)
    assert "Numéro masqué, sans nom" in desk.text("/people?only=numberless")
    desk.post(f"/people/{unknown}/phones", number="06 39 98 00 09")
    assert caller(desk.hotline, unknown).state is CallerState.ACTIVE
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "Personne n’attend un appel sans numéro" in desk.text("/people?only=numberless")


def test_two_files_become_one_and_two_again(desk: Desk, odette: int) -> None:
    other = add_caller(desk.hotline, LUCIEN, "Odette Martin", postcode="05100", email="o@example.org")
    page = desk.text(f"/people/{odette}")
    assert "Peut-être la même personne" in page
    assert "même nom, même code postal" in page
    assert "reprend de l’autre : adresse électronique" in desk.text(f"/people/{odette}/merge?other={other}")
    assert "n’en font plus qu’une" in desk.post(f"/people/{odette}/merge/{other}").text
    assert desk.get(f"/people/{other}", status=302).headers["Location"] == f"/people/{odette}"
    assert "sont de nouveau séparées" in desk.post("/merges/1/undo").text
    assert "C’est déjà fait" in desk.post("/merges/1/undo").text
    desk.get(f"/people/{other}")
    merged = [what for act, what in audited(desk.hotline) if act == "caller.merged"]
    assert merged == [f"caller:{odette}", f"caller:{other}"]


def test_the_other_file_is_looked_for_by_name(desk: Desk, odette: int) -> None:
    unknown = withheld(desk.hotline)
    assert "Odette Martin" in desk.text(f"/people/{unknown}/merge?q=ode")
    assert "Personne d’autre ne correspond" in desk.text(f"/people/{unknown}/merge?q=zzz")


def test_a_boundary_is_set_listed_and_lifted(desk: Desk, odette: int) -> None:
    desk.get(f"/people/{odette}/boundary")
    answer = desk.post(f"/people/{odette}/boundary", last_day="2026-12-06", reason="Insultes")
    assert "La ligne ne sonnera plus" in answer.text
    listed = desk.text("/people/boundaries")
    assert "Odette Martin" in listed
    assert "Insultes" in listed
    assert "limite" in desk.text("/people")
    assert "sonne de nouveau" in desk.post("/boundaries/1/lift").text
    assert "Aucune limite en cours" in desk.text("/people/boundaries")
    desk.post("/boundaries/1/restore")
    assert only(desk.hotline, Boundary).lifted_at is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"last_day": "2026-11-20", "reason": "x"}, "Ce jour est passé"),
        ({"last_day": "2028-01-01", "reason": "x"}, "plus d’un an"),
        ({"last_day": "bientôt", "reason": "x"}, "Donnez le dernier jour"),
        ({"last_day": "2026-12-06", "reason": ""}, "Dites pourquoi"),
    ],
)
def test_a_boundary_needs_a_reason_and_a_day_to_come(
    desk: Desk, odette: int, fields: dict[str, str], says: str
) -> None:
    answer = desk.post(f"/people/{odette}/boundary", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert rows(desk.hotline, Boundary) == []


def test_there_is_no_boundary_for_a_withheld_number(desk: Desk) -> None:
    unknown = withheld(desk.hotline)
    answer = desk.post(f"/people/{unknown}/boundary", last_day="2026-12-06", reason="x")
    assert "Sans numéro" in answer.text
    assert rows(desk.hotline, Boundary) == []


def test_a_request_is_opened_by_hand_and_taken_back(desk: Desk, odette: int) -> None:
    assert "La demande est ouverte" in desk.post(f"/people/{odette}/request").text
    assert only(desk.hotline, Request).state is RequestState.WAITING
    assert "La demande est retirée" in desk.post(f"/people/{odette}/request/1/withdraw").text
    assert rows(desk.hotline, Request) == []


def test_a_request_that_has_moved_on_stays(desk: Desk, odette: int) -> None:
    desk.post(f"/people/{odette}/request")
    volunteer_id = add_volunteer(desk.hotline, "Bruno", "+33639980103")
    with desk.hotline.database.write() as session:
        request_id = session.scalars(select(Request.id)).one()
        at = desk.hotline.clock.now()
        assert assignments.offer(session, desk.hotline.line, request_id, volunteer_id, at)
    assert "a déjà avancé" in desk.post(f"/people/{odette}/request/1/withdraw").text
    assert "Proposée à Bruno" in desk.text(f"/people/{odette}")


def test_nobody_is_here_for_an_unknown_file(desk: Desk) -> None:
    for path in ("/people/99", "/people/99/edit", "/people/99/merge", "/people/99/boundary"):
        desk.get(path, status=404)
