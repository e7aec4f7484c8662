"""Nothing typed is lost: what somebody sent after their session had ended is kept for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from hotline.services.desk import kept_forms, presence
from hotline.web.product import product

NO_FILES = "files-not-kept"
_CSRF = "csrf_token"
_LONG = 60


@dataclass(frozen=True)
class Field:
    """One answer of a form; words are shown larger than a date or a choice."""

    name: str
    value: str
    is_words: bool


def typed() -> list[tuple[str, str]]:
    """Return what this form holds, without its token; files leave only word that they were there."""
    fields = [(name, value) for name, values in request.form.lists() if name != _CSRF for value in values]
    return [*fields, (NO_FILES, "1")] if request.files else fields


def shown(fields: Sequence[tuple[str, str]]) -> list[Field]:
    """Return how a page shows what was typed."""
    return [
        Field(name, value, "\n" in value or " " in value.strip() or len(value) > _LONG)
        for name, value in fields
        if name != NO_FILES
    ]


def keep(token: object) -> str | None:
    """Keep what was sent in a browser that held this token; return the address where it is found again."""
    fields = typed()
    if not fields or not isinstance(token, str):
        return None
    hotline = product()
    at, path = hotline.clock.now(), request.full_path.rstrip("?")

    def put_aside(transaction: Session) -> tuple[bool, str | None]:
        known = presence.last_known(transaction, token)
        if known is None:
            return False, None
        return True, kept_forms.keep(transaction, known.id, path, fields, at)

    is_known, kept = hotline.database.run(put_aside)
    if kept is not None:
        flash(_("Votre session était terminée : ce que vous avez écrit est gardé, connectez-vous."), "info")
        return url_for("desk.kept", token=kept)
    if is_known:
        flash(_("Votre session était terminée. Ce texte était trop long pour être gardé ici."), "refused")
    return None
