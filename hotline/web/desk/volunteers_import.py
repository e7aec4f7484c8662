"""Volunteers from a sheet: seen row by row first, written only once that is confirmed."""

from contextlib import closing
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.services import imports
from hotline.services.desk import sealed_sheets
from hotline.services.desk.rights import Right
from hotline.services.sheets import Outcome, SheetReport
from hotline.web.desk.room import Visit, done, me, page, pages, writing
from hotline.web.product import product

ROWS_SHOWN = 300
_ROOM = 4 * 1024 * 1024
_WORDS = {
    Outcome.CREATED: _l("à ajouter"),
    Outcome.UPDATED: _l("à mettre à jour"),
    Outcome.UNCHANGED: _l("déjà à jour"),
    Outcome.REFUSED: _l("à corriger"),
    Outcome.HELD_BACK: _l("retenue"),
}
_TONES = {Outcome.CREATED: "good", Outcome.UPDATED: "waits", Outcome.REFUSED: "bad"}
_UPLOADS = frozenset({"desk.preview_import", "desk.confirm_import"})

Said = Response | tuple[str, int]


@pages.url_value_preprocessor
def leave_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take larger forms where a sheet is handed in, and nowhere else."""
    if endpoint in _UPLOADS:
        request.max_content_length = _ROOM
        request.max_form_memory_size = _ROOM


@page("/volunteers/import", Right.VOLUNTEERS)
def volunteers_import() -> str:
    """Show what a sheet looks like, and take one."""
    return _start_page()


@page("/volunteers/import", Right.VOLUNTEERS, methods=("POST",))
def preview_import() -> Said:
    """Show what importing a sheet would do; nothing is written."""
    content = _uploaded()
    try:
        sheet = sealed_sheets.table(content)
    except HotlineError as error:
        return _start_page(str(error)), 422

    def preview(visit: Visit) -> Said:
        try:
            report = sealed_sheets.preview(visit.session, visit.line, sheet, visit.at)
        except HotlineError as error:
            return _start_page(str(error)), 422
        sealed = sealed_sheets.seal(product().database.cipher, content, visit.coordinator.id)
        return _preview_page(report, sealed), 200

    return writing(preview)


@page("/volunteers/import/confirm", Right.VOLUNTEERS, methods=("POST",))
def confirm_import() -> Said:
    """Import the sheet that was seen; a faulty row holds everything back unless faulty rows are left out."""
    given, ring = request.form, product().database.cipher
    try:
        sheet = sealed_sheets.table(sealed_sheets.opened(ring, given.get("sealed", ""), me().id))
    except HotlineError as error:
        return _start_page(str(error)), 422

    def confirm(visit: Visit) -> Said:
        try:
            report = imports.volunteers(
                *(visit.session, sheet, visit.line, visit.at),
                pending=bool(given.get("pending")),
                skip_bad=bool(given.get("skip_bad")),
                welcome=bool(given.get("welcome")),
            )
        except HotlineError as error:
            return _start_page(str(error)), 422
        if not report.accepted:
            seen = sealed_sheets.preview(visit.session, visit.line, sheet, visit.at)
            fault = _("Rien n’est importé : laissez de côté les lignes à corriger, ou corrigez le fichier.")
            return _preview_page(seen, given["sealed"], fault=fault), 422
        visit.note("volunteers.import", f"rows:{len(report.rows)}")
        return done(_told(report), url_for("desk.volunteers"))

    return writing(confirm)


def _uploaded() -> bytes:
    """Return the file that was handed in, one byte more than it may have at most."""
    file = request.files.get("sheet")
    if file is None:
        return b""
    with closing(file):
        return bytes(file.read(sealed_sheets.LARGEST + 1))


def _start_page(fault: str = "") -> str:
    return render_template("desk/import.html", fault=fault, columns=imports.COLUMNS)


def _preview_page(report: SheetReport, sealed: str, fault: str = "") -> str:
    faulty_first = sorted(report.rows, key=lambda row: row.outcome is not Outcome.REFUSED)
    return render_template(
        "desk/import_preview.html",
        report=report,
        rows=faulty_first[:ROWS_SHOWN],
        others=max(len(report.rows) - ROWS_SHOWN, 0),
        counts=[
            (outcome, _WORDS[outcome], report.count(outcome)) for outcome in _WORDS if report.count(outcome)
        ],
        faulty=report.count(Outcome.REFUSED),
        words=_WORDS,
        tones=_TONES,
        sealed=sealed,
        fault=fault,
        pending=request.form.get("pending", ""),
        welcome=request.form.get("welcome", ""),
    )


def _told(report: SheetReport) -> str:
    new, changed = report.count(Outcome.CREATED), report.count(Outcome.UPDATED)
    left_out = report.count(Outcome.REFUSED)
    return str(
        _(
            "C’est importé : %(new)s, %(changed)s, %(left_out)s.",
            new=ngettext("%(num)s personne ajoutée", "%(num)s personnes ajoutées", new),
            changed=ngettext("%(num)s mise à jour", "%(num)s mises à jour", changed),
            left_out=ngettext("%(num)s ligne laissée de côté", "%(num)s lignes laissées de côté", left_out),
        )
    )
