"""Everything about one volunteer on one page: whom they phone, their absences, reports, texts and notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.cadence import BrokenCadence, parse
from hotline.models import (
    Assignment,
    Callback,
    Caller,
    Link,
    Message,
    Note,
    OutboxRow,
    Report,
    Volunteer,
)
from hotline.models.status import HELD_ASSIGNMENT, Direction
from hotline.services import holding, rhythms, volunteer_agenda, welcomes
from hotline.services.line import Line
from hotline.services.volunteer_agenda import Away

_SHOWN = 10
_LINK = re.compile(r"https?://\S+/v/\S+")


@dataclass(frozen=True)
class Held:
    """Somebody whom they phone, were offered, or phoned before; `next` is the next planned call."""

    assignment: Assignment
    caller: Caller
    rhythm: str | None
    next: datetime | None


@dataclass(frozen=True)
class Told:
    """A report with the caller it is about."""

    report: Report
    caller: Caller


@dataclass(frozen=True)
class Text:
    """A text from them, or to them with what became of it; `body` None holds their PIN."""

    at: datetime
    body: str | None
    received: bool
    row: OutboxRow | None = None


@dataclass(frozen=True)
class File:
    """All that the desk shows of a volunteer; `links` counts the links to their page that work."""

    volunteer: Volunteer
    mentor: Volunteer | None
    held: Sequence[Held]
    before: Sequence[Held]
    absences: Sequence[Away]
    reports: Sequence[Told]
    texts: Sequence[Text]
    notes: Sequence[Note]
    links: int


def of(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> File:
    """Return a volunteer's file; histories end with the last ten of each."""
    return File(
        volunteer=volunteer,
        mentor=session.get(Volunteer, volunteer.mentor_id) if volunteer.mentor_id else None,
        held=_assignments(session, line, volunteer, held=True),
        before=_assignments(session, line, volunteer, held=False),
        absences=volunteer_agenda.away(session, line, volunteer, at),
        reports=_reports(session, volunteer),
        texts=_texts(session, volunteer),
        notes=_notes(session, volunteer),
        links=_links(session, volunteer, at),
    )


def write(session: Session, volunteer: Volunteer, words: str, author: str, at: datetime) -> Note:
    """Keep a note in a volunteer's file."""
    note = Note(volunteer_id=volunteer.id, author=author, words=words, at=at)
    session.add(note)
    session.flush()
    return note


def remove_note(session: Session, volunteer: Volunteer, note_id: int, at: datetime) -> bool:
    """Take a note out of a volunteer's file; False when it is not there."""
    note = session.get(Note, note_id)
    if note is None or note.volunteer_id != volunteer.id or note.removed_at is not None:
        return False
    note.removed_at = at
    return True


def _assignments(session: Session, line: Line, volunteer: Volunteer, *, held: bool) -> list[Held]:
    is_held = Assignment.state.in_(HELD_ASSIGNMENT)
    rows = session.execute(
        select(Assignment, Caller)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(Assignment.volunteer_id == volunteer.id, is_held if held else ~is_held)
        .order_by(Assignment.id if held else Assignment.id.desc())
        .limit(None if held else _SHOWN)
    )
    return [
        Held(
            assignment,
            caller,
            _rhythm(line, assignment.cadence),
            _next(session, assignment) if held else None,
        )
        for assignment, caller in rows
    ]


def _next(session: Session, assignment: Assignment) -> datetime | None:
    planned = holding.planned(session, assignment)
    return planned[0].due_at if planned else None


def _rhythm(line: Line, cadence: str | None) -> str | None:
    try:
        return rhythms.in_words(line, parse(cadence or ""))
    except BrokenCadence:
        return None


def _reports(session: Session, volunteer: Volunteer) -> list[Told]:
    rows = session.execute(
        select(Report, Caller)
        .join(Callback, Callback.id == Report.callback_id)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Caller, Caller.id == Assignment.caller_id)
        .where(Report.volunteer_id == volunteer.id)
        .order_by(Report.id.desc())
        .limit(_SHOWN)
    )
    return [Told(report, caller) for report, caller in rows]


def _texts(session: Session, volunteer: Volunteer) -> list[Text]:
    """Return the last texts in both directions, the newest first."""
    received = session.scalars(
        select(Message)
        .where(Message.volunteer_id == volunteer.id, Message.direction == Direction.INBOUND)
        .order_by(Message.id.desc())
        .limit(_SHOWN)
    )
    sent = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.phone_id == volunteer.phone_id)
        .order_by(OutboxRow.id.desc())
        .limit(_SHOWN)
    )
    texts = [Text(one.created_at, one.body, received=True) for one in received]
    texts += [Text(row.sent_at or row.due_at, _readable(row), received=False, row=row) for row in sent]
    return sorted(texts, key=lambda text: text.at, reverse=True)[:_SHOWN]


def _readable(row: OutboxRow) -> str | None:
    """Return a text without what opens their page: that is theirs alone."""
    return None if row.kind == welcomes.WELCOME else _LINK.sub("…", row.body)


def _notes(session: Session, volunteer: Volunteer) -> list[Note]:
    kept = select(Note).where(Note.volunteer_id == volunteer.id, Note.removed_at.is_(None))
    return list(session.scalars(kept.order_by(Note.at.desc(), Note.id.desc())))


def _links(session: Session, volunteer: Volunteer, at: datetime) -> int:
    working = select(func.count()).where(
        Link.volunteer_id == volunteer.id, Link.revoked_at.is_(None), Link.expires_at > at
    )
    return session.scalar(working) or 0
