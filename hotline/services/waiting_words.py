"""A word once a month to volunteers for whom nobody waits yet, so that they do not drift away."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from callflows import reminders
from hotline.models import Heartbeat, OutboxRow, Phone, Volunteer
from hotline.models.status import VolunteerState
from hotline.services import heartbeats, links, outbox, post
from hotline.services.line import Line

WAITING = "waiting"
PATIENCE = timedelta(weeks=3)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def waits() -> ColumnElement[bool]:
    """Who is "en attente d'une mission": active, trained, ready for somebody, and without a caller."""
    return and_(
        Volunteer.state == VolunteerState.ACTIVE,
        Volunteer.waiting_since.is_not(None),
        Volunteer.capacity > 0,
        ~Volunteer.trainee,
    )


def asked_since(line: Line, at: datetime) -> datetime:
    """Return since when today's words must have been written; at other hours than theirs, since ever."""
    return datetime.combine(line.day(at), time(), line.zone) if line.offer_hours.is_open(at) else _LONG_AGO


def may_write(session: Session, line: Line, at: datetime) -> bool:
    """Tell whether it is an hour for such words, and a day on which they are not all written yet."""
    said = session.scalar(select(Heartbeat.at).where(Heartbeat.name == WAITING))
    all_said = said is not None and said >= asked_since(line, at)
    return not all_said and line.offer_hours.is_open(at) and _room_left(session, line, at)


def to_write(session: Session, line: Line, at: datetime) -> list[int]:
    """Return who has waited for three weeks without a word this month, whoever waits longest first."""
    written = exists().where(
        OutboxRow.key == literal(f"{WAITING}:") + cast(Volunteer.id, String) + f":{line.day(at):%Y-%m}"
    )
    reached = or_(and_(Phone.textable, Phone.stopped_at.is_(None)), Volunteer.email.is_not(None))
    return list(
        session.scalars(
            select(Volunteer.id)
            .join(Phone, Phone.id == Volunteer.phone_id)
            .where(waits(), Volunteer.waiting_since <= at - PATIENCE, reached, ~written)
            .order_by(Volunteer.waiting_since, Volunteer.id)
        )
    )


def write(session: Session, line: Line, volunteer_id: int, at: datetime) -> bool:
    """Write to one of them, once a month: a text where it can be answered, else a mail where there is one."""
    volunteer = session.get_one(Volunteer, volunteer_id)
    still = session.scalar(select(Volunteer.id).where(Volunteer.id == volunteer_id, waits()))
    if still is None or not _room_left(session, line, at):
        return False
    key = f"{WAITING}:{volunteer.id}:{line.day(at):%Y-%m}"
    by_text = outbox.takes_texts(line, volunteer.phone)
    if (line.one_way or not by_text) and _mail(session, line, volunteer, key, at):
        return True
    return by_text and _text(session, line, volunteer, key, at)


def all_written(session: Session, line: Line, at: datetime) -> None:
    """Note that today's words are written, unless the rest waits for tomorrow's share of texts."""
    if _room_left(session, line, at) or not to_write(session, line, at):
        heartbeats.note(session, WAITING, at)


def _text(session: Session, line: Line, volunteer: Volunteer, key: str, at: datetime) -> bool:
    body = reminders.waiting(
        line.words,
        volunteer=volunteer.first_name,
        line=line.number,
        link=links.for_text(session, line, volunteer, at),
    )
    return outbox.enqueue(session, line, kind=WAITING, key=key, phone=volunteer.phone, body=body, at=at)


def _mail(session: Session, line: Line, volunteer: Volunteer, key: str, at: datetime) -> bool:
    """Write a mail; False where mails are not set up, or none may go there today."""
    if volunteer.email is None or not post.may_write(
        session, line, post.address_for(session, volunteer.email, at), at
    ):
        return False
    subject, body = reminders.waiting_mail(
        line.words,
        volunteer=volunteer.first_name,
        line=line.number,
        link=links.issue(session, line, volunteer, at),
        association=line.config.association.name,
    )
    return post.enqueue(
        session, line, kind=WAITING, key=key, to=volunteer.email, subject=subject, body=body, at=at
    )


def _room_left(session: Session, line: Line, at: datetime) -> bool:
    """Tell whether such words may still be written today: half of a day's texts and mails is for others."""
    limits = line.config.limits
    by_mail = func.count().filter(OutboxRow.address_id.is_not(None))
    texts, mails = session.execute(
        select(func.count() - by_mail, by_mail).where(outbox.written_on(line.day(at), line))
    ).one()
    return texts * 2 < limits.sms_per_day and mails * 2 < limits.mails_per_day
