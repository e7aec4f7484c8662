"""Holidays and pauses of volunteers: nothing is offered to who is away, and others make their calls."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Absence, Volunteer, move
from hotline.models.status import AssignmentState, RequestKind, VolunteerState
from hotline.services import assignments, covers
from hotline.services.line import Line


class CannotLeave(HotlineError):
    """Dates of an absence that make no sense: why, and what to do instead."""


def begin(
    session: Session,
    line: Line,
    volunteer: Volunteer,
    from_date: date,
    until_date: date | None,
    at: datetime,
) -> Absence:
    """Note an absence, both days included, None until they come back; one that has begun pauses them at once.

    One that touches an absence already noted changes that one: the new last day counts. Raises CannotLeave.
    """
    today = line.day(at)
    if until_date is not None and until_date < max(from_date, today):
        raise CannotLeave("Ces dates ne vont pas : la fin vient avant le début, ou elle est déjà passée.")
    session.get_one(Volunteer, volunteer.id, with_for_update={"of": Volunteer, "key_share": True})
    absence = _touching(session, volunteer, from_date, until_date)
    if absence is None:
        absence = Absence(volunteer_id=volunteer.id, from_date=from_date, created_at=at)
        session.add(absence)
    absence.from_date, absence.until_date = min(from_date, absence.from_date), until_date
    session.flush()
    if absence.from_date <= today:
        _leave(session, volunteer, at)
    return absence


def end(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> bool:
    """They are back: the absence under way is over, or those to come are called off; False without any."""
    noted = _open(session, volunteer)
    under_way = [absence for absence in noted if absence.from_date <= line.day(at)]
    for absence in under_way or noted:
        absence.over_at = at
    session.flush()
    came_back = _return(session, volunteer, at)
    return came_back or bool(noted)


def is_away(session: Session, line: Line, volunteer_id: int, at: datetime) -> bool:
    """Tell whether a volunteer is, or was, away on the day of a moment."""
    day = line.day(at)
    absence = select(Absence.id).where(
        Absence.volunteer_id == volunteer_id,
        or_(Absence.over_at.is_(None), Absence.over_at > at),
        Absence.from_date <= day,
        or_(Absence.until_date.is_(None), Absence.until_date >= day),
    )
    return session.scalar(absence.limit(1)) is not None


def turn(session: Session, line: Line, at: datetime, limit: int) -> int:
    """Begin and end the absences whose day has come; return how many."""
    today = line.day(at)
    has_begun = Absence.from_date <= today
    due = session.execute(
        select(Absence, Volunteer)
        .join(Volunteer, Volunteer.id == Absence.volunteer_id)
        .where(
            Absence.over_at.is_(None),
            has_begun,
            or_(Absence.until_date < today, Volunteer.state == VolunteerState.ACTIVE),
        )
        .order_by(Absence.from_date, Absence.id)
        .limit(limit)
    )
    turned = 0
    for absence, volunteer in due.all():
        turned += 1
        if absence.until_date is None or absence.until_date >= today:
            _leave(session, volunteer, at)
        else:
            absence.over_at = at
            session.flush()
            _return(session, volunteer, at)
    return turned


def _leave(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Take back what they were offered and hand over their single calls; their regular ones are covered."""
    move(session, volunteer, VolunteerState.PAUSED, waiting_since=None)
    for assignment in assignments.held_by(session, volunteer):
        if assignment.state is AssignmentState.OFFERED:
            assignments.expire(session, assignment.id, at)
        elif assignment.kind is RequestKind.ONE_OFF:
            assignments.hand_over(session, assignment, at)


def _return(session: Session, volunteer: Volunteer, at: datetime) -> bool:
    """They are there again, unless another absence goes on; covers not yet accepted are needed no more."""
    if not move(session, volunteer, VolunteerState.ACTIVE):
        return False
    for assignment in assignments.held_by(session, volunteer):
        for cover in covers.held_for(session, assignment):
            if cover.state is AssignmentState.OFFERED:
                assignments.expire(session, cover.id, at)
    assignments.rest(session, volunteer.id, at)
    return True


def _open(session: Session, volunteer: Volunteer) -> list[Absence]:
    """Return the absences that are not over, the first one first."""
    return list(
        session.scalars(
            select(Absence)
            .where(Absence.volunteer_id == volunteer.id, Absence.over_at.is_(None))
            .order_by(Absence.from_date, Absence.id)
        )
    )


def _touching(session: Session, volunteer: Volunteer, first: date, last: date | None) -> Absence | None:
    """Return the absence that shares a day with these dates."""
    return next(
        (
            absence
            for absence in _open(session, volunteer)
            if absence.from_date <= (last or date.max) and first <= (absence.until_date or date.max)
        ),
        None,
    )
