"""Telephones and the people behind them: callers, volunteers, listeners on shift."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import BlindIndex, Sealed, UtcDateTime
from hotline.models.base import Base, Id, one_of
from hotline.models.status import CallerState, VolunteerState


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


class Caller(Base):
    """An isolated person who made contact."""

    __tablename__ = "callers"

    id: Mapped[Id]
    names: Mapped[str | None] = mapped_column(Sealed("callers.names"))
    email: Mapped[str | None] = mapped_column(Sealed("callers.email"))
    email_index: Mapped[str | None] = mapped_column(BlindIndex("email"), index=True)
    postcode: Mapped[str | None] = mapped_column(Sealed("callers.postcode"))
    note: Mapped[str | None] = mapped_column(Sealed("callers.note"))
    language: Mapped[str] = mapped_column(String(8), default="fr")
    wished_hours: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[CallerState] = mapped_column(one_of(CallerState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phones: Mapped[list[Phone]] = relationship(secondary="caller_phones", order_by=Phone.id, viewonly=True)


class CallerPhone(Base):
    """A caller reached at a telephone: several people may share one, one person may have several."""

    __tablename__ = "caller_phones"

    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id", ondelete="CASCADE"), primary_key=True)
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), primary_key=True, index=True)

    __table_args__ = ()


class Volunteer(Base):
    """Somebody who phones callers back; capacity 0 means listener only."""

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
    state: Mapped[VolunteerState] = mapped_column(one_of(VolunteerState), index=True)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phone: Mapped[Phone] = relationship(lazy="joined", innerjoin=True)


class Shift(Base):
    """When a telephone rings for callers: an opening-hours expression between two inclusive dates."""

    __tablename__ = "shifts"

    id: Mapped[Id]
    phone_id: Mapped[int] = mapped_column(ForeignKey("phones.id"), index=True)
    available: Mapped[str] = mapped_column(String(200), default="")
    from_date: Mapped[date | None]
    until_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    phone: Mapped[Phone] = relationship(lazy="joined", innerjoin=True)
