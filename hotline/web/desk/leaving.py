"""The way out of the desk."""

from flask import g, session
from flask_security.utils import logout_user

from hotline.services.desk import presence
from hotline.web.desk.room import TOKEN, Visit, recognised, writing


def leave(*, everywhere: bool = False) -> None:
    """Sign this browser out, or every browser of whoever sits here."""
    here = recognised()
    if here is not None:
        only = None if everywhere else here.session_id

        def end(visit: Visit) -> None:
            presence.end(visit.session, visit.coordinator.id, visit.at, only=only)
            action = "sign_out.everywhere" if everywhere else "sign_out"
            visit.note(action, f"coordinator:{visit.coordinator.id}")

        writing(end)
    g.pop("signed_in", None)
    logout_user()
    session.pop(TOKEN, None)
