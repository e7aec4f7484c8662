"""One person's history in one line of time: calls, texts, mails, contacts, callbacks, steps, needs, notes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import (
    Assignment,
    Call,
    Callback,
    Contact,
    Mail,
    Message,
    Note,
    Report,
    Step,
    Voicemail,
    Volunteer,
)
from hotline.models.status import CallbackState, StepKind
from hotline.services.desk import referred_steps
from hotline.services.desk.contacts_by_hand import KINDS

PAGE = 30


class Kind(StrEnum):
    """What happened; the order decides between two things of the same moment.

    A relay is a mail between the person and their volunteer.
    """

    CALL = "call"
    MESSAGE = "message"
    CONTACT = "contact"
    CALLBACK = "callback"
    STEP = "step"
    REFERRAL = "referral"
    NOTE = "note"
    MAIL = "mail"
    RELAY = "relay"


FILTERS: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType(
    {
        "all": frozenset(Kind),
        "calls": frozenset({Kind.CALL}),
        "texts": frozenset({Kind.MESSAGE}),
        "mails": frozenset({Kind.MAIL, Kind.RELAY}),
        "contacts": frozenset({Kind.CONTACT}),
        "follow": frozenset({Kind.CALLBACK, Kind.STEP, Kind.REFERRAL}),
        "notes": frozenset({Kind.NOTE}),
    }
)
_RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}
_STEPS: Final = frozenset(
    {
        StepKind.CREATED,
        StepKind.ACCEPTED,
        StepKind.PAUSED,
        StepKind.RESUMED,
        StepKind.ENDED,
        StepKind.HANDED_OVER,
        StepKind.CALLER_SILENT,
        StepKind.CONTACT_TOLD,
        StepKind.ALERT,
    }
)


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the line of time."""

    at: datetime
    rank: int
    id: int

    @property
    def kind(self) -> Kind:
        """What it is."""
        return list(Kind)[self.rank]

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.id}"

    @classmethod
    def read(cls, text: str | None) -> "Place | None":
        """Read a place from an address; None for what nobody of ours wrote."""
        try:
            moment, rank, row = (text or "").split("~")
            at = datetime.fromisoformat(moment)
            return cls(at, int(rank), int(row)) if at.tzinfo and 0 <= int(rank) < len(Kind) else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Entry:
    """One thing that happened, with what belongs to it."""

    kind: Kind
    at: datetime
    row: Any
    voicemails: Sequence[Voicemail] = ()
    reports: Sequence[Report] = ()
    volunteer: str = ""


@dataclass(frozen=True)
class History:
    """A page of a history, newest first; `after` names where the next one begins."""

    entries: Sequence[Entry] = field(default_factory=tuple)
    after: str | None = None


def of(
    session: Session,
    caller_id: int,
    at: datetime,
    *,
    only: str = "all",
    hidden: Collection[Kind] = (),
    after: str | None = None,
    limit: int = PAGE,
) -> History:
    """Return a page of somebody's history up to a moment; what is `hidden` from the reader is left out."""
    kinds, begin = FILTERS.get(only, FILTERS["all"]).difference(hidden), Place.read(after)
    places: list[Place] = []
    for kind in kinds:
        places += _places(session, kind, caller_id, at, begin, limit + 1)
    newest = sorted(places, reverse=True)
    return History(told(session, newest[:limit]), str(newest[limit - 1]) if len(newest) > limit else None)


def told(session: Session, places: Sequence[Place]) -> list[Entry]:
    """Return what stands at some places, in their order; a query for each kind, none for each row."""
    found: dict[tuple[Kind, int], Entry] = {}
    for kind in Kind:
        ids = [place.id for place in places if place.kind is kind]
        if ids:
            found |= {(kind, entry.row.id): entry for entry in _LOADED[kind](session, ids)}
    return [found[place.kind, place.id] for place in places if (place.kind, place.id) in found]


def _places(
    session: Session, kind: Kind, caller_id: int, at: datetime, begin: Place | None, limit: int
) -> list[Place]:
    query, moment, key = _SOURCES[kind](caller_id, at)
    if begin is not None:
        query = query.where(_before(begin, _RANK[kind], moment, key))
    rows = session.execute(query.order_by(moment.desc(), key.desc()).limit(limit))
    return [Place(row[0], _RANK[kind], row[1]) for row in rows]


