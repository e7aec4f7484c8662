"""The tables, and the moves between their states."""

from hotline.models.base import Base
from hotline.models.contacts import Call, Contact, EarlyReceipt, Message, RingLeg, Voicemail
from hotline.models.moves import move
from hotline.models.people import (
    Absence,
    Attempt,
    Caller,
    CallerPhone,
    Link,
    Phone,
    Shift,
    Tap,
    Volunteer,
)
from hotline.models.requests import Assignment, Callback, Report, Request, Step
from hotline.models.system import Alert, AuditEntry, Heartbeat, IndexKey, OutboxRow

__all__ = [
    "Absence",
    "Alert",
    "Assignment",
    "Attempt",
    "AuditEntry",
    "Base",
    "Call",
    "Callback",
    "Caller",
    "CallerPhone",
    "Contact",
    "EarlyReceipt",
    "Heartbeat",
    "IndexKey",
    "Link",
    "Message",
    "OutboxRow",
    "Phone",
    "Report",
    "Request",
    "RingLeg",
    "Shift",
    "Step",
    "Tap",
    "Voicemail",
    "Volunteer",
    "move",
]
