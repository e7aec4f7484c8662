"""Mails: the mailbox that is read, the addresses that are written to, each mail in and out."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import BlindIndex, Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, one_of
from hotline.models.status import Direction

_UNANSWERED = "answered_at IS NULL AND assignment_id IS NULL AND from_index IS NOT NULL"


class Mailbox(Base):
    """How far a folder of the association's mailbox was read (RFC 9051: UIDs count within a UIDVALIDITY).

    `history_uid` is the last UID that was there when we first looked: what somebody has read of these is the
    past. It is looked at again from `look_at` on. `read_at` is when it was last read; `down_since` since when
    it cannot be, None while it can; `says` why, in French.
    """

    __tablename__ = "mailboxes"

    folder: Mapped[str] = mapped_column(String(120), primary_key=True)
    uid_validity: Mapped[int | None] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    history_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    look_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    down_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    says: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = ()


class Address(Base):
    """A mail address that we write to; whoever answers STOP stops our mails to it."""

    __tablename__ = "addresses"

    id: Mapped[Id]
    address: Mapped[str] = mapped_column(Sealed("addresses.address"))
    address_index: Mapped[str] = mapped_column(BlindIndex("email"), unique=True)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mail(Base):
    """One mail, known by its Message-ID; `quoted_at` is where in `body` the quoted part begins.

    `attachments` are name, type and size; `automatic` mails come from machines and are never answered;
    `proposed_number` stood in the text and is not trusted; `fault` is why it could not be read whole, in
    French; `answered_at` is when the team answered it or settled that it needs no answer. With an
    `assignment_id` it went from a caller to their volunteer or back, over the relay.
    """

    __tablename__ = "mails"

    id: Mapped[Id]
    message_index: Mapped[str] = mapped_column(BlindIndex("message_id"), unique=True)
    message_id: Mapped[str | None] = mapped_column(Sealed("mails.message_id"))
    direction: Mapped[Direction] = mapped_column(one_of(Direction))
    from_address: Mapped[str] = mapped_column(Sealed("mails.from_address"))
    from_index: Mapped[str | None] = mapped_column(BlindIndex("email"))
    from_names: Mapped[str | None] = mapped_column(Sealed("mails.from_names"))
    to_address: Mapped[str] = mapped_column(Sealed("mails.to_address"))
    subject: Mapped[str] = mapped_column(Sealed("mails.subject"))
    body: Mapped[str] = mapped_column(Sealed("mails.body"))
    quoted_at: Mapped[int | None]
    attachments: Mapped[list[dict[str, str | int]]] = mapped_column(SealedJson("mails.attachments"))
    size: Mapped[int]
    automatic: Mapped[bool] = mapped_column(default=False)
    proposed_number: Mapped[str | None] = mapped_column(Sealed("mails.proposed_number"))
    fault: Mapped[str | None] = mapped_column(String(200))
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_mails_created_at", "created_at", "id"),
        Index("ix_mails_caller_id_created_at", "caller_id", "created_at", "id"),
        Index("ix_mails_from_index_created_at", "from_index", "created_at"),
        Index("ix_mails_assignment_id_created_at", "assignment_id", "created_at"),
        Index(
            "ix_mails_unanswered",
            "created_at",
            "id",
            sqlite_where=text(f"{_UNANSWERED} AND automatic = 0"),
            postgresql_where=text(f"{_UNANSWERED} AND NOT automatic"),
        ),
        {"sqlite_autoincrement": True},
    )
