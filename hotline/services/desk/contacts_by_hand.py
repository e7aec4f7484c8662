"""A contact that somebody of the team types in: a call or a text on the handset, a visit, a letter."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import (
    Alert,
    Assignment,
    Boundary,
    Call,
    Caller,
    CallerPhone,
    Contact,
    Mail,
    Merge,
    Message,
    Note,
    Request,
)
from hotline.models.status import CallerState, ContactKind, RequestState
from hotline.services import assignments, cells, people, requests
from hotline.services.desk import merges, phones
from hotline.services.desk.refusals import Refused, Why
from hotline.services.line import Line

KINDS = (
    ContactKind.HANDSET_CALL,
    ContactKind.HANDSET_MESSAGE,
    ContactKind.VISIT,
    ContactKind.LETTER,
)
LONGEST_AGO = timedelta(days=366)
_SAME_WITHIN = timedelta(minutes=10)
_FREE = frozenset({RequestState.WAITING, RequestState.NEEDS_NUMBER})


@dataclass(frozen=True)
class Typed:
    """What was typed in: somebody known (`caller_id`), or a name and perhaps a number."""

    kind: ContactKind
    words: str
    wants_call: bool
    at: datetime
    caller_id: int | None = None
    names: str = ""
    number: str = ""


@dataclass(frozen=True)
class Noted:
    """The contact, who made it, and whether it had been typed in a moment ago already."""

    contact: Contact
    caller: Caller
    again: bool = False


def note(session: Session, line: Line, typed: Typed, *, author: str, at: datetime) -> Noted:
    """Log a contact, with the person it needs and the request that it joins or opens.

    Whoever wants no call opens no request. Raises Refused, and what `cells.phone` raises for a number.
    """
    if typed.at > at:
        raise Refused(Why.IN_THE_FUTURE)
    if typed.at < at - LONGEST_AGO:
        raise Refused(Why.IN_THE_PAST)
    known = _known(session, line, typed, at)
    if (same := _same(session, typed, known, author)) is not None:
        return same
    caller = known or _somebody_new(session, line, typed, at)
    if typed.wants_call:
        contact = requests.contact(session, caller, typed.kind, typed.at)
        assignments.tell_of_contact(session, line, contact, at)
    else:
        contact = requests.contact_apart(session, caller, typed.kind, typed.at)
        contact.request = requests.open_request(session, caller)
    contact.words, contact.author = typed.words or None, author
    caller.last_contact_at = max(caller.last_contact_at, typed.at)
    session.flush()
    return Noted(contact, caller)


def take_back(session: Session, contact: Contact) -> bool:
    """Remove a contact, and the request and the file that it made unless something happened since.

    Return whether its request goes on.
    """
    caller = session.get_one(Caller, contact.caller_id)
    request = requests.open_request(session, caller) if contact.request_id else None
    session.delete(contact)
    session.flush()
    goes_on = request is not None and request.id == contact.request_id and not _undone(session, request)
    if caller.created_at < contact.at or not _empty(session, caller):
        earlier = session.scalar(select(func.max(Contact.at)).where(Contact.caller_id == caller.id))
        caller.last_contact_at = earlier or caller.created_at
        return goes_on
    session.execute(delete(CallerPhone).where(CallerPhone.caller_id == caller.id))
    session.delete(caller)
    session.flush()
    return goes_on


def withdraw(session: Session, request: Request) -> None:
    """Take back a request opened by hand; raises Refused when something hangs on it already."""
    if not _undone(session, request):
        raise Refused(Why.REQUEST_MOVED_ON)


def _known(session: Session, line: Line, typed: Typed, at: datetime) -> Caller | None:
    """Return the person picked, or the one known at the number when no name says that it is another."""
    if typed.caller_id is not None:
        caller = session.get(Caller, typed.caller_id)
        if caller is None:
            raise Refused(Why.NOBODY)
        return merges.survivor(caller, session)
    if not typed.number:
        return None
    phone = people.phone_for(session, cells.phone(typed.number, line), at)
    if people.volunteer_at(session, phone) is not None:
        raise Refused(Why.NUMBER_OF_TEAM)
    return None if typed.names else people.caller_at(session, phone)


def _somebody_new(session: Session, line: Line, typed: Typed, at: datetime) -> Caller:
    """Make a file; without a number, the request that it opens needs one first."""
    state = CallerState.ACTIVE if typed.number else CallerState.UNREACHABLE
    caller = people.new_caller(session, state, typed.at)
    caller.names, caller.created_at = typed.names or None, at
    session.flush()
    if typed.number:
        phones.link(session, caller, people.phone_for(session, cells.phone(typed.number, line), at))
    return caller


def _same(session: Session, typed: Typed, known: Caller | None, author: str) -> Noted | None:
    """Return the contact that was typed in a moment ago with the same words, if it was."""
    near = (
        select(Contact, Caller)
        .join(Caller, Caller.id == Contact.caller_id)
        .where(
            Contact.at.between(typed.at - _SAME_WITHIN, typed.at + _SAME_WITHIN),
            Contact.kind == typed.kind,
        )
        .order_by(Contact.at.desc())
        .limit(100)
    )
    for contact, caller in session.execute(near):
        person = caller.id == known.id if known else (caller.names or "") == typed.names
        if person and contact.author == author and (contact.words or "") == typed.words:
            return Noted(contact, caller, again=True)
    return None


def _undone(session: Session, request: Request) -> bool:
    """Delete a request on which nothing hangs; False when something does."""
    session.refresh(request, with_for_update=True)
    hanging = (
        select(Contact.id).where(Contact.request_id == request.id),
        select(Assignment.id).where(Assignment.request_id == request.id),
    )
    if request.state not in _FREE or any(session.scalar(row.limit(1)) for row in hanging):
        return False
    session.delete(request)
    session.flush()
    return True


def _empty(session: Session, caller: Caller) -> bool:
    """Tell whether a file holds nothing: it was made for the contact that went."""
    if any(getattr(caller, name) for names in merges.FILLED[1:] for name in names):
        return False
    rows = (
        select(Alert.id).where(Alert.caller_id == caller.id),
        select(Boundary.id).where(Boundary.caller_id == caller.id),
        select(Call.id).where(Call.caller_id == caller.id),
        select(Merge.id).where(or_(Merge.kept_id == caller.id, Merge.merged_id == caller.id)),
        select(Contact.id).where(Contact.caller_id == caller.id),
        select(Request.id).where(Request.caller_id == caller.id),
        select(Note.id).where(Note.caller_id == caller.id),
        select(Message.id).where(Message.caller_id == caller.id),
        select(Mail.id).where(Mail.caller_id == caller.id),
    )
    return not any(session.scalar(row.limit(1)) for row in rows)
