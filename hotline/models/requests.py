"""From a caller who waits to a volunteer who phones: requests, assignments, callbacks."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import UtcDateTime
from hotline.models.base import Base, Id, one_of
from hotline.models.status import (
    HELD_ASSIGNMENT,
    OPEN_REQUEST,
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    Need,
    RequestKind,
    RequestState,
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
        Index("ix_requests_caller_id", "caller_id"),
        {"sqlite_autoincrement": True},
    )


class Assignment(Base):
    """A caller given to a volunteer; a request is held by one volunteer at most."""

    __tablename__ = "assignments"

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    caller_id: Mapped[int] = mapped_column(ForeignKey("callers.id"), index=True)
    volunteer_id: Mapped[int] = mapped_column(ForeignKey("volunteers.id"))
    kind: Mapped[RequestKind] = mapped_column(one_of(RequestKind))
    cadence: Mapped[str | None] = mapped_column(String(200))
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
            sqlite_where=text(_HELD),
            postgresql_where=text(_HELD),
        ),
        Index("ix_assignments_request_id", "request_id"),
        Index("ix_assignments_volunteer_id_state", "volunteer_id", "state"),
        Index("ix_assignments_state_expires_at", "state", "expires_at"),
        {"sqlite_autoincrement": True},
    )


class Callback(Base):
    """One planned call of an assignment; a missed one is a row, so it is seen."""

    __tablename__ = "callbacks"

    id: Mapped[Id]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[CallbackState] = mapped_column(one_of(CallbackState))
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration: Mapped[int | None]
    outcome: Mapped[CallbackOutcome | None] = mapped_column(one_of(CallbackOutcome))

    __table_args__ = (Index("ix_callbacks_state_due_at", "state", "due_at"), {"sqlite_autoincrement": True})
