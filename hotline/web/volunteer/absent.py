"""Absences: a volunteer says when they are away, and comes back earlier than planned."""

from flask import render_template, request
from werkzeug import Response

from hotline.services import absences, volunteer_agenda
from hotline.web.volunteer.absence_form import AbsenceForm
from hotline.web.volunteer.room import Visit, back, pages, reading, writing


@pages.get("/absences")
def away() -> str:
    """Show when the volunteer is away, and the form for more."""
    return reading(lambda visit: _page(visit, AbsenceForm(None, today=visit.line.day(visit.at))))


@pages.post("/absences")
def go_away() -> Response | tuple[str, int]:
    """Note days on which the volunteer is away; said twice, they count once."""

    def note(visit: Visit) -> Response | tuple[str, int]:
        form = AbsenceForm(request.form, today=visit.line.day(visit.at))
        since, until = form.since.data, form.until.data
        if not form.validate() or since is None:
            return _page(visit, form), 422
        known = volunteer_agenda.away(visit.session, visit.line, visit.volunteer, visit.at)
        if not any((one.since, one.until) == (since, until) for one in known):
            absences.begin(visit.session, visit.line, visit.volunteer, since, until, visit.at)
        return back("C’est noté. Reposez-vous bien, quelqu’un d’autre appellera.", "volunteer.away")

    return writing(note)


@pages.post("/absences/retour")
def come_back() -> Response:
    """The volunteer is back, or will not go away after all."""

    def end(visit: Visit) -> str:
        ended = absences.end(visit.session, visit.line, visit.volunteer, visit.at)
        return "C’est noté, heureux de vous retrouver !" if ended else "Aucune absence n’était prévue."

    return back(writing(end), "volunteer.away")


def _page(visit: Visit, form: AbsenceForm) -> str:
    today = visit.line.day(visit.at)
    known = volunteer_agenda.away(visit.session, visit.line, visit.volunteer, visit.at)
    return render_template(
        "volunteer/absences.html", form=form, known=known, now=[one for one in known if one.holds(today)]
    )
