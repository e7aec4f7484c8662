"""Volunteers from a sheet: seen row by row first, written only once that is confirmed."""

from collections import Counter
from contextlib import closing
from dataclasses import replace
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
from hotline.services.importing import entry
from hotline.services.importing.entry import Origin, Wishes
from hotline.services.platform.layouts import Kind
from hotline.services.sheets import OWN, Outcome, SheetReport
from hotline.web.desk.room import done, me, page, pages, reading, recognised
from hotline.web.product import product

ROWS_SHOWN = 300
_ROOM = 12 * 1024 * 1024
_LONGEST_NAME = 120
KINDS = {
    "volunteers": _l("bénévoles"),
    "participations": _l("participations de la plateforme"),
    "profiles": _l("profils de la plateforme"),
    "structures": _l("structures de la plateforme"),
}
_WORDS = {
    Outcome.CREATED: _l("à ajouter"),
    Outcome.UPDATED: _l("à mettre à jour"),
    Outcome.UNCHANGED: _l("déjà à jour"),
    Outcome.SKIPPED: _l("laissée de côté"),
    Outcome.REFUSED: _l("à corriger"),
    Outcome.HELD_BACK: _l("retenue"),
}
_TONES = {Outcome.CREATED: "good", Outcome.UPDATED: "waits", Outcome.REFUSED: "bad"}
_UPLOADS = frozenset({"desk.preview_import", "desk.confirm_import"})

Said = Response | tuple[str, int]


@pages.url_value_preprocessor
def leave_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take larger forms where somebody signed in hands in a sheet, and nowhere else."""
    if endpoint in _UPLOADS and recognised():
        request.max_content_length = _ROOM
        request.max_form_memory_size = _ROOM


@page("/volunteers/import", Right.VOLUNTEERS)
def volunteers_import() -> str:
    """Show what a sheet looks like, and take one."""
    return _start_page()


@page("/volunteers/import", Right.VOLUNTEERS, methods=("POST",))
def preview_import() -> Said:
    """Show what importing a sheet would do; nothing is written."""
    content, name = _uploaded()
    try:
        report = _previewed(content)
    except HotlineError as error:
        return _start_page(str(error)), 422
    sealed = sealed_sheets.seal(product().database.cipher, content, me().id)
    return _preview_page(report, sealed, name), 200


@page("/volunteers/import/confirm", Right.VOLUNTEERS, methods=("POST",))
def confirm_import() -> Said:
    """Import the sheet that was seen; faulty rows of ours hold it all back unless left out."""
    given, hotline = request.form, product()
    name, wishes = given.get("name", "")[:_LONGEST_NAME], _wishes()
    try:
        content = sealed_sheets.opened(hotline.database.cipher, given.get("sealed", ""), me().id)
        at, line = hotline.clock.now(), hotline.line
        sheet = sealed_sheets.prepared(content, line, at, wishes)
        origin = Origin(name, me().name, me().email, "volunteers.import")
        report = entry.carry_out(hotline.database.run, sheet, line, at, wishes, origin)
        if not report.accepted:
            fault = _("Rien n’est importé : laissez de côté les lignes à corriger, ou corrigez le fichier.")
            return _preview_page(_previewed(content), given["sealed"], name, fault=fault), 422
    except HotlineError as error:
        return _start_page(str(error)), 422
    to = "desk.volunteers_imports" if report.kind == Kind.STRUCTURES else "desk.volunteers"
    return done(_told(report), url_for(to))


def _previewed(content: bytes) -> SheetReport:
    hotline, wishes = product(), replace(_wishes(), skip_bad=True)
    sheet = sealed_sheets.prepared(content, hotline.line, hotline.clock.now(), wishes)
    return reading(lambda visit: entry.preview(visit.session, sheet))


def _wishes() -> Wishes:
    given = request.form
    return Wishes(
        pending=bool(given.get("pending")),
        skip_bad=bool(given.get("skip_bad")),
        welcome=bool(given.get("welcome")),
    )


def _uploaded() -> tuple[bytes, str]:
    """Return the file that was handed in, one byte more than it may have at most, and its name."""
    file = request.files.get("sheet")
    if file is None:
        return b"", ""
    with closing(file):
        return bytes(file.read(sealed_sheets.LARGEST + 1)), (file.filename or "")[:_LONGEST_NAME]


def _start_page(fault: str = "") -> str:
    return render_template("desk/import.html", fault=fault, columns=imports.COLUMNS)


def _preview_page(report: SheetReport, sealed: str, name: str, fault: str = "") -> str:
    order = [Outcome.REFUSED, Outcome.SKIPPED]
    first = sorted(report.rows, key=lambda row: order.index(row.outcome) if row.outcome in order else 9)
    totals = Counter(row.outcome for row in report.rows)
    return render_template(
        "desk/import_preview.html",
        report=report,
        rows=first[:ROWS_SHOWN],
        others=max(len(report.rows) - ROWS_SHOWN, 0),
        counts=[(outcome, _WORDS[outcome], totals[outcome]) for outcome in _WORDS if totals[outcome]],
        faulty=totals[Outcome.REFUSED] if report.kind == OWN else 0,
        people=report.kind != Kind.STRUCTURES,
        recognised=KINDS.get(report.kind) if report.kind != OWN else None,
        words=_WORDS,
        tones=_TONES,
        sealed=sealed,
        name=name,
        fault=fault,
        pending=request.form.get("pending", ""),
        welcome=request.form.get("welcome", ""),
    )


def _told(report: SheetReport) -> str:
    new, changed = report.count(Outcome.CREATED), report.count(Outcome.UPDATED)
    left_out = report.count(Outcome.REFUSED) + report.count(Outcome.SKIPPED)
    return str(
        _(
            "C’est importé : %(new)s, %(changed)s, %(left_out)s.",
            new=ngettext("%(num)s personne ajoutée", "%(num)s personnes ajoutées", new),
            changed=ngettext("%(num)s mise à jour", "%(num)s mises à jour", changed),
            left_out=ngettext("%(num)s ligne laissée de côté", "%(num)s lignes laissées de côté", left_out),
        )
    )
