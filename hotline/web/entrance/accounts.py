"""The coordinators as Flask-Security knows them: the same tables, seen with its mixins."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import current_app, g
from flask_security import RoleMixin, UserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Mapped, Session, relationship
from werkzeug.local import LocalProxy

from hotline.models import Base, Coordinator, Passkey
from hotline.services.desk import coordinators
from hotline.web.product import product

Found = TypeVar("Found")
_ACCOUNTS, _KEYS = Coordinator.__table__, Passkey.__table__


class Key(Base, WebAuthnMixin):
    """A passkey."""

    __table__ = _KEYS

    coordinator_id: Mapped[int]

    def get_user_mapping(self) -> dict[str, Any]:
        """Return by what its owner is found."""
        return {"id": self.coordinator_id}


class Account(Base, UserMixin):
    """A coordinator at the door; their role is the desk's business, not the library's."""

    __table__ = _ACCOUNTS
    webauthn = relationship(Key, lazy="selectin", order_by=_KEYS.c.id, viewonly=True, uselist=True)
    roles = []  # noqa: RUF012 - the library only reads it


class Accounts(UserDatastore):
    """Reads accounts in short transactions; what the library changes is written in one, when it commits."""

    def __init__(self) -> None:
        super().__init__(Account, RoleMixin, Key)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> Account | None:  # noqa: ARG002
        """Return who has this one attribute; an e-mail address is looked up by its keyed index."""
        ((name, value),) = wanted.items()
        if name == "email":
            name, value = "email_index", coordinators.key(value)
        return _first(select(Account).where(_ACCOUNTS.c[name] == value))

    def find_webauthn(self, credential_id: bytes) -> Key | None:
        """Return the passkey with this id."""
        return _first(select(Key).where(_KEYS.c.credential_id == credential_id))

    def create_webauthn(self, user: UserMixin, **fields: Any) -> None:  # type: ignore[override]
        """Keep a new passkey."""
        at = product().clock.now()
        self.put(Key(coordinator_id=user.id, lastuse_datetime=at, **fields))

    def tf_set(
        self, user: UserMixin, primary_method: str, totp_secret: str | None = None, phone: str | None = None
    ) -> None:
        """Keep the secret of the one-time codes; its column is sealed, so that it needs no second lock."""
        bare = current_app.extensions["security"].totp_factory.bare
        super().tf_set(user, primary_method, bare(totp_secret) if totp_secret else None, phone)

    def put(self, model: Base) -> Base:
        """Have this written at the next commit."""
        changed, model = _changed(), _itself(model)
        if model not in changed:
            changed.append(model)
        return model

    def delete(self, model: Base) -> None:
        """Have this deleted at the next commit."""
        g.setdefault("account_gone", []).append(_itself(model))

    def commit(self) -> None:
        """Write what has changed in one transaction."""
        changed, gone = g.pop("account_changes", []), g.pop("account_gone", [])
        if changed or gone:
            product().database.run(lambda session: _write(session, changed, gone))


def _first(wanted: Select[Found]) -> Found | None:
    with product().database.read() as session:
        return session.scalar(wanted)


def _changed() -> list[Base]:
    changes: list[Base] = g.setdefault("account_changes", [])
    return changes


def _itself(model: Base) -> Base:
    """Return what stands behind the library's proxy of whoever is here."""
    return model._get_current_object() if isinstance(model, LocalProxy) else model  # noqa: SLF001


def _write(session: Session, changed: Sequence[Base], gone: Sequence[Base]) -> None:
    """Write only what differs from what was read: others may have changed the rest meanwhile."""
    for model in changed:
        state: Any = inspect(model)
        if not state.has_identity:
            session.add(model)
            continue
        row = session.get(type(model), state.identity)
        for attribute in state.attrs if row is not None else ():
            if attribute.history.has_changes():
                setattr(row, attribute.key, attribute.value)
    for model in gone:
        row = session.get(type(model), inspect(model).identity)
        if row is not None:
            session.delete(row)
