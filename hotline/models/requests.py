"""From a caller who waits to a volunteer who phones: requests, assignments, callbacks."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import BlindIndex, Sealed, SealedJson, UtcDateTime
from hotline.models.base import Base, Id, one_of, pointer
from hotline.models.status import (
    HELD_ASSIGNMENT,
    OPEN_REQUEST,
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    Channel,
    HolidayPolicy,
    Mood,
    Need,
    ReportSource,
    RequestKind,
    RequestState,
    StepKind,
)


def _state_among(states: Iterable[StrEnum]) -> str:
    return f"state IN ({', '.join(repr(state.value) for state in sorted(states))})"


_OPEN = _state_among(OPEN_REQUEST)
_HELD = _state_among(HELD_ASSIGNMENT)


class Request(Base):
    """A caller waits to be called back; at most one is open for a person."""

    __tablename__ = "requests"

    id: Mapped[Id]
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"))
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind), default=RequestKind.UNKNOWN)
    need: Mapped[Need] = mapped_column(one_of(Need), default=Need.LIEN)
    state: Mapped[RequestState] = mapped_column(one_of(RequestState))
    priority: Mapped[int] = mapped_column(default=0)
    cadence: Mapped[str | None] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    close_reason: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index(
            "uq_requests_open_caller",
            "caller_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_requests_state_opened_at", "state", "opened_at"),
        Index("ix_requests_board", "state", "priority", "opened_at", "id", "kind", "need", "caller_id"),
        Index("ix_requests_state_closed_at", "state", "closed_at", "id", "kind", "need", "caller_id"),
        Index("ix_requests_caller_id", "caller_id"),
        Index("ix_requests_opened_at", "opened_at"),
        {"sqlite_autoincrement": True},
    )


class Assignment(Base):
    """A caller given to a volunteer; a request is held by one volunteer at most.

    With `covers_id` it is a cover: one call of another volunteer's assignment, made in their stead; the
    request stays with the other. With `referral_id` it is an errand: a need met on the spot by a volunteer
    who lives near. `cadence` is an RRULE on the line's clock, counted from `starts_on`;
    `ends_on` is the last day included. `resumes_on` is the day on which a pause is over by itself. `relay` is
    the part of our mail address that stands for it, known by `relay_index`.
    """

    __tablename__ = "assignments"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind))
    cadence: Mapped[str | None] = mapped_column(String(200))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    channel: Mapped[Channel] = mapped_column(one_of(Channel), default=Channel.PHONE)
    visio_link: Mapped[str | None] = mapped_column(Sealed("assignments.visio_link"))
    relay: Mapped[str | None] = mapped_column(Sealed("assignments.relay"))
    relay_index: Mapped[str | None] = mapped_column(BlindIndex("relay"), unique=True)
    holidays: Mapped[HolidayPolicy] = mapped_column(one_of(HolidayPolicy), default=HolidayPolicy.KEEP)
    planned_until: Mapped[date | None]
    resumes_on: Mapped[date | None]
    covers_id: Mapped[int | None] = mapped_column(
        ForeignKey("callbacks.id", use_alter=True, name="fk_assignments_covers_id_callbacks")
    )
    referral_id: Mapped[int | None] = mapped_column(
        ForeignKey("referrals.id", use_alter=True, name="fk_assignments_referral_id_referrals")
    )
    state: Mapped[AssignmentState] = mapped_column(one_of(AssignmentState))
    offered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index(
            "uq_assignments_held_request",
            "request_id",
            unique=True,
            sqlite_where=text(f"{_HELD} AND covers_id IS NULL AND referral_id IS NULL"),
            postgresql_where=text(f"{_HELD} AND covers_id IS NULL AND referral_id IS NULL"),
        ),
        Index(
            "uq_assignments_held_errand",
            "referral_id",
            unique=True,
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        Index(
            "uq_assignments_held_cover",
            "covers_id",
            unique=True,
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        pointer("assignments", "covers_id"),
        pointer("assignments", "referral_id"),
        Index("ix_assignments_offered_at", "offered_at"),
        Index("ix_assignments_ended_at", "ended_at"),
        Index("ix_assignments_state_planned_until", "state", "planned_until"),
        Index("ix_assignments_state_resumes_on", "state", "resumes_on"),
        Index("ix_assignments_state_kind", "state", "kind", "id"),
        Index("ix_assignments_state_ended_at", "state", "ended_at", "id"),
        Index("ix_assignments_request_id", "request_id"),
        Index("ix_assignments_volunteer_id_state", "volunteer_id", "state"),
        Index("ix_assignments_state_expires_at", "state", "expires_at"),
        {"sqlite_autoincrement": True},
    )

    @hybrid_property
    def holds_request(self) -> bool:
        """Whether it holds its request: it is neither a cover nor an errand."""
        return self.covers_id is None and self.referral_id is None

    @holds_request.inplace.expression
    @classmethod
    def _holds_request(cls) -> ColumnElement[bool]:
        return and_(cls.covers_id.is_(None), cls.referral_id.is_(None))


class Callback(Base):
    """One planned call of an assignment; a missed one is a row, so it is seen.

    `occurrence` is the day of the cadence for which it stands: one row a day, also once it was moved or
    cancelled. `act_at` is when the clock looks at it next; None when nothing is left to watch.
    """

    __tablename__ = "callbacks"

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    occurrence: Mapped[date | None]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    act_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders: Mapped[int] = mapped_column(default=0)
    state: Mapped[CallbackState] = mapped_column(one_of(CallbackState))
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration: Mapped[int | None]
    outcome: Mapped[CallbackOutcome | None] = mapped_column(one_of(CallbackOutcome))
    cancel_reason: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index("ix_callbacks_state_due_at", "state", "due_at"),
        Index("ix_callbacks_state_act_at", "state", "act_at"),
        UniqueConstraint("assignment_id", "occurrence"),
        {"sqlite_autoincrement": True},
    )


class Report(Base):
    """What a volunteer tells of a call; `minutes` is the length that they remember."""

    __tablename__ = "reports"

    id: Mapped[Id]
    callback_id: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"), index=True)
    source: Mapped[ReportSource] = mapped_column(one_of(ReportSource))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    mood: Mapped[Mood | None] = mapped_column(one_of(Mood))
    minutes: Mapped[int | None]
    talks_to_others: Mapped[bool | None]
    needs_food: Mapped[bool] = mapped_column(default=False)
    needs_shops: Mapped[bool] = mapped_column(default=False)
    needs_medicines: Mapped[bool] = mapped_column(default=False)
    needs_doctor: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str | None] = mapped_column(Sealed("reports.words"))
    next_date: Mapped[date | None]

    __table_args__ = ({"sqlite_autoincrement": True},)


class Step(Base):
    """One step in the life of an assignment: who took it, when, and whether it was taken back.

    `before` is what a step that can be taken back has changed, as it was.
    """

    __tablename__ = "steps"

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    callback_id: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"))
    kind: Mapped[StepKind] = mapped_column(one_of(StepKind))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(Sealed("steps.actor"))
    detail: Mapped[str | None] = mapped_column(Sealed("steps.detail"))
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("steps.before"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = ({"sqlite_autoincrement": True},)
