"""Listeners' shifts from a sheet, where the association has several numbers."""

from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Shift
from hotline.services import roster, shifts
from hotline.services.sheets import SheetReport
from hotline.tables import Row, Table
from tests.conftest import LINE
from tests.people import add_listener
from tests.records import rows
from tests.two_numbers import ITALIAN, use

NADIA = "0639980101"


def imported(hotline: Hotline, *cells: str) -> SheetReport:
    """A sheet with one telephone, always on duty, once for each cell of the column `line`."""
    found = [Row(number, {"phone": NADIA, "line": cell}) for number, cell in enumerate(cells, 2)]
    table = Table(("phone", "line"), found)
    with hotline.database.write() as session:
        return shifts.imported(session, table, hotline.line, hotline.clock.now())


class TestTwoNumbers:
    """An association with a second number."""

    @pytest.fixture
    def environment(self, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        return use(environment, monkeypatch)

    def test_a_line_is_named_or_numbered_and_nothing_means_all(self, hotline: Hotline) -> None:
        assert imported(hotline, "ligne ITALIENNE", "ligne principale", "").accepted
        assert [shift.line for shift in rows(hotline, Shift)] == [ITALIAN, LINE, None]
        again = imported(hotline, ITALIAN, "06 39 98 02 00", LINE, "01 99 00 01 00")
        assert again.accepted
        assert len(rows(hotline, Shift)) == 3

    def test_an_unknown_line_refuses_the_file_with_the_names_there_are(self, hotline: Hotline) -> None:
        report = imported(hotline, "Ligne italienne", "ligne bretonne")
        assert not report.accepted
        assert "« ligne bretonne » n'est aucune de vos lignes" in report.rows[1].reason
        assert "« Ligne principale », « Ligne italienne »" in report.rows[1].reason
        assert not rows(hotline, Shift)

    def test_the_next_shift_is_when_a_line_of_it_is_open(self, hotline: Hotline) -> None:
        shift_id = add_listener(hotline, "+33639980101", line=ITALIAN)
        with hotline.database.read() as session:
            phone_id = session.get_one(Shift, shift_id).phone_id
            moment = roster.next_shift(session, hotline.line, phone_id, hotline.clock.now())
        assert moment is not None
        assert hotline.line.local(moment).isoformat() == "2026-11-24T16:00:00+01:00"


def test_with_one_number_the_column_is_not_known(hotline: Hotline) -> None:
    report = imported(hotline, "ligne italienne")
    assert report.accepted
    assert report.ignored_columns == ("line",)
    assert [shift.line for shift in rows(hotline, Shift)] == [None]
