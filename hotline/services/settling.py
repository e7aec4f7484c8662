"""Calls of which no news came: the clock asks the carrier, and what it answers settles them.

A lost webhook must neither lose a message nor leave a caller "on the telephone" for ever.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.models import Call
from hotline.models.status import CallOutcome
from hotline.services import calls, voicemails
from hotline.services.line import Line
from hotline.telephony.base import CarrierRecording

ASK_AFTER = timedelta(seconds=15)
ASK_AGAIN = timedelta(minutes=5)
_LONGEST_DOWNTIME = timedelta(days=30)


Moment = datetime | BindParameter[datetime]


def unsettled(session: Session, at: datetime, limit: int) -> list[Call]:
    """Return the calls to ask the carrier about, oldest first."""
    due = select(Call).where(is_unsettled(**limits(at))).order_by(Call.started_at).limit(limit)
    return list(session.scalars(due))


def limits(at: datetime) -> dict[str, datetime]:
    """Return the moments between which `is_unsettled` looks."""
    return {
        "asked_before": at - ASK_AGAIN,
        "over_before": at - ASK_AFTER,
        "begun_after": at - _LONGEST_DOWNTIME,
    }


def is_unsettled(asked_before: Moment, over_before: Moment, begun_after: Moment) -> ColumnElement[bool]:
    """Tell, within a query, whether the carrier is to be asked about a call.

    It seems to last (asked every few minutes, with a message in it too), or it is over and nobody heard of a
    bridge or a message (asked once).
    """
    asked = Call.recordings_sought_at
    lasting = and_(
        Call.outcome == CallOutcome.IN_PROGRESS,
        Call.ended_at.is_(None),
        func.coalesce(asked, Call.started_at) < asked_before,
    )
    endless = and_(
        Call.outcome == CallOutcome.VOICEMAIL,
        Call.started_at > begun_after,
        Call.ended_at.is_(None),
        func.coalesce(asked, Call.started_at) < asked_before,
    )
    undecided = and_(Call.outcome == CallOutcome.IN_PROGRESS, Call.ended_at < over_before)
    silent = and_(
        Call.outcome == CallOutcome.HUNG_UP,
        Call.caller_id.is_not(None),
        Call.started_at > begun_after,
        Call.ended_at < over_before,
        or_(asked.is_(None), asked < Call.ended_at),
    )
    return or_(lasting, endless, undecided, silent)


def lasts(session: Session, sid: str, at: datetime) -> None:
    """The carrier says that the call goes on."""
    call = calls.by_sid(session, sid)
    if call is not None:
        call.recordings_sought_at = at


def over(
    session: Session,
    line: Line,
    sid: str,
    recordings: Sequence[CarrierRecording],
    at: datetime,
    *,
    ended_at: datetime | None = None,
) -> None:
    """The carrier says that the call is over, perhaps since when, and names its recordings.

    Without any, a listener who had pressed 1 has spoken with the caller; without one, the caller hung up.
    """
    call = calls.by_sid(session, sid)
    if call is None:
        return
    call.ended_at = call.ended_at or ended_at or at
    call.recordings_sought_at = max(at, call.ended_at)
    voicemails.found(session, line, call, recordings, at)
    if call.answered_by_id is not None:
        calls.spoken(session, line, call, at)
    calls.left(session, line, call, at)
