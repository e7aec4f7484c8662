"""Single fields of small forms: a day, an hour, a choice; what cannot be read is said in a sentence."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # too new for the stubs

from hotline.errors import HotlineError
from hotline.services.line import Line

_LONGEST_NUMBER = 9


class Unreadable(HotlineError):
    """What was typed is no day or no hour: what to write instead."""


def options(words: Mapping[Any, LazyString]) -> list[Any]:
    """Return the choices of a field, by the value that each one stands for."""
    return [SelectChoice(value, says) for value, says in words.items()]


def whole(text: str) -> int | None:
    """Return a number such as rows have, None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def day_typed(name: str) -> date | None:
    """Return the day in a field, None for an empty one. Raises Unreadable."""
    typed = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Unreadable(_("Écrivez une date, par exemple 24/12/2026.")) from None


def moment_typed(line: Line, day: str, hour: str) -> datetime:
    """Return the moment that two fields name on the line's clock. Raises Unreadable."""
    on = day_typed(day)
    try:
        at = time.fromisoformat(request.form.get(hour, "").strip())
    except ValueError:
        raise Unreadable(_("Écrivez une heure, par exemple 14:30.")) from None
    if on is None:
        raise Unreadable(_("Écrivez une date, par exemple 24/12/2026."))
    return datetime.combine(on, at, line.zone)
