"""What came of a month on the line: who called whom, what was missed, who was told; read from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from sqlalchemy import Select, select

from hotline.bootstrap import Hotline
from hotline.models import Alert, Assignment, Callback, Caller, OutboxRow, Request, Step, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    OutboxState,
    RequestKind,
    RequestState,
    StepKind,
)
from hotline.services import people

_STEPS = {
    StepKind.REMINDED: "reçoit un rappel pour {caller}",
    StepKind.MISSED: "n'a pas appelé {caller}",
    StepKind.HANDED_OVER: "ne garde pas l'appel de {caller} : il est proposé à quelqu'un d'autre",
    StepKind.COVERED: "appellera {caller} à la place d'un autre",
    StepKind.CALLER_SILENT: "n'arrive plus à joindre {caller} : l'équipe est prévenue",
    StepKind.CONTACT_TOLD: "n'arrive plus à joindre {caller} : sa personne de confiance est prévenue",
    StepKind.COORDINATORS_TOLD: "ne répond plus au sujet de {caller} : l'équipe est prévenue",
}
_OUTCOMES = {
    CallbackOutcome.NO_ANSWER: "pas de réponse",
    CallbackOutcome.BUSY: "occupé",
    CallbackOutcome.ANSWERING_MACHINE: "un répondeur",
}
_GONE = frozenset({OutboxState.SENT, OutboxState.DELIVERED, OutboxState.QUEUED})
_DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")


@dataclass(frozen=True)
class Line:
    """One thing that happened, told in a sentence; `at` is on the line's clock."""

    at: datetime
    who: str
    what: str


def weekday(day: date) -> str:
    """Return the name of a day."""
    return _DAYS[day.weekday()]


def conversations(hotline: Hotline) -> list[Line]:
    """Return the calls that were made or tried, in order."""
    tried = _calls().where(Callback.state.in_({CallbackState.MADE, CallbackState.NO_ANSWER}))
    with hotline.database.read() as session:
        lines = [
            Line(
                hotline.line.local(callback.made_at or callback.due_at),
                volunteer.first_name,
                f"→ {people.first_name(caller)} : {_length(callback)}",
            )
            for callback, _assignment, caller, volunteer in session.execute(tried)
        ]
    return sorted(lines, key=lambda line: line.at)


def missed(hotline: Hotline) -> list[Line]:
    """Return the calls that their volunteer did not make, in order."""
    with hotline.database.read() as session:
        return [
            Line(
                hotline.line.local(callback.due_at),
                volunteer.first_name,
                f"devait appeler {people.first_name(caller)}",
            )
            for callback, _assignment, caller, volunteer in session.execute(
                _calls().where(Callback.state == CallbackState.MISSED).order_by(Callback.due_at)
            )
        ]


def warned(hotline: Hotline) -> list[Line]:
    """Return what the ladders did and whom they told, in order."""
    with hotline.database.read() as session:
        found = session.execute(
            select(Step, Caller, Volunteer)
            .join(Assignment, Assignment.id == Step.assignment_id)
            .join(Caller, Caller.id == Assignment.caller_id)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            .where(Step.kind.in_(_STEPS))
            .order_by(Step.at, Step.id)
        )
        return [
            Line(
                hotline.line.local(step.at),
                volunteer.first_name,
                _STEPS[step.kind].format(caller=people.first_name(caller)),
            )
            for step, caller, volunteer in found
        ]


def answers(hotline: Hotline) -> list[Line]:
    """Return how the offers were answered, in order."""
    said = {AssignmentState.DECLINED: "décline", AssignmentState.EXPIRED: "ne répond pas"}
    with hotline.database.read() as session:
        found = session.execute(
            select(Assignment, Caller, Volunteer)
            .join(Caller, Caller.id == Assignment.caller_id)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        )
        return [
            Line(
                hotline.line.local(assignment.answered_at or assignment.expires_at),
                volunteer.first_name,
                f"{said.get(assignment.state, 'accepte')} : {people.first_name(caller)}",
            )
            for assignment, caller, volunteer in found
            if assignment.answered_at or assignment.state is AssignmentState.EXPIRED
        ]


