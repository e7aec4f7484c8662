"""What stands in a workbook, as text; a large one is opened in a process that takes its memory along.

`python -m hotline.workbooks` is that process: a workbook on its input, a CSV on its output.
"""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from hotline.errors import HotlineError

_LARGE: Final = 500_000
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")


class BrokenWorkbook(HotlineError):
    """A workbook that does not open."""


def lines(content: bytes) -> Iterator[list[str]]:
    """Yield the lines of the first visible sheet. Raises BrokenWorkbook."""
    return _lines(content) if len(content) <= _LARGE else _lines_from_elsewhere(content)


def _lines(content: bytes) -> Iterator[list[str]]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = next(
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        rows = workbook.get_sheet_by_name(name).iter_rows()
    except (CalamineError, StopIteration) as error:
        raise BrokenWorkbook("this workbook does not open") from error
    return ([shown(cell) for cell in cells] for cells in rows)


def _lines_from_elsewhere(content: bytes) -> Iterator[list[str]]:
    """Ask a process that knows none of our secrets."""
    command = [sys.executable, "-m", "hotline.workbooks"]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=kept) as process:
        if process.stdin is None or process.stdout is None:
            raise BrokenWorkbook("no way to the process that opens workbooks")
        try:
            with process.stdin as handed:
                handed.write(content)
            yield from csv.reader(io.TextIOWrapper(process.stdout, "utf-8", newline=""))
            if process.wait():
                raise BrokenWorkbook("this workbook does not open")
        finally:
            process.kill()


def main() -> int:
    """Write the lines of the workbook that stands on the input."""
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="")
    try:
        csv.writer(out).writerows(_lines(sys.stdin.buffer.read()))
    except BrokenWorkbook:
        return 1
    out.flush()
    return 0


def shown(value: object) -> str:
    """A value as the text of a cell: no `.0` on whole numbers, ISO dates, French booleans."""
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return ", ".join(shown(one) for one in plain(value))
        case _:
            return str(value)


def plain(value: object) -> list[object] | str:
    """What JSON has no word for: sets as sorted lists, times as ISO 8601, anything else as its text."""
    match value:
        case set() | frozenset():
            return sorted(value, key=str)
        case list() | tuple():
            return list(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return str(value)


if __name__ == "__main__":
    sys.exit(main())
