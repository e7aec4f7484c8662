"""A volunteer's calls as a calendar that telephones subscribe to (RFC 5545): first names only."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from hotline.services.line import Line
from hotline.services.volunteer_agenda import Planned

_LASTS = timedelta(minutes=30)
_REFRESH = timedelta(hours=6)
_AHEAD = timedelta(days=366)


def calendar(line: Line, calls: Sequence[Planned], at: datetime) -> bytes:
    """Return the calendar of these calls; a call keeps its identity when it is moved."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - slow to load, and only calendars need it

    name = line.words.phrase("line.name")
    host = urlsplit(line.public_url).hostname or "localhost"
    feed = Calendar()
    feed.add("prodid", f"-//{name}//Agenda//FR")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", f"{name} : mes appels")
    feed.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for call in calls:
        event = Event()
        start = line.local(call.due_at) - (timedelta() if call.appointment else _LASTS)
        event.add("uid", f"appel-{call.callback_id}@{host}")
        event.add("summary", _summary(call))
        event.add("dtstamp", at)
        event.add("dtstart", start)
        event.add("dtend", start + _LASTS)
        event.add("class", "PRIVATE")
        feed.add_component(event)
    feed.add_missing_timezones(first_date=date(line.day(at).year, 1, 1), last_date=line.day(at + _AHEAD))
    return bytes(feed.to_ical())


def _summary(call: Planned) -> str:
    """Write whom to call: at this hour, or by then."""
    who = call.person.name or "une personne"
    return f"Appel : {who}" if call.appointment else f"Appel : {who} (au plus tard)"
