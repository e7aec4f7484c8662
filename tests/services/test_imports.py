"""Volunteers from a sheet: what is read, refused, matched again and left alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Request, Volunteer
from hotline.models.status import AssignmentState, RequestKind, RequestState, VolunteerState
from hotline.services import imports, people
from hotline.services.sheets import Outcome, SheetError, SheetReport
from hotline.tables import Row, Table

CAMILLE = {"first_name": "Camille", "phone": "06 39 98 01 01", "email": "Camille@example.org"}


def table(*rows: dict[str, str]) -> Table:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    whole = [{name: row.get(name, "") for name in columns} for row in rows]
    return Table(columns, [Row(number, values) for number, values in enumerate(whole, 2)])


def imported(hotline: Hotline, *rows: dict[str, str], **options: bool) -> SheetReport:
    with hotline.database.write() as session:
        return imports.volunteers(session, table(*rows), hotline.line, hotline.clock.now(), **options)


def outcomes(report: SheetReport) -> list[str]:
    return [row.outcome.value for row in report.rows]


def everybody(hotline: Hotline) -> list[Volunteer]:
    with hotline.database.read() as session:
        return list(session.scalars(select(Volunteer).order_by(Volunteer.id)))


def change(hotline: Hotline, **values: object) -> None:
    with hotline.database.write() as session:
        for name, value in values.items():
            setattr(session.scalars(select(Volunteer)).one(), name, value)


def hold_a_caller(session: Session, hotline: Hotline, volunteer_id: int) -> None:
    at = hotline.clock.now()
    caller = people.new_caller(session, people.CallerState.ACTIVE, at)
    request = Request(caller_id=caller.id, state=RequestState.ASSIGNED, opened_at=at)
    session.add(request)
    session.flush()
    session.add(
        Assignment(
            request_id=request.id,
            caller_id=caller.id,
            volunteer_id=volunteer_id,
            kind=RequestKind.ONE_OFF,
            state=AssignmentState.ACTIVE,
            offered_at=at,
            expires_at=at,
        )
    )


def test_a_first_name_and_a_number_are_enough(hotline: Hotline) -> None:
    report = imported(hotline, {"first_name": "Nadia", "phone": "0639980103"})

    (nadia,) = everybody(hotline)
    assert outcomes(report) == ["created"]
    assert (nadia.phone.number, nadia.languages, nadia.available, nadia.capacity) == (
        "+33639980103",
        "fr",
        "",
        1,
    )
    assert nadia.state is VolunteerState.ACTIVE
    assert nadia.waiting_since == hotline.clock.now()


def test_every_column_is_kept(hotline: Hotline) -> None:
    imported(
        hotline,
        CAMILLE
        | {
            "last_name": "Arnaud",
            "birth_date": "12/03/1958",
            "postcode": "5100",
            "languages": "français, anglais",
            "available": "Mo,We 14:00-17:00",
            "capacity": "3",
            "on_site": "oui",
            "note": "au calme",
        },
    )

    (camille,) = everybody(hotline)
    assert (camille.first_name, camille.last_name, camille.email) == (
        "Camille",
        "Arnaud",
        "Camille@example.org",
    )
    assert (camille.birth_date, camille.postcode, camille.languages) == ("1958-03-12", "05100", "fr,en")
    assert (camille.available, camille.capacity, camille.on_site) == ("Mo,We 14:00-17:00", 3, True)
    assert camille.note == "au calme"


def test_a_pending_volunteer_waits_for_a_coordinator_not_for_a_caller(hotline: Hotline) -> None:
    imported(hotline, CAMILLE, pending=True)

    (camille,) = everybody(hotline)
    assert (camille.state, camille.waiting_since) == (VolunteerState.PENDING, None)


def test_a_listener_only_waits_for_nobody(hotline: Hotline) -> None:
    imported(hotline, CAMILLE | {"capacity": "0"})

    assert everybody(hotline)[0].waiting_since is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("first_name", "", "prénom manque"),
        ("phone", "06 39 98", "n'est pas valable"),
        ("phone", "3114", "numéro d'urgence ou d'écoute"),
        ("phone", "0899123456", "n'appelle pas ce genre de numéro"),
        ("phone", "+32470123456", "n'appelle pas ce genre de numéro"),
        ("phone", "+33199000100", "numéro de la ligne"),
        ("email", "camille", "adresse électronique"),
        ("birth_date", "1958-13-40", "n'est pas une date"),
        ("birth_date", "le 12 mars", "n'est pas une date"),
        ("birth_date", "2015-01-01", "n'a pas 18 ans"),
        ("languages", "fr,klingonais", "klingonais"),
        ("available", "lundi matin", "Horaires illisibles"),
        ("available", "Mo 10:00-11:00" * 20, "caractères"),
        ("capacity", "-1", "entre 0 et 99"),
        ("capacity", "beaucoup", "entre 0 et 99"),
        ("on_site", "peut-être", "ni « oui » ni « non »"),
    ],
)
def test_a_faulty_cell_refuses_its_row_and_says_why(
    hotline: Hotline, column: str, text: str, says: str
) -> None:
    report = imported(hotline, CAMILLE | {column: text})

    assert outcomes(report) == ["refused"]
    assert report.rows[0].reason.startswith(f"{column} : ")
    assert says in report.rows[0].reason
    assert "+32470123456" not in report.rows[0].reason


def test_all_the_faults_of_a_row_are_told_together(hotline: Hotline) -> None:
    report = imported(hotline, CAMILLE | {"capacity": "x", "available": "x"})

    assert "capacity : " in report.rows[0].reason
    assert "available : " in report.rows[0].reason


def test_a_faulty_row_holds_the_whole_file_back(hotline: Hotline) -> None:
    report = imported(hotline, CAMILLE, {"first_name": "Bruno", "phone": "12"})

    assert not report.accepted
    assert outcomes(report) == ["held_back", "refused"]
    assert [row.number for row in report.rows] == [2, 3]
    assert everybody(hotline) == []


def test_faulty_rows_can_be_skipped(hotline: Hotline) -> None:
    report = imported(hotline, {"first_name": "Bruno", "phone": "12"}, CAMILLE, skip_bad=True)

    assert report.accepted
    assert outcomes(report) == ["refused", "created"]
    assert [one.first_name for one in everybody(hotline)] == ["Camille"]


def test_a_number_that_stands_twice_in_the_file_is_refused_the_second_time(hotline: Hotline) -> None:
    report = imported(hotline, CAMILLE, {"first_name": "Bruno", "phone": "+33639980101"}, skip_bad=True)

    assert outcomes(report) == ["created", "refused"]
    assert "ligne 2" in report.rows[1].reason


def test_a_second_import_changes_nothing(hotline: Hotline) -> None:
    imported(hotline, CAMILLE)

    assert outcomes(imported(hotline, CAMILLE)) == ["unchanged"]
    assert len(everybody(hotline)) == 1


def test_a_second_import_updates_whoever_has_the_number(hotline: Hotline) -> None:
    imported(hotline, CAMILLE | {"capacity": "1"})

    report = imported(hotline, {"first_name": "Camille", "phone": "+33 6 39 98 01 01", "capacity": "4"})

    (camille,) = everybody(hotline)
    assert outcomes(report) == ["updated"]
    assert (camille.capacity, camille.email) == (4, "Camille@example.org")


def test_an_empty_cell_empties_and_a_missing_column_does_not(hotline: Hotline) -> None:
    imported(hotline, CAMILLE | {"note": "au calme", "available": "Mo 10:00-12:00"})

    imported(hotline, {"first_name": "Camille", "phone": CAMILLE["phone"], "available": ""})

    (camille,) = everybody(hotline)
    assert (camille.note, camille.available) == ("au calme", "")


def test_a_new_number_is_taken_from_the_one_with_the_same_address(hotline: Hotline) -> None:
    imported(hotline, CAMILLE)

    report = imported(hotline, CAMILLE | {"phone": "0639980109", "email": "CAMILLE@EXAMPLE.ORG"})

    (camille,) = everybody(hotline)
    assert outcomes(report) == ["updated"]
    assert camille.phone.number == "+33639980109"


def test_a_couple_with_one_address_stays_two_people(hotline: Hotline) -> None:
    jean = CAMILLE | {"first_name": "Jean", "phone": "0639980102"}

    together = imported(hotline, CAMILLE, jean)
    again = imported(hotline, jean, CAMILLE)
    later = imported(hotline, CAMILLE | {"first_name": "Léa", "phone": "0639980103"})

    assert outcomes(together) == ["created", "created"]
    assert outcomes(again) == ["unchanged", "unchanged"]
    assert outcomes(later) == ["created"]
    assert [one.phone.number[-2:] for one in everybody(hotline)] == ["01", "02", "03"]


def test_a_second_import_leaves_a_pause_alone(hotline: Hotline) -> None:
    imported(hotline, CAMILLE)
    change(hotline, state=VolunteerState.PAUSED, waiting_since=None)

    imported(hotline, CAMILLE | {"capacity": "5"})

    (camille,) = everybody(hotline)
    assert (camille.state, camille.waiting_since, camille.capacity) == (VolunteerState.PAUSED, None, 5)


def test_whoever_had_left_comes_back_by_import(hotline: Hotline) -> None:
    imported(hotline, CAMILLE)
    change(hotline, state=VolunteerState.LEFT, waiting_since=None)

    report = imported(hotline, CAMILLE)

    (camille,) = everybody(hotline)
    assert outcomes(report) == ["updated"]
    assert (camille.state, camille.waiting_since) == (VolunteerState.ACTIVE, hotline.clock.now())


def test_the_time_of_waiting_goes_on_through_a_second_import(hotline: Hotline, clock: object) -> None:
    imported(hotline, CAMILLE)
    since = hotline.clock.now()
    clock.advance(timedelta(days=3))  # type: ignore[attr-defined]

    imported(hotline, CAMILLE | {"capacity": "2"})

    assert everybody(hotline)[0].waiting_since == since


def test_whoever_holds_a_caller_does_not_wait_when_the_capacity_grows(hotline: Hotline) -> None:
    imported(hotline, CAMILLE | {"capacity": "0"})
    with hotline.database.write() as session:
        hold_a_caller(session, hotline, everybody(hotline)[0].id)

    imported(hotline, CAMILLE | {"capacity": "2"})

    assert everybody(hotline)[0].waiting_since is None


def test_a_sheet_of_another_layout_is_refused_with_the_columns_expected(hotline: Hotline) -> None:
    with pytest.raises(
        SheetError, match=r"Colonnes manquantes : first_name, phone.*first_name;last_name;phone;email"
    ):
        imported(hotline, {"Prénom": "Camille", "Téléphone": "0639980101"})


def test_a_sheet_without_rows_is_refused(hotline: Hotline) -> None:
    with hotline.database.write() as session, pytest.raises(SheetError, match="aucune ligne"):
        imports.volunteers(session, Table(("first_name", "phone"), []), hotline.line, hotline.clock.now())


def test_columns_that_nobody_reads_are_named(hotline: Hotline) -> None:
    report = imported(hotline, CAMILLE | {"langages": "en"})

    assert report.ignored_columns == ("langages",)
    assert report.count(Outcome.CREATED) == 1
