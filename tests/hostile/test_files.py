"""Whatever file is handed in as volunteers, shifts or partners: rows or a sentence, never a fault."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.errors import HotlineError
from hotline.services import shifts
from hotline.services.importing import entry
from hotline.services.importing.entry import Origin, Wishes
from hotline.tables import stream_in, write_xlsx
from tests.hostile import odd
from tests.people import add_volunteer

OURS = (
    *("first_name", "last_name", "phone", "email", "birth_date", "postcode", "languages", "available"),
    *("capacity", "on_site", "note"),
)
PERSON = ("first_name", "last_name", "mobile", "phone", "email", "zip", "birthday")
KINDS = {
    "volunteers": (*OURS, "quiet", "weekly_cap"),
    "participations": ("profile_id", "mission_id", "state", *PERSON),
    "profiles": ("id", *PERSON),
    "partners": (
        "id",
        "statut_juridique",
        "association_types",
        "name",
        "state",
        "zip",
        "city",
        "siret",
        "rna",
    ),
    "missions": ("id", "participations_max"),
    "shifts": ("phone", "available", "from", "until"),
}
MAGIC = (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf", b"\xff\xfe", b"phone;available\r\n", b'"')
CELLS = ("+33639980111", "06 39 98 01 12", "Mo-Fr 09:00-18:00", "24/7", "2026-11-24", "31/02/2026", "45000.0")
cells = st.sampled_from(CELLS) | odd.values
ALPHABETS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1", "utf-7")


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A CSV of one of the kinds, its columns whole or not, its cells odd."""
    columns = list(KINDS[draw(st.sampled_from(sorted(KINDS)))])
    columns += draw(st.lists(odd.texts, max_size=1))
    row = st.lists(cells, min_size=len(columns) - 1, max_size=len(columns))
    written = io.StringIO()
    writer = csv.writer(written, delimiter=draw(st.sampled_from(";,\t")))
    writer.writerows([columns, *draw(st.lists(row, max_size=4))])
    return written.getvalue().encode(draw(st.sampled_from(ALPHABETS)), "replace")


@st.composite
def broken_workbooks(draw: st.DrawFn) -> bytes:
    """An Excel workbook that met an accident on its way."""
    content = bytearray(WORKBOOK)
    for place in draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.just(len(content)) | st.integers(4, len(content)))])


def _workbook() -> bytes:
    written = io.BytesIO()
    write_xlsx(OURS, [dict.fromkeys(OURS, "=1+1"), dict.fromkeys(OURS, "\x00\x0b\ufffe")], written)
    return written.getvalue()


WORKBOOK = _workbook()
files = (
    st.builds(bytes.__add__, st.sampled_from(MAGIC), st.binary(max_size=200)) | sheets() | broken_workbooks()
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=files)
def test_any_file_is_read_or_refused_in_a_sentence(hotline: Hotline, content: bytes) -> None:
    for hand_in in (_as_people, _as_shifts):
        _told(hand_in, hotline, content)


@pytest.mark.parametrize("mark", odd.TEXTS)
def test_an_odd_cell_beside_a_good_one_spoils_only_its_row(hotline: Hotline, mark: str) -> None:
    add_volunteer(hotline, "Zoé", "+33639980199")
    rows = [["Zoé", "0639980199", "", mark], ["Ada", "0639980198", mark, ""], [mark, "0639980197", "", ""]]
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows([["first_name", "phone", "email", "note"], *rows])
    _told(_as_people, hotline, written.getvalue().encode("utf-8", "replace"))


def _told(hand_in: Callable[[Hotline, bytes], None], hotline: Hotline, content: bytes) -> None:
    with suppress(HotlineError):
        hand_in(hotline, content)


def _as_people(hotline: Hotline, content: bytes) -> None:
    at, line, wishes = hotline.clock.now(), hotline.line, Wishes(skip_bad=True, welcome=True)
    origin = Origin("fichier.csv", "Camille", "camille@example.org", "volunteers.import")
    entry.carry_out(
        hotline.database.run, entry.prepared(stream_in(content), line, at, wishes), line, at, wishes, origin
    )


def _as_shifts(hotline: Hotline, content: bytes) -> None:
    def write(session: Session) -> None:
        table = stream_in(content).table()
        shifts.imported(session, table, hotline.line, hotline.clock.now(), skip_bad=True)

    hotline.database.run(write)
