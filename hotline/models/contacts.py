"""What people did: calls with their ringing legs and voicemails, and messages."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import BlindIndex, Sealed, UtcDateTime
from hotline.models.base import Base, Id, one_of, pointer
from hotline.models.people import Caller, Phone
from hotline.models.requests import Request
from hotline.models.status import (
    CallOutcome,
    ContactKind,
    Direction,
    LegState,
    TranscriptState,
    VoicemailState,
)


class Contact(Base):
    """One contact of a caller, whatever the way; it belongs to the request that it opened or joined.

    One typed in by hand has `words` and an `author`.
    """

    __tablename__ = "contacts"

    id: Mapped[Id]
    kind: Mapped[ContactKind] = mapped_column(one_of(ContactKind))
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(Sealed("contacts.words"))
    author: Mapped[str | None] = mapped_column(Sealed("contacts.author"))

    request: Mapped[Request | None] = relationship()

    __table_args__ = (
        Index("ix_contacts_at", "at", "id"),
        Index("ix_contacts_caller_id_at", "caller_id", "at"),
        {"sqlite_autoincrement": True},
    )


class Call(Base):
    """One call on the line (a bridge's second leg is part of its call), known by the carrier's SID.

    `machine` tells whether an answering machine picked up a bridge, None until known; `put_through_id` is the
    caller's own volunteer, whose telephone rings first in their hours, and for whom a message is. `block` are
    the numbers around the caller's. `minutes` are those that the carrier bills for its own leg, None until it
    is over; `joined_minutes` those of the legs joined to it, up to that of `joined_sid`.
    """

    __tablename__ = "calls"

    id: Mapped[Id]
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    from_number: Mapped[str] = mapped_column(Sealed("calls.from_number"))
    to_number: Mapped[str] = mapped_column(Sealed("calls.to_number"))
    forwarded_from: Mapped[str | None] = mapped_column(Sealed("calls.forwarded_from"))
    withheld: Mapped[bool] = mapped_column(default=False)
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"))
    outcome: Mapped[CallOutcome] = mapped_column(one_of(CallOutcome))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recordings_sought_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempt: Mapped[int] = mapped_column(default=0)
    attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rung_seconds: Mapped[int] = mapped_column(default=0)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"))
    machine: Mapped[bool | None]
    block: Mapped[str | None] = mapped_column(BlindIndex("block"))
    minutes: Mapped[int | None]
    joined_minutes: Mapped[int] = mapped_column(default=0)
    joined_sid: Mapped[str | None] = mapped_column(String(34))
    put_through_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))

    caller: Mapped[Caller | None] = relationship()
    contact: Mapped[Contact | None] = relationship()

    __table_args__ = (
        Index("ix_calls_started_at", "started_at", "id"),
        Index("ix_calls_caller_id", "caller_id", "outcome"),
        Index("ix_calls_outcome_started_at", "outcome", "started_at"),
        Index("ix_calls_caller_id_started_at", "caller_id", "started_at", "id"),
        Index("ix_calls_answered_by_id", "answered_by_id", "started_at"),
        Index("ix_calls_block_started_at", "block", "started_at"),
        pointer("calls", "volunteer_id"),
        pointer("calls", "put_through_id"),
        {"sqlite_autoincrement": True},
    )


class RingLeg(Base):
    """One listener's telephone in one ringing attempt of a call."""

    __tablename__ = "ring_legs"

    id: Mapped[Id]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), index=True)
    attempt: Mapped[int]
    sid: Mapped[str | None] = mapped_column(String(34))
    state: Mapped[LegState] = mapped_column(one_of(LegState))

    phone: Mapped[Phone] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (UniqueConstraint("call_id", "attempt", "phone_id"), {"sqlite_autoincrement": True})


_OPEN = "handled_at IS NULL"


def _listed(name: str, *columns: str, only: str) -> Index:
    """One list of messages, in the order in which it is shown."""
    rows = text(only)
    return Index(f"ix_voicemails_{name}", *columns, "id", sqlite_where=rows, postgresql_where=rows)


class Voicemail(Base):
    """A message left on the line; its audio is fetched into our own store.

    `volunteer_id` is the steady volunteer for whom it was left, who may hear it; one with `telemarketing`
    comes last in every list. Whoever claimed it holds it until `claimed_at` is too old. `peaks` are 200
    bytes, the loudest moments; `reliability` is the mean log-probability of the transcript, 0 at best.
    """

    __tablename__ = "voicemails"

    id: Mapped[Id]
    recording_sid: Mapped[str] = mapped_column(String(34), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    duration: Mapped[int | None]
    state: Mapped[VoicemailState] = mapped_column(one_of(VoicemailState))
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(Sealed("voicemails.claimed_by"))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("coordinators.id", ondelete="SET NULL"))
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    telemarketing: Mapped[bool] = mapped_column(default=False)
    transcript: Mapped[str | None] = mapped_column(Sealed("voicemails.transcript"))
    transcript_state: Mapped[TranscriptState] = mapped_column(
        one_of(TranscriptState), default=TranscriptState.WAITING
    )
    reliability: Mapped[float | None]
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    peaks: Mapped[bytes | None] = mapped_column(LargeBinary)
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"), index=True)

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_voicemails_state_try_at", "state", "try_at"),
        Index("ix_voicemails_created_at", "created_at", "id"),
        _listed("unheard", "telemarketing", "created_at", only=f"{_OPEN} AND heard_at IS NULL"),
        _listed("begun", "created_at", only=f"{_OPEN} AND (heard_at IS NOT NULL OR claimed_at IS NOT NULL)"),
        _listed("claimed", "claimed_at", only=f"{_OPEN} AND claimed_at IS NOT NULL"),
        _listed("snoozed", "snoozed_until", only=f"{_OPEN} AND snoozed_until IS NOT NULL"),
        _listed("handled", "handled_at", only="handled_at IS NOT NULL"),
        Index("ix_voicemails_transcript_state", "transcript_state", "created_at"),
        {"sqlite_autoincrement": True},
    )


class Message(Base):
    """One text (SMS) received or accepted by the carrier, known by its SID."""

    __tablename__ = "messages"

    id: Mapped[Id]
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    from_number: Mapped[str] = mapped_column(Sealed("messages.from_number"))
    to_number: Mapped[str] = mapped_column(Sealed("messages.to_number"))
    body: Mapped[str] = mapped_column(Sealed("messages.body"))
    status: Mapped[str] = mapped_column(String(24))
    error_code: Mapped[int | None]
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_messages_created_at", "created_at", "id"),
        Index("ix_messages_caller_id_created_at", "caller_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )


class EarlyReceipt(Base):
    """A receipt that came before the answer of the request which sent its text."""

    __tablename__ = "early_receipts"

    sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    status: Mapped[str] = mapped_column(String(24))
    error_code: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = ()