def _before(
    begin: Place, rank: int, moment: InstrumentedAttribute[datetime], key: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    """Tell, within a query over rows of one rank, which come after `begin` in a list newest first."""
    if rank == begin.rank:
        return tuple_(moment, key) < tuple_(begin.at, begin.id)
    return moment <= begin.at if rank < begin.rank else moment < begin.at


_Source = tuple[Select[datetime, int], InstrumentedAttribute[datetime], InstrumentedAttribute[int]]


def _owned(
    moment: InstrumentedAttribute[datetime],
    key: InstrumentedAttribute[int],
    owner: InstrumentedAttribute[Any],
    *which: ColumnElement[bool],
) -> Callable[[int, datetime], _Source]:
    """Return how rows are found that name their caller themselves."""

    def source(caller_id: int, at: datetime) -> _Source:
        return select(moment, key).where(owner == caller_id, moment <= at, *which), moment, key

    return source


def _callbacks(caller_id: int, at: datetime) -> _Source:
    query = (
        select(Callback.due_at, Callback.id)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(
            Assignment.caller_id == caller_id,
            Callback.due_at <= at,
            Callback.state != CallbackState.CANCELLED,
        )
    )
    return query, Callback.due_at, Callback.id


def _steps(caller_id: int, at: datetime) -> _Source:
    query = (
        select(Step.at, Step.id)
        .join(Assignment, Assignment.id == Step.assignment_id)
        .where(
            Assignment.caller_id == caller_id,
            Step.at <= at,
            Step.kind.in_(_STEPS),
            Step.undone_at.is_(None),
        )
    )
    return query, Step.at, Step.id


_SOURCES: Final = {
    Kind.CALL: _owned(Call.started_at, Call.id, Call.caller_id),
    Kind.MESSAGE: _owned(Message.created_at, Message.id, Message.caller_id),
    Kind.CONTACT: _owned(Contact.at, Contact.id, Contact.caller_id, Contact.kind.in_(KINDS)),
    Kind.CALLBACK: _callbacks,
    Kind.STEP: _steps,
    Kind.REFERRAL: referred_steps.source,
    Kind.NOTE: _owned(Note.at, Note.id, Note.caller_id, Note.removed_at.is_(None)),
    Kind.MAIL: _owned(Mail.created_at, Mail.id, Mail.caller_id, Mail.assignment_id.is_(None)),
    Kind.RELAY: _owned(Mail.created_at, Mail.id, Mail.caller_id, Mail.assignment_id.is_not(None)),
}


def _load_calls(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
    left = session.scalars(select(Voicemail).where(Voicemail.call_id.in_(ids)).order_by(Voicemail.id)).all()
    for call in session.scalars(select(Call).where(Call.id.in_(ids))):
        mine = [one for one in left if one.call_id == call.id]
        yield Entry(Kind.CALL, call.started_at, call, voicemails=mine)


def _load_callbacks(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
    reports = session.scalars(select(Report).where(Report.callback_id.in_(ids)).order_by(Report.id)).all()
    rows = (
        select(Callback, Volunteer.first_name)
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Callback.id.in_(ids))
    )
    for callback, first_name in session.execute(rows):
        mine = [one for one in reports if one.callback_id == callback.id]
        yield Entry(Kind.CALLBACK, callback.due_at, callback, reports=mine, volunteer=first_name)


def _load_steps(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
    rows = (
        select(Step, Volunteer.first_name)
        .join(Assignment, Assignment.id == Step.assignment_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Step.id.in_(ids))
    )
    for step, first_name in session.execute(rows):
        yield Entry(Kind.STEP, step.at, step, volunteer=first_name)


def _load_relayed(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
    rows = (
        select(Mail, Volunteer.first_name)
        .join(Assignment, Assignment.id == Mail.assignment_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .where(Mail.id.in_(ids))
    )
    for mail, first_name in session.execute(rows):
        yield Entry(Kind.RELAY, mail.created_at, mail, volunteer=first_name)


def _load_referrals(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
    return (Entry(Kind.REFERRAL, one.at, one) for one in referred_steps.told(session, ids))


_Load = Callable[[Session, Sequence[int]], Iterable[Entry]]


def _load_alone(kind: Kind, model: type[Any], moment: InstrumentedAttribute[datetime]) -> _Load:
    """Return how rows are loaded with which nothing else is shown."""

    def load(session: Session, ids: Sequence[int]) -> Iterable[Entry]:
        for row in session.scalars(select(model).where(model.id.in_(ids))):
            yield Entry(kind, getattr(row, moment.key), row)

    return load


_LOADED: Final[Mapping[Kind, _Load]] = {
    Kind.CALL: _load_calls,
    Kind.MESSAGE: _load_alone(Kind.MESSAGE, Message, Message.created_at),
    Kind.CONTACT: _load_alone(Kind.CONTACT, Contact, Contact.at),
    Kind.CALLBACK: _load_callbacks,
    Kind.STEP: _load_steps,
    Kind.REFERRAL: _load_referrals,
    Kind.NOTE: _load_alone(Kind.NOTE, Note, Note.at),
    Kind.MAIL: _load_alone(Kind.MAIL, Mail, Mail.created_at),
    Kind.RELAY: _load_relayed,
}
