"""Telephones and the people behind them: callers, volunteers, listeners on shift."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from hotline.db import BlindIndex, Sealed, UtcDateTime
from hotline.models.base import Base, Id, one_of, pointer
from hotline.models.status import (
    CallerState,
    Channel,
    Preference,
    TapState,
    VolunteerSource,
    VolunteerState,
)


class Phone(Base):
    """One telephone number, whoever uses it; whoever texts STOP stops texts to the number."""

    __tablename__ = "phones"

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(Sealed("phones.number"))
    number_index: Mapped[str] = mapped_column(BlindIndex("phone"), unique=True)
    textable: Mapped[bool]
    telemarketing: Mapped[bool]
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def departement(postcode: str | None) -> str | None:
    """Return the département of a postcode, three figures overseas; None without one."""
    if not postcode or len(postcode) < 2:
        return None
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


class Caller(Base):
    """An isolated person who made contact; the contact person is told only with `contact_consent`.

    A file that was merged into another names it in `merged_into_id`. `line` is the number that they use,
    where the association has several.
    """

    __tablename__ = "callers"

    id: Mapped[Id]
    names: Mapped[str | None] = mapped_column(Sealed("callers.names"))
    email: Mapped[str | None] = mapped_column(Sealed("callers.email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"), index=True)
    postcode: Mapped[str | None] = mapped_column(Sealed("callers.postcode"))
    departement_index: Mapped[str | None] = mapped_column(BlindIndex("departement"))
    note: Mapped[str | None] = mapped_column(Sealed("callers.note"))
    language: Mapped[str] = mapped_column(String(8), default="fr")
    wished_hours: Mapped[str] = mapped_column(String(200), default="")
    prefers: Mapped[Preference] = mapped_column(one_of(Preference), default=Preference.STEADY)
    channel: Mapped[Channel] = mapped_column(one_of(Channel), default=Channel.PHONE)
    line: Mapped[str | None] = mapped_column(String(20))
    hears_association: Mapped[bool] = mapped_column(default=False)
    takes_machine_messages: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str | None] = mapped_column(Sealed("callers.contact_name"))
    contact_phone_id: Mapped[int | None] = mapped_column(ForeignKey("phones.id"))
    contact_consent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[CallerState] = mapped_column(one_of(CallerState))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)

    contact_phone: Mapped[Phone | None] = relationship(foreign_keys=[contact_phone_id])
    phones: Mapped[list[Phone]] = relationship(secondary="caller_phones", order_by=Phone.id, viewonly=True)

    @validates("email")
    def _keep_address(self, _name: str, email: str | None) -> str | None:
        self.email_index = email.lower() if email else None
        return email

    @validates("postcode")
    def _keep_departement(self, _name: str, postcode: str | None) -> str | None:
        self.departement_index = departement(postcode)
        return postcode

    __table_args__ = (
        Index("ix_callers_last_contact_at", "last_contact_at", "id"),
        Index("ix_callers_departement_index", "departement_index", "id"),
        Index("ix_callers_created_at", "created_at"),
        pointer("callers", "contact_phone_id"),
        {"sqlite_autoincrement": True},
    )


class CallerPhone(Base):
    """A caller reached at a telephone: several people may share one, one person may have several."""

    __tablename__ = "caller_phones"

    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"), primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), primary_key=True, index=True)

    __table_args__ = ()


class Volunteer(Base):
    """Somebody who phones callers back; capacity 0 means listener only.

    `quiet` are hours in which they are left alone; `weekly_cap` the calls a week they make at most, None for
    no cap. A trainee works in tandem with their mentor. With `takes_calls` their recurring callers who phone
    the line are put through to them inside their hours. With `by_mail` they also write to callers who want
    mails. `platform_id` is their profile at the Réserve civique.
    """

    __tablename__ = "volunteers"

    id: Mapped[Id]
    first_name: Mapped[str] = mapped_column(Sealed("volunteers.first_name"))
    last_name: Mapped[str] = mapped_column(Sealed("volunteers.last_name"))
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), unique=True)
    email: Mapped[str | None] = mapped_column(Sealed("volunteers.email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"), index=True)
    birth_date: Mapped[str | None] = mapped_column(Sealed("volunteers.birth_date"))
    postcode: Mapped[str | None] = mapped_column(Sealed("volunteers.postcode"))
    note: Mapped[str | None] = mapped_column(Sealed("volunteers.note"))
    languages: Mapped[str] = mapped_column(String(80), default="fr")
    available: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int] = mapped_column(default=1)
    on_site: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[str] = mapped_column(String(200), default="")
    weekly_cap: Mapped[int | None]
    trainee: Mapped[bool] = mapped_column(default=False)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("volunteers.id"))
    takes_calls: Mapped[bool] = mapped_column(default=True)
    by_mail: Mapped[bool] = mapped_column(default=False)
    source: Mapped[VolunteerSource] = mapped_column(one_of(VolunteerSource), default=VolunteerSource.HAND)
    platform_id: Mapped[str | None] = mapped_column(String(20), unique=True)
    charter_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    privacy_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    guardian_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pin_index: Mapped[str | None] = mapped_column(BlindIndex("pin"), unique=True)
    state: Mapped[VolunteerState] = mapped_column(one_of(VolunteerState), index=True)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phone: Mapped[Phone] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (pointer("volunteers", "mentor_id"), {"sqlite_autoincrement": True})

    @validates("email")
    def _keep_address(self, _name: str, email: str | None) -> str | None:
        self.email_index = email.lower() if email else None
        return email


class Shift(Base):
    """When a telephone rings for callers: an opening-hours expression between two inclusive dates.

    `line` is the number whose callers it hears, where the association has several; None for all.
    """

    __tablename__ = "shifts"

    id: Mapped[Id]
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), index=True)
    available: Mapped[str] = mapped_column(String(200), default="")
    from_date: Mapped[date | None]
    until_date: Mapped[date | None]
    line: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phone: Mapped[Phone] = relationship(lazy="joined", innerjoin=True)


class Absence(Base):
    """Days on which a volunteer is away, both included; `until_date` None until they come back."""

    __tablename__ = "absences"

    id: Mapped[Id]
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    from_date: Mapped[date]
    until_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_absences_over_at", "over_at", "from_date"), {"sqlite_autoincrement": True})


class Link(Base):
    """A link to one volunteer's page, known by its keyed hash: it ends, and it can be revoked."""

    __tablename__ = "links"

    id: Mapped[Id]
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    token_index: Mapped[str] = mapped_column(BlindIndex("link"), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)


class Tap(Base):
    """A volunteer tapped "Appeler": the line rings their telephone first, once, then the caller's."""

    __tablename__ = "taps"

    id: Mapped[Id]
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"))
    state: Mapped[TapState] = mapped_column(one_of(TapState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    error: Mapped[str | None] = mapped_column(String(200))

    volunteer: Mapped[Volunteer] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("ix_taps_state_created_at", "state", "created_at"),
        {"sqlite_autoincrement": True},
    )


class Attempt(Base):
    """One try to get in with a secret (a PIN), kept so that guessing stays slow; `who` is the telephone."""

    __tablename__ = "attempts"

    id: Mapped[Id]
    what: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(BlindIndex("attempt"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_attempts_what_at", "what", "at"), {"sqlite_autoincrement": True})
