"""The tables, and the moves between their states."""

from hotline.models.base import Base
from hotline.models.contacts import Call, Contact, EarlyReceipt, Message, RingLeg, Voicemail
from hotline.models.desk import (
    Boundary,
    Choice,
    Coordinator,
    DailyFigure,
    DeskSession,
    Invitation,
    KeptForm,
    Merge,
    NameToken,
    Note,
    Passkey,
)
from hotline.models.joining import Import, ImportedRow, Registration
from hotline.models.mail import Address, Mail, Mailbox
from hotline.models.moves import move
from hotline.models.naming import index_missing, index_names
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
from hotline.models.referrals import Partner, Referral, ReferralStep
from hotline.models.requests import Assignment, Callback, Report, Request, Step
from hotline.models.system import Alert, AuditEntry, Fault, Heartbeat, IndexKey, OutboxRow, SpentDay, Sweep

__all__ = [
    "Absence",
    "Address",
    "Alert",
    "Assignment",
    "Attempt",
    "AuditEntry",
    "Base",
    "Boundary",
    "Call",
    "Callback",
    "Caller",
    "CallerPhone",
    "Choice",
    "Contact",
    "Coordinator",
    "DailyFigure",
    "DeskSession",
    "EarlyReceipt",
    "Fault",
    "Heartbeat",
    "Import",
    "ImportedRow",
    "IndexKey",
    "Invitation",
    "KeptForm",
    "Link",
    "Mail",
    "Mailbox",
    "Merge",
    "Message",
    "NameToken",
    "Note",
    "OutboxRow",
    "Partner",
    "Passkey",
    "Phone",
    "Referral",
    "ReferralStep",
    "Registration",
    "Report",
    "Request",
    "RingLeg",
    "Shift",
    "SpentDay",
    "Step",
    "Sweep",
    "Tap",
    "Voicemail",
    "Volunteer",
    "index_missing",
    "index_names",
    "move",
]
