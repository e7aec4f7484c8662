"""The inbox of voicemails: four lists that part all messages, read by key and never counted whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager, selectinload

from hotline.models import Call, Caller, Voicemail, Volunteer
from hotline.services.desk import claims
from hotline.services.desk.who import Who, who

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])

AT_ONCE: Final = 30
MANY: Final = 100
"""More than this is not counted."""


class Tab(StrEnum):
    """Where a message stands for the desk."""

    UNHEARD = "unheard"
    BEGUN = "begun"
    LATER = "later"
    HANDLED = "handled"


@dataclass(frozen=True)
class Item:
    """One message with who left it; `volunteer` is the first name of the one for whom it was left."""

    voicemail: Voicemail
    caller: Who | None
    volunteer: str | None
    holder: str | None


@dataclass(frozen=True)
class Part:
    """A part of a list; `next_after` names the last message shown when others follow."""

    items: Sequence[Item]
    next_after: int | None


_ORDER: Final[Mapping[Tab, tuple[Any, ...]]] = {
    Tab.UNHEARD: (Voicemail.telemarketing, Voicemail.created_at, Voicemail.id),
    Tab.BEGUN: (Voicemail.created_at, Voicemail.id),
    Tab.LATER: (Voicemail.snoozed_until, Voicemail.id),
    Tab.HANDLED: (Voicemail.handled_at, Voicemail.id),
}


def part(session: Session, tab: Tab, at: datetime, *, after: int | None = None, limit: int = AT_ONCE) -> Part:
    """Return a list's messages that come after one of them: the oldest first, those dealt with last first."""
    last = session.get(Voicemail, after) if after is not None else None
    rows = _items(session, _ordered(_messages().where(is_in(tab, at)), tab, last).limit(limit + 1), at)
    return Part(rows[:limit], rows[limit - 1].voicemail.id if len(rows) > limit else None)


def left_alone(session: Session, at: datetime, limit: int) -> list[Item]:
    """Return the messages that somebody has heard and nobody looks after, the oldest first."""
    rows = _messages().where(_alone(at))
    return _items(session, _ordered(rows, Tab.BEGUN, None).limit(limit), at)


def alone(at: datetime) -> Select[int]:
    """Select the messages that `left_alone` returns."""
    return select(Voicemail.id).where(_alone(at))


def one(session: Session, voicemail_id: int, at: datetime) -> Item | None:
    """Return one message."""
    found = _items(session, _messages().where(Voicemail.id == voicemail_id), at)
    return found[0] if found else None


def next_unheard(session: Session, at: datetime, *, after: Voicemail | None = None) -> int | None:
    """Return the message to hear after one, then from the oldest on; None when nothing is to be heard."""
    rows = select(Voicemail.id).where(is_in(Tab.UNHEARD, at))
    if after is not None:
        rows = rows.where(Voicemail.id != after.id)
        following = session.scalar(_ordered(rows, Tab.UNHEARD, after).limit(1))
        if following is not None:
            return following
    return session.scalar(_ordered(rows, Tab.UNHEARD, None).limit(1))


def count(session: Session, tab: Tab, at: datetime) -> int:
    """Return how many messages a list has, a hundred when there are more."""
    return bounded(session, select(Voicemail.id).where(is_in(tab, at)))


def bounded(session: Session, rows: Select[int]) -> int:
    """Return how many rows there are, a hundred when there are more: no count runs over everything."""
    return session.scalar(select(func.count()).select_from(rows.limit(MANY).subquery())) or 0


def is_in(tab: Tab, at: datetime) -> ColumnElement[bool]:
    """Tell, within a query, which messages a list has; conditions are worded as those of its index."""
    if tab is Tab.HANDLED:
        return Voicemail.handled_at.is_not(None)
    mine: ColumnElement[bool] = Voicemail.handled_at.is_(None)
    if tab is Tab.LATER:
        return and_(mine, Voicemail.snoozed_until.is_not(None), Voicemail.snoozed_until > at)
    mine = and_(mine, or_(Voicemail.snoozed_until.is_(None), Voicemail.snoozed_until <= at))
    if tab is Tab.UNHEARD:
        return and_(mine, Voicemail.heard_at.is_(None), not_(claims.is_held(at)))
    begun = or_(Voicemail.heard_at.is_not(None), Voicemail.claimed_at.is_not(None))
    return and_(mine, begun, or_(Voicemail.heard_at.is_not(None), claims.is_held(at)))


def _alone(at: datetime) -> ColumnElement[bool]:
    return and_(is_in(Tab.BEGUN, at), not_(claims.is_held(at)), ~Voicemail.telemarketing)


def _messages() -> Select[Voicemail, Caller, str]:
    return (
        select(Voicemail, Caller, Volunteer.first_name)
        .join(Voicemail.call)
        .outerjoin(Caller, Caller.id == Call.caller_id)
        .outerjoin(Volunteer, Volunteer.id == Voicemail.volunteer_id)
        .options(contains_eager(Voicemail.call), selectinload(Caller.phones))
    )


def _ordered(rows: Rows, tab: Tab, last: Voicemail | None) -> Rows:
    columns = _ORDER[tab]
    backwards = tab is Tab.HANDLED
    key = tuple(getattr(last, column.key) for column in columns) if last else ()
    if key and None not in key:
        here = tuple_(*columns)
        rows = rows.where(here < key if backwards else here > key)
    return rows.order_by(*(column.desc() if backwards else column for column in columns))


def _items(session: Session, rows: Select[Voicemail, Caller, str], at: datetime) -> list[Item]:
    return [
        Item(voicemail, who(caller) if caller else None, volunteer, claims.holder(voicemail, at))
        for voicemail, caller, volunteer in session.execute(rows)
    ]
