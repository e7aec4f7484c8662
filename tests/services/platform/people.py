"""Files handed in, and everything that an import may touch."""

from typing import Any

from sqlalchemy import select

from hotline.bootstrap import Hotline
from hotline.models import Base, Partner, Phone, Volunteer
from hotline.services.importing import entry, undo
from hotline.services.importing.entry import Origin, Wishes
from hotline.services.importing.undo import Undone
from hotline.services.sheets import SheetReport
from hotline.tables import stream_in

ORIGIN = Origin("participations.xlsx", "Camille Faure", "camille.faure@example.org", "volunteers.import")


def handed_in(hotline: Hotline, content: bytes, **wishes: bool) -> SheetReport:
    """Import a file."""
    at, line, wanted = hotline.clock.now(), hotline.line, Wishes(**wishes)
    sheet = entry.prepared(stream_in(content), line, at, wanted)
    return entry.carry_out(hotline.database.run, sheet, line, at, wanted, ORIGIN)


def previewed(hotline: Hotline, content: bytes, **wishes: bool) -> SheetReport:
    """Look at a file, in a transaction that may not write."""
    sheet = entry.prepared(stream_in(content), hotline.line, hotline.clock.now(), Wishes(**wishes))
    with hotline.database.read() as session:
        return entry.preview(session, sheet)


def taken_back(hotline: Hotline, report: SheetReport) -> list[Undone]:
    """Undo an import."""
    assert report.import_id is not None
    at = hotline.clock.now()
    return undo.undo(
        hotline.database.run, report.import_id, at, author="Camille Faure", note=lambda _session: None
    )


def everything(hotline: Hotline) -> dict[str, list[dict[str, Any]]]:
    """Every volunteer, partner and telephone, column by column."""
    found = {}
    with hotline.database.read() as session:
        for model in (Volunteer, Partner, Phone):
            rows = session.execute(select(model.__table__).order_by(model.__table__.c.id)).mappings()
            found[model.__name__] = [dict(row) for row in rows]
    return found


def told(report: SheetReport) -> list[tuple[int, str, str]]:
    """Return what is said of each row."""
    return [(row.number, row.outcome.value, row.reason) for row in report.rows]


def names(hotline: Hotline, model: type[Base] = Volunteer) -> list[str]:
    """Return the names in a table."""
    column = "name" if model is Partner else "first_name"
    return [row[column] for row in everything(hotline)[model.__name__]]
