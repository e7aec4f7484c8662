"""`export`: JSON, CSV and Excel on stdout, noted in the audit log."""

import getpass
import io
import json

from python_calamine import CalamineWorkbook

from tests.cli.conftest import Type


def test_json_is_one_array_of_objects(run: Type) -> None:
    run("demo-data")

    volunteers = json.loads(run("export", "volunteers").stdout)
    assert len(volunteers) == 8
    assert volunteers[0]["phone"] == "+33639980101"
    assert volunteers[0]["waiting_since"] == "2026-11-24T14:00:00+01:00"


def test_nothing_is_an_empty_array(run: Type) -> None:
    assert json.loads(run("export", "calls").stdout) == []


def test_csv_has_the_fields_as_its_heading(run: Type) -> None:
    run("demo-data")

    lines = run("export", "volunteers", "--format", "csv").stdout.removeprefix("\ufeff").splitlines()
    assert lines[0] == (
        "id;first_name;last_name;phone;email;languages;available;capacity;state;waiting_since;"
        "quiet;weekly_cap;trainee"
    )
    assert lines[1].startswith("1;Camille;Arnaud;+33639980101;;fr;;2;active;2026-11-24T14:00:00+01:00")
    assert len(lines) == 9


def test_excel_keeps_numbers_as_text(run: Type) -> None:
    run("demo-data")

    book = CalamineWorkbook.from_filelike(
        io.BytesIO(run("export", "volunteers", "--format", "xlsx").stdout_bytes)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["id", "first_name", "last_name", "phone"]
    assert rows[1][3] == "+33639980101"


def test_since_is_on_the_line_s_clock_unless_it_says_otherwise(run: Type) -> None:
    run("demo-data")

    assert len(json.loads(run("export", "volunteers", "--since", "2026-11-24T14:00").stdout)) == 8
    assert json.loads(run("export", "volunteers", "--since", "2026-11-24T14:01").stdout) == []
    assert len(json.loads(run("export", "volunteers", "--since", "2026-11-24T13:00Z").stdout)) == 8
    assert len(json.loads(run("export", "volunteers", "--since", "2026-11-24").stdout)) == 8


def test_every_export_is_in_the_audit_log(run: Type) -> None:
    run("export", "callers")

    callers, audit = json.loads(run("export", "audit").stdout)
    assert (callers["action"], callers["subject"]) == ("export", "callers")
    assert (audit["action"], audit["subject"], audit["actor"]) == ("export", "audit", getpass.getuser())
