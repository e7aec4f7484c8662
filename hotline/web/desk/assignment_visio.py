"""The video link of an assignment: kept, taken away, sent to the person."""

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models.status import Channel
from hotline.services import visio
from hotline.services.assignments import CannotChange
from hotline.services.desk.rights import Right
from hotline.web.desk.acting import Said, act
from hotline.web.desk.assignment import found
from hotline.web.desk.room import Visit, page


@page("/assignments/<int:assignment_id>/visio", Right.REQUESTS, methods=("POST",))
def keep_visio(assignment_id: int) -> Response:
    """Keep the link, or none; send it at once where that was asked for."""

    def keep(visit: Visit) -> Said:
        one = found(visit.session, assignment_id)
        visio.keep(visit.session, one, request.form.get("link", ""))
        visit.note("assignment.visio", f"assignment:{one.id}")
        if one.visio_link is None:
            return Said(_("Le lien est enlevé : les deux se parlent de nouveau sans visio."))
        if not request.form.get("send"):
            return Said(_("Le lien est gardé."))
        try:
            return Said(_sent(visit, assignment_id))
        except CannotChange as error:
            return Said(str(error))

    return act(keep, _here(assignment_id))


def _sent(visit: Visit, assignment_id: int) -> str:
    way = visio.send(visit.session, visit.line, found(visit.session, assignment_id), visit.at)
    visit.note("assignment.visio_send", f"assignment:{assignment_id}")
    return str(_("Le lien part par courriel.") if way is Channel.MAIL else _("Le lien part par SMS."))


def _here(assignment_id: int) -> str:
    return url_for("desk.assignment", assignment_id=assignment_id)
