"""One call of an assignment: moved, left out, made by somebody else, or told of on the telephone."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Assignment, Callback, Caller, Volunteer
from hotline.models.status import AssignmentState, CallbackState, ReportSource, RequestKind, StepKind
from hotline.services import assignments, callbacks, planning
from hotline.services.assignments import CannotChange
from hotline.services.desk import giving, undoable
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.web.desk import verdicts
from hotline.web.desk.acting import Said, act
from hotline.web.desk.call_form import ToldForm
from hotline.web.desk.fields import moment_typed
from hotline.web.desk.room import Visit, page, reading

_MAY_BE_MOVED = frozenset({CallbackState.PLANNED, CallbackState.MISSED})
_MAY_BE_TOLD = _MAY_BE_MOVED | {CallbackState.MADE, CallbackState.NO_ANSWER}


@page("/assignments/calls/<int:callback_id>", Right.REQUESTS)
def assignment_call(callback_id: int) -> str:
    """Show one call and what can be done with it."""
    return reading(lambda visit: _shown(visit, found(visit, callback_id), None))


@page("/assignments/calls/<int:callback_id>/move", Right.REQUESTS, methods=("POST",))
def move_call(callback_id: int) -> Response:
    """Give one call another time."""

    def move(visit: Visit) -> Said:
        one, due = found(visit, callback_id), moment_typed(visit.line, "day", "hour")
        planning.move_to(visit.session, visit.line, one, due, visit.at, visit.author)
        return _done(visit, one, StepKind.MOVED, "assignment.move", _("L’appel est déplacé."))

    return act(move, url_for("desk.assignment_call", callback_id=callback_id))


@page("/assignments/calls/<int:callback_id>/skip", Right.REQUESTS, methods=("POST",))
def skip_call(callback_id: int) -> Response:
    """Leave one call out."""

    def skip(visit: Visit) -> Said:
        one = found(visit, callback_id)
        planning.skip(visit.session, visit.line, one, visit.at, visit.author)
        return _done(visit, one, StepKind.SKIPPED, "assignment.skip", _("Cet appel n’aura pas lieu."))

    return act(skip, url_for("desk.assignment_call", callback_id=callback_id))


@page("/assignments/calls/<int:callback_id>/cover/<int:volunteer_id>", Right.REQUESTS, methods=("POST",))
def cover_call(callback_id: int, volunteer_id: int) -> Response:
    """Ask another volunteer by text to make one call."""

    def cover(visit: Visit) -> Said:
        one, session = found(visit, callback_id), visit.session
        volunteer = session.get(Volunteer, volunteer_id)
        if volunteer is None:
            abort(404)
        offered = assignments.offer_cover(session, visit.line, one.id, volunteer.id, visit.at)
        if offered is None:
            raise CannotChange(
                _("%(name)s ne peut pas être sollicité maintenant pour cet appel.", name=volunteer.first_name)
            )
        undoable.hold_back(session, f"{assignments.OFFER}:{offered.id}", visit.at)
        visit.note("assignment.cover", f"assignment:{one.assignment_id}")
        sentence = _("La proposition à %(name)s part dans quelques secondes.", name=volunteer.first_name)
        return Said(sentence, [["offer", offered.id]], _assignment(one))

    return act(cover, url_for("desk.assignment_call", callback_id=callback_id))


@page("/assignments/calls/<int:callback_id>/told", Right.REQUESTS, methods=("POST",))
def tell_call(callback_id: int) -> Response | tuple[str, int]:
    """Write down what the volunteer has told; a faulty form comes back as it was typed."""

    def look(visit: Visit) -> str | None:
        form = _form(visit, request.form)
        return None if form.validate() else _shown(visit, found(visit, callback_id), form)

    faulty = reading(look)
    if faulty is not None:
        return faulty, 422
    return act(
        lambda visit: _told(visit, found(visit, callback_id)),
        url_for("desk.assignment_call", callback_id=callback_id),
    )


def found(visit: Visit, callback_id: int) -> Callback:
    """Return a call; there is nothing here without."""
    one = visit.session.get(Callback, callback_id)
    if one is None:
        abort(404)
    return one


def _told(visit: Visit, one: Callback) -> Said:
    form = _form(visit, request.form)
    form.validate()
    session, line, at = visit.session, visit.line, visit.at
    assignment = session.get_one(Assignment, one.assignment_id)
    source = ReportSource.DESK
    if form.reached.data == "yes":
        callbacks.made(session, line, assignment, at, callback=one, told=form.told, source=source)
        sentence = _("L’appel est noté comme fait.")
    else:
        callbacks.unanswered(session, line, assignment, at, callback=one)
        sentence = _("L’essai sans réponse est noté : un autre est prévu à une autre heure.")
    if form.difficult.data:
        volunteer = session.get_one(Volunteer, assignment.volunteer_id)
        words = form.told.words or _("Appel difficile.")
        callbacks.difficult(session, line, assignment, volunteer, words, f"desk:{one.id}", at, source=source)
        sentence = _("%(sentence)s Une alerte est ouverte.", sentence=sentence)
    visit.note("assignment.told", f"assignment:{assignment.id}")
    return Said(sentence, to=_assignment(one))


def _shown(visit: Visit, one: Callback, form: ToldForm | None) -> str:
    session = visit.session
    assignment = session.get_one(Assignment, one.assignment_id)
    active = assignment.state is AssignmentState.ACTIVE
    recurring = assignment.kind is RequestKind.RECURRING
    may_be_moved = active and one.state in _MAY_BE_MOVED
    may_be_covered = may_be_moved and recurring and assignment.covers_id is None
    every = giving.choices(session, visit.line, assignment.request_id, visit.at) if may_be_covered else []
    return render_template(
        "desk/assignment_call.html",
        call=one,
        assignment=assignment,
        who=who(session.get_one(Caller, assignment.caller_id)),
        volunteer=session.get_one(Volunteer, assignment.volunteer_id),
        form=form or _form(visit, None),
        may_be_moved=may_be_moved,
        may_be_skipped=active and recurring and one.state is CallbackState.PLANNED,
        may_be_told=one.state in _MAY_BE_TOLD,
        covers=[
            (choice, [verdicts.why_not(refusal, choice.name) for refusal in choice.against])
            for choice in every
            if choice.volunteer_id != assignment.volunteer_id and not choice.forbidden
        ][:20],
    )


def _form(visit: Visit, entered: Any) -> ToldForm:
    return ToldForm(entered, today=visit.line.day(visit.at), minutes=None)


def _done(visit: Visit, one: Callback, kind: StepKind, action: str, sentence: str) -> Said:
    visit.session.flush()
    visit.note(action, f"assignment:{one.assignment_id}")
    step = giving.step_of(visit.session, one.assignment_id, kind)
    return Said(sentence, [["step", step]], _assignment(one))


def _assignment(one: Callback) -> str:
    return url_for("desk.assignment", assignment_id=one.assignment_id)
