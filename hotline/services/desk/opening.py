"""What coordinators decide about the line's hours: sentences for whatever would not do."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.hours import Hours, LineHours, Opening
from hotline.models import Choice
from hotline.services import choices
from hotline.services.line import Line
from hotline.settings import LineConfig
from hotline.settings.line import ClosureEntry, OpeningEntry

OPEN: Final = "hours.open"
CLOSURES: Final = "closures"
OPENINGS: Final = "openings"
HEAT_WAVE: Final = "ladders.heat_wave"
OFFER_HOURS: Final = "offers.hours"
CALL_HOURS: Final = "callbacks.hours"
SCHOOL_ZONE: Final = "hours.school_zone"
EXPRESSIONS: Final = (OFFER_HOURS, CALL_HOURS)
NAMES: Final = (OPEN, CLOSURES, OPENINGS, HEAT_WAVE, *EXPRESSIONS, SCHOOL_ZONE)
AS_MAIN: Final = ""
"""The usual hours of a second number that opens with the main one."""

_LONGEST: Final = 400


class CannotDecide(HotlineError):
    """Hours that would not do: why, and what to write instead."""


def names(line: Line) -> Sequence[str]:
    """Return what may be decided of a line's hours; of a second number only when it is usually open."""
    return (open_name(line),) if line.second else NAMES


def open_name(line: Line) -> str:
    """Return the name under which the usual hours of a line are decided."""
    return f"lines.{line.second}.open" if line.second else OPEN


def as_main(line: Line) -> bool:
    """Tell whether a second number has no hours of its own."""
    return any(entry.number == line.second and not entry.open for entry in line.main.config.lines)


def usual(line: Line, expression: str) -> str:
    """Return the line's usual hours as they are kept. Raises CannotDecide for what cannot be read."""
    expression = expression.strip()
    if not expression:
        raise CannotDecide("Donnez les heures d’un jour au moins, ou annoncez une fermeture.")
    if len(expression) > _LONGEST:
        raise CannotDecide(f"Ces horaires sont trop longs : {_LONGEST} signes au plus.")
    built = _built(line, expression)
    if built.fault:
        raise CannotDecide(built.fault)
    return expression


def decent(line: Line, expression: str) -> str:
    """Return decent hours as they are kept. Raises CannotDecide, BrokenHours; they must open some day."""
    expression = expression.strip()
    hours = Hours.parse(expression, timezone=line.config.hours.timezone, country=line.config.hours.country)
    if not expression or len(expression) > _LONGEST or hours.next_opening(_far(line)) is None:
        raise CannotDecide("Il faut des heures qui s’ouvrent, par exemple « Mo-Su 09:00-19:00 ».")
    return expression


def with_closure(
    line: Line, first: date, last: date | None, reason: str, today: date
) -> list[dict[str, str]]:
    """Return the announced closures with one more. Raises CannotDecide."""
    last = last or first
    if last < first:
        raise CannotDecide("Le dernier jour vient avant le premier : corrigez l’un des deux.")
    if last < today:
        raise CannotDecide("Cette fermeture est déjà passée : choisissez des jours à venir.")
    for known in line.config.closures:
        if known.from_date <= last and first <= known.until:
            raise CannotDecide(
                f"Ces jours touchent la fermeture du {known.from_date:%d/%m/%Y} au {known.until:%d/%m/%Y} : "
                "enlevez d’abord celle-ci, ou choisissez d’autres jours."
            )
    added = ClosureEntry.model_validate({"from": first, "until": last, "reason": reason})
    return kept_closures([*line.config.closures, added])


def with_opening(line: Line, day: date, hours: str, today: date) -> list[dict[str, str]]:
    """Return the exceptional openings with one more. Raises CannotDecide."""
    hours = "".join(hours.split())
    if day < today:
        raise CannotDecide("Ce jour est déjà passé : choisissez un jour à venir.")
    if any(known.on == day for known in line.config.openings):
        raise CannotDecide(f"Le {day:%d/%m/%Y} a déjà une ouverture exceptionnelle : enlevez-la d’abord.")
    built = _built(line, "off", Opening(day, hours))
    if built.fault or not hours:
        raise CannotDecide(
            "Ces heures ne se lisent pas : écrivez par exemple « 10:00-12:00 » "
            "ou « 10:00-12:00,14:00-16:00 »."
        )
    added = OpeningEntry.model_validate({"date": day, "hours": hours})
    return kept_openings([*line.config.openings, added])


def kept_closures(closures: Sequence[ClosureEntry]) -> list[dict[str, str]]:
    """Return closures as a decision keeps them, the first one first."""
    inside = sorted(closures, key=lambda one: one.from_date)
    return [one.model_dump(mode="json", by_alias=True) for one in inside]


def kept_openings(openings: Sequence[OpeningEntry]) -> list[dict[str, str]]:
    """Return exceptional openings as a decision keeps them, the first one first."""
    return [one.model_dump(mode="json", by_alias=True) for one in sorted(openings, key=lambda one: one.on)]


def now(config: LineConfig, name: str) -> Any:
    """Return what holds now under the name of a decision."""
    section, _, key = name.partition(".")
    data = config.model_dump(mode="json", by_alias=True)[section]
    return data[key] if key else data


def versions(session: Session, line: Line) -> list[Choice]:
    """Return what was decided about a line's hours, the newest first."""
    found = [choice for name in names(line) for choice in choices.history(session, name, 8)]
    return sorted(found, key=lambda choice: choice.id, reverse=True)


def _built(line: Line, usual_hours: str, *openings: Opening) -> LineHours:
    rules = line.config.hours
    return LineHours.build(
        open=usual_hours, openings=openings, timezone=rules.timezone, country=rules.country
    )


def _far(line: Line) -> datetime:
    """Any moment will do to see whether hours ever open."""
    return datetime(2026, 1, 1, tzinfo=line.zone)
