"""Who may do what at the desk."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.models.status import Role


class Right(StrEnum):
    """One thing that a role may do."""

    TODAY = "today"
    VOICEMAILS = "voicemails"
    PEOPLE = "people"
    CONTACTS = "contacts"
    REQUESTS = "requests"
    REFERRALS = "referrals"
    VOLUNTEERS = "volunteers"
    ROSTER = "roster"
    GREETINGS = "greetings"
    STATISTICS = "statistics"
    AUDIT = "audit"
    SETTINGS = "settings"
    ACCOUNT = "account"
    TEAM = "team"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset(Right),
    Role.LISTENER: frozenset({Right.TODAY, Right.VOICEMAILS, Right.PEOPLE, Right.CONTACTS, Right.ACCOUNT}),
    Role.STATISTICS: frozenset({Right.STATISTICS, Right.ACCOUNT}),
    Role.TECHNICAL: frozenset({Right.SETTINGS, Right.AUDIT, Right.STATISTICS, Right.ACCOUNT}),
}


def may(role: Role, right: Right) -> bool:
    """Tell whether a role may do something."""
    return right in RIGHTS[role]
