"""The volunteers at the desk: the list and its filters, one file, and what is done for somebody."""

from datetime import date, timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Absence, Assignment, AuditEntry, Link, Note, OutboxRow, Request, Volunteer
from hotline.models.status import AssignmentState, RequestState, Role, VolunteerState
from hotline.services import links
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import give
from tests.web.desk.conftest import Desk, sign_in

MARIE, PAUL, ALI = "+33639980101", "+33639980102", "+33639980103"
ODETTE = "+33199000201"


def the(hotline: Hotline, volunteer_id: int) -> Volunteer:
    return next(one for one in rows(hotline, Volunteer) if one.id == volunteer_id)


def done(hotline: Hotline) -> set[str]:
    return {entry.action for entry in rows(hotline, AuditEntry)}


def names(desk: Desk, address: str) -> list[str]:
    return [link.text_content() for link in desk.page(address).cssselect("table a[data-row]")]


def test_the_list_tells_load_hours_and_who_waits_for_a_mission(desk: Desk) -> None:
    hotline = desk.hotline
    marie = add_volunteer(hotline, "Marie", MARIE, capacity=2, weekly_cap=3, available="Mo-Fr 14:00-18:00")
    add_volunteer(hotline, "Paul", PAUL)
    give(hotline, add_caller(hotline, ODETTE, "Odette Martin"), marie)
    said = desk.text("/volunteers")
    assert "1 en attente d’une mission" in said
    assert "1 / 2" in said
    assert "1 / 3" in said
    assert "du lundi au vendredi de 14 h à 18 h" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert names(desk, "/volunteers?waiting=1") == ["Paul Exemple"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ali Exemple", "Émilie Exemple", "Paul Exemple"]),
        ("name=emi", ["Émilie Exemple"]),
        ("name=exe+al", ["Ali Exemple"]),
        ("name=lie", []),
        ("language=ar", ["Ali Exemple"]),
        ("listener=1", ["Ali Exemple"]),
        ("state=paused", ["Paul Exemple"]),
        ("state=left", ["Zoé Exemple"]),
        ("away=1", ["Paul Exemple"]),
    ],
)
def test_filters_stand_in_the_address(desk: Desk, query: str, found: list[str]) -> None:
    hotline = desk.hotline
    add_volunteer(hotline, "Émilie", MARIE)
    paul = add_volunteer(hotline, "Paul", PAUL)
    add_volunteer(hotline, "Ali", ALI, languages="fr,ar", capacity=0, waiting_since=None)
    add_volunteer(hotline, "Zoé", "+33639980104", state=VolunteerState.LEFT, waiting_since=None)
    desk.post(f"/volunteers/{paul}/away", since="2026-11-24", until="2026-11-30")
    assert names(desk, f"/volunteers?{query}") == found


def test_a_long_list_goes_on_where_it_stopped(desk: Desk) -> None:
    for number in range(60):
        add_volunteer(desk.hotline, f"Marie{number:02}", f"+3363998{number + 1000:04}")
    first = desk.page("/volunteers")
    following = first.cssselect('a[rel="next"]')[0].get("href")
    assert [*names(desk, "/volunteers"), *names(desk, following)] == [
        f"Marie{n:02} Exemple" for n in range(60)
    ]


def test_the_grid_counts_who_could_phone_in_each_part_of_a_day(desk: Desk, clock: StoppedClock) -> None:
    add_volunteer(desk.hotline, "Marie", MARIE, available="Mo-Fr 14:00-18:00")
    add_volunteer(desk.hotline, "Paul", PAUL, available="Mo-Fr 09:00-18:00", quiet="14:00-17:00")
    add_volunteer(desk.hotline, "Ali", ALI, capacity=0)
    today = desk.page("/volunteers/availability").cssselect("tbody tr")[0]
    assert [cell.text_content().strip() for cell in today.cssselect("td")] == ["1", "2", "2"]
    saturday = desk.page("/volunteers/availability").cssselect("tbody tr")[4]
    assert [cell.text_content().strip() for cell in saturday.cssselect("td")] == ["personne"] * 3


def test_a_file_shows_whom_they_phone_and_never_their_number_or_code(desk: Desk) -> None:
    hotline = desk.hotline
    marie = add_volunteer(hotline, "Marie", MARIE, email="marie@example.org")
    give(hotline, add_caller(hotline, ODETTE, "Odette Martin"), marie)
    desk.post(f"/volunteers/{marie}/pin")
    said = desk.text(f"/volunteers/{marie}")
    assert "Odette Martin" in said
    assert "chaque mardi à 15 h" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "•• •• •• •• 01" in said
    assert "98 01 01" not in said
    assert "/v/" not in said
    assert "Son lien et son code" in said


