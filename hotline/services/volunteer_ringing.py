"""How far the ringing of a volunteer's own telephone has come, after they tapped "Appeler"."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.models import Call, Tap, Volunteer
from hotline.models.status import CallOutcome, TapState

_IS_NEWS = timedelta(minutes=10)


class Ringing(StrEnum):
    """What a volunteer reads while their telephone is to ring, and afterwards."""

    SOON = "soon"
    NOW = "now"
    OVER = "over"
    IN_VAIN = "in_vain"
    FAILED = "failed"
    DOUBTFUL = "doubtful"


_BEFORE_THE_CALL = {
    TapState.QUEUED: Ringing.SOON,
    TapState.DIALLING: Ringing.SOON,
    TapState.FAILED: Ringing.FAILED,
    TapState.DOUBTFUL: Ringing.DOUBTFUL,
}


def of(session: Session, volunteer: Volunteer, callback_id: int, at: datetime) -> Ringing | None:
    """Return how far the ringing for one of their calls has come, None when it is no news."""
    found = session.execute(
        select(Tap, Call.outcome)
        .outerjoin(Call, Call.sid == Tap.sid)
        .where(
            Tap.volunteer_id == volunteer.id,
            Tap.callback_id == callback_id,
            Tap.created_at > at - _IS_NEWS,
        )
        .order_by(Tap.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    tap, outcome = found
    if tap.state is not TapState.PLACED:
        return _BEFORE_THE_CALL[tap.state]
    if outcome in {None, CallOutcome.IN_PROGRESS}:
        return Ringing.NOW
    return Ringing.IN_VAIN if tap.error else Ringing.OVER
