"""A text to one or many volunteers: chosen, counted while it is typed, sent now or later, followed."""

from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug import Response

from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.models.status import OutboxState
from hotline.services.desk import broadcasts, team
from hotline.services.desk.broadcasts import Bar
from hotline.services.desk.rights import Right
from hotline.web.desk.fields import whole
from hotline.web.desk.room import Visit, done, page, reading, refused, writing
from hotline.web.desk.volunteers import filters

MOST_SHOWN = 500
_BARS = {
    Bar.LEFT: _l("a quitté l’équipe"),
    Bar.STOP: _l("a écrit STOP"),
    Bar.NO_TEXTS: _l("ne reçoit pas de SMS"),
    Bar.ENOUGH: _l("a déjà reçu assez de SMS ce jour-là"),
    Bar.QUIET: _l("ne veut de SMS à aucune heure convenable"),
    Bar.CEILING: _l("le plafond de SMS du jour est atteint"),
}
CANNED = (
    (
        _l("Réunion d’équipe"),
        "Bonjour {first_name}, réunion de l'équipe le ... à ... h. Vous serez des nôtres ?",
    ),
    (
        _l("Pensez à vos absences"),
        "Bonjour {first_name}, bientôt absent ? Notez-le sur votre page : d'autres appelleront pour vous.",
    ),
    (
        _l("Merci"),
        "Bonjour {first_name}, merci pour vos appels. Ils comptent beaucoup pour ceux qui les reçoivent.",
    ),
    (
        _l("Canicule"),
        "Bonjour {first_name}, il va faire très chaud : rappelez de boire. Au moindre doute : 15 ou 112.",
    ),
)

Said = Response | tuple[str, int]


@page("/volunteers/message", Right.VOLUNTEERS)
def volunteers_message() -> str:
    """Show whom a text may go to, and the texts sent lately."""
    return reading(lambda visit: _write_page(visit, body=request.args.get("body", "")[: broadcasts.LONGEST]))


@page("/volunteers/message/count", Right.VOLUNTEERS, methods=("POST",))
def count_message() -> str:
    """Say how a text travels, what it costs, and who does not get it."""
    return reading(lambda visit: render_template("desk/message_count.html", **_counted(visit)))


@page("/volunteers/message", Right.VOLUNTEERS, methods=("POST",))
def send_message() -> Said:
    """Write the text to everybody chosen; a text that would not do comes back as it was typed."""

    def send(visit: Visit) -> Said:
        body = request.form.get("body", "")
        chosen = _chosen(visit)
        try:
            if not chosen:
                raise broadcasts.CannotSend(_("Choisissez au moins une personne."))
            at = broadcasts.moment(_later(visit), visit.at)
            batch = broadcasts.send(visit.session, visit.line, chosen, body, at)
        except HotlineError as error:
            return _write_page(visit, body=body, fault=str(error)), 422
        visit.note(broadcasts.ACTION, f"message:{batch}")
        count = len(broadcasts.sent(visit.session, batch))
        says = ngettext("Le SMS part à %(num)s personne.", "Le SMS part à %(num)s personnes.", count)
        undo = url_for("desk.undo_message", batch=batch)
        return done(says, url_for("desk.message_sent", batch=batch), undo=undo)

    return writing(send)


@page("/volunteers/message/<batch>", Right.VOLUNTEERS)
def message_sent(batch: str) -> str:
    """Show what became of a text, person by person."""

    def see(visit: Visit) -> str:
        rows = broadcasts.sent(visit.session, batch)
        people = {
            one.phone_id: one for one in team.at_phones(visit.session, [row.telephone.id for row in rows])
        }
        waits = any(row.state is OutboxState.QUEUED for row in rows)
        return render_template("desk/message_sent.html", batch=batch, rows=rows, people=people, waits=waits)

    return reading(see)


@page("/volunteers/message/<batch>/undo", Right.VOLUNTEERS, methods=("POST",))
def undo_message(batch: str) -> Response:
    """Hold back what has not left yet."""

    def undo(visit: Visit) -> Response:
        if not (dropped := broadcasts.take_back(visit.session, batch)):
            return refused(_("Trop tard : tout est déjà parti."), url_for("desk.message_sent", batch=batch))
        visit.note("volunteers.message_undo", f"message:{batch}")
        says = ngettext("%(num)s SMS ne partira pas.", "%(num)s SMS ne partiront pas.", dropped)
        return done(says, url_for("desk.volunteers_message"))

    return writing(undo)


def _write_page(visit: Visit, *, body: str, fault: str = "") -> str:
    given = request.form if request.method == "POST" else request.args
    offered = team.members(visit.session, filters(visit, request.args))
    chosen = {str(one) for one in request.form.getlist("to")} or {
        str(one) for one in request.args.getlist("to")
    }
    return render_template(
        "desk/message.html",
        **_counted(visit, body=body),
        body=body,
        fault=fault,
        later=given.get("later", ""),
        offered=[one for one in offered if str(one.id) in chosen]
        if request.args.get("to")
        else offered[:MOST_SHOWN],
        others=max(len(offered) - MOST_SHOWN, 0),
        chosen=chosen,
        canned=CANNED,
        recent=[_recent(entry) for entry in broadcasts.recent(visit.session)],
    )


def _counted(visit: Visit, body: str | None = None) -> dict[str, Any]:
    """Return what the counter shows for what is typed and chosen."""
    typed = request.form.get("body", "") if body is None else body
    try:
        at = broadcasts.moment(_later(visit), visit.at)
    except HotlineError:
        at = visit.at
    plan = broadcasts.plan(visit.session, visit.line, _chosen(visit), typed, at)
    return {
        "plan": plan,
        "read": broadcasts.read(visit.line, typed),
        "bars": _BARS,
        "one_way": visit.line.one_way,
        "price": plan.segments * visit.line.config.costs.text,
        "first_due": min((one.due for one in plan.reached if one.due), default=None),
    }


def _chosen(visit: Visit) -> list[Volunteer]:
    typed = [*request.form.getlist("to"), *request.args.getlist("to")]
    ids = [one for text in typed if (one := whole(text))]
    rows = team.by_id(visit.session, dict.fromkeys(ids))
    return [rows[one] for one in dict.fromkeys(ids) if one in rows]


def _later(visit: Visit) -> datetime | None:
    """Return the moment chosen on the line's clock; None for now. Raises CannotSend."""
    written = request.form.get("later", "")
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=visit.line.zone)
    except ValueError:
        raise broadcasts.CannotSend(_("Ce moment ne se lit pas : écrivez une date et une heure.")) from None


def _recent(entry: Any) -> tuple[str, str, datetime]:
    return entry.subject.removeprefix("message:"), entry.actor, entry.at
