"""What the system keeps for itself: the outbox, alerts, heartbeats, the audit log, the wrapped index key."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import BlindIndex, Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, one_of, pointer
from hotline.models.mail import Address
from hotline.models.people import Phone
from hotline.models.status import OutboxState


class OutboxRow(Base):
    """A text to a telephone or a mail to an address, to be sent: the row is the truth.

    A mail has a `subject` and perhaps `headers` of its own. `sender` is the number that sends a text, where
    the association has several; None for the first.
    """

    __tablename__ = "outbox"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("addresses.id"), index=True)
    sender: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(Sealed("outbox.subject"))
    headers: Mapped[dict[str, str] | None] = mapped_column(SealedJson("outbox.headers"))
    body: Mapped[str] = mapped_column(Sealed("outbox.body"))
    state: Mapped[OutboxState] = mapped_column(one_of(OutboxState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    error_code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(200))

    phone: Mapped[Phone | None] = relationship(lazy="joined")
    address: Mapped[Address | None] = relationship()

    @property
    def telephone(self) -> Phone:
        """The telephone of a text; raises ValueError for a mail."""
        if self.phone is None:
            raise ValueError(f"outbox row {self.id} is a mail")
        return self.phone

    __table_args__ = (
        CheckConstraint("(phone_id IS NULL) <> (address_id IS NULL)", name="one_way"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )


class Alert(Base):
    """Something that a coordinator must see."""

    __tablename__ = "alerts"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    detail: Mapped[str | None] = mapped_column(Sealed("alerts.detail"))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(Sealed("alerts.closed_by"))

    __table_args__ = (
        Index(
            "ix_alerts_open",
            "created_at",
            "id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_alerts_closed_at", "closed_at", "id"),
        pointer("alerts", "volunteer_id"),
        {"sqlite_autoincrement": True},
    )


class SpentDay(Base):
    """What the carrier bills for one day of the line's calendar, added up as it happens; it names nobody."""

    __tablename__ = "spent_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    minutes_in: Mapped[int] = mapped_column(default=0)
    minutes_out: Mapped[int] = mapped_column(default=0)
    texts: Mapped[int] = mapped_column(default=0)
    segments: Mapped[int] = mapped_column(default=0)

    __table_args__ = ()


class Sweep(Base):
    """One comparison of the carrier's log with ours, from `since` on, a day of UTC at a time.

    `day` is the next one to read, `until` the moment up to which the log is known once it has finished. A
    `whole` one leaves no gap after the one before. Where the clock had stood still, nobody's silence counts
    before `silence_from`. What it brought home is counted as it comes.
    """

    __tablename__ = "sweeps"

    id: Mapped[Id]
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    whole: Mapped[bool] = mapped_column(default=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    silence_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    says: Mapped[str | None] = mapped_column(String(200))
    calls: Mapped[int] = mapped_column(default=0)
    voicemails: Mapped[int] = mapped_column(default=0)
    messages: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    receipts: Mapped[int] = mapped_column(default=0)
    broken: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_sweeps_finished_at", "finished_at"),
        {"sqlite_autoincrement": True},
    )


class Heartbeat(Base):
    """The last time something that must happen by itself happened."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = ()


class Fault(Base):
    """Something that is or was wrong with the line itself: what is seen of it, and what somebody was told.

    `changed_at` is when it began or ended, `known` what was told at `told_at`. Whoever tells holds it from
    `claimed_at` on.
    """

    __tablename__ = "faults"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    wrong: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    known: Mapped[bool] = mapped_column(default=False)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = ()


class AuditEntry(Base):
    """Who did what with personal data, from the command line or the desk."""

    __tablename__ = "audit"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(Sealed("audit.actor"))
    actor_index: Mapped[str | None] = mapped_column(BlindIndex("actor"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_action_at", "action", "at", "id"),
        Index("ix_audit_actor_index_at", "actor_index", "at", "id"),
        Index("ix_audit_subject_at", "subject", "at", "id"),
        {"sqlite_autoincrement": True},
    )


class IndexKey(Base):
    """The one random key of the blind indexes, wrapped by the encryption keys."""

    __tablename__ = "index_keys"

    id: Mapped[Id]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
