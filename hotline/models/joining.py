"""How volunteers come: their own registration, and whole sheets that can be taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import BlindIndex, Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, pointer


class Registration(Base):
    """Somebody registers at `/benevole`: what they typed, until the code sent to their mobile comes back.

    It becomes a volunteer (`volunteer_id`) once `verified_at` is set, and is forgotten after `expires_at`.
    """

    __tablename__ = "registrations"

    id: Mapped[Id]
    token_index: Mapped[str] = mapped_column(BlindIndex("registration"), unique=True)
    number: Mapped[str] = mapped_column(Sealed("registrations.number"))
    number_index: Mapped[str] = mapped_column(BlindIndex("phone"))
    fields: Mapped[dict[str, Any]] = mapped_column(SealedJson("registrations.fields"))
    code_index: Mapped[str | None] = mapped_column(BlindIndex("registration_code"))
    code_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))

    __table_args__ = (
        Index("ix_registrations_number_index_created_at", "number_index", "created_at"),
        Index("ix_registrations_created_at", "created_at"),
        pointer("registrations", "volunteer_id"),
        {"sqlite_autoincrement": True},
    )


class Import(Base):
    """A sheet that was imported, so that it can be taken back as a whole; `kind` is that of its headers."""

    __tablename__ = "imports"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Sealed("imports.name"))
    author: Mapped[str] = mapped_column(Sealed("imports.author"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    created: Mapped[int]
    updated: Mapped[int]
    skipped: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(Sealed("imports.undone_by"))


class ImportedRow(Base):
    """What an import did to one row of ours: `before` it and after; `before` is None when it made the row."""

    __tablename__ = "imported_rows"

    id: Mapped[Id]
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    volunteer_id: Mapped[int | None] = mapped_column(
        ForeignKey("volunteers.id", ondelete="CASCADE"), index=True
    )
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id", ondelete="CASCADE"), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("imported_rows.before"))
    after: Mapped[dict[str, Any]] = mapped_column(SealedJson("imported_rows.after"))
