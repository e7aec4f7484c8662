"""The rhythm of an assignment is changed; its next dates are shown while it is being typed."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Assignment, Caller, Volunteer
from hotline.models.status import AssignmentState, RequestKind, StepKind
from hotline.services import cadences
from hotline.services.assignments import CannotChange
from hotline.services.desk import giving
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.web.desk import cadence_form
from hotline.web.desk.acting import Said, act
from hotline.web.desk.assignment import found
from hotline.web.desk.cadence_form import CadenceForm
from hotline.web.desk.room import Visit, page, reading


@page("/assignments/dates", Right.REQUESTS)
def cadence_dates() -> str:
    """Show the next dates of what stands in the form now, or what is wrong with it."""

    def see(visit: Visit) -> str:
        form = CadenceForm(request.args, line=visit.line, at=visit.at)
        form.validate()
        return render_template("desk/cadence_dates.html", form=form)

    return reading(see)


@page("/assignments/<int:assignment_id>/cadence", Right.REQUESTS)
def cadence(assignment_id: int) -> str:
    """Show the rhythm of an assignment, to change it."""

    def see(visit: Visit) -> str:
        one = found(visit.session, assignment_id)
        form = _form(visit, one, None)
        form.look()
        return _shown(visit, one, form)

    return reading(see)


@page("/assignments/<int:assignment_id>/cadence", Right.REQUESTS, methods=("POST",))
def change_cadence(assignment_id: int) -> Response | tuple[str, int]:
    """Give an assignment another rhythm; without script, show its dates first when asked."""
    only_looking = "look" in request.form

    def look(visit: Visit) -> tuple[str, int] | None:
        one = found(visit.session, assignment_id)
        form = _form(visit, one, request.form)
        valid = form.validate()
        if valid and not only_looking:
            return None
        return _shown(visit, one, form), 200 if valid else 422

    shown = reading(look)
    if shown is not None:
        return shown

    def change(visit: Visit) -> Said:
        one = found(visit.session, assignment_id)
        form = _form(visit, one, request.form)
        if not form.validate() or form.rhythm.cadence is None:
            raise CannotChange(_("Ce rythme n’a plus de date à venir : regardez-le encore une fois."))
        entered = form.rhythm
        cadences.edit(
            visit.session,
            visit.line,
            one,
            cadence=form.rhythm.cadence,
            at=visit.at,
            actor=visit.author,
            starts_on=entered.starts_on,
            ends_on=entered.ends_on,
            holidays=entered.holidays,
        )
        visit.session.flush()
        visit.note("assignment.cadence", f"assignment:{one.id}")
        step = giving.step_of(visit.session, one.id, StepKind.CADENCE)
        return Said(_("Le rythme est changé : %(rhythm)s.", rhythm=form.says), [["step", step]])

    return act(change, url_for("desk.assignment", assignment_id=assignment_id))


def _form(visit: Visit, one: Assignment, entered: Any) -> CadenceForm:
    return CadenceForm(entered, line=visit.line, at=visit.at, known=cadence_form.of(one))


def _shown(visit: Visit, one: Assignment, form: CadenceForm) -> str:
    return render_template(
        "desk/cadence.html",
        one=one,
        form=form,
        who=who(visit.session.get_one(Caller, one.caller_id)),
        volunteer=visit.session.get_one(Volunteer, one.volunteer_id),
        changeable=one.state is AssignmentState.ACTIVE and one.kind is RequestKind.RECURRING,
    )
