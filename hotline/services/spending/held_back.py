"""Texts that wait although they are due: the line has sent as many as it may in a day.

What is written for a day is bounded by the outbox; this holds for what piled up before, and for second tries.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import OutboxRow, SpentDay
from hotline.models.status import OutboxState
from hotline.services import outbox
from hotline.services.line import Line

_AT_ONCE = 100
_TOO_MANY = "le plafond de SMS du jour était atteint, et le lendemain c'est trop tard"


def hold_back(session: Session, line: Line, at: datetime) -> None:
    """Put off to the next day what is due over the ceiling; what would come too late fails instead."""
    sent = session.scalar(select(SpentDay.texts).where(SpentDay.day == line.day(at))) or 0
    if sent < outbox.ordinary(line):
        return
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.due_at <= at,
            OutboxRow.phone_id.is_not(None),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    if sent < line.config.limits.sms_per_day:
        due = due.where(OutboxRow.kind.not_in(outbox.URGENT))
    for row in session.scalars(due).all():
        _put_off(session, line, row, at)


def _put_off(session: Session, line: Line, row: OutboxRow, at: datetime) -> None:
    outbox.tell_ceiling(session, line, at)
    later = outbox.decently(session, line, row.telephone, outbox.tomorrow(line, at))
    if later is None or later >= row.expires_at:
        outbox.fail(session, row, None, _TOO_MANY)
    else:
        row.due_at = later
