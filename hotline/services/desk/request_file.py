"""One request with all that the desk shows of it: the person, what led to it, who was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Caller, Contact, Message, Request, Volunteer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    AssignmentState,
    CallOutcome,
    ContactKind,
    RequestKind,
)
from hotline.services.rounds.told import full_name

_MOST_CONTACTS = 20
_MOST_OFFERS = 50


@dataclass(frozen=True)
class Led:
    """One contact that led to a request; `words` are those of a text or of who typed it in."""

    kind: ContactKind
    at: datetime
    outcome: CallOutcome | None
    words: str | None
    author: str | None


@dataclass(frozen=True)
class Asked:
    """One volunteer who was offered a request or given it, and what became of that."""

    assignment_id: int
    volunteer_id: int
    name: str
    state: AssignmentState
    kind: RequestKind
    cover: bool
    errand: bool
    offered_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None


@dataclass(frozen=True)
class RequestFile:
    """A request, the person, and their story together; `held` is who was offered it or holds it now."""

    request: Request
    caller: Caller
    contacts: Sequence[Led]
    offers: Sequence[Asked]

    @property
    def held(self) -> Asked | None:
        """Who was offered the request or holds it."""
        held = (one for one in self.offers if one.state in HELD_ASSIGNMENT)
        return next((one for one in held if not (one.cover or one.errand)), None)


def read(session: Session, request_id: int) -> RequestFile | None:
    """Return a request's file, None when there is none."""
    request = session.get(Request, request_id)
    if request is None:
        return None
    caller = session.get_one(Caller, request.caller_id)
    return RequestFile(request, caller, _contacts(session, request), _offers(session, request))


def _contacts(session: Session, request: Request) -> list[Led]:
    """Return the last contacts that belong to a request, the latest first."""
    contacts = session.scalars(
        select(Contact)
        .where(Contact.request_id == request.id)
        .order_by(Contact.at.desc(), Contact.id.desc())
        .limit(_MOST_CONTACTS)
    ).all()
    ids = [contact.id for contact in contacts]
    outcomes = _outcomes(session, request.caller_id, ids)
    texts = _texts(session, request.caller_id, ids)
    return [
        Led(
            kind=one.kind,
            at=one.at,
            outcome=outcomes.get(one.id),
            words=one.words or texts.get(one.id),
            author=one.author,
        )
        for one in contacts
    ]


def _outcomes(session: Session, caller_id: int, contact_ids: Sequence[int]) -> Mapping[int, CallOutcome]:
    rows = session.execute(
        select(Call.contact_id, Call.outcome).where(
            Call.caller_id == caller_id, Call.contact_id.in_(contact_ids)
        )
    )
    return {contact_id: outcome for contact_id, outcome in rows if contact_id}


def _texts(session: Session, caller_id: int, contact_ids: Sequence[int]) -> Mapping[int, str]:
    rows = session.execute(
        select(Message.contact_id, Message.body).where(
            Message.caller_id == caller_id, Message.contact_id.in_(contact_ids)
        )
    )
    return {contact_id: body for contact_id, body in rows if contact_id}


def _offers(session: Session, request: Request) -> list[Asked]:
    """Return who was asked, the latest first."""
    rows = session.execute(
        select(Assignment, Volunteer.first_name, Volunteer.last_name)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Assignment.request_id == request.id)
        .order_by(Assignment.id.desc())
        .limit(_MOST_OFFERS)
    )
    return [_asked(one, full_name(first, last)) for one, first, last in rows]


def _asked(one: Assignment, name: str) -> Asked:
    return Asked(
        assignment_id=one.id,
        volunteer_id=one.volunteer_id,
        name=name,
        state=one.state,
        kind=one.kind,
        cover=one.covers_id is not None,
        errand=one.referral_id is not None,
        offered_at=one.offered_at,
        answer_by=one.expires_at,
        answered_at=one.answered_at,
        ended_at=one.ended_at,
        end_reason=one.end_reason,
    )
