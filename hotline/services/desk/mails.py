"""Mails as the desk reads them: lists by key, newest first; one mail with what belongs to it.

Those that a person and their volunteer write to each other are in no list: only their files show them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.orm import Session, defer, lazyload, selectinload

from hotline import phone
from hotline.models import Address, Caller, Mail, OutboxRow, Request, Volunteer
from hotline.models.status import CallerState, Direction, OutboxState
from hotline.phone import PhoneNumber
from hotline.services import requests
from hotline.services.desk import inbox
from hotline.services.desk.who import Who, who

AT_ONCE: Final = 30
ANSWER: Final = "answer"
_OTHERS, _RELAYED = 5, 20
_NOT_LEFT: Final = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.DOUBTFUL, OutboxState.FAILED)


class Tab(StrEnum):
    """One list of mails."""

    UNANSWERED = "unanswered"
    STRANGERS = "strangers"
    AUTOMATIC = "automatic"
    ALL = "all"


@dataclass(frozen=True)
class Item:
    """One mail with the person, or else the volunteer, whose it is; both None when nobody knows."""

    mail: Mail
    caller: Who | None
    volunteer: Volunteer | None


@dataclass(frozen=True)
class Part:
    """A part of a list; `next_after` is the last mail shown when others follow."""

    items: Sequence[Item]
    next_after: int | None


@dataclass(frozen=True)
class Opened:
    """One mail with all that its page shows; `proposal` is a number in it that is not in the file."""

    item: Item
    request: Request | None
    proposal: PhoneNumber | None
    others: Sequence[Mail]
    not_left: Sequence[OutboxRow]


def part(session: Session, tab: Tab, *, after: int | None = None, limit: int = AT_ONCE) -> Part:
    """Return a list's mails that come after one of them, newest first; without their words."""
    rows = _mails().where(_is_in(tab)).options(defer(Mail.body))
    last = session.get(Mail, after) if after is not None else None
    if last is not None:
        rows = rows.where(tuple_(Mail.created_at, Mail.id) < tuple_(last.created_at, last.id))
    found = _items(session, rows.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(limit + 1))
    return Part(found[:limit], found[limit - 1].mail.id if len(found) > limit else None)


def oldest_unanswered(session: Session, limit: int) -> list[Item]:
    """Return the mails that wait for an answer, the oldest first."""
    rows = _mails().where(_is_in(Tab.UNANSWERED)).options(defer(Mail.body))
    return _items(session, rows.order_by(Mail.created_at, Mail.id).limit(limit))


def count_unanswered(session: Session) -> int:
    """Return how many mails wait for an answer, a hundred when there are more."""
    return inbox.bounded(session, select(Mail.id).where(_is_in(Tab.UNANSWERED)))


def one(session: Session, mail_id: int) -> Opened | None:
    """Return one mail; None when there is none, or when it is between a person and their volunteer."""
    found = _items(session, _mails().where(Mail.id == mail_id, Mail.assignment_id.is_(None)))
    if not found:
        return None
    item = found[0]
    caller = session.get(Caller, item.mail.caller_id) if item.mail.caller_id else None
    return Opened(
        item=item,
        request=requests.current(session, caller.id) if caller else None,
        proposal=proposal(item.mail, caller),
        others=_others(session, item.mail),
        not_left=not_left(session, other_side(item.mail)),
    )


def relayed(session: Session, assignment_id: int) -> list[Mail]:
    """Return the last mails that a person and their volunteer wrote to each other, newest first."""
    theirs = select(Mail).where(Mail.assignment_id == assignment_id, Mail.direction == Direction.INBOUND)
    return list(session.scalars(theirs.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(_RELAYED)))


def not_left(session: Session, address: str) -> list[OutboxRow]:
    """Return what somebody of the team wrote to an address and has not left yet, or never will."""
    written = (
        select(OutboxRow)
        .join(Address, Address.id == OutboxRow.address_id)
        .where(
            Address.address_index == address.lower(),
            OutboxRow.kind == ANSWER,
            OutboxRow.state.in_(_NOT_LEFT),
        )
    )
    return list(session.scalars(written.order_by(OutboxRow.id.desc()).limit(_OTHERS)))


def other_side(mail: Mail) -> str:
    """Return the address with which we exchange a mail."""
    return mail.from_address if mail.direction is Direction.INBOUND else mail.to_address


def proposal(mail: Mail, caller: Caller | None) -> PhoneNumber | None:
    """Return the number that stands in a mail, unless it is in the person's file already."""
    if mail.proposed_number is None:
        return None
    try:
        number = phone.parse(mail.proposed_number)
    except phone.InvalidNumber:
        return None
    known = {one.number for one in caller.phones} if caller else set()
    return None if number.e164 in known else number


def parts_of(mail: Mail) -> tuple[str, str]:
    """Return what a mail says, and what it quotes."""
    at = len(mail.body) if mail.quoted_at is None else mail.quoted_at
    return mail.body[:at].strip(), mail.body[at:].strip()


def _mails() -> Select[Mail, Caller, Volunteer]:
    return (
        select(Mail, Caller, Volunteer)
        .outerjoin(Caller, Caller.id == Mail.caller_id)
        .outerjoin(Volunteer, Volunteer.id == Mail.volunteer_id)
        .options(selectinload(Caller.phones), lazyload(Volunteer.phone))
    )


def _is_in(tab: Tab) -> ColumnElement[bool]:
    """Tell, within a query, which mails a list has; conditions are worded as those of their index."""
    if tab is Tab.UNANSWERED:
        return and_(
            Mail.answered_at.is_(None),
            Mail.assignment_id.is_(None),
            Mail.from_index.is_not(None),
            ~Mail.automatic,
        )
    ours = Mail.assignment_id.is_(None)
    if tab is Tab.AUTOMATIC:
        return and_(ours, Mail.automatic)
    if tab is Tab.STRANGERS:
        nobody = or_(Mail.caller_id.is_(None), Caller.state == CallerState.UNREACHABLE)
        inbound = Mail.direction == Direction.INBOUND
        return and_(ours, ~Mail.automatic, inbound, Mail.volunteer_id.is_(None), nobody)
    return ours


def _others(session: Session, mail: Mail) -> list[Mail]:
    """Return the last mails with the same person, or from the same address when nobody is known."""
    address = Mail.from_index == mail.from_address.lower()
    same = Mail.caller_id == mail.caller_id if mail.caller_id else address
    rows = select(Mail).where(same, Mail.assignment_id.is_(None), Mail.id != mail.id)
    newest = rows.order_by(Mail.created_at.desc(), Mail.id.desc()).limit(_OTHERS).options(defer(Mail.body))
    return list(session.scalars(newest))


def _items(session: Session, rows: Select[*tuple[Any, ...]]) -> list[Item]:
    return [
        Item(mail, who(caller) if caller else None, volunteer)
        for mail, caller, volunteer in session.execute(rows)
    ]
