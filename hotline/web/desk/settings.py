"""The state of the line in plain French, the rules in force, everything that is kept, to be taken away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import abort, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from hotline import checks
from hotline.services import exports, health
from hotline.services.desk.rights import Right
from hotline.services.missions import offered, refusals
from hotline.services.sweeping import sums
from hotline.web.desk import downloads
from hotline.web.desk.room import Visit, allowed, page, reading, writing
from hotline.web.product import product

KINDS: Mapping[str, LazyString] = {
    "callers": _l("Personnes"),
    "contacts": _l("Contacts"),
    "calls": _l("Appels"),
    "voicemails": _l("Messages vocaux"),
    "messages": _l("SMS reçus et envoyés"),
    "requests": _l("Demandes"),
    "assignments": _l("Suivis"),
    "callbacks": _l("Rappels"),
    "volunteers": _l("Bénévoles"),
    "audit": _l("Journal"),
    "outbox": _l("SMS à envoyer"),
    "referrals": _l("orientations"),
}


@page("/settings", Right.SETTINGS)
def settings() -> str:
    """Show what is wrong now, the rules in force, and what may be exported."""

    def see(visit: Visit) -> str:
        line = visit.line
        return render_template(
            "desk/settings.html",
            reasons=health.report(visit.session, line, visit.at, faults=product().faults),
            rules=_rules(line.config.model_dump(mode="python")),
            kinds=KINDS if allowed(Right.PEOPLE) else {},
            sweeps=sums.standing(visit.session),
            missions=offered.as_written(visit.session, line),
            refused=refusals.of,
            gaps=offered.gaps(line),
        )

    return reading(see)


@page("/settings/check", Right.SETTINGS, methods=("POST",))
def settings_check() -> str:
    """Look at everything now, the carrier included, which takes a few seconds."""
    return render_template("desk/check.html", findings=list(checks.all_of(product())))


@page("/settings/export/<kind>", Right.SETTINGS)
def settings_export(kind: str) -> Response:
    """Hand out everything of a kind as a table; the handing out is written down before it begins."""
    if kind not in KINDS or not allowed(Right.PEOPLE):
        abort(404)
    writing(lambda visit: visit.note("export", kind))

    def write(visit: Visit) -> Response:
        rows = exports.rows(visit.session, kind, visit.line.zone)
        wished = downloads.style(request.args.get("format"))
        return downloads.table(kind, exports.columns(kind), rows, wished)

    return reading(write)


def _rules(config: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, object]]]]:
    """Return the rules section by section as they would be written in the settings file."""
    return [
        (name, [(key, _written(value)) for key, value in section.items()])
        for name, section in config.items()
        if isinstance(section, dict) and section
    ]


def _written(value: object) -> object:
    if not isinstance(value, timedelta):
        return value
    seconds = int(value.total_seconds())
    for unit, size in (("j", 86400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
