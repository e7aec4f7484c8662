"""What coordinators must see of a need: raised once per cause, closed by itself when somebody has acted."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from hotline.models import Alert, Referral
from hotline.services import alerts

REPORTED: Final = "need_reported"
WAITING: Final = "need_waiting"
SILENT: Final = "partner_silent"


def raise_for(
    session: Session, referral: Referral, kind: str, at: datetime, *, detail: str | None = None
) -> bool:
    """Raise an alert about a referral, unless one of the same kind is open still."""
    if session.scalar(select(Alert.id).where(*_open(referral), Alert.kind == kind)) is not None:
        return False
    key = f"{_prefix(referral)}{kind}:{referral.reminders}:{at:%Y%m%d%H%M}"
    return alerts.raise_alert(session, kind, key, at, detail=detail, caller_id=referral.caller_id)


def settle(session: Session, referral: Referral, at: datetime, *, actor: str) -> None:
    """Close the alerts about a referral: somebody has acted."""
    session.execute(update(Alert).where(*_open(referral)).values(closed_at=at, closed_by=actor))


def _open(referral: Referral) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Alert.closed_at.is_(None), Alert.key.startswith(_prefix(referral), autoescape=True)


def _prefix(referral: Referral) -> str:
    return f"referral:{referral.id}:"