def everything(hotline: Hotline) -> list[Line]:
    """Return all of it, in order."""
    told = chain(answers(hotline), conversations(hotline), warned(hotline))
    return sorted(told, key=lambda line: line.at)


def promises(hotline: Hotline) -> Sequence[tuple[str, bool]]:
    """Return what a month on the line has to keep, and whether it did."""
    with hotline.database.read() as session:
        calls = [_Told.of(*row) for row in session.execute(_calls().order_by(Callback.due_at))]
        steps = [
            (kind, volunteer.first_name)
            for kind, volunteer in session.execute(
                select(Step.kind, Volunteer)
                .join(Assignment, Assignment.id == Step.assignment_id)
                .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            )
        ]
        open_requests = session.scalars(
            select(Request.id).where(
                Request.kind != RequestKind.RECURRING, Request.state != RequestState.CLOSED
            )
        ).all()
        alerts = session.scalars(select(Alert.kind)).all()
        texts = session.execute(select(OutboxRow.kind, OutboxRow.state)).all()
    made = [call for call in calls if call.callback.state is CallbackState.MADE]
    odette = [hotline.line.local(call.callback.due_at) for call in made if call.caller == "Odette"]
    jeanne = [call.assignment.covers_id is not None for call in made if call.caller == "Jeanne"]
    return (
        ("chacune des huit personnes d'un jour a eu son appel", not _one_offs(open_requests, made)),
        (
            "le mardi à 15 h reste le mardi à 15 h après le changement d'heure",
            [(each.weekday(), each.hour) for each in odette] == [(1, 15)] * 4
            and len({each.utcoffset() for each in odette}) == 2,
        ),
        ("Paul, qui décline, n'a eu personne à appeler", all(call.volunteer != "Paul" for call in calls)),
        (
            "Samir, qui n'appelle pas, a été relancé, puis remplacé",
            {(StepKind.REMINDED, "Samir"), (StepKind.HANDED_OVER, "Samir")} <= set(steps),
        ),
        (
            "pendant les vacances de Louise, quelqu'un d'autre a appelé Jeanne",
            sorted(jeanne) == [False, False, False, True],
        ),
        (
            "René ne répond plus : l'équipe, puis Claire, ont été prévenues",
            alerts.count("caller_silent") == 1
            and [kind for kind, _state in texts].count("contact_person") == 1,
        ),
        ("tous les SMS sont partis", all(state in _GONE for _kind, state in texts)),
    )


def _one_offs(open_requests: Sequence[int], made: Sequence["_Told"]) -> set[str]:
    """Return who phoned once and was not called back."""
    called = {call.caller for call in made if call.assignment.cadence is None}
    waiting = {"Lucien", "Amina", "Marcel", "Yvette", "Albert", "Georgette", "Raymond", "Simone"} - called
    return waiting | {str(request) for request in open_requests}


@dataclass(frozen=True)
class _Told:
    """One callback with the first names of those whom it joins."""

    callback: Callback
    assignment: Assignment
    caller: str | None
    volunteer: str

    @classmethod
    def of(cls, callback: Callback, assignment: Assignment, caller: Caller, volunteer: Volunteer) -> "_Told":
        return cls(callback, assignment, people.first_name(caller), volunteer.first_name)


def _calls() -> Select[Callback, Assignment, Caller, Volunteer]:
    return (
        select(Callback, Assignment, Caller, Volunteer)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
    )


def _length(callback: Callback) -> str:
    if callback.state is CallbackState.MADE:
        return f"{round((callback.duration or 0) / 60)} min"
    return _OUTCOMES.get(callback.outcome, "pas de réponse") if callback.outcome else "pas de réponse"
