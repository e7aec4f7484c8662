"""Today: what waits for the volunteer, and their yes or no to an offer."""

from flask import abort, render_template
from werkzeug import Response

from hotline.models import Assignment
from hotline.services import assignments, volunteer_agenda, volunteer_page
from hotline.services.assignments import Answered
from hotline.web.volunteer.room import Visit, back, pages, reading, writing

_BECAME = {
    Answered.ACCEPTED: "Merci beaucoup ! C’est noté dans vos appels.",
    Answered.ALREADY_ACCEPTED: "Vous aviez déjà dit oui, merci !",
    Answered.DECLINED: "C’est noté, merci de votre réponse. Nous demandons à quelqu’un d’autre.",
    Answered.ALREADY_DECLINED: "Vous aviez déjà répondu non, c’est bien noté.",
    Answered.TOO_LATE: "Merci ! Cette demande a déjà trouvé quelqu’un, ou n’est plus ouverte.",
}


@pages.get("/")
def today() -> str:
    """Show what to do now."""

    def see(visit: Visit) -> str:
        session, line, volunteer, at = visit.session, visit.line, visit.volunteer, visit.at
        planned = volunteer_agenda.planned(session, line, volunteer, at)
        page = volunteer_page.today(session, line, volunteer, at)
        shown = {call.callback_id for call in page.calls}
        return render_template(
            "volunteer/today.html",
            volunteer=volunteer.first_name,
            page=page,
            ahead=[call for call in planned if call.callback_id not in shown and not call.covered][:3],
            away=next(
                (
                    one
                    for one in volunteer_agenda.away(session, line, volunteer, at)
                    if one.holds(line.day(at))
                ),
                None,
            ),
        )

    return reading(see)


@pages.post("/offres/<int:assignment_id>/oui")
def accept(assignment_id: int) -> Response:
    """The volunteer says yes to an offer."""

    def take(visit: Visit) -> Answered:
        offered = _own(visit, assignment_id)
        return assignments.accept(visit.session, visit.line, offered, visit.at)

    return back(_BECAME[writing(take)])


@pages.post("/offres/<int:assignment_id>/non")
def decline(assignment_id: int) -> Response:
    """The volunteer says no to an offer."""

    def refuse(visit: Visit) -> Answered:
        return assignments.decline(visit.session, _own(visit, assignment_id), visit.at)

    return back(_BECAME[writing(refuse)])


def _own(visit: Visit, assignment_id: int) -> Assignment:
    """Return an assignment of this volunteer; nobody else's is there for them."""
    assignment = visit.session.get(Assignment, assignment_id)
    if assignment is None or assignment.volunteer_id != visit.volunteer.id:
        abort(404)
    return assignment
