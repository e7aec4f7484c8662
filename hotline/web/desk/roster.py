"""The roster: a week at a glance, with its gaps, callbacks and holidays; printed, or as a calendar."""

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from hotline.models import Shift
from hotline.services import roster as roster_of
from hotline.services.desk import weeks
from hotline.services.desk.rights import Right
from hotline.services.desk.weeks import Stretch
from hotline.services.line import Line
from hotline.web.desk import spans
from hotline.web.desk.calendar_feed import calendar
from hotline.web.desk.room import Visit, page, pages, reading, writing
from hotline.web.desk.which_line import asked
from hotline.web.i18n import language

_FARTHEST = timedelta(days=3 * 366)
_WEEK = timedelta(days=7)


@page("/roster", Right.ROSTER)
def roster() -> str:
    """Show one week of the roster."""

    def see(visit: Visit) -> str:
        monday, today, line = _monday(visit), visit.line.day(visit.at), visit.line.second
        return render_template(
            "desk/roster.html",
            here=visit.line,
            heard=lambda shift: _heard(visit.line, shift),
            week=weeks.of(visit.session, visit.line, monday, language()),
            monday=monday,
            sunday=monday + _WEEK - timedelta(days=1),
            this_week=monday <= today < monday + _WEEK,
            earlier=_address(monday - _WEEK, line),
            later=_address(monday + _WEEK, line),
            zone=visit.line.config.hours.school_zone,
            most_calls=weeks.MOST_CALLS,
            weekly=lambda expression: spans.weekly(visit.line, expression, today),
        )

    return reading(lambda visit: see(asked(visit)))


@page("/roster/week.ics", Right.ROSTER)
def roster_calendar() -> Response:
    """Send the week as a calendar file, first names only; that is written down before."""
    writing(lambda visit: visit.note("roster.export", f"week:{_monday(visit)}"))

    def make(visit: Visit) -> Response:
        monday = _monday(visit)
        week = weeks.of(visit.session, visit.line, monday, language())
        answer = Response(calendar(visit.line, week, visit.at), content_type="text/calendar; charset=utf-8")
        answer.headers["Content-Disposition"] = f'attachment; filename="planning-{monday}.ics"'
        return answer

    return reading(lambda visit: make(asked(visit)))


def stretch(minutes: Stretch) -> str:
    """Write a stretch of a day: "10 h – 12 h 30"."""
    since, until = (spans.clock(one) for one in minutes)
    return str(_("%(since)s – %(until)s", since=since, until=until))


def _monday(visit: Visit) -> date:
    """Return the Monday of the week asked for; of this one for anything that is no near day."""
    today = visit.line.day(visit.at)
    try:
        day = date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        day = today
    if abs(day - today) > _FARTHEST:
        day = today
    return day - timedelta(days=day.weekday())


def _address(monday: date, line: str | None) -> str:
    return url_for("desk.roster", week=monday, line=line)


def _heard(line: Line, shift: Shift) -> str:
    """Say which line a shift hears, where there are several, or that its number was given up."""
    lines = roster_of.heard(line, shift)
    if not lines:
        return str(_("ne sonne plus : ce numéro n’est plus à l’association"))
    if not line.several:
        return ""
    return str(_("toutes les lignes")) if shift.line is None else lines[0].name


pages.add_app_template_filter(stretch, "stretch")
