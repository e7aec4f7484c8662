"""A table for the office: CSV that French Excel opens by double click, or a workbook."""

import io
from collections.abc import Iterable, Sequence
from typing import Literal

from werkzeug import Response

from hotline.tables import Record, write_csv, write_xlsx

Style = Literal["csv", "xlsx"]
_TYPES: dict[Style, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def style(wanted: str | None) -> Style:
    """Return the wished form of a table; CSV when it is none of ours."""
    return "xlsx" if wanted == "xlsx" else "csv"


def table(name: str, columns: Sequence[str], rows: Iterable[Record], wished: Style) -> Response:
    """Answer with a table to be saved as `name`."""
    stream = io.BytesIO()
    (write_xlsx if wished == "xlsx" else write_csv)(columns, rows, stream)
    return Response(
        stream.getvalue(),
        content_type=_TYPES[wished],
        headers={"Content-Disposition": f'attachment; filename="{name}.{wished}"'},
    )
