"""Taking a step back, unless something newer is against it."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, Request, Step, move
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    RequestState,
    StepKind,
)
from hotline.services import cadences, covers, custody, errands, planning, requests, steps
from hotline.services.assignments import relations, replies
from hotline.services.assignments.relations import CannotChange
from hotline.services.holding import held_request, held_volunteer
from hotline.services.line import Line


def undo(session: Session, line: Line, step_id: int, at: datetime, actor: str) -> Step:
    """Take one step back and return it. Raises CannotChange or CannotPlan when that cannot be."""
    step = session.get(Step, step_id, populate_existing=True)
    if step is None:
        raise CannotChange("Cette étape n'existe pas : « hotline assignment show » donne leurs numéros.")
    assignment = session.get_one(Assignment, step.assignment_id)
    request = held_request(session, assignment)
    session.refresh(step)
    session.refresh(assignment)
    if step.undone_at is not None:
        raise CannotChange("Cette étape est déjà annulée.")
    _take(session, line, step, request, assignment, at, actor)
    step.undone_at = at
    custody.note(session, at, actor=actor, action="assignment.undo", subject=f"étape {step.id}")
    return step


def _take(
    session: Session,
    line: Line,
    step: Step,
    request: Request,
    assignment: Assignment,
    at: datetime,
    actor: str,
) -> None:
    match step.kind:
        case StepKind.ENDED | StepKind.HANDED_OVER:
            _revive(session, line, request, assignment, at)
            if (step.before or {}).get("state") == AssignmentState.PAUSED:
                relations.pause(session, assignment, at, actor=actor)
        case StepKind.PAUSED:
            relations.resume(session, line, assignment, at, actor=actor)
        case StepKind.RESUMED:
            resumes_on = (step.before or {}).get("resumes_on")
            until = date.fromisoformat(resumes_on) if resumes_on else None
            relations.pause(session, assignment, at, actor=actor, resumes_on=until)
        case StepKind.CADENCE:
            _former_rhythm(session, line, step, assignment, at)
        case StepKind.CREATED:
            _take_away(session, step, request, assignment, at)
        case StepKind.SKIPPED:
            _keep(session, _callback_of(session, step, assignment), at)
        case StepKind.MOVED:
            _move_back(session, line, step, _callback_of(session, step, assignment), at)
        case _:
            raise CannotChange(
                "Cette étape ne s'annule pas : seuls une attribution faite à la main, une fin, une pause, "
                "une reprise, un rythme, un saut ou un déplacement."
            )


def _take_away(session: Session, step: Step, request: Request, assignment: Assignment, at: datetime) -> None:
    """Take somebody back from a volunteer to whom they were given by hand, before any call."""
    if step.actor == steps.CLOCK:
        raise CannotChange(
            "Cette proposition vient du tour d'attribution : retirez-la, ou attendez la réponse."
        )
    tried = select(Callback.id).where(Callback.assignment_id == assignment.id, Callback.made_at.is_not(None))
    if session.scalar(tried.limit(1)) is not None:
        raise CannotChange("Un appel a déjà eu lieu : terminez l'attribution au lieu de l'annuler.")
    if not move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason=replies.UNDONE):
        raise CannotChange("Cette attribution est déjà terminée.")
    replies.let_go(session, request, assignment, at)


def _former_rhythm(session: Session, line: Line, step: Step, assignment: Assignment, at: datetime) -> None:
    """Give an assignment back the rhythm that it had, unless that was changed again since."""
    if step.id != _newest(session, Step.assignment_id == assignment.id, StepKind.CADENCE):
        raise CannotChange("Le rythme a changé de nouveau depuis : annulez d'abord le dernier changement.")
    if step.before is None:
        raise CannotChange("L'ancien rythme n'a pas été gardé : changez le rythme à la main.")
    cadences.restore(session, line, assignment, step.before, at)


def _newest(session: Session, whose: ColumnElement[bool], kind: StepKind) -> int | None:
    """Return the last step of a kind that was not taken back."""
    mine = select(Step.id).where(whose, Step.kind == kind, Step.undone_at.is_(None))
    return session.scalar(mine.order_by(Step.id.desc()).limit(1))


def _revive(session: Session, line: Line, request: Request, assignment: Assignment, at: datetime) -> None:
    """Give an ended assignment back to its volunteer, if the caller is not held or asked for elsewhere."""
    if assignment.state is not AssignmentState.ENDED:
        raise CannotChange("Cette attribution n'est pas terminée.")
    volunteer = held_volunteer(session, assignment.volunteer_id)
    relations.require_room(session, volunteer)
    volunteer.waiting_since = None
    if assignment.covers_id is not None:
        _revive_cover(session, line, assignment, at)
        return
    if assignment.referral_id is not None:
        _revive_errand(session, line, assignment, at)
        return
    _take_back(session, request)
    move(session, assignment, AssignmentState.ACTIVE, ended_at=None, end_reason=None)
    _take_calls_back(session, assignment, at)
    planning.resume(session, line, assignment, at)


def _take_calls_back(session: Session, assignment: Assignment, at: datetime) -> None:
    """Plan again the calls whose cover ended together with the assignment."""
    covered = select(Callback).where(
        Callback.assignment_id == assignment.id,
        Callback.cancel_reason == planning.COVERED,
        ~covers.is_covered(),
    )
    for callback in session.scalars(covered).all():
        planning.again(session, callback, at)


def _take_back(session: Session, request: Request) -> None:
    """Take a request back from the queue, or open it again."""
    caller = session.get_one(Caller, request.caller_id)
    if request.state is RequestState.CLOSED and requests.open_request(session, caller) is not None:
        raise CannotChange("Cette personne a une demande plus récente : confiez-la plutôt de nouveau.")
    if request.state in {RequestState.OFFERED, RequestState.ASSIGNED}:
        raise CannotChange("La demande a déjà été proposée ou confiée à quelqu'un d'autre.")
    move(session, request, RequestState.ASSIGNED, closed_at=None, close_reason=None)


def _revive_cover(session: Session, line: Line, cover: Assignment, at: datetime) -> None:
    covered = cover.covers_id
    if covered is None or covers.open_call(session, covered) is None or covers.is_taken(session, covered):
        raise CannotChange("Cet appel n'est plus à remplacer : il a été fait, annulé, ou confié à quelqu'un.")
    move(session, cover, AssignmentState.ACTIVE, ended_at=None, end_reason=None)
    covers.begin(session, line, cover, at)


def _revive_errand(session: Session, line: Line, errand: Assignment, at: datetime) -> None:
    needed = errand.referral_id
    if needed is None or errands.open_one(session, needed) is None or errands.holder(session, needed):
        raise CannotChange("Ce besoin n'attend plus personne : il est clos, transmis, ou confié à quelqu'un.")
    move(session, errand, AssignmentState.ACTIVE, ended_at=None, end_reason=None)
    errands.begin(session, line, errand, at)


def _callback_of(session: Session, step: Step, assignment: Assignment) -> Callback:
    """Return the call of a step in an assignment that must still be active."""
    if assignment.state is not AssignmentState.ACTIVE:
        raise CannotChange("Cette attribution n'est plus en cours : reprenez-la d'abord.")
    return session.get_one(Callback, step.callback_id, populate_existing=True)


def _keep(session: Session, callback: Callback, at: datetime) -> None:
    """Plan again a call that was left out."""
    if callback.cancel_reason != planning.SKIPPED or not planning.again(session, callback, at):
        raise CannotChange("La date de cet appel est passée, ou il est déjà de nouveau prévu.")


def _move_back(session: Session, line: Line, step: Step, callback: Callback, at: datetime) -> None:
    """Give a call the time that it had before, unless it was made, cancelled or moved again since."""
    newest = _newest(session, Step.callback_id == callback.id, StepKind.MOVED)
    was = datetime.fromisoformat(step.detail or "")
    if newest != step.id:
        raise CannotChange(
            "Cet appel a été déplacé de nouveau depuis : annulez d'abord le dernier déplacement."
        )
    if callback.state is not CallbackState.PLANNED or was <= at:
        raise CannotChange("Cet appel n'est plus à venir, ou son heure d'avant est déjà passée.")
    planning.reschedule(line, callback, was)
