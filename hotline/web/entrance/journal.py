"""What happens at the door is written into the audit log, never with a secret."""

from typing import Any

from flask import Flask
from flask_security import (
    password_changed,
    tf_profile_changed,
    user_failed_authn,
    wan_deleted,
    wan_registered,
)
from sqlalchemy.orm import Session

from hotline.services import custody
from hotline.web.product import product

_SIGNALS = {
    "sign_in.failed": user_failed_authn,
    "password.change": password_changed,
    "one_time_code.change": tf_profile_changed,
    "passkey.add": wan_registered,
    "passkey.remove": wan_deleted,
}


def listen(app: Flask) -> None:
    """Note what Flask-Security tells."""
    for action, signal in _SIGNALS.items():
        signal.connect(_noted(action), sender=app, weak=False)


def note(user: Any, action: str) -> None:
    """Note what somebody does to their own account, in a transaction of its own."""
    product().database.run(lambda session: write(session, user, action))


def write(session: Session, user: Any, action: str) -> None:
    """Note what somebody does to their own account."""
    at = product().clock.now()
    custody.note(session, at, actor=user.email, action=action, subject=f"coordinator:{user.id}")


def _noted(action: str) -> Any:
    def heard(_app: Flask, *, user: Any, **_more: Any) -> None:
        note(user, action)

    return heard
