"""A boundary: until a date the line does not ring for a caller, who hears kind words and may leave a message.

It ends by itself. It holds for a telephone only if it holds for everybody behind it: nobody is turned away
for what somebody else did. There is none for a withheld number, which is a person of its own each time.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from hotline.models import Boundary, Caller, CallerPhone, Phone
from hotline.services.desk.moments import midnight_after
from hotline.services.desk.refusals import Refused, Why
from hotline.services.line import Line

LONGEST = timedelta(days=366)
Moment = datetime | BindParameter[datetime]


def holding(at: Moment) -> ColumnElement[bool]:
    """Tell, within a query, whether nobody is rung for a call from a telephone."""
    here = aliased(CallerPhone)
    somebody = select(here.caller_id).where(here.phone_id == Phone.id).correlate(Phone)
    kept_away = exists().where(Boundary.caller_id == here.caller_id, in_force(at))
    return somebody.where(kept_away).exists() & ~somebody.where(~kept_away).exists()


def in_force(at: Moment) -> ColumnElement[bool]:
    """Tell, within a query, whether a boundary holds at a moment."""
    return (
        (Boundary.from_at <= at)
        & (Boundary.until_at > at)
        & or_(Boundary.lifted_at.is_(None), Boundary.lifted_at > at)
    )


def begin(
    session: Session, line: Line, caller: Caller, *, last_day: date, reason: str, author: str, at: datetime
) -> Boundary:
    """Set a boundary until the evening of a day, in the place of one in force; raises Refused."""
    if not caller.phones:
        raise Refused(Why.BOUNDARY_WITHOUT_NUMBER)
    if last_day < line.day(at):
        raise Refused(Why.IN_THE_PAST)
    if last_day > line.day(at) + LONGEST:
        raise Refused(Why.BOUNDARY_TOO_LONG)
    until = midnight_after(line, last_day)
    if (earlier := of(session, caller, at)) is not None:
        earlier.lifted_at = at
    boundary = Boundary(caller_id=caller.id, reason=reason, author=author, from_at=at, until_at=until)
    session.add(boundary)
    session.flush()
    return boundary


def lift(session: Session, boundary: Boundary, at: datetime) -> None:
    """End a boundary before its time; raises Refused when it is over already."""
    session.refresh(boundary, with_for_update=True)
    if boundary.lifted_at is not None or boundary.until_at <= at:
        raise Refused(Why.TAKEN_BACK_ALREADY)
    boundary.lifted_at = at


def restore(session: Session, boundary: Boundary, at: datetime) -> None:
    """Let a lifted boundary hold again; raises Refused when its time is over or another one holds."""
    if boundary.until_at <= at:
        raise Refused(Why.IN_THE_PAST)
    caller = session.get_one(Caller, boundary.caller_id)
    if of(session, caller, at) is not None:
        raise Refused(Why.TAKEN_BACK_ALREADY)
    boundary.lifted_at = None


def of(session: Session, caller: Caller, at: datetime) -> Boundary | None:
    """Return the boundary that holds for a caller, if any."""
    mine = select(Boundary).where(Boundary.caller_id == caller.id, in_force(at))
    return session.scalar(mine.order_by(Boundary.id.desc()).limit(1))


def listed(session: Session, at: datetime) -> list[tuple[Boundary, Caller]]:
    """Return the boundaries in force with whom they are for, the first to end first."""
    rows = select(Boundary, Caller).join(Caller, Caller.id == Boundary.caller_id).where(in_force(at))
    return [(row[0], row[1]) for row in session.execute(rows.order_by(Boundary.until_at, Boundary.id))]
