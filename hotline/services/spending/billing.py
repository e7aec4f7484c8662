"""What the carrier bills, added up per day of the line's calendar: each leg of a call once, each text once.

A call counts on the day on which it began, a text on the day on which the carrier took it.
"""

from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from callflows import gsm
from hotline.models import Call, SpentDay
from hotline.models.status import Direction
from hotline.services.line import Line
from hotline.telephony.webhooks import DialEnded

_A_MINUTE = 60


def billed(seconds: int) -> int:
    """Return the minutes that the carrier bills: every one that has begun."""
    return -(-max(seconds, 0) // _A_MINUTE)


def over(session: Session, line: Line, call: Call, seconds: int | None) -> None:
    """A call is over, after `seconds`; without them its own moments tell, until news correct them."""
    if seconds is None:
        if call.minutes is not None or call.ended_at is None:
            return
        seconds = int((call.ended_at - call.started_at).total_seconds())
    more = billed(seconds) - (call.minutes or 0)
    call.minutes = billed(seconds)
    inbound = call.direction is Direction.INBOUND
    _add(session, line.day(call.started_at), minutes_in=more * inbound, minutes_out=more * (not inbound))


def joined(session: Session, line: Line, call: Call, event: DialEnded) -> None:
    """A leg that was rung for a call is over; news of the same leg count once."""
    if event.dial_sid is None or not event.duration or event.dial_sid == call.joined_sid:
        return
    minutes = billed(event.duration)
    call.joined_sid, call.joined_minutes = event.dial_sid, call.joined_minutes + minutes
    _add(session, line.day(call.started_at), minutes_out=minutes)


def texted(session: Session, line: Line, body: str, at: datetime) -> None:
    """The carrier has taken a text of ours."""
    _add(session, line.day(at), texts=1, segments=gsm.segments(body).count)


def _add(session: Session, day: date, **spent: int) -> None:
    """Add to a day, whoever else is adding to it."""
    if not any(spent.values()):
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    nothing = dict.fromkeys(("minutes_in", "minutes_out", "texts", "segments"), 0)
    added = {name: getattr(SpentDay, name) + count for name, count in spent.items() if count}
    statement = insert(SpentDay).values(day=day, **(nothing | spent))
    session.execute(statement.on_conflict_do_update(index_elements=["day"], set_=added))
