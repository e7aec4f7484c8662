"""The roster at the desk: a week at a glance, its gaps, its shifts by hand, its calendar file."""

from datetime import date

import pytest
from icalendar import Calendar

from hotline.bootstrap import Hotline
from hotline.models import AuditEntry, Shift
from hotline.models.status import Role
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.relations import give
from tests.web.desk.conftest import Desk, sign_in

NADIA, LOUIS, ODETTE = "+33639980103", "+33639980201", "+33199000201"


def week(desk: Desk, address: str = "/roster") -> list[list[str]]:
    """The table, row by row: what each cell says, with its hours."""
    lines = desk.page(address).cssselect("table.roster tbody tr")
    return [
        [" ".join(f"{cell.get('data-hours', '')} {cell.text_content()}".split()) for cell in line]
        for line in lines
    ]


def test_who_listens_stands_in_the_hours_of_the_line_and_gaps_are_named(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Nadia", NADIA, last_name="Cherif")
    add_listener(desk.hotline, NADIA, "Mo-We 10:00-18:00")
    add_listener(desk.hotline, LOUIS, "Mo 10:00-14:00; Th 10:00-16:30")
    monday, tuesday, _, thursday, friday, saturday, _ = week(desk)
    assert monday[1:3] == ["10 h – 14 h Nadia C., •• 01", "14 h – 18 h Nadia C."]
    assert tuesday[1] == "10 h – 18 h Nadia C."
    assert thursday[1:4] == [
        "10 h – 16 h •• 01",
        "16 h – 17 h •• 01 personne 16 h 30 – 17 h",
        "17 h – 18 h personne",
    ]
    assert friday[1] == "10 h – 18 h personne"
    assert saturday[1] == "10 h – 18 h fermé"


def test_the_dates_of_a_shift_bound_it(desk: Desk) -> None:
    add_listener(desk.hotline, LOUIS, "", from_date=date(2026, 11, 24), until_date=date(2026, 11, 25))
    said = [line[1] for line in week(desk)[:4]]
    assert said == [
        "10 h – 18 h personne",
        "10 h – 18 h •• 01",
        "10 h – 18 h •• 01",
        "10 h – 18 h personne",
    ]
    assert "personne" in week(desk, "/roster?week=2026-12-02")[2][1]


def test_holidays_closures_and_school_holidays_are_named(desk: Desk) -> None:
    desk.post("/hours/school-zone", zone="B")
    desk.post("/hours/closures", first="2026-12-24", last="2026-12-31", reason="fêtes")
    christmas = week(desk, "/roster?week=2026-12-25")
    assert "férié : Noël" in christmas[4][0]
    assert "fermeture : fêtes" in christmas[4][0]
    assert "Vacances de Noël, zone B" in christmas[0][0].replace("\N{NO-BREAK SPACE}", " ")
    assert "Vacances" not in week(desk)[0][0]


def test_the_callbacks_of_the_week_are_listed_by_day(desk: Desk) -> None:
    marie = add_volunteer(desk.hotline, "Nadia", NADIA)
    give(desk.hotline, add_caller(desk.hotline, ODETTE, "Odette Martin"), marie)
    said = desk.text("/roster")
    assert "15 h Nadia appelle Odette Martin" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "98 01 03" not in said


def test_a_shift_is_added_for_a_volunteer_by_name(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Nadia", NADIA)
    fields = {"who": "nadia", "how": "days", "since": "10:00", "until": "12:00"}
    said = desk.post("/roster/shifts/new", **fields, days=["Mo", "We", "Th"]).text
    shift = only(desk.hotline, Shift)
    assert (shift.available, shift.phone.number) == ("Mo,We-Th 10:00-12:00", NADIA)
    assert f"/roster/shifts/{shift.id}/remove" in said
    page = desk.page(f"/roster/shifts/{shift.id}")
    ticked = [
        one.get("value") for one in page.cssselect('input[name="days"]') if one.get("checked") is not None
    ]
    assert ticked == ["Mo", "We", "Th"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"who": "", "how": "expression"}, "Dites qui écoute"),
        ({"who": "Personne", "how": "expression"}, "Aucun bénévole ne porte ce nom"),
        ({"who": "12", "how": "expression"}, ""),
        ({"who": LOUIS, "how": "expression", "expression": "Lu"}, "Horaires illisibles"),
        ({"who": LOUIS, "how": "days"}, "Cochez un jour au moins."),
        ({"who": LOUIS, "how": "days", "days": "Mo", "since": "12:00", "until": "10:00"}, "vient après"),
        (
            {"who": LOUIS, "how": "expression", "first": "2026-12-02", "last": "2026-12-01"},
            "Le dernier jour vient avant",
        ),
        ({"who": LOUIS, "how": "expression", "expression": "Mo 10:00-12:00"}, "déjà au planning"),
    ],
)
def test_a_shift_that_would_not_do_says_why(desk: Desk, fields: dict[str, str], says: str) -> None:
    add_listener(desk.hotline, LOUIS, "Mo 10:00-12:00")
    answer = desk.client.post("/roster/shifts/new", data=fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert fields.get("who", "") in answer.text
    assert len(rows(desk.hotline, Shift)) == 1


def test_a_change_and_a_removal_are_undone(desk: Desk) -> None:
    shift = add_listener(desk.hotline, LOUIS, "Mo 10:00-12:00", from_date=date(2026, 11, 1))
    said = desk.post(f"/roster/shifts/{shift}", how="expression", expression="Tu 10:00-12:00").text
    assert only(desk.hotline, Shift).available == "Tu 10:00-12:00"
    desk.post(undo_of(said))
    known = only(desk.hotline, Shift)
    assert (known.available, known.from_date) == ("Mo 10:00-12:00", date(2026, 11, 1))
    said = desk.post(f"/roster/shifts/{shift}/remove").text
    assert rows(desk.hotline, Shift) == []
    desk.post(undo_of(said))
    back = only(desk.hotline, Shift)
    assert (back.available, back.from_date, back.phone.number) == ("Mo 10:00-12:00", date(2026, 11, 1), LOUIS)


def undo_of(text: str) -> str:
    return "/roster/shifts/back" + text.split("/roster/shifts/back")[1].split('"', maxsplit=1)[0].replace(
        "&amp;", "&"
    )


def test_the_week_is_a_calendar_file_with_first_names_only(desk: Desk) -> None:
    add_volunteer(desk.hotline, "Nadia", NADIA, last_name="Cherif")
    add_listener(desk.hotline, NADIA, "Mo,We 10:00-12:00")
    answer = desk.get("/roster/week.ics?week=2026-11-24")
    assert "attachment" in answer.headers["Content-Disposition"]
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Permanence : Nadia C."] * 2
    assert [event.decoded("dtstart").isoformat() for event in events] == [
        "2026-11-23T10:00:00+01:00",
        "2026-11-25T10:00:00+01:00",
    ]
    assert b"98 01 03" not in answer.data
    assert b"980103" not in answer.data
    assert "roster.export" in {entry.action for entry in rows(desk.hotline, AuditEntry)}


def test_an_empty_week_says_what_to_do(desk: Desk) -> None:
    assert "Ajoutez une permanence" in desk.text("/roster")


@pytest.mark.parametrize("wanted", ["2026-13-45", "9999-12-31", "0001-01-01", "demain"])
def test_a_week_that_cannot_be_is_this_one(desk: Desk, wanted: str) -> None:
    assert "lun. 23 nov." in desk.text(f"/roster?week={wanted}")


def test_only_coordinators_see_the_roster(hotline: Hotline) -> None:
    assert sign_in(hotline, Role.STATISTICS).client.get("/roster").status_code == 403
