"""An assignment told in French: who, when, what happened; first names only."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callflows import written
from hotline.cadence import parse
from hotline.models import Assignment, Callback, Caller, Step, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallbackState,
    HolidayPolicy,
    StepKind,
)
from hotline.services import people, rhythms, steps
from hotline.services.line import Line

STATES = {
    AssignmentState.OFFERED: "proposée",
    AssignmentState.ACTIVE: "en cours",
    AssignmentState.DECLINED: "déclinée",
    AssignmentState.EXPIRED: "restée sans réponse",
    AssignmentState.PAUSED: "en pause",
    AssignmentState.ENDED: "terminée",
}
STEPS = {
    StepKind.CREATED: "proposée ou confiée",
    StepKind.ACCEPTED: "acceptée",
    StepKind.CADENCE: "rythme changé",
    StepKind.PAUSED: "mise en pause",
    StepKind.RESUMED: "reprise",
    StepKind.ENDED: "terminée",
    StepKind.MOVED: "appel déplacé",
    StepKind.SKIPPED: "appel sauté",
    StepKind.REMINDED: "bénévole relancé",
    StepKind.MISSED: "appel manqué",
    StepKind.HANDED_OVER: "rendue, quelqu'un d'autre est cherché",
    StepKind.COVERED: "appel confié à quelqu'un d'autre",
    StepKind.CALLER_SILENT: "la personne ne répond pas",
    StepKind.CONTACT_TOLD: "proche prévenu",
    StepKind.COORDINATORS_TOLD: "coordinateurs prévenus",
    StepKind.REPORT_ASKED: "compte rendu demandé",
    StepKind.ALERT: "appel difficile signalé",
}
_HOLIDAYS = {
    HolidayPolicy.KEEP: "",
    HolidayPolicy.SKIP: ", sauf les jours fériés",
    HolidayPolicy.MOVE: ", le lendemain des jours fériés",
}
_SOMEONE = "une personne sans nom"
_SHOWN = 5


def given(session: Session, line: Line, assignment: Assignment, at: datetime, *, told: bool) -> str:
    """Say who was given to whom, and whether the volunteer could be told."""
    names = _names(session, assignment)
    first = next_call(session, line, assignment, at)
    warning = "" if told else f" {names[1]} ne reçoit pas de SMS : prévenez de vive voix."
    return (
        f"{names[0]} est confié(e) à {names[1]} (attribution {assignment.id}), "
        f"{_rhythm(line, assignment)}. {first}{warning}"
    )


def next_call(session: Session, line: Line, assignment: Assignment, at: datetime) -> str:
    """Say when the next call is."""
    calls = _planned(session, assignment, 1)
    return f"Prochain appel : {when(line, calls[0].due_at, at)}." if calls else "Aucun appel n'est prévu."


def when(line: Line, due: datetime, at: datetime) -> str:
    """Say a moment as seen from now."""
    return written.appointment(line.local(due), line.local(at))


def table(session: Session, line: Line, at: datetime) -> Iterator[tuple[str, ...]]:
    """Yield one line for each assignment offered or held, with its next call (one query)."""
    upcoming = (
        select(func.min(Callback.due_at))
        .where(Callback.assignment_id == Assignment.id, Callback.state == CallbackState.PLANNED)
        .scalar_subquery()
    )
    found = session.execute(
        select(Assignment, Caller, Volunteer, upcoming)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.state.in_(HELD_ASSIGNMENT))
        .order_by(Assignment.id)
    )
    for assignment, caller, volunteer, due in found:
        yield (
            str(assignment.id),
            people.first_name(caller) or _SOMEONE,
            volunteer.first_name,
            STATES[assignment.state],
            _rhythm(line, assignment),
            when(line, due, at) if due else "",
        )


def story(session: Session, line: Line, assignment: Assignment, at: datetime) -> Iterator[str]:
    """Yield an assignment's story: who and how, the next calls, the steps with their numbers."""
    caller, volunteer = _names(session, assignment)
    yield f"Attribution {assignment.id} : {caller}, par {volunteer}, {STATES[assignment.state]}."
    yield f"Rythme : {_rhythm(line, assignment)}{_bounds(assignment)}."
    calls = _planned(session, assignment, _SHOWN)
    yield "Prochains appels :" if calls else "Aucun appel n'est prévu."
    for call in calls:
        yield f"  {call.id} : {when(line, call.due_at, at)}"
    taken = steps.history(session, assignment)
    yield "Étapes :" if taken else "Aucune étape."
    for step in taken:
        yield f"  {step.id} : {_told(line, step, at)}"


def _told(line: Line, step: Step, at: datetime) -> str:
    """Say one step: when, what, which call, by whom, and whether it was taken back."""
    parts = [f"{when(line, step.at, at)}, {STEPS[step.kind]}"]
    if step.callback_id is not None:
        parts.append(f" (appel {step.callback_id})")
    if step.kind is StepKind.MOVED:
        before = datetime.fromisoformat(step.detail or step.at.isoformat())
        parts.append(f", prévu avant {when(line, before, at)}")
    elif step.detail:
        parts.append(f" : {step.detail}")
    parts.append(f", par {step.actor}" if step.actor != steps.CLOCK else "")
    if step.undone_at is not None:
        parts.append(f" ; annulée {when(line, step.undone_at, at)}")
    return "".join(parts)


def _names(session: Session, assignment: Assignment) -> tuple[str, str]:
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    return people.first_name(caller) or _SOMEONE, volunteer.first_name


def _rhythm(line: Line, assignment: Assignment) -> str:
    if assignment.cadence is None:
        if assignment.referral_id is not None:
            return "une aide sur place"
        return "un appel en remplacement" if assignment.covers_id else "un appel"
    return rhythms.in_words(line, parse(assignment.cadence)) + _HOLIDAYS[assignment.holidays]


def _bounds(assignment: Assignment) -> str:
    since = f", depuis le {assignment.starts_on:%d/%m/%Y}" if assignment.starts_on else ""
    return since + (f", jusqu'au {assignment.ends_on:%d/%m/%Y}" if assignment.ends_on else "")


def _planned(session: Session, assignment: Assignment, most: int) -> Sequence[Callback]:
    return session.scalars(
        select(Callback)
        .where(Callback.assignment_id == assignment.id, Callback.state == CallbackState.PLANNED)
        .order_by(Callback.due_at)
        .limit(most)
    ).all()
