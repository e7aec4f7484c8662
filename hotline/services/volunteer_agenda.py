"""The calls of a volunteer over the next weeks, and the days on which they are away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hotline.models import Absence, Assignment, Callback, Caller, Volunteer
from hotline.models.status import AssignmentState, CallbackState
from hotline.services.line import Line
from hotline.services.planning import COVERED
from hotline.services.volunteer_page import Person, person

AHEAD = timedelta(weeks=5)


@dataclass(frozen=True)
class Planned:
    """A call ahead; with `away` somebody else is sought for it, with `covered` somebody else has taken it."""

    callback_id: int
    person: Person
    due_at: datetime
    appointment: bool
    cover: bool
    errand: bool
    away: bool
    covered: bool


@dataclass(frozen=True)
class Away:
    """Days on which a volunteer is away, both included; without `until` for as long as they like."""

    absence_id: int
    since: date
    until: date | None

    @property
    def back(self) -> date | None:
        """The day on which they are there again, None while they have not said."""
        return None if self.until is None else self.until + timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Tell whether a day is one of them."""
        return self.since <= day and (self.until is None or day <= self.until)


def planned(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> list[Planned]:
    """Return a volunteer's calls from this morning until five weeks ahead, soonest first."""
    absences = away(session, line, volunteer, at)
    morning = datetime.combine(line.day(at), time(), line.zone)
    found = session.execute(
        select(Callback, Assignment, Caller)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.state == AssignmentState.ACTIVE,
            or_(
                Callback.state == CallbackState.PLANNED,
                and_(Callback.state == CallbackState.CANCELLED, Callback.cancel_reason == COVERED),
            ),
            Callback.due_at >= morning,
            Callback.due_at < at + AHEAD,
        )
        .order_by(Callback.due_at, Callback.id)
    )
    return [
        Planned(
            callback_id=callback.id,
            person=person(caller),
            due_at=callback.due_at,
            appointment=callback.occurrence is not None or assignment.covers_id is not None,
            cover=assignment.covers_id is not None,
            errand=assignment.referral_id is not None,
            away=_away_on(absences, line.day(callback.due_at)),
            covered=callback.state is CallbackState.CANCELLED,
        )
        for callback, assignment, caller in found
    ]


def away(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> list[Away]:
    """Return when a volunteer is or will be away, soonest first."""
    found = session.scalars(
        select(Absence)
        .where(Absence.volunteer_id == volunteer.id, Absence.over_at.is_(None))
        .order_by(Absence.from_date, Absence.id)
    )
    today = line.day(at)
    return [
        Away(absence.id, absence.from_date, absence.until_date)
        for absence in found
        if absence.until_date is None or absence.until_date >= today
    ]


def _away_on(absences: Sequence[Away], day: date) -> bool:
    return any(absence.holds(day) for absence in absences)
