"""How far the mailbox was read: one clock at a time reads it, from where the last one stopped."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Mailbox
from hotline.services import people

FOLDER = "INBOX"
EVERY = timedelta(seconds=60)


def is_resting(now: ColumnElement[datetime], horizon: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Tell, within a query, whether the mailbox was looked at so lately that nobody needs to look.

    `horizon` is EVERY from now: a look that is planned for later comes from a clock that was set back.
    """
    return and_(Mailbox.folder == FOLDER, Mailbox.look_at > now, Mailbox.look_at <= horizon)


def claim(session: Session, at: datetime) -> bool:
    """Take it upon us to look now; False when another clock does, or has just done so."""
    if people.insert_once(session, Mailbox, "folder", _fresh(at)) is not None:
        return True
    taken = session.execute(
        update(Mailbox)
        .where(
            Mailbox.folder == FOLDER,
            or_(Mailbox.look_at <= at, Mailbox.look_at > at + EVERY),
        )
        .values(look_at=at + EVERY)
        .returning(Mailbox.folder)
    )
    return taken.scalar() is not None


def opened(session: Session, uid_validity: int, uid_next: int) -> Mailbox:
    """Return how far it was read. Where the server has numbered anew, all is read again.

    What lies there when we look for the very first time is history up to `history_uid`.
    """
    box = session.scalars(_held()).one()
    if box.uid_validity != uid_validity:
        box.history_uid = uid_next - 1 if box.uid_validity is None else 0
        box.uid_validity, box.last_uid = uid_validity, 0
    return box


def read_to(session: Session, uid_validity: int, uid: int) -> None:
    """Note that every mail up to a UID was read; another numbering meanwhile keeps its own count."""
    session.execute(
        update(Mailbox)
        .where(Mailbox.folder == FOLDER, Mailbox.uid_validity == uid_validity, Mailbox.last_uid < uid)
        .values(last_uid=uid)
    )


def left(session: Session, at: datetime, *, more: bool) -> None:
    """Note that it was reached and read; with `more` waiting it is looked at again at once."""
    box = session.scalars(_held()).one()
    box.read_at, box.down_since, box.says = at, None, None
    if more:
        box.look_at = at


def away(session: Session, says: str, at: datetime) -> None:
    """Note that it cannot be read, since when, and why."""
    box = session.scalars(_held()).one()
    box.down_since = box.down_since or at
    box.says = says[:200]


def wake(session: Session, at: datetime) -> None:
    """Let it be looked at now: the server says that a mail has come."""
    session.execute(update(Mailbox).where(Mailbox.folder == FOLDER).values(look_at=at))


def _held() -> Select[Mailbox]:
    return select(Mailbox).where(Mailbox.folder == FOLDER).with_for_update()


def _fresh(at: datetime) -> dict[str, object]:
    return {"folder": FOLDER, "last_uid": 0, "history_uid": 0, "look_at": at + EVERY}
