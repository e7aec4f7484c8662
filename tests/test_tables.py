"""Spreadsheets: whatever Excel saved is read, what is written opens safely."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.tables import Row, Table, UnreadableTable, guarded, read_rows, write_csv, write_json, write_xlsx

LATIN = st.characters(codec="cp1252", exclude_categories=["Cc"])
CELLS = st.text(LATIN | st.sampled_from(';,\t"\n'), max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=6)
RISKY = ("=", "+", "-", "@", "\t", "\r")


def saved(content: bytes, name: str = "fichier.csv") -> Table:
    """What is read from a file with this content."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        return read_rows(path)


def typed(rows: list[tuple[str, ...]], delimiter: str, line_end: str = "\r\n") -> str:
    """The rows as a spreadsheet program saves them, under three columns."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([("a", "b", "c"), *rows])
    return stream.getvalue()


def cells_of(table: Table) -> list[tuple[str, ...]]:
    return [tuple(row.values.values()) for row in table.rows]


@settings(deadline=None)
@given(
    ROWS,
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_every_csv_comes_back_as_it_was_saved(
    rows: list[tuple[str, ...]], delimiter: str, encoding: str, line_end: str
) -> None:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    content = typed(filled, delimiter, line_end).encode(encoding)
    if encoding == "cp1252":
        content = content.replace(b"a", b"\xe9", 1)  # a header with an accent tells it from UTF-8
    table = saved(content)
    assert len(table.columns) == 3
    assert cells_of(table) == filled


def test_accents_survive_all_three_encodings() -> None:
    text = "Prénom;Note\r\nÉlodie;L’œuvre à 5 €\r\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        table = saved(text.encode(encoding))
        assert table.columns == ("prénom", "note")
        assert table.rows == [Row(2, {"prénom": "Élodie", "note": "L’œuvre à 5 €"})]


def test_column_names_are_trimmed_and_lower_case_and_a_column_without_name_is_left_out() -> None:
    table = saved(b" First_Name ;PHONE;;  Last   Name\r\nAnne;0639980001;aside;Roux\r\n")
    assert table.columns == ("first_name", "phone", "last name")
    assert table.rows[0].values == {"first_name": "Anne", "phone": "0639980001", "last name": "Roux"}


def test_lines_are_numbered_as_excel_shows_them() -> None:
    table = saved(b'\r\nname;note\r\nAnne;"two\r\nlines"\r\n;;\r\n\r\nJean;\r\nPaul\r\n')
    assert table.rows == [
        Row(3, {"name": "Anne", "note": "two\r\nlines"}),
        Row(6, {"name": "Jean", "note": ""}),
        Row(7, {"name": "Paul", "note": ""}),
    ]


def test_the_separator_is_the_one_outside_the_quotes() -> None:
    assert saved(b'name;"hours, weekly, or ""any"""\nAnne;x\n').columns == ("name", 'hours, weekly, or "any"')
    assert saved(b"name\nAnne\n").rows == [Row(2, {"name": "Anne"})]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf\r\n;;\r\n", "vide"),
        (b"name;Name \r\nAnne;Roux\r\n", "« name » apparaît deux fois"),
        (b"name;phone\r\nAnne;1\r\nJean;2;3\r\n", "ligne 3 a plus de cases"),
        (b'name;phone\r\n"Anne;1\r\nJean;2\r\n', "guillemet"),
        ("name;phone\r\nAnne;1\r\n".encode("utf-16"), "ni un tableau CSV"),
        (b"name\r\n\x81\x8d\r\n", "ni un tableau CSV"),
        (b"PK\x03\x04 no workbook", "Ce classeur ne s'ouvre pas"),
        (b"\xd0\xcf\x11\xe0 no workbook", "Ce classeur ne s'ouvre pas"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_plain_words(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableTable, match=says):
        saved(content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match=r"absent\.csv"):
        read_rows(tmp_path / "absent.csv")


@settings(deadline=None)
@given(st.binary(max_size=200) | st.builds(b"PK\x03\x04".__add__, st.binary(max_size=60)))
def test_no_file_ever_breaks_the_reading_of_tables(content: bytes) -> None:
    try:
        table = saved(content)
    except UnreadableTable:
        return
    assert all(set(row.values) == set(table.columns) for row in table.rows)


def test_a_workbook_gives_digits_without_point_dates_in_iso_and_its_own_line_numbers() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as workbook:
        hidden, sheet = workbook.add_worksheet(), workbook.add_worksheet()
        sheet.activate()
        hidden.hide()
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        moment = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        hidden.write_row(0, 0, ["secret"])
        sheet.write_row(1, 0, [" Phone ", "Birth_Date", "Seen", "Hours", "On_site"])
        sheet.write(3, 0, 639980001)
        sheet.write_datetime(3, 1, datetime(1950, 5, 4, tzinfo=UTC).replace(tzinfo=None), day)
        sheet.write_datetime(3, 2, datetime(2026, 5, 4, 12, 30, tzinfo=UTC).replace(tzinfo=None), moment)
        sheet.write(3, 3, 1.5)
        sheet.write(3, 4, True)
        sheet.write(5, 0, "06 39 98 00 02")
    assert saved(stream.getvalue(), "fichier.xlsx") == Table(
        columns=("phone", "birth_date", "seen", "hours", "on_site"),
        rows=[
            Row(
                4,
                {
                    "phone": "639980001",
                    "birth_date": "1950-05-04",
                    "seen": "2026-05-04T12:30:00",
                    "hours": "1.5",
                    "on_site": "oui",
                },
            ),
            Row(6, {"phone": "06 39 98 00 02", "birth_date": "", "seen": "", "hours": "", "on_site": ""}),
        ],
    )


def test_a_workbook_is_known_by_its_content_not_by_its_name() -> None:
    stream = io.BytesIO()
    write_xlsx(["name"], [{"name": "Anne"}], stream)
    assert saved(stream.getvalue(), "liste.csv").rows == [Row(2, {"name": "Anne"})]


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=5))
def test_no_text_written_to_csv_can_run_as_a_formula(texts: list[str]) -> None:
    stream = io.BytesIO()
    write_csv(["note"], [{"note": text} for text in texts], stream)
    written = stream.getvalue()
    assert written.startswith("\ufeffnote\r\n".encode())
    cells = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    for text, cell in zip((text for text in texts), cells, strict=True):
        assert ("".join(cell)).removeprefix("'") == text.removeprefix("'")
        assert not "".join(cell).startswith(RISKY) or guarded(text) == text


