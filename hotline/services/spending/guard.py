"""Whether somebody may still be rung: the day's minutes, calls that come in a burst, numbers never called.

Nobody is ever refused: a caller for whom nobody is rung leaves a message, and a coordinator is told, once.
What was spent before a call decides, never what it spends itself: no conversation is cut.
"""

from datetime import datetime, time, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session

from hotline.models import Call, Caller, SpentDay
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts
from hotline.services.line import Line

KNOWN_TIMES = 3
BRIEF_TIMES = 2
_WITHHELD = "withheld"
_OF_A_BLOCK = len("+33492210")
_OF_TELEMARKETERS = len("+33162")


class Way(IntEnum):
    """What a caller gets: listeners, the voicemail, or a short voicemail."""

    RING = 0
    VOICEMAIL = 1
    BRIEF = 2


def block_of(call: Call) -> str:
    """Return what is counted together: ten thousand numbers, a telemarketers' prefix, all withheld ones."""
    if call.withheld:
        return _WITHHELD
    number = PhoneNumber(call.from_number)
    return number.e164[: _OF_TELEMARKETERS if number.telemarketing else _OF_A_BLOCK]


def way_of(session: Session, line: Line, call: Call, at: datetime) -> Way:
    """Tell how a call that has just come in goes on, in one statement; asked again, it says the same."""
    caller = call.caller
    if caller is None:
        return Way.RING
    most, most_around = _most_of(line, caller), _most_around(line, call)
    of_caller, of_block = Call.caller_id == caller.id, Call.block == block_of(call)
    whole, own, by_caller, by_block, block = session.execute(
        select(
            _spent(line, at),
            _spent_by(of_caller, line, at),
            _before(line, call, of_caller, most),
            _before(line, call, of_block, most_around),
            select(Call.block).where(Call.id == call.id).scalar_subquery(),
        )
    ).one()
    alone = _slowed(by_caller, most)
    around = Way.RING if caller.names else _slowed(by_block, most_around)
    if alone:
        alerts.raise_alert(session, "burst", f"burst:{caller.id}:{line.day(at)}", at, caller_id=caller.id)
    elif around:
        kind = "burst_withheld" if call.withheld else "burst_block"
        alerts.raise_alert(session, kind, f"{kind}:{block}:{line.day(at)}", at)
    affordable = _affordable(session, line, whole, own, at, caller_id=caller.id)
    ringing = affordable and _callable_back(session, line, call, caller, at)
    return max(alone, around, Way.RING if ringing else Way.VOICEMAIL)


def may_join(session: Session, line: Line, volunteer_id: int, at: datetime) -> bool:
    """Tell whether a volunteer may still be joined with somebody today."""
    theirs = _spent_by(Call.volunteer_id == volunteer_id, line, at)
    whole, own = session.execute(select(_spent(line, at), theirs)).one()
    return _affordable(session, line, whole, own, at, volunteer_id=volunteer_id)


def _affordable(
    session: Session,
    line: Line,
    whole: int | None,
    own: int | None,
    at: datetime,
    *,
    caller_id: int | None = None,
    volunteer_id: int | None = None,
) -> bool:
    """Tell whether the line and a person are under their ceilings; where not, a coordinator is told."""
    limits, today = line.config.limits, line.day(at)
    if (whole or 0) >= limits.call_minutes_per_day:
        alerts.raise_alert(session, "call_ceiling", f"call_ceiling:{today}", at)
        return False
    if (own or 0) >= limits.call_minutes_per_person_per_day:
        kind = "volunteer_minutes" if caller_id is None else "caller_minutes"
        key = f"{kind}:{caller_id or volunteer_id}:{today}"
        alerts.raise_alert(session, kind, key, at, caller_id=caller_id, volunteer_id=volunteer_id)
        return False
    return True


def _callable_back(session: Session, line: Line, call: Call, caller: Caller, at: datetime) -> bool:
    """Tell whether the line could phone back; a stranger's number that it never calls is flagged, once."""
    if call.withheld or caller.names or dialable(PhoneNumber(call.from_number), line.config.limits.countries):
        return True
    alerts.raise_alert(session, "never_called", f"never_called:{caller.id}", at, caller_id=caller.id)
    return False


def _spent(line: Line, at: datetime) -> ScalarSelect[Any]:
    """The minutes of a day."""
    minutes = SpentDay.minutes_in + SpentDay.minutes_out
    return select(minutes).where(SpentDay.day == line.day(at)).scalar_subquery()


def _spent_by(whose: ColumnElement[bool], line: Line, at: datetime) -> ScalarSelect[Any]:
    """The minutes of one person's calls of a day: only theirs are read."""
    today = line.day(at)
    begins, ends = (datetime.combine(day, time(), line.zone) for day in (today, today + timedelta(days=1)))
    minutes = func.sum(func.coalesce(Call.minutes, 0) + Call.joined_minutes)
    return select(minutes).where(whose, Call.started_at >= begins, Call.started_at < ends).scalar_subquery()


def _before(line: Line, call: Call, which: ColumnElement[bool], most: int) -> ScalarSelect[Any]:
    """How many calls came just before this one, counted no further than it matters."""
    since = call.started_at - line.config.bursts.within
    shortly = (Call.started_at > since, Call.started_at <= call.started_at, Call.id < call.id)
    some = select(Call.id).where(which, *shortly).limit(most * BRIEF_TIMES).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _most_of(line: Line, caller: Caller) -> int:
    """How many calls of one person come before they are slowed: more of somebody whose name is known."""
    return line.config.bursts.number * (KNOWN_TIMES if caller.names else 1)


def _most_around(line: Line, call: Call) -> int:
    return line.config.bursts.withheld if call.withheld else line.config.bursts.block


def _slowed(calls: int, most: int) -> Way:
    if calls >= most * BRIEF_TIMES:
        return Way.BRIEF
    return Way.VOICEMAIL if calls >= most else Way.RING
