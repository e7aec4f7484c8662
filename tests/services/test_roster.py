"""Shifts: who rings when, and what a sheet of shifts may hold."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from hotline.bootstrap import Hotline
from hotline.models import Shift
from hotline.phone import PhoneNumber
from hotline.services import people, roster, shifts
from hotline.services.sheets import SheetReport
from hotline.tables import Row, Table

PARIS = ZoneInfo("Europe/Paris")
COLUMNS = ("phone", "available", "from", "until")
LOUIS, MAYA = "+33639980201", "+33639980202"
TUESDAY_14H = datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)


def imported(hotline: Hotline, *rows: tuple[str, str, str, str], skip_bad: bool = False) -> SheetReport:
    listed = [Row(number, dict(zip(COLUMNS, row, strict=True))) for number, row in enumerate(rows, 2)]
    with hotline.database.write() as session:
        return shifts.imported(
            session, Table(COLUMNS, listed), hotline.line, hotline.clock.now(), skip_bad=skip_bad
        )


def ringing(hotline: Hotline, at: datetime) -> list[str]:
    with hotline.database.read() as session:
        return [phone.number for phone in roster.on_shift(session, hotline.line, at)]


def test_a_shift_rings_within_its_hours_only(hotline: Hotline) -> None:
    imported(hotline, (LOUIS, "Mo-Fr 10:00-18:00", "", ""))

    assert ringing(hotline, TUESDAY_14H) == [LOUIS]
    assert ringing(hotline, TUESDAY_14H.replace(hour=18)) == []
    assert ringing(hotline, TUESDAY_14H.replace(day=28)) == []


def test_a_shift_without_hours_always_rings(hotline: Hotline) -> None:
    imported(hotline, (LOUIS, "", "", ""))

    assert ringing(hotline, TUESDAY_14H.replace(hour=3)) == [LOUIS]


def test_both_dates_of_a_shift_are_included_on_the_line_s_own_calendar(hotline: Hotline) -> None:
    imported(hotline, (LOUIS, "", "2026-11-24", "24/11/2026"))

    assert ringing(hotline, datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) == [LOUIS]
    assert ringing(hotline, datetime(2026, 11, 24, 22, 59, tzinfo=UTC)) == [LOUIS]
    assert ringing(hotline, datetime(2026, 11, 23, 22, 59, tzinfo=UTC)) == []
    assert ringing(hotline, datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == []


def test_a_telephone_on_two_shifts_rings_once_and_the_oldest_comes_first(hotline: Hotline) -> None:
    imported(hotline, (MAYA, "", "", ""), (LOUIS, "", "", ""), (MAYA, "Tu 10:00-18:00", "", ""))

    assert ringing(hotline, TUESDAY_14H) == [MAYA, LOUIS]


def test_a_shift_whose_hours_are_broken_rings_nobody(hotline: Hotline) -> None:
    imported(hotline, (LOUIS, "", "", ""), (MAYA, "", "", ""))
    with hotline.database.write() as session:
        session.scalars(select(Shift)).first().available = "lundi"  # type: ignore[union-attr]

    assert ringing(hotline, TUESDAY_14H) == [MAYA]


@pytest.mark.parametrize(
    ("until", "listens"), [("2026-11-23", False), ("2026-11-24", True), ("2026-12-31", True), ("", True)]
)
def test_a_listener_has_a_shift_that_runs_or_is_still_to_come(
    hotline: Hotline, until: str, listens: bool
) -> None:
    imported(hotline, (LOUIS, "", "", until))

    with hotline.database.write() as session:
        louis = people.behind(session, PhoneNumber(LOUIS), date(2026, 11, 24), hotline.clock.now())
        assert louis.listener is listens


def test_a_stranger_is_no_listener(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        number = PhoneNumber("+33639980001")
        assert not people.behind(session, number, date(2026, 11, 24), hotline.clock.now()).listener
        assert not people.behind(session, number, date(2026, 11, 24), hotline.clock.now()).listener


def test_the_same_shift_imported_twice_is_there_once(hotline: Hotline) -> None:
    row = (LOUIS, "Mo-Fr 10:00-18:00", "2026-11-01", "")
    imported(hotline, row, row)
    report = imported(hotline, row)

    with hotline.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Shift)) == 1
    assert [one.outcome.value for one in report.rows] == ["unchanged"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((LOUIS, "", "2026-12-31", "2026-12-01"), "until : la fin vient avant le début"),
        ((LOUIS, "matin", "", ""), "available : Horaires illisibles"),
        ((LOUIS, "", "demain", ""), "from : « demain » n'est pas une date"),
        (("112", "", "", ""), "phone : Le 112 est un numéro d'urgence"),
    ],
)
def test_a_faulty_shift_holds_the_whole_file_back(
    hotline: Hotline, row: tuple[str, str, str, str], says: str
) -> None:
    report = imported(hotline, (MAYA, "", "", ""), row)

    assert not report.accepted
    assert report.rows[1].reason.startswith(says)
    assert ringing(hotline, TUESDAY_14H) == []


def test_faulty_shifts_can_be_skipped(hotline: Hotline) -> None:
    report = imported(hotline, (MAYA, "", "", ""), (LOUIS, "matin", "", ""), skip_bad=True)

    assert report.accepted
    assert ringing(hotline, TUESDAY_14H) == [MAYA]


def test_shifts_that_are_over_are_not_listed(hotline: Hotline) -> None:
    imported(
        hotline, (LOUIS, "", "2026-12-01", ""), (MAYA, "", "", "2026-11-23"), (MAYA, "", "2026-11-01", "")
    )

    with hotline.database.read() as session:
        listed = roster.shifts(session, date(2026, 11, 24))
    assert [shift.from_date for shift in listed] == [date(2026, 11, 1), date(2026, 12, 1)]


def next_shift(hotline: Hotline, number: str, at: datetime = TUESDAY_14H) -> str | None:
    with hotline.database.write() as session:
        phone = people.phone_for(session, PhoneNumber(number), hotline.clock.now())
        found = roster.next_shift(session, hotline.line, phone.id, at)
    return f"{hotline.line.local(found):%d/%m %H:%M}" if found else None


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (("Mo-Fr 10:00-18:00", "", ""), "24/11 14:00"),
        (("", "", ""), "24/11 14:00"),
        (("Tu 16:00-18:00", "", ""), "24/11 16:00"),
        (("Mo 14:00-17:00", "", ""), "30/11 14:00"),
        (("", "2026-12-01", ""), "01/12 10:00"),
        (("Mo-Su 08:00-09:00", "", ""), None),
        (("Mo 14:00-17:00", "", "2026-11-29"), None),
        (("Sa 20:00-24:00", "", ""), None),
    ],
)
def test_the_next_shift_is_when_both_it_and_the_line_are_open(
    hotline: Hotline, shift: tuple[str, str, str], expected: str | None
) -> None:
    imported(hotline, (LOUIS, *shift))
    assert next_shift(hotline, LOUIS) == expected


def test_of_several_shifts_the_soonest_counts_and_others_do_not(hotline: Hotline) -> None:
    imported(
        hotline,
        (LOUIS, "Fr 10:00-12:00", "", ""),
        (LOUIS, "We 10:00-12:00", "", ""),
        (MAYA, "Tu 15:00-16:00", "", ""),
        (LOUIS, "Th 10:00-12:00", "", "2026-11-01"),
    )
    assert next_shift(hotline, LOUIS) == "25/11 10:00"
    assert next_shift(hotline, "+33639980209") is None
