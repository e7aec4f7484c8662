"""What is special about a day: public and school holidays, announced closures, exceptional openings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from hotline.hours import Span
from hotline.services.line import Line
from hotline.settings import LineConfig


@dataclass(frozen=True)
class Marked:
    """One day of the line: empty names mean nothing; `closure` is the reason of an announced one, or None."""

    date: date
    spans: tuple[Span, ...]
    public_holiday: str
    school_holiday: str
    closure: str | None
    exceptional: bool


def marked(line: Line, first: date, count: int, language: str) -> list[Marked]:
    """Return some days in a row with all that is special about them."""
    return [_marked(line, first + timedelta(days=day), language) for day in range(count)]


def _marked(line: Line, day: date, language: str) -> Marked:
    rules = line.config.hours
    return Marked(
        date=day,
        spans=tuple(line.hours.on(day)),
        public_holiday=_named(rules.country, "", day.year, language).get(day, ""),
        school_holiday=_school(rules.country, rules.school_zone, day, language),
        closure=_closure(line.config, day),
        exceptional=any(opening.on == day for opening in line.config.openings),
    )


def _closure(config: LineConfig, day: date) -> str | None:
    """Return the reason of the announced closure that holds a day; None without one."""
    return next((one.reason for one in config.closures if one.from_date <= day <= one.until), None)


def _school(country: str, zone: str, day: date, language: str) -> str:
    """Return the school holidays of a day: its year knows those that began in the year before too."""
    return _named(country, zone, day.year, language).get(day, "") if zone else ""


@lru_cache(maxsize=64)
def _named(country: str, zone: str, year: int, language: str) -> Mapping[date, str]:
    """Return a year's public holidays, or the school holidays of a zone; a country without any has none."""
    spoken = "fr" if language == "fr" else "en_US"
    try:
        if zone:
            school = holidays.country_holidays(
                country, subdiv=f"Zone {zone}", categories=("school",), years=year, language=spoken
            )
            return dict(school)
        return dict(holidays.country_holidays(country, years=year, language=spoken))
    except NotImplementedError:
        return {}
