"""Words that the desk keeps in a person's file."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Caller, Note, Voicemail
from hotline.services.desk.refusals import Refused, Why


def add(
    session: Session, caller: Caller, words: str, *, author: str, at: datetime, heard: Voicemail | None = None
) -> Note:
    """Keep some words, written perhaps while a message was `heard`."""
    voicemail_id = heard.id if heard is not None else None
    note = Note(caller_id=caller.id, voicemail_id=voicemail_id, author=author, words=words.strip(), at=at)
    session.add(note)
    session.flush()
    return note


def written_from(session: Session, voicemail: Voicemail) -> list[Note]:
    """Return what was written from a message and still stands, the last first."""
    written = select(Note).where(Note.caller_id == voicemail.call.caller_id, Note.removed_at.is_(None))
    mine = written.where(Note.voicemail_id == voicemail.id)
    return list(session.scalars(mine.order_by(Note.at.desc(), Note.id.desc())))


def take_back(session: Session, note_id: int, author: str, at: datetime) -> bool:
    """Take one's own note back; False when it is somebody else's, or gone."""
    note = session.get(Note, note_id)
    if note is None or note.removed_at is not None or note.author != author:
        return False
    remove(session, note, at)
    return True


def remove(session: Session, note: Note, at: datetime) -> None:
    """Take a note out of sight; raises Refused when it is out already."""
    session.refresh(note, with_for_update=True)
    if note.removed_at is not None:
        raise Refused(Why.TAKEN_BACK_ALREADY)
    note.removed_at = at


def restore(note: Note) -> None:
    """Show a note again."""
    note.removed_at = None
