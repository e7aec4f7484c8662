"""Keeps the figures of days that have come to rest, and once a day how much waits and who helps."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, DailyFigure, Request, Volunteer
from hotline.models.status import AssignmentState, RequestState, VolunteerState
from hotline.services.desk import figures
from hotline.services.line import Line

SETTLES_AFTER = timedelta(days=7)
AT_ONCE = timedelta(days=31)
COUNTED = "counted"
SEEN = "seen"


def settled(today: date) -> date:
    """Return the last day whose figures no longer change."""
    return today - SETTLES_AFTER - timedelta(days=1)


def last_counted(session: Session) -> date | None:
    """Return the last day whose figures are kept."""
    return session.scalar(select(func.max(DailyFigure.day)).where(DailyFigure.name == COUNTED))


def keep(session: Session, line: Line, at: datetime) -> int:
    """Count and keep the days that have come to rest, a month at most; return how many."""
    until, last = settled(line.day(at)), last_counted(session)
    first = last + timedelta(days=1) if last else min(_first_call(session, line) or until, until)
    end = min(until, first + AT_ONCE - timedelta(days=1))
    if first > end:
        return 0
    counted = figures.counted(session, line, first, end)
    days = [first + timedelta(days=step) for step in range((end - first).days + 1)]
    _add(session, {**counted, **{(day, COUNTED, ""): 1 for day in days}})
    return len(days)


def count_again(session: Session, line: Line, day: date) -> None:
    """Count a day anew whose figures were kept before all that had happened was known."""
    last = last_counted(session)
    if last is None or day > last:
        return
    figure = delete(DailyFigure).where(DailyFigure.day == day)
    session.execute(figure.where(DailyFigure.name.not_in([*present(session), SEEN])))
    _add(session, {**figures.counted(session, line, day, day), (day, COUNTED, ""): 1})


def look(session: Session, line: Line, at: datetime) -> bool:
    """Note once a day what only the present shows; False when that was done today."""
    today = line.day(at)
    if session.get(DailyFigure, (today, SEEN, "")) is not None:
        return False
    _add(session, {(today, name, ""): value for name, value in {**present(session), SEEN: 1}.items()})
    return True


def present(session: Session) -> Mapping[str, int]:
    """Return what only the present shows: people who wait, volunteers who wait, relations that live."""
    counts = {
        "waiting": select(func.count()).where(Request.state == RequestState.WAITING),
        "volunteers_waiting": select(func.count()).where(
            Volunteer.state == VolunteerState.ACTIVE, Volunteer.waiting_since.is_not(None)
        ),
        "volunteers": select(func.count()).where(Volunteer.state == VolunteerState.ACTIVE),
        "relations": select(func.count()).where(Assignment.state == AssignmentState.ACTIVE),
    }
    return {name: session.scalar(query) or 0 for name, query in counts.items()}


def _first_call(session: Session, line: Line) -> date | None:
    first = session.scalar(select(func.min(Call.started_at)))
    return line.day(first) if first else None


def _add(session: Session, counted: Mapping[figures.Key, int]) -> None:
    """Add figures; a row that another clock has written first is kept."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"day": day, "name": name, "bucket": bucket, "value": value}
        for (day, name, bucket), value in counted.items()
    ]
    session.execute(insert(DailyFigure).on_conflict_do_nothing(), rows)
