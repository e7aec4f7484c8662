"""One assignment with all that the desk shows of it: its life in steps, its calls past and ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Caller, Report, Request, Step, Volunteer
from hotline.models.status import CallbackState, StepKind
from hotline.services import planning, steps
from hotline.services.desk.places import Place
from hotline.services.desk.relationships import is_late

AHEAD, PAST = 10, 20
UNDOABLE: Final = frozenset(
    {
        StepKind.CREATED,
        StepKind.CADENCE,
        StepKind.PAUSED,
        StepKind.RESUMED,
        StepKind.ENDED,
        StepKind.HANDED_OVER,
        StepKind.SKIPPED,
        StepKind.MOVED,
    }
)
_MOST_STEPS = 200


@dataclass(frozen=True)
class CallTold:
    """One call, the reports of it, and who was asked to make it in the volunteer's stead."""

    callback: Callback
    reports: Sequence[Report]
    cover: Assignment | None
    cover_name: str | None
    late: bool


@dataclass(frozen=True)
class Relationship:
    """An assignment and everything around it; `earlier` is where the calls further back begin."""

    assignment: Assignment
    request: Request
    caller: Caller
    volunteer: Volunteer
    steps: Sequence[Step]
    ahead: Sequence[CallTold]
    past: Sequence[CallTold]
    earlier: Place | None
    covered: Callback | None
    dates: Mapping[int, datetime]


def read(
    session: Session, assignment_id: int, at: datetime, before: Place | None = None
) -> Relationship | None:
    """Return an assignment's life, None when there is none with this number."""
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        return None
    ahead = _ahead(session, assignment, at)
    past = _past(session, assignment, at, before)
    told = _told(session, [*ahead, *past[:PAST]])
    calls = {one.id: CallTold(one, *told[one.id], late=is_late(one, at)) for one in (*ahead, *past[:PAST])}
    last = past[PAST - 1] if len(past) > PAST else None
    taken = steps.history(session, assignment)[::-1][:_MOST_STEPS]
    return Relationship(
        assignment=assignment,
        request=session.get_one(Request, assignment.request_id),
        caller=session.get_one(Caller, assignment.caller_id),
        volunteer=session.get_one(Volunteer, assignment.volunteer_id),
        steps=taken,
        ahead=[calls[one.id] for one in ahead],
        past=[calls[one.id] for one in past[:PAST]],
        earlier=Place(0, last.due_at, last.id) if last else None,
        covered=session.get(Callback, assignment.covers_id) if assignment.covers_id else None,
        dates=_dates(session, taken),
    )


def _ahead(session: Session, assignment: Assignment, at: datetime) -> Sequence[Callback]:
    """Return the next calls, those left out or covered among them."""
    return session.scalars(
        select(Callback)
        .where(
            Callback.assignment_id == assignment.id,
            Callback.due_at >= at,
            Callback.made_at.is_(None),
            or_(
                Callback.state == CallbackState.PLANNED,
                Callback.cancel_reason.in_((planning.SKIPPED, planning.COVERED)),
            ),
        )
        .order_by(Callback.due_at, Callback.id)
        .limit(AHEAD)
    ).all()


def _past(session: Session, assignment: Assignment, at: datetime, before: Place | None) -> Sequence[Callback]:
    """Return the calls whose time has come, the latest first, one more than are shown."""
    query = select(Callback).where(
        Callback.assignment_id == assignment.id,
        (Callback.due_at < at) | Callback.made_at.is_not(None),
        (Callback.state != CallbackState.CANCELLED) | Callback.occurrence.is_not(None),
    )
    if before:
        query = query.where(tuple_(Callback.due_at, Callback.id) < (before.moment, before.id))
    return session.scalars(query.order_by(Callback.due_at.desc(), Callback.id.desc()).limit(PAST + 1)).all()


def _dates(session: Session, taken: Sequence[Step]) -> Mapping[int, datetime]:
    """Return when the calls of some steps are due."""
    ids = {step.callback_id for step in taken if step.callback_id}
    rows = session.execute(select(Callback.id, Callback.due_at).where(Callback.id.in_(ids)))
    return {row.id: row.due_at for row in rows}


def _told(
    session: Session, calls: Sequence[Callback]
) -> Mapping[int, tuple[Sequence[Report], Assignment | None, str | None]]:
    ids = [one.id for one in calls]
    reports: dict[int, list[Report]] = {one: [] for one in ids}
    for report in session.scalars(select(Report).where(Report.callback_id.in_(ids)).order_by(Report.id)):
        reports[report.callback_id].append(report)
    covers = {
        cover.covers_id: (cover, name)
        for cover, name in session.execute(
            select(Assignment, Volunteer.first_name)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            .where(Assignment.covers_id.in_(ids))
            .order_by(Assignment.id)
        )
    }
    return {one: (reports[one], *covers.get(one, (None, None))) for one in ids}
