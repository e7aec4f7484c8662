"""The tables, and the moves between their states."""

from hotline.models.base import Base
from hotline.models.contacts import Call, Contact, EarlyReceipt, Message, RingLeg, Voicemail
from hotline.models.moves import move
from hotline.models.people import Caller, CallerPhone, Phone, Shift, Volunteer
from hotline.models.requests import Assignment, Callback, Request
from hotline.models.system import Alert, AuditEntry, Heartbeat, IndexKey, OutboxRow

__all__ = [
    "Alert",
    "Assignment",
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
    "Message",
    "OutboxRow",
    "Phone",
    "Request",
    "RingLeg",
    "Shift",
    "Voicemail",
    "Volunteer",
    "move",
]
