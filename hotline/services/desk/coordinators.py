"""Who has a place at the desk: invited, given a role, taken away; never the last coordinator."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Coordinator, Passkey
from hotline.models.status import Role
from hotline.services.desk import presence

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_LONGEST_ADDRESS = 254
_LONGEST_NAME = 80


class CannotChange(HotlineError):
    """Somebody's place at the desk cannot be changed like that."""


def key(email: str) -> str:
    """Return how an e-mail address is written where it is looked up."""
    return email.strip().casefold()


def by_email(session: Session, email: str) -> Coordinator | None:
    """Return who has this address."""
    return session.scalar(select(Coordinator).where(Coordinator.email_index == key(email)))


def everybody(session: Session) -> list[Coordinator]:
    """Return all who have a place at the desk, the first come first."""
    return list(session.scalars(select(Coordinator).order_by(Coordinator.id)))


def add(
    session: Session, email: str, at: datetime, *, name: str = "", role: Role | None = None
) -> tuple[Coordinator, bool]:
    """Return who has this address, and whether they are new; raises CannotChange for no address.

    Whoever is there already keeps name and role unless others are given.
    """
    email = email.strip()
    if not _ADDRESS.fullmatch(email) or len(email) > _LONGEST_ADDRESS:
        raise CannotChange(f"« {email} » n’est pas une adresse électronique, comme prenom@exemple.fr.")
    known = by_email(session, email)
    if known is None:
        known = Coordinator(
            name=tidy(name),
            email=email,
            email_index=key(email),
            role=role or Role.COORDINATOR,
            fs_uniquifier=secrets.token_hex(16),
            created_at=at,
        )
        session.add(known)
        session.flush()
        return known, True
    if name:
        known.name = tidy(name)
    if role is not None:
        change_role(session, known, role, at)
    return known, False


def tidy(name: str) -> str:
    """Return a name on one line, no longer than a list can show."""
    return " ".join(name.split())[:_LONGEST_NAME].rstrip()


def close(session: Session, coordinator: Coordinator, at: datetime) -> None:
    """Take password, code and passkeys away and sign out everywhere: only a new link opens the desk."""
    coordinator.password = coordinator.tf_primary_method = coordinator.tf_totp_secret = None
    coordinator.mf_recovery_codes = coordinator.tf_last_counter = None
    coordinator.fs_uniquifier = secrets.token_hex(16)
    for passkey in session.scalars(select(Passkey).where(Passkey.coordinator_id == coordinator.id)):
        session.delete(passkey)
    presence.end(session, coordinator.id, at)
    session.flush()


def change_role(session: Session, coordinator: Coordinator, role: Role, at: datetime) -> bool:
    """Give another role, which ends their browsers; False when they have it already.

    Raises CannotChange for the last coordinator.
    """
    if coordinator.role is role:
        return False
    _leave_one(session, coordinator)
    coordinator.role = role
    presence.end(session, coordinator.id, at)
    session.flush()
    return True


def remove(session: Session, coordinator: Coordinator) -> None:
    """Take somebody's place at the desk away; raises CannotChange for the last coordinator."""
    _leave_one(session, coordinator)
    session.delete(coordinator)
    session.flush()


def _leave_one(session: Session, leaving: Coordinator) -> None:
    if leaving.role is not Role.COORDINATOR:
        return
    others = (
        select(Coordinator.id)
        .where(Coordinator.role == Role.COORDINATOR, Coordinator.active, Coordinator.id != leaving.id)
        .with_for_update()
    )
    if not session.scalars(others).all():
        raise CannotChange(
            "C’est la dernière personne à la coordination : donnez d’abord ce rôle à quelqu’un d’autre."
        )
