"""Opening hours in words: "du lundi au vendredi de 14 h à 18 h", whatever the expression looks like."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from babel import Locale
from babel.dates import get_day_names
from flask_babel import gettext as _

from hotline.hours import BrokenHours, Hours, Span
from hotline.services.line import Line
from hotline.web.desk import words
from hotline.web.i18n import language

_WEEK = 7


def weekly(line: Line, expression: str, today: date) -> str:
    """Write the hours of an ordinary week, Monday first; empty hours are all hours."""
    if not expression.strip():
        return str(_("à toute heure"))
    monday = today - timedelta(days=today.weekday())
    hours = line.config.hours
    return _weekly(expression, hours.timezone, hours.country, monday, language())


@lru_cache(maxsize=2048)
def _weekly(expression: str, timezone: str, country: str, monday: date, _language: str) -> str:
    try:
        hours = Hours.parse(expression, timezone=timezone, country=country)
    except BrokenHours:
        return str(_("horaires illisibles"))
    days = [(day, written(hours.on(monday + timedelta(days=day)))) for day in range(_WEEK)]
    told = [
        _(
            "%(days)s %(hours)s",
            days=_days([day for day, _says in run]),
            hours=says,
        )
        for says, run in _runs(days)
        if says
    ]
    return str(_(" ; ").join(told) or _("aucune heure cette semaine"))


def written(spans: Sequence[Span]) -> str:
    """Write the stretches of one day: "de 10 h à 12 h et de 14 h à 18 h"; empty without any."""
    told = [_one(since, until) for since, until in spans]
    return str(_(" et ").join(told))


def language_name(code: str) -> str:
    """Write a language in the page's language: "arabe"."""
    return str(Locale(language()).languages.get(code, code))


def _one(since: datetime, until: datetime) -> str:
    if until - since >= timedelta(hours=23):
        return str(_("toute la journée"))
    return str(_("de %(since)s à %(until)s", since=words.hour(since), until=words.hour(until)))


def _runs(days: Iterable[tuple[int, str]]) -> list[tuple[str, list[tuple[int, str]]]]:
    return [(says, list(run)) for says, run in groupby(days, key=lambda entry: entry[1])]


def _days(days: Sequence[int]) -> str:
    names = get_day_names("wide", locale=language())
    if len(days) == _WEEK:
        return str(_("tous les jours"))
    if len(days) == 1:
        return str(names[days[0]])
    if len(days) == 2:
        return str(_("%(first)s et %(last)s", first=names[days[0]], last=names[days[-1]]))
    return str(_("du %(first)s au %(last)s", first=names[days[0]], last=names[days[-1]]))


def language_names(codes: str) -> str:
    """Write the languages of somebody: "français, arabe"."""
    return ", ".join(language_name(code) for code in codes.split(",") if code)


def clock(minutes: int) -> str:
    """Write a minute of a day: "14 h 30", "minuit"."""
    if minutes == 24 * 60:
        return str(_("minuit"))
    return words.hour(datetime(2026, 1, 1, minutes // 60, minutes % 60, tzinfo=UTC))
