"""Everything that is kept, kind by kind, as flat rows: read in portions, with no query per row."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import (
    Address,
    Assignment,
    AuditEntry,
    Call,
    Callback,
    Caller,
    CallerPhone,
    Contact,
    Message,
    OutboxRow,
    Partner,
    Phone,
    Referral,
    Request,
    Voicemail,
    Volunteer,
)

_AT_ONCE: Final = 500

Exported = dict[str, object]
Lists = Callable[[Session, Sequence[Any]], Mapping[Any, list[Any]]]


@dataclass(frozen=True)
class _Export:
    """One kind: its fields in order, the rows' own time and key.

    `list_field` holds the key in `fields`; `lists` finds what takes its place, for many rows at once.
    `otherwise` are the columns from which a field is taken where its own is empty.
    """

    fields: Mapping[str, InstrumentedAttribute[Any]]
    moment: InstrumentedAttribute[datetime]
    key: InstrumentedAttribute[int]
    joined: tuple[InstrumentedAttribute[Any], ...] = ()
    list_field: str | None = None
    lists: Lists | None = None
    otherwise: Mapping[str, InstrumentedAttribute[Any]] = field(default_factory=dict)

    def query(self, since: datetime | None) -> Select[Any]:
        """Select the fields, oldest row first."""
        columns = (field.label(name) for name, field in self.fields.items())
        query = select(*columns, *self.otherwise.values()).order_by(self.key)
        for relation in self.joined:
            query = query.outerjoin(relation)
        return query if since is None else query.where(self.moment >= since)


def columns(kind: str) -> tuple[str, ...]:
    """Return the fields of a kind; raises KeyError for an unknown one."""
    return tuple(_EXPORTS[kind].fields)


def rows(session: Session, kind: str, zone: ZoneInfo, since: datetime | None = None) -> Iterator[Exported]:
    """Yield the rows of a kind whose own time is at or after `since`, ready for JSON.

    Moments are ISO 8601 with the offset of `zone`; numbers are whole (E.164), or as the carrier gave them.
    Raises KeyError for an unknown kind.
    """
    export = _EXPORTS[kind]
    found = session.execute(export.query(since).execution_options(yield_per=_AT_ONCE))
    return chain.from_iterable(_portion(session, export, zone, part) for part in found.partitions())


def _portion(
    session: Session, export: _Export, zone: ZoneInfo, part: Sequence[Sequence[Any]]
) -> list[Exported]:
    portion = [
        {name: _plain(value, zone) for name, value in zip(export.fields, row, strict=False)} for row in part
    ]
    for place, name in enumerate(export.otherwise, len(export.fields)):
        for told, columns in zip(portion, part, strict=True):
            told[name] = _plain(columns[place], zone) if told[name] is None else told[name]
    if export.list_field and export.lists:
        lists = export.lists(session, [row[export.list_field] for row in portion])
        for row in portion:
            row[export.list_field] = lists.get(row[export.list_field], [])
    return portion


def _plain(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _contacts(session: Session, requests: Sequence[int]) -> Mapping[int, list[int]]:
    query = (
        select(Contact.request_id, Contact.id).where(Contact.request_id.in_(requests)).order_by(Contact.id)
    )
    return _grouped(session.execute(query))


def _phones(session: Session, callers: Sequence[int]) -> Mapping[int, list[str]]:
    query = (
        select(CallerPhone.caller_id, Phone.number)
        .join(Phone, Phone.id == CallerPhone.phone_id)
        .where(CallerPhone.caller_id.in_(callers))
        .order_by(Phone.id)
    )
    return _grouped(session.execute(query))


def _grouped(pairs: Any) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


def _same(*fields: InstrumentedAttribute[Any]) -> dict[str, InstrumentedAttribute[Any]]:
    """Fields exported under their own name."""
    return {field.key: field for field in fields}


_EXPORTS: Final[Mapping[str, _Export]] = MappingProxyType(
    {
        "callers": _Export(
            {
                **_same(Caller.id, Caller.names),
                "phones": Caller.id,
                **_same(Caller.state, Caller.created_at, Caller.last_contact_at),
            },
            moment=Caller.created_at,
            key=Caller.id,
            list_field="phones",
            lists=_phones,
        ),
        "contacts": _Export(
            _same(Contact.id, Contact.kind, Contact.caller_id, Contact.request_id, Contact.at),
            moment=Contact.at,
            key=Contact.id,
        ),
        "calls": _Export(
            {
                **_same(Call.sid, Call.direction),
                "from": Call.from_number,
                "to": Call.to_number,
                **_same(Call.caller_id, Call.started_at, Call.ended_at, Call.outcome),
                **_same(Call.forwarded_from, Call.withheld),
            },
            moment=Call.started_at,
            key=Call.id,
        ),
        "voicemails": _Export(
            {
                "recording_sid": Voicemail.recording_sid,
                "call_sid": Call.sid,
                "caller_id": Call.caller_id,
                **_same(Voicemail.duration, Voicemail.state, Voicemail.sha256, Voicemail.heard_at),
                **_same(Voicemail.claimed_by, Voicemail.handled_at, Voicemail.transcript),
            },
            moment=Voicemail.created_at,
            key=Voicemail.id,
            joined=(Voicemail.call,),
        ),
        "messages": _Export(
            {
                **_same(Message.sid, Message.direction),
                "from": Message.from_number,
                "to": Message.to_number,
                **_same(Message.body, Message.status, Message.error_code, Message.created_at),
            },
            moment=Message.created_at,
            key=Message.id,
        ),
        "requests": _Export(
            {
                **_same(Request.id, Request.caller_id, Request.kind, Request.need, Request.state),
                **_same(Request.opened_at),
                "contacts": Request.id,
            },
            moment=Request.opened_at,
            key=Request.id,
            list_field="contacts",
            lists=_contacts,
        ),
        "referrals": _Export(
            {
                **_same(Referral.id, Referral.caller_id, Referral.request_id),
                "partner": Partner.name,
                **_same(Referral.need, Referral.state, Referral.channel, Referral.consent_at),
                **_same(Referral.created_at, Referral.sent_at, Referral.answered_at, Referral.closed_at),
            },
            moment=Referral.created_at,
            key=Referral.id,
            joined=(Referral.partner,),
        ),
        "assignments": _Export(
            {
                **_same(Assignment.id, Assignment.request_id, Assignment.caller_id, Assignment.volunteer_id),
                **_same(Assignment.kind, Assignment.cadence, Assignment.state, Assignment.offered_at),
                **_same(Assignment.answered_at, Assignment.ended_at, Assignment.end_reason),
                **_same(Assignment.starts_on, Assignment.ends_on, Assignment.holidays, Assignment.covers_id),
                **_same(Assignment.referral_id),
            },
            moment=Assignment.offered_at,
            key=Assignment.id,
        ),
        "callbacks": _Export(
            {
                **_same(Callback.id, Callback.assignment_id, Callback.due_at, Callback.state),
                **_same(Callback.made_at, Callback.duration, Callback.outcome),
                **_same(Callback.occurrence, Callback.cancel_reason),
            },
            moment=Callback.due_at,
            key=Callback.id,
        ),
        "volunteers": _Export(
            {
                **_same(Volunteer.id, Volunteer.first_name, Volunteer.last_name),
                "phone": Phone.number,
                **_same(Volunteer.email, Volunteer.languages, Volunteer.available, Volunteer.capacity),
                **_same(Volunteer.state, Volunteer.waiting_since),
                **_same(Volunteer.quiet, Volunteer.weekly_cap, Volunteer.trainee),
            },
            moment=Volunteer.created_at,
            key=Volunteer.id,
            joined=(Volunteer.phone,),
        ),
        "audit": _Export(
            _same(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.subject),
            moment=AuditEntry.at,
            key=AuditEntry.id,
        ),
        "outbox": _Export(
            {
                **_same(OutboxRow.id, OutboxRow.kind),
                "to": Phone.number,
                **_same(OutboxRow.state, OutboxRow.attempts, OutboxRow.created_at, OutboxRow.sent_at),
                **_same(OutboxRow.error_code, OutboxRow.error),
            },
            moment=OutboxRow.created_at,
            key=OutboxRow.id,
            joined=(OutboxRow.phone, OutboxRow.address),
            otherwise={"to": Address.address},
        ),
    }
)

KINDS: Final = tuple(_EXPORTS)
