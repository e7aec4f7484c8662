"""One-time codes on the product's clock, each of them good once; recovery codes, each of them good once."""

from typing import Any

from flask_security import MfRecoveryCodesUtil, Totp
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from hotline.models import Coordinator
from hotline.web.entrance import journal
from hotline.web.product import product


class Codes(Totp):
    """What an authenticator application shows."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        super().__init__(secrets, issuer)
        self._totp.now = staticmethod(_now)

    def bare(self, secret: str) -> str:
        """Return a secret without the lock that it wears in the browser's cookie."""
        return str(self._totp.from_source(secret).to_json(encrypt=False))

    def get_last_counter(self, user: Any) -> int | None:
        """Return which code was used last."""
        with product().database.read() as session:
            return session.scalar(select(Coordinator.tf_last_counter).where(Coordinator.id == user.id))

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        """Note which code was used; raises UsedTokenError for the second of two who use it at once."""
        using = (
            update(Coordinator)
            .where(
                Coordinator.id == user.id,
                or_(Coordinator.tf_last_counter.is_(None), Coordinator.tf_last_counter < tmatch.counter),
            )
            .values(tf_last_counter=tmatch.counter)
            .returning(Coordinator.id)
        )
        if not product().database.run(lambda session: session.execute(using).all()):
            raise UsedTokenError


class RecoveryCodes(MfRecoveryCodesUtil):
    """What opens the door when the telephone is lost."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Return fresh codes, which cannot be read again; earlier ones stop working."""
        journal.note(user, "recovery_codes.make")
        return list(super().create_recovery_codes(user))

    def get_recovery_codes(self, user: Any) -> list[str]:  # noqa: ARG002
        """Codes are shown when they are made, and never again."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Tell whether a code is one of theirs, and use it up: of two who try it at once one gets in."""
        digits = [letter for letter in code.lower() if letter.isalnum()]

        def used_up(session: Session) -> bool:
            row = session.get(Coordinator, user.id, with_for_update=True)
            known = row.mf_recovery_codes if row else None
            left = [one for one in known or () if list(one.replace("-", "")) != digits]
            if row is None or len(left) == len(known or ()):
                return False
            row.mf_recovery_codes = left
            journal.write(session, user, "recovery_codes.use")
            return True

        return product().database.run(used_up)

    def delete_recovery_code(self, user: Any, code: str) -> bool:  # noqa: ARG002
        """A code that was checked is used up already."""
        return True


def _now() -> float:
    return product().clock.now().timestamp()
