"""Alerts: those open, those closed; closing one can be undone."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hotline.models import Alert
from hotline.services.desk import alerts as service
from hotline.services.desk.rights import Right
from hotline.web.desk import live
from hotline.web.desk.alert_words import said
from hotline.web.desk.room import Visit, back_to, done, is_fragment, page, reading, refused, writing


@page("/alerts", Right.TODAY)
def alerts() -> ResponseReturnValue:
    """Show the open alerts, the oldest first, or the closed ones."""
    closed = request.args.get("state") == "closed"
    after = request.args.get("after", type=int)
    found = reading(lambda visit: service.part(visit.session, closed=closed, after=after))
    rows = live.part("desk/alerts_list.html", "alerts", found=found, closed=closed, after=after, said=said)
    if is_fragment():
        return live.answered(rows)
    return render_template("desk/alerts.html", rows=rows, closed=closed)


@page("/alerts/<int:alert_id>/close", Right.TODAY, methods=("POST",))
def close_alert(alert_id: int) -> ResponseReturnValue:
    """Close an alert."""

    def close(visit: Visit) -> bool:
        if visit.session.get(Alert, alert_id) is None:
            abort(404)
        closed = service.close(visit.session, alert_id, visit.author, visit.at)
        if closed:
            visit.note("alert.closed", f"alert:{alert_id}")
        return closed

    to = back_to(url_for("desk.alerts"))
    if not writing(close):
        return refused(_("Quelqu’un d’autre vient de fermer cette alerte."), to)
    return done(_("Alerte fermée."), to, undo=url_for("desk.reopen_alert", alert_id=alert_id, back=to))


@page("/alerts/<int:alert_id>/reopen", Right.TODAY, methods=("POST",))
def reopen_alert(alert_id: int) -> ResponseReturnValue:
    """Open an alert again."""

    def reopen(visit: Visit) -> bool:
        reopened = service.reopen(visit.session, alert_id)
        if reopened:
            visit.note("alert.reopened", f"alert:{alert_id}")
        return reopened

    to = back_to(url_for("desk.alerts"))
    if not writing(reopen):
        return refused(_("Cette alerte est déjà ouverte."), to)
    return done(_("L’alerte est de nouveau ouverte."), to)
