"""A week of the roster as a calendar file (RFC 5545): who is on duty, and announced closures."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask_babel import gettext as _

from hotline.services.desk.weeks import Day, Duty, Week
from hotline.services.line import Line

if TYPE_CHECKING:
    from icalendar import Event


def calendar(line: Line, week: Week, at: datetime) -> bytes:
    """Return the calendar of a week; a shift keeps its identity from one file to the next."""
    from icalendar import Calendar  # noqa: PLC0415 - slow to load, and only calendars need it

    name = line.words.phrase("line.name")
    file = Calendar()
    file.add("prodid", f"-//{name}//Planning//FR")
    file.add("version", "2.0")
    file.add("x-wr-calname", _("%(name)s : planning", name=name))
    host = urlsplit(line.public_url).hostname or "localhost"
    for day in week.days:
        for duty in day.duties:
            file.add_component(_duty(line, day.marked.date, duty, host, at))
        if day.marked.closure is not None and not day.marked.spans:
            file.add_component(_closed(day, host, at))
    first, last = week.days[0].marked.date, week.days[-1].marked.date
    file.add_missing_timezones(first_date=date(first.year, 1, 1), last_date=last + timedelta(days=366))
    return bytes(file.to_ical())


def _duty(line: Line, day: date, duty: Duty, host: str, at: datetime) -> "Event":
    since, until = (_moment(line, day, minute) for minute in duty.stretch)
    uid = f"permanence-{duty.shift_id}-{day}-{duty.stretch[0]}@{host}"
    event = _event(uid, _("Permanence : %(name)s", name=duty.listener.name), at)
    event.add("dtstart", since)
    event.add("dtend", until)
    return event


def _closed(day: Day, host: str, at: datetime) -> "Event":
    event = _event(f"fermeture-{day.marked.date}@{host}", _("La ligne est fermée"), at)
    event.add("dtstart", day.marked.date)
    event.add("dtend", day.marked.date + timedelta(days=1))
    return event


def _event(uid: str, summary: str, at: datetime) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - slow to load, and only calendars need it

    event = Event()
    event.add("uid", uid)
    event.add("summary", summary)
    event.add("dtstamp", at)
    event.add("class", "PRIVATE")
    return event


def _moment(line: Line, day: date, minute: int) -> datetime:
    """Return a minute of a local day; the last one is the next midnight."""
    days, left = divmod(minute, 24 * 60)
    return datetime.combine(day + timedelta(days=days), time(left // 60, left % 60), line.zone)
