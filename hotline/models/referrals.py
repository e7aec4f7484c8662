"""Needs that are no conversation: partner structures, and what was passed on to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hotline.db import Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, one_of
from hotline.models.status import LegalStatus, Need, ReferralChannel, ReferralState, ReferralStepKind


class Partner(Base):
    """A structure that takes needs over: what (`needs`, comma-separated), where, when (opening hours), who.

    `area` are postcodes or départements, comma-separated; empty is everywhere. `platform_id` is that of
    the Réserve civique.
    """

    __tablename__ = "partners"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200))
    legal_status: Mapped[LegalStatus] = mapped_column(one_of(LegalStatus))
    approval: Mapped[str | None] = mapped_column(String(200))
    needs: Mapped[str] = mapped_column(String(120), default="")
    area: Mapped[str] = mapped_column(String(400), default="")
    hours: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str | None] = mapped_column(Sealed("partners.contact_name"))
    phone: Mapped[str | None] = mapped_column(Sealed("partners.phone"))
    email: Mapped[str | None] = mapped_column(Sealed("partners.email"))
    address: Mapped[str | None] = mapped_column(Sealed("partners.address"))
    postcode: Mapped[str | None] = mapped_column(Sealed("partners.postcode"))
    city: Mapped[str | None] = mapped_column(String(120))
    website: Mapped[str | None] = mapped_column(String(300))
    siret: Mapped[str | None] = mapped_column(String(20))
    rna: Mapped[str | None] = mapped_column(String(20))
    platform_id: Mapped[str | None] = mapped_column(String(20), unique=True)
    note: Mapped[str | None] = mapped_column(Sealed("partners.note"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Referral(Base):
    """A need of a caller to be taken over by a partner, followed until answered.

    `partner_id` is None until one is chosen; `words` are what was said of the need, `passed_on` what the
    partner was told; without `consent_at` nothing is passed on. `act_at` is when the clock looks at it next.
    Since `errand_at` volunteers who live near are asked to meet it themselves.
    """

    __tablename__ = "referrals"

    id: Mapped[Id]
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    need: Mapped[Need] = mapped_column(one_of(Need))
    state: Mapped[ReferralState] = mapped_column(one_of(ReferralState))
    channel: Mapped[ReferralChannel | None] = mapped_column(one_of(ReferralChannel))
    words: Mapped[str | None] = mapped_column(Sealed("referrals.words"))
    passed_on: Mapped[str | None] = mapped_column(Sealed("referrals.passed_on"))
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_source: Mapped[str | None] = mapped_column(Sealed("referrals.consent_source"))
    author: Mapped[str] = mapped_column(Sealed("referrals.author"))
    answer: Mapped[str | None] = mapped_column(Sealed("referrals.answer"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    act_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    errand_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)

    partner: Mapped[Partner | None] = relationship()

    __table_args__ = (
        Index("ix_referrals_state_created_at", "state", "created_at", "id"),
        Index("ix_referrals_state_act_at", "state", "act_at"),
        {"sqlite_autoincrement": True},
    )


class ReferralStep(Base):
    """One step in the life of a referral: who took it, when, with which partner, whether it was taken back.

    `before` is what a step that can be taken back has changed, as it was.
    """

    __tablename__ = "referral_steps"

    id: Mapped[Id]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"), index=True)
    kind: Mapped[ReferralStepKind] = mapped_column(one_of(ReferralStepKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(Sealed("referral_steps.actor"))
    detail: Mapped[str | None] = mapped_column(Sealed("referral_steps.detail"))
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("referral_steps.before"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_referral_steps_at", "at"), {"sqlite_autoincrement": True})
