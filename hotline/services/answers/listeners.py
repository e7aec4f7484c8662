"""The one word of a listener after a call: FAIT closes the caller's request."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from callflows import commands, texts
from callflows.commands import Kind
from hotline.models import Call, Contact, Phone
from hotline.models.status import CallOutcome, RequestState
from hotline.services import alerts, requests
from hotline.services.answers.heard import Heard
from hotline.services.line import Line

_STILL_FRESH = timedelta(days=1)


def listener_says(
    session: Session,
    line: Line,
    phone: Phone,
    body: str,
    key: str,
    at: datetime,
    *,
    said_at: datetime | None = None,
) -> str:
    """FAIT after a call closes the caller's request; anything else is for the coordinators."""
    done = commands.parse(body).kind is Kind.DONE
    if done and matter_closed(session, phone.id, said_at or at):
        return texts.listener_closed(line.words)
    alerts.raise_alert(session, "not_understood", f"text:{key}", at, detail=body)
    return texts.not_understood(line.words)


def matter_closed(session: Session, phone_id: int, at: datetime) -> bool:
    """Close the request behind the call that this telephone answered last.

    False when there was none, or when the caller has a volunteer: coordinators then decide.
    """
    call = session.scalar(
        select(Call)
        .where(
            Call.answered_by_id == phone_id,
            Call.outcome == CallOutcome.ANSWERED,
            Call.started_at.between(at - _STILL_FRESH, at),
        )
        .order_by(Call.started_at.desc())
        .limit(1)
    )
    if call is None:
        return False
    contact = session.get(Contact, call.contact_id) if call.contact_id else None
    request = contact.request if contact else None
    if request is not None and request.state is RequestState.ASSIGNED:
        return False
    if request is not None:
        requests.close(session, request, "listener", at)
    return True


def listened_last(heard: Heard) -> bool:
    """Tell whether the volunteer's last conversation was one that they took as a listener on shift."""
    if heard.command.reference is not None:
        return False
    phone_id = heard.volunteer.phone_id
    listened = and_(Call.answered_by_id == phone_id, Call.outcome == CallOutcome.ANSWERED)
    phoned = and_(Call.volunteer_id == heard.volunteer.id, Call.outcome == CallOutcome.BRIDGED)
    last = heard.session.scalar(
        select(Call.answered_by_id)
        .where(or_(listened, phoned), Call.started_at.between(heard.said_at - _STILL_FRESH, heard.said_at))
        .order_by(Call.started_at.desc())
        .limit(1)
    )
    return last == phone_id