@pytest.mark.parametrize(
    "risky",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "+",
        "-",
        "+33 6",
        "-1;2",
        "=",
        "+1+1",
    ],
)
def test_risky_text_gets_an_apostrophe(risky: str) -> None:
    assert guarded(risky) == "'" + risky


@pytest.mark.parametrize(
    "harmless", ["+33639980001", "-3", "-3,5", "-0.25", "Anne", "", "a=b", "'=1", "06 39 98 00 01"]
)
def test_numbers_and_plain_text_are_left_as_they_are(harmless: str) -> None:
    assert guarded(harmless) == harmless


def test_values_are_written_the_way_people_read_them() -> None:
    stream = io.BytesIO()
    row = {
        "name": "Élodie; dite « Lolo »",
        "phones": ["+33639980001", "+33199000001"],
        "ok": True,
        "at": datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        "day": date(2026, 11, 3),
        "time": time(9, 30),
        "none": None,
        "number": 4.0,
        "=col": -2,
    }
    write_csv([*row, "missing"], [row], stream)
    header, line, rest = stream.getvalue().decode("utf-8-sig").split("\r\n")
    assert header == "name;phones;ok;at;day;time;none;number;'=col;missing"
    assert line.startswith('"Élodie; dite « Lolo »";\'+33639980001, +33199000001;oui;')
    assert line.endswith(";2026-11-03T09:00:00+00:00;2026-11-03;09:30:00;;4;-2;")
    assert rest == ""


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1, max_size=12), max_size=5
    )
)
def test_text_in_a_workbook_stays_the_text_it_was(texts: list[str]) -> None:
    filled = [text for text in texts if text.strip()]
    stream = io.BytesIO()
    write_xlsx(["Note"], [{"Note": text} for text in filled], stream)
    assert cells_of(saved(stream.getvalue())) == [(text,) for text in filled]


def test_a_workbook_keeps_formulas_links_and_numbers_as_they_were_given() -> None:
    stream = io.BytesIO()
    rows = [
        {"a": "=1+1", "b": "http://example.org", "c": "0639980001", "d": 12, "e": True, "f": "x" * 40_000}
    ]
    write_xlsx(list("abcdef"), rows, stream)
    values = saved(stream.getvalue()).rows[0].values
    assert values == {
        "a": "=1+1",
        "b": "http://example.org",
        "c": "0639980001",
        "d": "12",
        "e": "oui",
        "f": "x" * 32_767,
    }


@given(
    st.lists(
        st.dictionaries(
            st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
        )
    )
)
def test_json_is_one_array_that_gives_back_every_row(rows: list[dict[str, object]]) -> None:
    stream = io.BytesIO()
    write_json(iter(rows), stream)
    assert json.loads(stream.getvalue()) == rows


def test_json_keeps_accents_and_writes_times_with_their_offset() -> None:
    stream = io.BytesIO()
    row = {"name": "Élodie", "at": datetime(2026, 11, 3, 9, tzinfo=UTC), "set": {"b", "a"}}
    write_json([row], stream)
    assert stream.getvalue().decode() == (
        '[\n{"name": "Élodie", "at": "2026-11-03T09:00:00+00:00", "set": ["a", "b"]}\n]\n'
    )


@pytest.mark.parametrize("write", [write_json, partial(write_csv, ["number"])])
def test_each_row_is_written_before_the_next_is_asked_for(
    write: Callable[[Iterator[dict[str, object]], io.BytesIO], None],
) -> None:
    stream = io.BytesIO()
    sizes: list[int] = []

    def rows() -> Iterator[dict[str, object]]:
        for number in range(4):
            sizes.append(len(stream.getvalue()))
            yield {"number": number}

    write(rows(), stream)
    assert len(set(sizes)) == 4
    assert sizes == sorted(sizes)
