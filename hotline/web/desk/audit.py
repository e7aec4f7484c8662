"""The audit log: who did what, filtered and exported."""

from datetime import date, datetime, time, timedelta

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import AuditEntry
from hotline.services.desk import auditing
from hotline.services.desk.auditing import Filter
from hotline.services.desk.rights import Right
from hotline.services.line import Line
from hotline.web.desk import audit_words, downloads
from hotline.web.desk.room import Visit, page, reading, writing

_FIELDS = ("actor", "action", "subject", "since", "until")
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)


@page("/audit", Right.AUDIT)
def audit() -> str:
    """Show the log, the newest first."""
    before = request.args.get("before", type=int)

    def see(visit: Visit) -> str:
        wished = _filter(visit.line)
        return render_template(
            "desk/audit.html",
            found=auditing.page(visit.session, wished, before=before),
            actors=auditing.actors(visit.session),
            actions=audit_words.ACTIONS,
            sentence=audit_words.sentence,
            subject=audit_words.subject,
            given={name: request.args.get(name, "") for name in _FIELDS},
            filtered=wished != Filter(),
        )

    return reading(see)


@page("/audit/export", Right.AUDIT)
def audit_export() -> Response:
    """Hand out the filtered log as a table; the handing out is itself written down, before it begins."""
    writing(lambda visit: visit.note("audit.export", "audit"))

    def write(visit: Visit) -> Response:
        wished = _filter(visit.line)
        rows = (_row(entry, visit.line) for entry in auditing.everything(visit.session, wished))
        columns = (_("moment"), _("qui"), _("action"), _("code"), _("objet"))
        named = (dict(zip(columns, row, strict=True)) for row in rows)
        return downloads.table("journal", columns, named, downloads.style(request.args.get("format")))

    return reading(write)


def _row(entry: AuditEntry, line: Line) -> tuple[object, ...]:
    moment = line.local(entry.at).replace(tzinfo=None)
    return (moment, entry.actor, audit_words.sentence(entry.action), entry.action, entry.subject)


def _filter(line: Line) -> Filter:
    given = request.args
    since, until = _day(given.get("since")), _day(given.get("until"))
    return Filter(
        actor=given.get("actor", "").strip().lower(),
        action=given.get("action", "").strip(),
        subject=given.get("subject", "").strip(),
        since=_midnight(line, since) if since else None,
        until=_midnight(line, until + timedelta(days=1)) if until else None,
    )


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return min(max(day, _FIRST), _LAST)


def _midnight(line: Line, day: date) -> datetime:
    return datetime.combine(day, time(), line.zone)
