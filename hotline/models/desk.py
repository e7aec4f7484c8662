"""The coordinators' desk: who signs in, what they write down, decide and take back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import BlindIndex, Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, one_of
from hotline.models.status import Role


class Coordinator(Base):
    """Somebody who signs in at the desk; without a password until they have followed their one-time link."""

    __tablename__ = "coordinators"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Sealed("coordinators.name"))
    email: Mapped[str] = mapped_column(Sealed("coordinators.email"))
    email_index: Mapped[str] = mapped_column(BlindIndex("email"), unique=True)
    role: Mapped[Role] = mapped_column(one_of(Role), default=Role.COORDINATOR)
    language: Mapped[str] = mapped_column(String(8), default="fr")
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(20))
    tf_totp_secret: Mapped[str | None] = mapped_column(Sealed("coordinators.tf_totp_secret"))
    tf_last_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(SealedJson("coordinators.mf_recovery_codes"))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    theme: Mapped[str] = mapped_column(String(8), default="auto")
    large_text: Mapped[bool] = mapped_column(default=False)
    shortcuts: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A device that signs a coordinator in without a password (WebAuthn)."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(SealedJson("passkeys.transports"))
    extensions: Mapped[str | None] = mapped_column(Sealed("passkeys.extensions"))
    name: Mapped[str] = mapped_column(Sealed("passkeys.name"))
    usage: Mapped[str] = mapped_column(String(16))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(32))
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskSession(Base):
    """A browser in which a coordinator is signed in, until `over_at`."""

    __tablename__ = "desk_sessions"

    id: Mapped[Id]
    token_index: Mapped[str] = mapped_column(BlindIndex("desk_session"), unique=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    agent: Mapped[str] = mapped_column(Sealed("desk_sessions.agent"))
    address: Mapped[str] = mapped_column(Sealed("desk_sessions.address"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime] = mapped_column(UtcDateTime)

    coordinator: Mapped[Coordinator] = relationship(lazy="joined", innerjoin=True)


class Invitation(Base):
    """A one-time link with which a coordinator chooses their password."""

    __tablename__ = "invitations"

    id: Mapped[Id]
    token_index: Mapped[str] = mapped_column(BlindIndex("invitation"), unique=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeptForm(Base):
    """What somebody had typed when their session ended: given back to them alone once they are in again."""

    __tablename__ = "kept_forms"

    id: Mapped[Id]
    token_index: Mapped[str] = mapped_column(BlindIndex("kept_form"), unique=True)
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("coordinators.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Sealed("kept_forms.path"))
    fields: Mapped[list[list[str]]] = mapped_column(SealedJson("kept_forms.fields"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Note(Base):
    """Words that the desk keeps in somebody's file."""

    __tablename__ = "notes"

    id: Mapped[Id]
    caller_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"))
    volunteer_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id", ondelete="CASCADE"))
    voicemail_id: Mapped[int | None] = mapped_column(ForeignKey("voicemails.id", ondelete="SET NULL"))
    author: Mapped[str] = mapped_column(Sealed("notes.author"))
    words: Mapped[str] = mapped_column(Sealed("notes.words"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_notes_caller_id_at", "caller_id", "at"),
        Index("ix_notes_volunteer_id_at", "volunteer_id", "at"),
        Index("ix_notes_at", "at"),
        {"sqlite_autoincrement": True},
    )


class Boundary(Base):
    """The line does not ring for a caller until a date: they hear kind words instead."""

    __tablename__ = "boundaries"

    id: Mapped[Id]
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Sealed("boundaries.reason"))
    author: Mapped[str] = mapped_column(Sealed("boundaries.author"))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Merge(Base):
    """Two files of one person made one; `moved` tells what was where, so that it can be undone."""

    __tablename__ = "merges"

    id: Mapped[Id]
    kept_id: Mapped[int] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(Sealed("merges.author"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved: Mapped[dict[str, Any]] = mapped_column(SealedJson("merges.moved"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NameToken(Base):
    """The beginning of a word of a caller's names, keyed: found by three letters, never read."""

    __tablename__ = "name_tokens"

    token: Mapped[str] = mapped_column(BlindIndex("name"), primary_key=True)
    caller_id: Mapped[int] = mapped_column(
        ForeignKey("callers.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    __table_args__ = ()


class Choice(Base):
    """One thing that the desk decided about the line; the newest of a name wins over the settings file.

    Rows are only ever added: taking a decision back adds the earlier value anew.
    """

    __tablename__ = "choices"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), index=True)
    value: Mapped[Any] = mapped_column(SealedJson("choices.value"))
    author: Mapped[str] = mapped_column(Sealed("choices.author"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyFigure(Base):
    """One figure of one local day, counted once the day is over: three years of statistics in a blink."""

    __tablename__ = "daily_figures"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]

    __table_args__ = ()
