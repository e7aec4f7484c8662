"""Finds people: by the beginnings of their names, by a number in any format, by an address."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, Select, exists, func, intersect, select, tuple_
from sqlalchemy.orm import Session, selectinload

from hotline import phone
from hotline.models import Caller, CallerPhone, NameToken, Phone, Request
from hotline.models.naming import SHORTEST, token, words
from hotline.models.status import CallerState, RequestState

PAGE = 50
_MANY = 2_000
_REACH, _FURTHER = 2_000, 8
_DIGITS = re.compile(r"[\d\s().,/+\-]*\d[\d\s().,/+\-]*")


class Advice(StrEnum):
    """Why nothing, or not everything, was looked up."""

    THREE_LETTERS = "three_letters"
    WHOLE_NUMBER = "whole_number"


@dataclass(frozen=True)
class Found:
    """A page of people, whoever made contact last first; `after` names where the next page begins."""

    people: Sequence[Caller]
    after: str | None = None
    advice: Advice | None = None


def recent(session: Session, after: str | None = None, limit: int = PAGE) -> Found:
    """Return everybody, a page at a time."""
    return _page(session, select(Caller.id, Caller.last_contact_at).where(_whole()), after, limit)


def without_number(session: Session, after: str | None = None, limit: int = PAGE) -> Found:
    """Return who waits for a call at a number that nobody knows yet."""
    waiting = (
        select(Caller.id, Caller.last_contact_at)
        .join(Request, Request.caller_id == Caller.id)
        .where(Request.state == RequestState.NEEDS_NUMBER)
    )
    return _page(session, waiting, after, limit)


def find(session: Session, typed: str, after: str | None = None, limit: int = PAGE) -> Found:
    """Return whoever matches what was typed: a number, an address, or the beginnings of all the names."""
    typed = typed.strip()
    if "@" in typed:
        return _page(session, _ids(Caller.email_index == typed.lower()), after, limit)
    if _DIGITS.fullmatch(typed):
        return _at_number(session, typed, after, limit)
    return _named(session, words(typed), after, limit)


def is_number(typed: str) -> bool:
    """Tell whether what was typed is meant as a telephone number."""
    return _DIGITS.fullmatch(typed.strip()) is not None


def _at_number(session: Session, typed: str, after: str | None, limit: int) -> Found:
    try:
        number = phone.parse(typed)
    except phone.InvalidNumber:
        return Found((), advice=Advice.WHOLE_NUMBER)
    behind = (
        select(CallerPhone.caller_id)
        .join(Phone, Phone.id == CallerPhone.phone_id)
        .where(Phone.number_index == number.e164)
    )
    return _page(session, _ids(Caller.id.in_(behind)), after, limit)


def _named(session: Session, typed: Sequence[str], after: str | None, limit: int) -> Found:
    """Look up the words of three letters and more; shorter ones only alone, as whole names ("Li")."""
    long = sorted({token(word) for word in typed if len(word) >= SHORTEST})
    looked_up = long or sorted(set(typed))
    if not looked_up:
        return Found((), advice=Advice.THREE_LETTERS)
    each = [select(NameToken.caller_id).where(NameToken.token == word) for word in looked_up]
    all_of_them = intersect(*each) if len(each) > 1 else each[0]
    matching = session.scalars(all_of_them.limit(_MANY + 1)).all()
    if len(matching) <= _MANY:
        found = _page(session, _ids(Caller.id.in_(matching)), after, limit)
    else:
        found = _walked(session, looked_up, after, limit)
    return found if long else Found(found.people, found.after, Advice.THREE_LETTERS)


def _walked(session: Session, looked_up: Sequence[str], after: str | None, limit: int) -> Found:
    """Walk back from the last contact, further each time, when so many match that sorting all would be slow.

    Each walk is fenced by its own limit: no database's guess about how common a name is can make it slow.
    """
    everybody, reach = session.scalar(select(func.max(Caller.id))) or 0, _REACH
    while True:
        walk = _newest_first(_ids(), after, reach).subquery()
        named = select(walk.c.id, walk.c.last_contact_at)
        for word in looked_up:
            named = named.where(exists().where(NameToken.token == word, NameToken.caller_id == walk.c.id))
        newest_first = named.order_by(walk.c.last_contact_at.desc(), walk.c.id.desc()).limit(limit + 1)
        rows = session.execute(newest_first).all()
        if len(rows) > limit or reach >= everybody:
            return _shown(session, rows, limit)
        reach *= _FURTHER


def _whole() -> ColumnElement[bool]:
    return Caller.state != CallerState.MERGED


def _ids(*which: ColumnElement[bool]) -> Select[int, datetime]:
    return select(Caller.id, Caller.last_contact_at).where(_whole(), *which)


def _page(session: Session, people: Select[int, datetime], after: str | None, limit: int) -> Found:
    """Take one page of ids first: sorting whole sealed rows would cost more than finding them."""
    return _shown(session, session.execute(_newest_first(people, after, limit + 1)).all(), limit)


def _newest_first(people: Select[int, datetime], after: str | None, limit: int) -> Select[int, datetime]:
    if (begin := _read(after)) is not None:
        people = people.where(tuple_(Caller.last_contact_at, Caller.id) < tuple_(*begin))
    return people.order_by(Caller.last_contact_at.desc(), Caller.id.desc()).limit(limit)


def _shown(session: Session, rows: Sequence[Row[int, datetime]], limit: int) -> Found:
    shown = [row.id for row in rows[:limit]]
    whole = by_ids(session, shown)
    people = [whole[caller_id] for caller_id in shown]
    last = people[-1] if len(rows) > limit else None
    return Found(people, _written(last.last_contact_at, last.id) if last else None)


def _written(at: datetime, caller_id: int) -> str:
    return f"{at.isoformat()}~{caller_id}"


def _read(after: str | None) -> tuple[datetime, int] | None:
    """Read where a page begins; an address that nobody of ours wrote begins at the top."""
    moment, _, caller_id = (after or "").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(caller_id)) if at.tzinfo else None
    except ValueError:
        return None


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Caller]:
    """Return people by their ids, with their telephones."""
    whole = select(Caller).options(selectinload(Caller.phones)).where(Caller.id.in_(ids))
    return {one.id: one for one in session.scalars(whole)}
