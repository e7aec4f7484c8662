"""Statistics: tables first, charts drawn from them, files to take away, and a page for funders."""

from datetime import date
from typing import Any

from flask import abort, render_template, request
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from hotline.services.desk import rollup
from hotline.services.desk import statistics as figures
from hotline.services.desk.figures import AGES, WAITS
from hotline.services.desk.rights import Right
from hotline.services.desk.statistics import Figures, Period, share, within
from hotline.web.desk import downloads, statistics_tables
from hotline.web.desk.room import Visit, page, reading
from hotline.web.desk.statistics_tables import Table

PERIODS = {
    "7d": _l("7 jours"),
    "30d": _l("30 jours"),
    "90d": _l("3 mois"),
    "12m": _l("12 mois"),
    "3y": _l("3 ans"),
    "own": _l("du … au …"),
}
_HEATS = 5


@page("/statistics", Right.STATISTICS)
def statistics() -> str:
    """Show what happened in a period."""

    def see(visit: Visit) -> str:
        found = _figures(visit)
        return render_template(
            "desk/statistics.html",
            periods=PERIODS,
            heat=_heat(found),
            tables=_tables(visit, found),
            **_asked(found.period),
        )

    return reading(see)


@page("/statistics/export/<name>", Right.STATISTICS)
def statistics_export(name: str) -> Response:
    """Hand out one table of the page."""

    def write(visit: Visit) -> Response:
        table = next((one for one in _tables(visit, _figures(visit)) if one.name == name), None)
        if table is None:
            abort(404)
        rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
        wished = downloads.style(request.args.get("format"))
        return downloads.table(f"statistiques-{name}", table.columns, rows, wished)

    return reading(write)


@page("/statistics/impact", Right.STATISTICS)
def statistics_impact() -> str:
    """Show what a funder wants to know, on one page that names nobody."""

    def see(visit: Visit) -> str:
        found = _figures(visit)
        heard, waited = found.by_bucket("heard"), found.by_bucket("waited")
        planned = found.total("callbacks", "made", "no_answer", "missed")
        return render_template(
            "desk/impact.html",
            periods=PERIODS,
            calls=found.total("calls"),
            new_callers=found.total("new_callers"),
            made=found.total("callbacks", "made"),
            hours=found.total("minutes") // 60,
            referred=found.total("need_sent"),
            kept=share(found.total("callbacks", "made", "no_answer"), planned),
            within_two_days=share(within(waited, [name for _hours, name in WAITS[:3]]), sum(waited.values())),
            heard_within_a_day=share(within(heard, [name for _hours, name in AGES[:3]]), sum(heard.values())),
            present=rollup.present(visit.session),
            **_asked(found.period),
        )

    return reading(see)


def _figures(visit: Visit) -> Figures:
    given = request.args
    period = figures.period_of(
        given.get("period", "30d"), visit.at, visit.line, _day(given.get("first")), _day(given.get("last"))
    )
    return figures.over(visit.session, visit.line, period)


def _tables(visit: Visit, found: Figures) -> list[Table]:
    return list(statistics_tables.tables(found, figures.loads(visit.session)))


def _asked(period: Period) -> dict[str, Any]:
    wanted = request.args.get("period", "30d")
    return {"period": period, "wanted": wanted if wanted in PERIODS else "30d"}


def _heat(found: Figures) -> list[list[tuple[int, int]]]:
    """Return, for each weekday and hour, how many calls came and how warm that is, 0 to 5."""
    cells = found.heat()
    most = max(cells.values(), default=0)
    return [
        [
            (count, -(-_HEATS * count // most) if most else 0)
            for count in (cells.get((weekday, hour), 0) for hour in range(24))
        ]
        for weekday in range(7)
    ]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
