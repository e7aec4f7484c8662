"""`hotline export`."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, Final

import click

from hotline.cli import french
from hotline.cli.product import actor, on_our_clock, product
from hotline.errors import HotlineError
from hotline.services import custody, exports
from hotline.tables import Record, write_csv, write_json, write_xlsx

_FORMATS: Final = ("json", "csv", "xlsx")


@click.command("export", cls=french.Command)
@click.argument("kind", type=french.OneOf(exports.KINDS), metavar="SORTE")
@click.option(
    "--format",
    "style",
    type=french.OneOf(_FORMATS),
    default="json",
    metavar="FORMAT",
    help="json (sans rien), csv ou xlsx.",
)
@click.option(
    "--since", type=french.Moment(), metavar="MOMENT", help="Seulement depuis ce moment (ISO 8601)."
)
def export(kind: str, style: str, since: datetime | None) -> None:
    """Écrit sur la sortie standard tout ce qui est gardé d'une SORTE.

    SORTE : callers, contacts, calls, voicemails, messages, requests, assignments, callbacks, volunteers,
    audit, outbox. Numéros et noms en clair : chaque export est noté au journal d'audit.
    """
    hotline, out = product(), sys.stdout.buffer
    if style == "xlsx" and sys.stdout.isatty():
        raise HotlineError(
            f"un classeur Excel ne s'affiche pas : hotline export {kind} --format xlsx > {kind}.xlsx"
        )
    with hotline.database.write() as session:
        custody.note(session, hotline.clock.now(), actor=actor(), action="export", subject=kind)
    with hotline.database.read() as session:
        rows = exports.rows(session, kind, hotline.line.zone, on_our_clock(hotline, since))
        _write(style, exports.columns(kind), rows, out)
    out.flush()


def _write(style: str, columns: Sequence[str], rows: Iterable[Record], out: BinaryIO) -> None:
    match style:
        case "csv":
            write_csv(columns, rows, out)
        case "xlsx":
            write_xlsx(columns, rows, out)
        case _:
            write_json(rows, out)
