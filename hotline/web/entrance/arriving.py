"""In and out: a browser signed in is a row of ours, to which the signed cookie only holds the token."""

from ipaddress import ip_address
from typing import Any

from flask import Flask, g, request, session
from flask_login import LoginManager
from flask_security import user_authenticated
from flask_security.utils import set_request_attr
from sqlalchemy.orm import Session

from hotline.models import Coordinator
from hotline.services.desk import coordinators, guesses, presence
from hotline.web.desk.room import TOKEN, recognised
from hotline.web.entrance import journal
from hotline.web.entrance.accounts import Account, Accounts
from hotline.web.product import product

BLUEPRINTS = frozenset({"entrance", "door"})


def listen(app: Flask, manager: LoginManager) -> None:
    """Let whoever the library has let in be signed in at the desk, and know them by that alone."""
    user_authenticated.connect(_arrived, sender=app, weak=False)
    manager.user_loader(lambda _uniquifier: _present())
    manager.request_loader(lambda _request: _present())


def address() -> str:
    """Return where a browser is: behind a proxy on this machine, what the proxy says."""
    peer = request.remote_addr or ""
    said = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(said)) if ip_address(peer).is_loopback else peer
    except ValueError:
        return peer


def _arrived(_app: Flask, *, user: Account, authn_via: list[str] | None = None, **_more: Any) -> None:
    at, agent, place = product().clock.now(), request.headers.get("User-Agent", ""), address()
    changed = "change" in (authn_via or ())

    def begin(transaction: Session) -> str:
        coordinator = transaction.get_one(Coordinator, user.id)
        if changed:
            presence.end(transaction, coordinator.id, at)
        else:
            journal.write(transaction, coordinator, "sign_in")
        guesses.forget(transaction, guesses.PASSWORD, coordinators.key(coordinator.email))
        guesses.forget(transaction, guesses.CODE, str(user.id))
        guesses.forget(transaction, guesses.ADDRESS, place)
        return presence.begin(transaction, coordinator, at, agent=agent, address=place)

    for name in ("csrf_token", TOKEN):
        session.pop(name, None)
        g.pop(name, None)
    session[TOKEN] = product().database.run(begin)
    g.pop("signed_in", None)


def _present() -> Account | None:
    """Return whose browser this is; only the pages at the door ask the library."""
    if request.blueprint not in BLUEPRINTS or (signed_in := recognised()) is None:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return Accounts().find_user(id=signed_in.coordinator.id)
