"""Spreadsheets as French offices use them: read whatever Excel saved, write what Excel opens safely."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import xlsxwriter

from hotline import workbooks
from hotline.errors import HotlineError
from hotline.workbooks import plain, shown

_WORKBOOK_MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"')
_RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_HARMLESS: Final = re.compile(r"\+[1-9][0-9]{6,14}|-[0-9]+(?:[.,][0-9]+)?")
_LONGEST_CELL: Final = 32_767
_MARK_BYTES: Final = 4
_BEGINNING: Final = 100_000

Record = Mapping[str, object]


class UnreadableTable(HotlineError):
    """A file that is no table, or whose cells cannot be told apart."""


@dataclass(frozen=True)
class Row:
    """One line of the table: its number as Excel shows it, and each column's text ("" when empty)."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A table whose column names are trimmed and in lower case; empty lines are left out."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Stream:
    """A table whose rows are read once, as they are asked for: each may raise UnreadableTable."""

    columns: tuple[str, ...]
    rows: Iterator[Row]

    def table(self) -> Table:
        """The whole table."""
        return Table(self.columns, list(self.rows))


def read_rows(path: Path) -> Table:
    """The table in a CSV, XLSX, XLS or ODS file (its first visible sheet). Raises UnreadableTable.

    CSV: `;`, `,` or TAB; UTF-8 with or without BOM, else cp1252. Excel's whole numbers lose their `.0`, its
    dates are ISO 8601, its booleans "oui" and "non".
    """
    return stream_of(path).table()


def stream_of(path: Path) -> Stream:
    """The table in such a file, row by row. Raises UnreadableTable."""
    try:
        return _stream(path.open("rb"))
    except OSError as error:
        raise UnreadableTable(
            f"Le fichier « {path.name} » ne s'ouvre pas ({error.strerror}). Vérifiez son nom et ses droits."
        ) from error


def stream_in(content: bytes) -> Stream:
    """The table in the bytes of such a file, row by row. Raises UnreadableTable."""
    return _stream(io.BytesIO(content))


def _stream(file: BinaryIO) -> Stream:
    begins = file.read(_MARK_BYTES)
    file.seek(0)
    lines = _workbook_lines(file) if begins in _WORKBOOK_MARKS else _csv_lines(file)
    filled = ((number, cells) for number, cells in lines if any(cell.strip() for cell in cells))
    header = _header(next(filled, None))
    columns = tuple(name for name in header if name)
    return Stream(columns, (Row(number, _values(header, number, cells)) for number, cells in filled))


def write_csv(columns: Sequence[str], rows: Iterable[Record], stream: BinaryIO) -> None:
    """Write what French Excel opens by double click: `;`, UTF-8 with BOM, CRLF, no text run as a formula."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(guarded(column) for column in columns)
    for row in rows:
        writer.writerow(guarded(shown(row.get(column))) for column in columns)
    text.detach()


def write_xlsx(columns: Sequence[str], rows: Iterable[Record], stream: BinaryIO) -> None:
    """Write an Excel workbook of one sheet; text stays text, whatever it looks like."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, bold)
        for number, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                value = row.get(column)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(number, place, value)
                else:
                    sheet.write_string(number, place, shown(value)[:_LONGEST_CELL])


def write_json(rows: Iterable[Record], stream: BinaryIO) -> None:
    """Write one array of objects in UTF-8, row by row; times are ISO 8601."""
    stream.write(b"[")
    for number, row in enumerate(rows):
        stream.write(b",\n" if number else b"\n")
        stream.write(json.dumps(dict(row), ensure_ascii=False, default=plain).encode())
    stream.write(b"\n]\n")


def guarded(text: str) -> str:
    """The text, after an apostrophe if a spreadsheet would run it; E.164 and negative numbers stay."""
    if text.startswith(_RISKY_STARTS) and not _HARMLESS.fullmatch(text):
        return "'" + text
    return text


def _header(line: tuple[int, list[str]] | None) -> list[str]:
    """Raises UnreadableTable for no line at all, or a column named twice."""
    if line is None:
        raise UnreadableTable("Le fichier est vide : la première ligne doit nommer les colonnes.")
    header = [" ".join(name.split()).lower() for name in line[1]]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise UnreadableTable(f"La colonne « {twice[0]} » apparaît deux fois : renommez-en une.")
    return header


def _values(header: list[str], number: int, cells: list[str]) -> dict[str, str]:
    """Raises UnreadableTable for cells outside every column."""
    if any(cell.strip() for cell in cells[len(header) :]):
        raise UnreadableTable(
            f"La ligne {number} a plus de cases que l'en-tête : "
            "un séparateur s'y trouve sans doute dans un texte sans guillemets."
        )
    padded = cells + [""] * (len(header) - len(cells))
    return {name: cell for name, cell in zip(header, padded, strict=False) if name}


def _csv_lines(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    with file, io.TextIOWrapper(file, _encoding(file), newline="") as text:
        unquoted = _QUOTED.sub("", text.read(_BEGINNING)).replace("\r", "\n").split("\n")
        text.seek(0)
        first_line = next((line for line in unquoted if line.strip()), "")
        delimiter = max(";\t,", key=first_line.count)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            yield from enumerate(reader, 1)
        except csv.Error as error:
            raise UnreadableTable(
                f"Le fichier se lit mal à la ligne {reader.line_num} : un guillemet n'est pas refermé ou est "
                "mal placé. Ouvrez-le dans un tableur et enregistrez-le de nouveau."
            ) from error


def _encoding(file: BinaryIO) -> str:
    """The alphabet of a CSV file; guessing any further would garble accents in silence."""
    for encoding in ("utf-8-sig", "cp1252"):
        text = io.TextIOWrapper(file, encoding, newline="")
        try:
            if not any("\0" in some for some in iter(partial(text.read, _BEGINNING), "")):
                return encoding
        except UnicodeDecodeError:
            continue
        finally:
            text.detach()
            file.seek(0)
    raise UnreadableTable(
        "Ce fichier n'est ni un tableau CSV ni un classeur Excel. "
        "Enregistrez-le en « CSV UTF-8 » ou en « .xlsx »."
    )


def _workbook_lines(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    with file:
        content = file.read()
    try:
        yield from enumerate(workbooks.lines(content), 1)
    except workbooks.BrokenWorkbook as error:
        raise UnreadableTable(
            "Ce classeur ne s'ouvre pas : il est abîmé, protégé par un mot de passe ou sans feuille visible. "
            "Enregistrez-le de nouveau en « .xlsx », sans mot de passe."
        ) from error
