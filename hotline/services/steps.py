"""The life of an assignment, step by step: what the clock or somebody did, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Callback, Step
from hotline.models.status import StepKind

CLOCK = "horloge"


def note(
    session: Session,
    assignment: Assignment,
    kind: StepKind,
    at: datetime,
    *,
    actor: str = CLOCK,
    callback: Callback | None = None,
    detail: str | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    """Write one step down; `detail` is a French sentence or a value, never a number."""
    session.add(
        Step(
            assignment_id=assignment.id,
            callback_id=callback.id if callback else None,
            kind=kind,
            at=at,
            actor=actor,
            detail=detail,
            before=before,
        )
    )


def history(session: Session, assignment: Assignment) -> list[Step]:
    """Return the steps of an assignment, oldest first."""
    return list(session.scalars(select(Step).where(Step.assignment_id == assignment.id).order_by(Step.id)))
