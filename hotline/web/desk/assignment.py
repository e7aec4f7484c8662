"""One assignment: its life in sentences, its calls past and ahead, and what a coordinator may do with it."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug import Response

from hotline.models import Assignment, Step
from hotline.models.status import AssignmentState, RequestKind, StepKind
from hotline.services import assignments
from hotline.services.assignments import CannotChange
from hotline.services.desk import giving, mails, places, relationship
from hotline.services.desk.rights import Right
from hotline.services.desk.who import who
from hotline.web.desk import stories
from hotline.web.desk.acting import Said, act
from hotline.web.desk.fields import day_typed
from hotline.web.desk.reasons import ENDING
from hotline.web.desk.room import Visit, page, reading


@page("/assignments/<int:assignment_id>", Right.REQUESTS)
def assignment(assignment_id: int) -> str:
    """Show an assignment's life."""
    before = places.read(request.args.get("before"))

    def see(visit: Visit) -> str:
        told = relationship.read(visit.session, assignment_id, visit.at, before)
        if told is None:
            abort(404)
        return render_template(
            "desk/assignment.html",
            told=told,
            one=told.assignment,
            who=who(told.caller),
            mails=mails.relayed(visit.session, assignment_id),
            story=[(step, stories.told(visit.line, step, told.dates, visit.at)) for step in told.steps],
            undoable=relationship.UNDOABLE,
            reasons=ENDING,
            states=AssignmentState,
            recurring=told.assignment.kind is RequestKind.RECURRING,
            earlier=url_for("desk.assignment", assignment_id=assignment_id, before=told.earlier)
            if told.earlier
            else "",
        )

    return reading(see)


@page("/assignments/<int:assignment_id>/pause", Right.REQUESTS, methods=("POST",))
def pause_assignment(assignment_id: int) -> Response:
    """Stop the calls for a while."""

    def pause(visit: Visit) -> Said:
        one, resumes_on = found(visit.session, assignment_id), day_typed("resumes_on")
        if resumes_on is not None and resumes_on <= visit.line.day(visit.at):
            raise CannotChange(_("Le jour de la reprise doit être à venir : choisissez demain ou plus tard."))
        assignments.pause(
            visit.session,
            one,
            visit.at,
            actor=visit.author,
            reason=request.form.get("reason", "").strip()[:200],
            resumes_on=resumes_on,
        )
        return _done(visit, one, StepKind.PAUSED, "assignment.pause", _("Les appels sont en pause."))

    return act(pause, _here(assignment_id))


@page("/assignments/<int:assignment_id>/resume", Right.REQUESTS, methods=("POST",))
def resume_assignment(assignment_id: int) -> Response:
    """Let the calls go on."""

    def resume(visit: Visit) -> Said:
        one = found(visit.session, assignment_id)
        assignments.resume(visit.session, visit.line, one, visit.at, actor=visit.author)
        return _done(visit, one, StepKind.RESUMED, "assignment.resume", _("Les appels reprennent."))

    return act(resume, _here(assignment_id))


@page("/assignments/<int:assignment_id>/end", Right.REQUESTS, methods=("POST",))
def end_assignment(assignment_id: int) -> Response:
    """End it: the person waits for no call any more."""

    def end(visit: Visit) -> Said:
        one, reason = found(visit.session, assignment_id), request.form.get("reason", "")
        if reason not in ENDING:
            raise CannotChange(_("Choisissez pourquoi les appels s’arrêtent."))
        assignments.end(visit.session, one, visit.at, actor=visit.author, reason=reason)
        return _done(visit, one, StepKind.ENDED, "assignment.end", _("C’est terminé."))

    return act(end, _here(assignment_id))


@page("/assignments/<int:assignment_id>/hand-over", Right.REQUESTS, methods=("POST",))
def hand_over_assignment(assignment_id: int) -> Response:
    """Seek somebody else: the person waits again, with the same rhythm."""

    def hand_over(visit: Visit) -> Said:
        one = found(visit.session, assignment_id)
        if one.state not in {AssignmentState.ACTIVE, AssignmentState.PAUSED}:
            raise CannotChange(_("Cette attribution n’est plus en cours."))
        assignments.hand_over(visit.session, one, visit.at, actor=visit.author)
        sentence = _("La personne attend quelqu’un d’autre : le prochain tour la propose.")
        return _done(visit, one, StepKind.HANDED_OVER, "assignment.hand_over", sentence)

    return act(hand_over, _here(assignment_id))


@page("/assignments/steps/<int:step_id>/undo", Right.REQUESTS, methods=("POST",))
def undo_step(step_id: int) -> Response:
    """Take one step of an assignment's life back, also a long time after."""

    def whose(visit: Visit) -> int:
        step = visit.session.get(Step, step_id)
        if step is None:
            abort(404)
        return step.assignment_id

    def undo(visit: Visit) -> Said:
        assignments.undo(visit.session, visit.line, step_id, visit.at, visit.author)
        return Said(_("C’est annulé."))

    return act(undo, _here(reading(whose)))


def found(session: Session, assignment_id: int) -> Assignment:
    """Return an assignment; there is nothing here without."""
    one = session.get(Assignment, assignment_id)
    if one is None:
        abort(404)
    return one


def _done(visit: Visit, one: Assignment, kind: StepKind, action: str, sentence: str) -> Said:
    visit.session.flush()
    visit.note(action, f"assignment:{one.id}")
    return Said(sentence, [["step", giving.step_of(visit.session, one.id, kind)]])


def _here(assignment_id: int) -> str:
    return url_for("desk.assignment", assignment_id=assignment_id)
