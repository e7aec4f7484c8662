"""What a volunteer has given: thanks at round numbers, a text once a month, the hours of a certificate."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from callflows import reminders
from hotline.models import Assignment, Callback, Heartbeat, OutboxRow, Phone, Report, Volunteer
from hotline.models.status import CallbackState, VolunteerState
from hotline.services import heartbeats, links, outbox
from hotline.services.line import Line

RECAP = "recap"
_MILESTONES = frozenset({1, 10, 50, 100})


@dataclass(frozen=True)
class Recap:
    """The calls that a volunteer made in a month, to how many people, for how many minutes."""

    calls: int
    people: int
    minutes: int


def month(session: Session, line: Line, volunteer: Volunteer, first_day: date) -> Recap:
    """Return what a volunteer gave in the month that begins on `first_day`, on the line's calendar.

    A call lasted as long as the line joined both sides; else as long as the volunteer remembers.
    """
    since, until = _bounds(line, first_day)
    told = (
        select(func.max(Report.minutes))
        .where(Report.callback_id == Callback.id, Report.volunteer_id == Assignment.volunteer_id)
        .scalar_subquery()
    )
    calls, people, seconds = session.execute(
        select(
            func.count(),
            func.count(Assignment.caller_id.distinct()),
            func.sum(func.coalesce(Callback.duration, told * 60, 0)),
        )
        .select_from(Callback)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Assignment.volunteer_id == volunteer.id, *_made_within(since, until))
    ).one()
    return Recap(calls, people, round((seconds or 0) / 60))


def milestone(session: Session, volunteer: Volunteer) -> int | None:
    """Return how many calls a volunteer has made when the number deserves special thanks, else None."""
    count = session.scalar(
        select(func.count())
        .select_from(Callback)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Assignment.volunteer_id == volunteer.id, Callback.state == CallbackState.MADE)
    )
    return count if count in _MILESTONES else None


def month_to_tell(session: Session, line: Line, at: datetime) -> date | None:
    """Return the first day of last month while its recaps are still to be written at this decent hour."""
    told = session.scalar(select(Heartbeat.at).where(Heartbeat.name == RECAP))
    this_month = line.day(at).replace(day=1)
    if (told is not None and line.day(told) >= this_month) or not line.offer_hours.is_open(at):
        return None
    if not _room_left(session, line, at):
        return None
    return (this_month - timedelta(days=1)).replace(day=1)


def to_tell(session: Session, line: Line, first_day: date) -> list[int]:
    """Return the volunteers who made calls in a month and were not told of it yet."""
    since, until = _bounds(line, first_day)
    written = exists().where(
        OutboxRow.key == literal(f"{RECAP}:") + cast(Volunteer.id, String) + f":{first_day:%Y-%m}"
    )
    made = exists().where(
        Assignment.volunteer_id == Volunteer.id,
        Callback.assignment_id == Assignment.id,
        *_made_within(since, until),
    )
    return list(
        session.scalars(
            select(Volunteer.id)
            .join(Phone, Phone.id == Volunteer.phone_id)
            .where(
                Volunteer.state.in_({VolunteerState.ACTIVE, VolunteerState.PAUSED}),
                Phone.textable,
                Phone.stopped_at.is_(None),
                made,
                ~written,
            )
            .order_by(Volunteer.id)
        )
    )


def tell(session: Session, line: Line, volunteer_id: int, first_day: date, at: datetime) -> bool:
    """Write a volunteer what they gave in a month, once; False when it may not be written or was before."""
    if not _room_left(session, line, at):
        return False
    volunteer = session.get_one(Volunteer, volunteer_id)
    given = month(session, line, volunteer, first_day)
    body = reminders.recap(
        line.words,
        month=first_day,
        calls=given.calls,
        people=given.people,
        minutes=given.minutes,
        link=links.issue(session, line, volunteer, at),
    )
    return outbox.enqueue(
        session,
        line,
        kind=RECAP,
        key=f"{RECAP}:{volunteer.id}:{first_day:%Y-%m}",
        phone=volunteer.phone,
        body=body,
        at=at,
    )


def month_told(session: Session, line: Line, first_day: date, at: datetime) -> None:
    """Note that a month's recaps are written, unless the rest waits for tomorrow's share of texts."""
    if _room_left(session, line, at) or not to_tell(session, line, first_day):
        heartbeats.note(session, RECAP, at)


def _room_left(session: Session, line: Line, at: datetime) -> bool:
    """Tell whether recaps may still be written today: half of a day's texts are left to the others."""
    return outbox.written_today(session, line, at) * 2 < line.config.limits.sms_per_day


def _bounds(line: Line, first_day: date) -> tuple[datetime, datetime]:
    following = (first_day + timedelta(days=31)).replace(day=1)
    since, until = (datetime.combine(day, time(), line.zone) for day in (first_day, following))
    return since, until


def _made_within(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Callback.state == CallbackState.MADE,
        Callback.made_at >= since,
        Callback.made_at < until,
    )