def test_somebody_new_is_written_down_and_welcomed_at_once(desk: Desk) -> None:
    said = desk.post(
        "/volunteers/new", first_name="Marie", last_name="Petit", phone="06 39 98 01 01", welcome="1",
        languages="français, arabe", available="Mo 14:00-17:00", capacity="2",
    ).text  # fmt: skip
    marie = only(desk.hotline, Volunteer)
    assert (marie.state, marie.languages, marie.capacity) == (VolunteerState.ACTIVE, "fr,ar", 2)
    assert marie.waiting_since is not None
    assert marie.pin_index is not None
    assert only(desk.hotline, OutboxRow).kind == "welcome"
    assert "son lien et son code partent" in said


def test_a_faulty_form_keeps_every_word_and_says_what_is_wrong(desk: Desk) -> None:
    answer = desk.client.post(
        "/volunteers/new",
        data={
            "first_name": "",
            "phone": "12",
            "available": "Mo 25:00",
            "capacity": "beaucoup",
            "note": "Tôt",
        },
    )
    assert answer.status_code == 422
    for says in ("Il manque le prénom.", "Mo 25:00", "beaucoup", "Horaires illisibles", "Tôt"):
        assert says in answer.text
    assert rows(desk.hotline, Volunteer) == []


def test_a_number_belongs_to_one_volunteer(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Marie", MARIE)
    answer = desk.client.post("/volunteers/new", data={"first_name": "Paul", "phone": MARIE, "capacity": "1"})
    assert answer.status_code == 422
    assert "Ce numéro est déjà celui de Marie Exemple" in answer.text
    assert len(rows(desk.hotline, Volunteer)) == 1


def test_a_change_keeps_the_number_unless_another_is_typed(desk: Desk) -> None:
    hotline = desk.hotline
    paul = add_volunteer(hotline, "Paul", PAUL)
    marie = add_volunteer(hotline, "Marie", MARIE)
    form = {"first_name": "Marie", "last_name": "Petit", "capacity": "0", "trainee": "y", "mentor": "paul ex"}
    desk.post(f"/volunteers/{marie}/edit", **form)
    known = the(hotline, marie)
    assert (known.last_name, known.phone.number, known.mentor_id) == ("Petit", MARIE, paul)
    assert known.waiting_since is None
    desk.post(f"/volunteers/{marie}/edit", **(form | {"phone": ALI, "capacity": "1"}))
    assert the(hotline, marie).phone.number == ALI
    assert the(hotline, marie).waiting_since is not None


def test_a_trainee_is_no_mentor_and_nothing_else_is_kept_then(desk: Desk) -> None:
    hotline = desk.hotline
    add_volunteer(hotline, "Paul", PAUL, trainee=True)
    marie = add_volunteer(hotline, "Marie", MARIE)
    form = {"first_name": "Autre", "capacity": "1", "trainee": "y", "mentor": "Paul"}
    answer = desk.client.post(f"/volunteers/{marie}/edit", data=form)
    assert answer.status_code == 422
    assert "Paul apprend encore" in answer.text
    assert the(hotline, marie).first_name == "Marie"


def test_hours_are_read_back_while_they_are_typed(desk: Desk) -> None:
    said = desk.client.post(
        "/volunteers/hours", data={"field": "available", "available": "Mo,We 14:00-17:00"}
    )
    assert "lundi de 14 h à 17 h" in said.text.replace("\N{NO-BREAK SPACE}", " ")
    said = desk.client.post("/volunteers/hours", data={"field": "available", "available": "Lu 14h"})
    assert "Horaires illisibles" in said.text


def test_whoever_waits_at_the_door_is_welcomed_with_one_button(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE, state=VolunteerState.PENDING, waiting_since=None)
    assert "1 personne à accueillir" in desk.text("/volunteers")
    desk.post(f"/volunteers/{marie}/activate")
    assert the(desk.hotline, marie).state is VolunteerState.ACTIVE
    assert only(desk.hotline, OutboxRow).kind == "welcome"
    assert "volunteer.activate" in done(desk.hotline)


def test_an_absence_is_noted_and_called_off(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    said = desk.post(f"/volunteers/{marie}/away", since="2026-11-24", until="2026-12-01").text
    assert the(desk.hotline, marie).state is VolunteerState.PAUSED
    assert f"/volunteers/{marie}/back" in said
    desk.post(f"/volunteers/{marie}/back")
    assert the(desk.hotline, marie).state is VolunteerState.ACTIVE
    assert only(desk.hotline, Absence).over_at is not None


def test_dates_that_make_no_sense_come_back_with_a_sentence(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    answer = desk.client.post(
        f"/volunteers/{marie}/away", data={"since": "2026-12-05", "until": "2026-12-01"}
    )
    assert answer.status_code == 422
    assert "Le dernier jour vient avant le premier" in answer.text
    assert rows(desk.hotline, Absence) == []


def test_whoever_leaves_hands_their_people_over_and_comes_back_with_them_when_it_is_undone(
    desk: Desk, clock: StoppedClock
) -> None:
    hotline = desk.hotline
    marie = add_volunteer(hotline, "Marie", MARIE)
    give(hotline, add_caller(hotline, ODETTE, "Odette"), marie)
    clock.advance(timedelta(minutes=1))
    page = desk.client.post(f"/volunteers/{marie}/leave", follow_redirects=True)
    assert the(hotline, marie).state is VolunteerState.LEFT
    assert only(hotline, Request).state is RequestState.WAITING
    undo = desk.page(f"/volunteers/{marie}")
    assert "Reprendre dans l’équipe" in undo.text_content()
    address = page.text.split('action="')
    rejoin = next(one.split('"')[0] for one in address if "/rejoin" in one.split('"')[0])
    desk.post(rejoin.replace("&amp;", "&"))
    assert the(hotline, marie).state is VolunteerState.ACTIVE
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE
    assert only(hotline, Request).state is RequestState.ASSIGNED


def test_a_new_code_ends_the_links_before_and_all_can_be_closed(desk: Desk) -> None:
    hotline = desk.hotline
    marie = add_volunteer(hotline, "Marie", MARIE)
    with hotline.database.write() as session:
        links.issue(session, hotline.line, session.get_one(Volunteer, marie), hotline.clock.now())
    desk.post(f"/volunteers/{marie}/pin")
    assert [link.revoked_at is None for link in rows(hotline, Link)] == [False, True]
    desk.post(f"/volunteers/{marie}/links/revoke")
    assert all(link.revoked_at is not None for link in rows(hotline, Link))


def test_a_code_that_cannot_be_sent_says_why(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", ODETTE)
    assert "ne reçoit pas de SMS" in desk.post(f"/volunteers/{marie}/pin").text
    assert rows(desk.hotline, OutboxRow) == []


def test_a_note_is_kept_under_its_authors_name_and_can_be_taken_back(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE)
    said = desk.post(f"/volunteers/{marie}/notes", words="Préfère le matin.").text
    assert "Préfère le matin." in said
    note = only(desk.hotline, Note)
    assert note.author == "Camille Faure"
    desk.post(f"/volunteers/{marie}/notes/{note.id}/remove")
    assert "Préfère le matin." not in desk.text(f"/volunteers/{marie}")


def test_the_early_sign_of_somebody_dropping_out_is_gentle(desk: Desk) -> None:
    hotline = desk.hotline
    marie = add_volunteer(hotline, "Marie", MARIE)
    caller = add_caller(hotline, ODETTE, "Odette")
    at = hotline.clock.now()
    with hotline.database.write() as session:
        request = Request(caller_id=caller, state=RequestState.CLOSED, opened_at=at)
        session.add(request)
        session.flush()
        for number, minutes in enumerate((5, 10, 8, 150, 180, 170)):
            offered = at - timedelta(days=30 - number)
            session.add(
                Assignment(
                    request_id=request.id,
                    caller_id=caller,
                    volunteer_id=marie,
                    kind="one_off",
                    state=AssignmentState.ENDED if number else AssignmentState.DECLINED,
                    offered_at=offered,
                    expires_at=offered + timedelta(hours=4),
                    answered_at=offered + timedelta(minutes=minutes),
                )
            )
    said = desk.text("/volunteers")
    assert "5 sur 6 acceptées" in said
    assert "répond de plus en plus tard" in said


@pytest.mark.parametrize("path", ["/volunteers", "/volunteers/1", "/volunteers/new", "/volunteers/message"])
def test_only_coordinators_see_the_volunteers(hotline: Hotline, path: str) -> None:
    add_volunteer(hotline, "Marie", MARIE)
    assert sign_in(hotline, Role.LISTENER).client.get(path).status_code == 403


def test_nobody_is_at_an_address_without_a_volunteer(desk: Desk) -> None:
    desk.get("/volunteers/99", status=404)
    assert desk.client.post("/volunteers/99/pin").status_code == 404


def test_a_birthday_is_shown_as_it_is_typed_here(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Marie", MARIE, birth_date=date(1958, 3, 12).isoformat())
    assert 'value="12/03/1958"' in desk.get(f"/volunteers/{marie}/edit").text
