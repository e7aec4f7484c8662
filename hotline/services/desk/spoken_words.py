"""Words looked for in texts, mails, transcripts, reports, notes and contacts typed in.

They are sealed, so that each must be opened and read: inside one file, or in everybody's of the last 90 days.
Either way only so many are read, the newest first, and whoever asks is told when that was not all. Of a long
mail only the beginning is read, except inside one file.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import Assignment, Call, Callback, Contact, Mail, Message, Note, Report, Voicemail
from hotline.models.naming import bare, words
from hotline.services.desk.histories import Kind, Place

SHORTEST = 3
LONGEST_AGO = timedelta(days=90)
MOST_READ = 4_000
MOST_FOUND = 50
_AROUND = 60
_BEGINNING: Final = {Kind.MAIL: 3_000, Kind.RELAY: 3_000}


@dataclass(frozen=True)
class Hit:
    """One place where the words stand: whose file, what, when, and the words around."""

    caller_id: int
    place: Place
    excerpt: str


@dataclass(frozen=True)
class Heard:
    """What was found, newest first; not `complete` when there was more to read or to show."""

    hits: Sequence[Hit]
    complete: bool = True


def look_for(
    session: Session,
    typed: str,
    at: datetime,
    *,
    caller_id: int | None = None,
    hidden: Collection[Kind] = (),
) -> Heard:
    """Return where all these words stand, in one file or in everybody's of the last 90 days.

    What is `hidden` from the reader is left out.
    """
    wanted = [word for word in words(typed) if len(word) >= SHORTEST]
    if not wanted:
        return Heard(())
    hits: list[tuple[Place, int, str]] = []
    complete = True
    for kind, query, moment, owner in _sources(hidden):
        where = moment >= at - LONGEST_AGO if caller_id is None else owner == caller_id
        newest_first = query.where(where).order_by(moment.desc()).limit(MOST_READ + 1)
        rows = session.execute(newest_first).all()
        complete = complete and len(rows) <= MOST_READ
        hits += _matching(kind, rows[:MOST_READ], wanted, _BEGINNING.get(kind) if caller_id is None else None)
    newest = sorted(hits, reverse=True)[:MOST_FOUND]
    shown = [Hit(owner, place, _excerpt(text, wanted[0])) for place, owner, text in newest]
    return Heard(shown, complete and len(hits) <= MOST_FOUND)


_Source = tuple[Kind, Select[*tuple[Any, ...]], InstrumentedAttribute[datetime], InstrumentedAttribute[Any]]


def _sources(hidden: Collection[Kind]) -> list[_Source]:
    return [source for source in (*_spoken(), *_mails()) if source[0] not in hidden]


def _mails() -> Iterator[_Source]:
    """Mails with their subject."""
    told = select(Mail.created_at, Mail.id, Mail.caller_id, Mail.subject, Mail.body).where(
        Mail.caller_id.is_not(None)
    )
    yield Kind.MAIL, told.where(Mail.assignment_id.is_(None)), Mail.created_at, Mail.caller_id
    yield Kind.RELAY, told.where(Mail.assignment_id.is_not(None)), Mail.created_at, Mail.caller_id


def _spoken() -> tuple[_Source, ...]:
    """What is read, each as the row of the history in which it is shown: moment, id, whose, text."""
    return (
        (
            Kind.MESSAGE,
            select(Message.created_at, Message.id, Message.caller_id, Message.body).where(
                Message.caller_id.is_not(None)
            ),
            Message.created_at,
            Message.caller_id,
        ),
        (
            Kind.CONTACT,
            select(Contact.at, Contact.id, Contact.caller_id, Contact.words).where(
                Contact.words.is_not(None)
            ),
            Contact.at,
            Contact.caller_id,
        ),
        (
            Kind.NOTE,
            select(Note.at, Note.id, Note.caller_id, Note.words).where(
                Note.removed_at.is_(None), Note.caller_id.is_not(None)
            ),
            Note.at,
            Note.caller_id,
        ),
        (
            Kind.CALL,
            select(Call.started_at, Call.id, Call.caller_id, Voicemail.transcript)
            .join(Voicemail, Voicemail.call_id == Call.id)
            .where(Voicemail.transcript.is_not(None), Call.caller_id.is_not(None)),
            Voicemail.created_at,
            Call.caller_id,
        ),
        (
            Kind.CALLBACK,
            select(Callback.due_at, Callback.id, Assignment.caller_id, Report.words)
            .join(Report, Report.callback_id == Callback.id)
            .join(Assignment, Assignment.id == Callback.assignment_id)
            .where(Report.words.is_not(None)),
            Report.at,
            Assignment.caller_id,
        ),
    )


_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}


def _matching(
    kind: Kind, rows: Sequence[Any], wanted: Sequence[str], most: int | None
) -> Iterator[tuple[Place, int, str]]:
    """Yield the rows in which all these words stand; of each text only so many letters are read."""
    beginnings = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in wanted]
    for moment, row_id, owner, *texts in rows:
        text = "\n".join(texts)[:most]
        folded = bare(text)
        if all(begins.search(folded) for begins in beginnings):
            yield Place(moment, _RANK[kind], row_id), owner, text


def _excerpt(text: str, sought: str) -> str:
    """Return the words around the first place where the sought one begins."""
    parts = text.split()
    first = next((i for i, part in enumerate(parts) if any(w.startswith(sought) for w in words(part))), 0)
    begin = max(0, first - 8)
    shown = " ".join(parts[begin:])
    cut = shown[: 2 * _AROUND].rsplit(" ", 1)[0] if len(shown) > 2 * _AROUND else shown
    return ("… " if begin else "") + cut + (" …" if len(cut) < len(shown) else "")
