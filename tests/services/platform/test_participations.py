"""Participations and profiles of the platform in our base: one volunteer each, in the state that holds."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.bootstrap import Hotline
from hotline.models import Import, OutboxRow, Volunteer
from hotline.models.status import VolunteerSource, VolunteerState
from hotline.services.importing import entry
from hotline.services.importing.entry import Wishes
from hotline.services.sheets import Outcome, SheetError
from hotline.tables import stream_in
from tests.databases import on_sqlite
from tests.people import add_volunteer
from tests.records import only, rows
from tests.services.platform import exports
from tests.services.platform.exports import Cell, excel_csv, xlsx
from tests.services.platform.people import everything, handed_in, names, previewed, taken_back, told

COLUMNS = exports.PARTICIPATIONS["2020-04-02"]
GAELLE: dict[str, Cell] = {
    "profile_id": 812,
    "first_name": "Gaëlle",
    "last_name": "Arnaud",
    "mobile": 639980101,
    "email": "Gaelle@example.org",
    "zip": 5100,
    "birthday": "1958-03-12",
    "state": "Mission validée",
}
BRUNO: dict[str, Cell] = {
    **GAELLE,
    "profile_id": 813,
    "first_name": "Bruno",
    "mobile": "+33639980102",
    "email": "bruno@example.org",
    "state": "En attente de validation",
}


def sheet(*people: dict[str, Cell]) -> bytes:
    return xlsx(COLUMNS, people)


def test_a_participation_becomes_a_volunteer(hotline: Hotline) -> None:
    report = handed_in(hotline, sheet(GAELLE, BRUNO))

    gaelle, bruno = rows(hotline, Volunteer)
    assert told(report) == [(2, "created", ""), (3, "created", "")]
    assert (gaelle.first_name, gaelle.last_name, gaelle.phone.number) == ("Gaëlle", "Arnaud", "+33639980101")
    assert (gaelle.email, gaelle.postcode, gaelle.birth_date) == ("Gaelle@example.org", "05100", "1958-03-12")
    assert (gaelle.source, gaelle.platform_id) == (VolunteerSource.PLATFORM, "812")
    assert (gaelle.state, gaelle.waiting_since) == (VolunteerState.ACTIVE, hotline.clock.now())
    assert (gaelle.languages, gaelle.capacity, gaelle.phone.textable) == ("fr", 1, True)
    assert (bruno.state, bruno.waiting_since) == (VolunteerState.PENDING, None)
    record = only(hotline, Import)
    assert (record.kind, record.created, record.updated, record.skipped) == ("participations", 2, 0, 0)


def test_a_preview_writes_nothing_and_says_what_the_import_does(hotline: Hotline) -> None:
    content = sheet(GAELLE, GAELLE, {**BRUNO, "state": "Refusée"})

    seen = previewed(hotline, content)
    assert (everything(hotline)["Volunteer"], rows(hotline, Import)) == ([], [])
    assert told(handed_in(hotline, content)) == told(seen)


def test_somebody_with_many_participations_is_one_volunteer_in_the_best_state(hotline: Hotline) -> None:
    waiting, refused = {**GAELLE, "state": "En attente de validation"}, {**GAELLE, "state": "Refusée"}

    report = handed_in(hotline, sheet(refused, waiting, GAELLE, waiting))

    assert only(hotline, Volunteer).state is VolunteerState.ACTIVE
    assert told(report) == [
        (2, "skipped", "participation « Refusée »"),
        (3, "skipped", "même personne que la ligne 4"),
        (4, "created", ""),
        (5, "skipped", "même personne que la ligne 4"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"email": "", "mobile": ""},
        {"profile_id": 9, "email": "GAELLE@EXAMPLE.ORG", "mobile": ""},
        {"profile_id": 9, "email": "", "mobile": "06 39 98 01 01"},
    ],
    ids=["profile", "address", "number"],
)
def test_one_person_is_known_again_in_the_file_and_in_the_base(
    hotline: Hotline, other: dict[str, Cell]
) -> None:
    same = {**GAELLE, **other}

    handed_in(hotline, sheet(GAELLE, same))
    assert names(hotline) == ["Gaëlle"]
    again = handed_in(hotline, sheet(same))

    assert names(hotline) == ["Gaëlle"]
    assert [row.outcome for row in again.rows] == [Outcome.UNCHANGED]


def test_a_couple_that_shares_an_address_stays_two_people(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE, {**BRUNO, "email": GAELLE["email"]}))

    assert names(hotline) == ["Gaëlle", "Bruno"]


def test_nobody_takes_the_number_of_a_volunteer_with_another_name(hotline: Hotline) -> None:
    add_volunteer(hotline, "Nadia", "+33639980101")

    report = handed_in(hotline, sheet(GAELLE))

    assert names(hotline) == ["Nadia"]
    assert told(report) == [(2, "skipped", "ce numéro est déjà celui de Nadia, bénévole")]


def test_a_second_import_updates_what_is_filled_and_says_what(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE))
    moved = {**GAELLE, "mobile": "06 39 98 01 09", "email": "", "zip": "05000", "last_name": "ARNAUD"}

    report = handed_in(hotline, sheet(moved))

    gaelle = only(hotline, Volunteer)
    assert told(report) == [(2, "updated", "change : téléphone, code postal")]
    assert (gaelle.phone.number, gaelle.postcode) == ("+33639980109", "05000")
    assert (gaelle.email, gaelle.last_name) == ("Gaelle@example.org", "Arnaud")


def test_a_number_that_is_taken_is_not_taken_over(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE))
    add_volunteer(hotline, "Nadia", "+33639980109")

    report = handed_in(hotline, sheet({**GAELLE, "mobile": "06 39 98 01 09"}))

    assert "l'autre est celui de Nadia" in report.rows[0].reason
    assert rows(hotline, Volunteer)[0].phone.number == "+33639980101"


def test_the_platforms_yes_takes_a_candidate_into_the_team(hotline: Hotline) -> None:
    handed_in(hotline, sheet(BRUNO))

    report = handed_in(hotline, sheet({**BRUNO, "state": "Validée"}))

    bruno = only(hotline, Volunteer)
    assert told(report) == [(2, "updated", "change : état")]
    assert (bruno.state, bruno.waiting_since) == (VolunteerState.ACTIVE, hotline.clock.now())


def test_a_refusal_there_leaves_our_volunteer_alone(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE))
    before = everything(hotline)

    handed_in(hotline, sheet({**GAELLE, "state": "Annulée", "zip": "75001"}))

    assert everything(hotline) == before


def test_whoever_has_left_stays_away(hotline: Hotline) -> None:
    add_volunteer(hotline, "Gaëlle", "+33639980101", state=VolunteerState.LEFT, waiting_since=None)

    report = handed_in(hotline, sheet(GAELLE))

    assert only(hotline, Volunteer).state is VolunteerState.LEFT
    assert "a quitté l'équipe" in report.rows[0].reason


def test_pending_lets_everybody_wait(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE, BRUNO), pending=True)

    assert {one.state for one in rows(hotline, Volunteer)} == {VolunteerState.PENDING}


def test_a_minor_waits_for_a_parents_agreement(hotline: Hotline) -> None:
    report = handed_in(hotline, sheet({**GAELLE, "birthday": "2010-01-01"}))

    assert only(hotline, Volunteer).state is VolunteerState.PENDING
    assert "l'accord d'un parent" in report.rows[0].reason


def test_faulty_rows_never_refuse_an_export(hotline: Hotline) -> None:
    report = handed_in(
        hotline, sheet({**GAELLE, "mobile": "06 39"}, {**BRUNO, "mobile": ""}, BRUNO | {"id": 9})
    )

    assert report.accepted
    assert [row.outcome.value for row in report.rows] == ["refused", "created", "skipped"]
    assert names(hotline) == ["Bruno"]


def test_a_profile_without_a_number_only_updates(hotline: Hotline) -> None:
    handed_in(hotline, sheet(GAELLE))
    known = {"id": 812, "first_name": "Gaëlle", "email": "gaelle@example.org", "zip": "13001"}
    stranger = {"id": 999, "first_name": "Nadia", "email": "nadia@example.org", "zip": "13001"}

    report = handed_in(hotline, excel_csv(exports.PROFILES["2022"], [known, stranger]))

    assert only(hotline, Volunteer).postcode == "13001"
    assert told(report) == [
        (2, "updated", "change : code postal"),
        (3, "skipped", "pas de numéro de téléphone dans ce fichier"),
    ]


def test_missions_are_answered_with_a_sentence(hotline: Hotline) -> None:
    with pytest.raises(SheetError, match="décrit des missions"):
        handed_in(hotline, xlsx(exports.MISSIONS["2024-03"], [{"id": 1}]))


def test_an_export_without_rows_is_refused(hotline: Hotline) -> None:
    with pytest.raises(SheetError, match="aucune ligne"):
        entry.prepared(stream_in(sheet()), hotline.line, hotline.clock.now(), Wishes())


def test_only_active_newcomers_are_welcomed(hotline: Hotline) -> None:
    report = handed_in(hotline, sheet(GAELLE, BRUNO), welcome=True)

    assert "son lien et son code partent" in report.rows[0].reason
    assert report.rows[1].reason == ""
    assert [row.kind for row in rows(hotline, OutboxRow)] == ["welcome"]


@on_sqlite
def test_a_long_file_is_written_in_portions_and_undone_as_one(hotline: Hotline) -> None:
    people = [
        {
            **GAELLE,
            "profile_id": number,
            "email": f"p{number}@example.org",
            "mobile": f"+336399{80000 + number}",
        }
        for number in range(1, 521)
    ]

    report = handed_in(hotline, excel_csv(COLUMNS, people))

    assert report.count(Outcome.CREATED) == only(hotline, Import).created == 520
    taken_back(hotline, report)
    assert everything(hotline) == {"Volunteer": [], "Partner": [], "Phone": []}


def test_a_volunteer_of_ours_keeps_their_source(hotline: Hotline) -> None:
    add_volunteer(hotline, "Gaëlle", "+33639980101")
    hotline.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]

    handed_in(hotline, sheet(GAELLE))

    gaelle = only(hotline, Volunteer)
    assert (gaelle.source, gaelle.platform_id) == (VolunteerSource.HAND, "812")
    with hotline.database.read() as session:
        assert session.scalar(select(Volunteer.id).where(Volunteer.email_index == "gaelle@example.org"))
