"""Alerts as the desk lists them: open or closed, with whom they are about; closing one can be undone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, Update, select, tuple_, update
from sqlalchemy.orm import Session, selectinload

from hotline.models import Alert, Caller, Volunteer
from hotline.services.desk.who import Who, who

NOBODYS: Final = frozenset({"nobody_takes", "uncovered"})
TEXTS: Final = frozenset({"not_understood"})
UNSENT: Final = frozenset({"text_failed"})
APART: Final = NOBODYS | TEXTS | UNSENT
AT_ONCE: Final = 30


@dataclass(frozen=True)
class Shown:
    """An alert with whom it is about; `volunteer` is a first name."""

    alert: Alert
    caller: Who | None
    volunteer: str | None


@dataclass(frozen=True)
class Part:
    """A part of a list; `next_after` names the last alert shown when others follow."""

    alerts: Sequence[Shown]
    next_after: int | None


def opened(session: Session, kinds: Collection[str], limit: int) -> list[Shown]:
    """Return the open alerts of some kinds, the oldest first."""
    return _shown(session, _open().where(Alert.kind.in_(kinds)).limit(limit))


def others(session: Session, limit: int) -> list[Shown]:
    """Return the open alerts of all kinds that have no place of their own, the oldest first."""
    return _shown(session, _open().where(Alert.kind.not_in(APART)).limit(limit))


def part(session: Session, *, closed: bool, after: int | None = None) -> Part:
    """Return the open alerts, the oldest first, or the closed ones, the last closed first."""
    last = session.get(Alert, after) if after is not None else None
    rows = _closed(last) if closed else _open(last)
    found = _shown(session, rows.limit(AT_ONCE + 1))
    return Part(found[:AT_ONCE], found[AT_ONCE - 1].alert.id if len(found) > AT_ONCE else None)


def close(session: Session, alert_id: int, author: str, at: datetime) -> bool:
    """Close an alert; False when somebody else has closed it."""
    closing = update(Alert).where(Alert.id == alert_id, Alert.closed_at.is_(None))
    return _changed(session, closing.values(closed_at=at, closed_by=author))


def reopen(session: Session, alert_id: int) -> bool:
    """Open an alert again; False when it is open."""
    opening = update(Alert).where(Alert.id == alert_id, Alert.closed_at.is_not(None))
    return _changed(session, opening.values(closed_at=None, closed_by=None))


def _changed(session: Session, change: Update) -> bool:
    return session.scalar(change.returning(Alert.id)) is not None


def _alerts() -> Select[Alert, Caller, str]:
    return (
        select(Alert, Caller, Volunteer.first_name)
        .outerjoin(Caller, Caller.id == Alert.caller_id)
        .outerjoin(Volunteer, Volunteer.id == Alert.volunteer_id)
        .options(selectinload(Caller.phones))
    )


def _open(last: Alert | None = None) -> Select[Alert, Caller, str]:
    rows = _alerts().where(Alert.closed_at.is_(None)).order_by(Alert.created_at, Alert.id)
    if last is not None:
        rows = rows.where(tuple_(Alert.created_at, Alert.id) > (last.created_at, last.id))
    return rows


def _closed(last: Alert | None) -> Select[Alert, Caller, str]:
    rows = _alerts().where(Alert.closed_at.is_not(None))
    if last is not None and last.closed_at is not None:
        rows = rows.where(tuple_(Alert.closed_at, Alert.id) < (last.closed_at, last.id))
    return rows.order_by(Alert.closed_at.desc(), Alert.id.desc())


def _shown(session: Session, rows: Select[Alert, Caller, str]) -> list[Shown]:
    return [
        Shown(alert, who(caller) if caller else None, volunteer)
        for alert, caller, volunteer in session.execute(rows)
    ]
