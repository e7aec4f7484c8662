"""How many codes leave: three a day to one number, a fifth of a day's texts to all; every host counts along.

They are counted whether or not the text may leave, so that a number which said STOP looks like any other.
"""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from hotline.models import Attempt
from hotline.phone import PhoneNumber
from hotline.services import alerts
from hotline.services.line import Line

_WHAT = "registration_code"
_PERIOD = timedelta(hours=24)
_MOST_TO_ONE = 3
_SHARE = 5


def codes(
    session: Session, line: Line, number: PhoneNumber, at: datetime
) -> Literal["too_many", "full"] | None:
    """Count a code that is asked for; return None when it may leave, else which ceiling it meets."""
    _one_at_a_time(session)
    session.execute(delete(Attempt).where(Attempt.what == _WHAT, Attempt.at <= at - _PERIOD))
    to_them = func.count().filter(Attempt.who == number.e164)
    counted = select(func.count(), to_them).where(Attempt.what == _WHAT)
    to_all, to_one = session.execute(counted).one()
    if to_one >= _MOST_TO_ONE:
        return "too_many"
    if to_all >= max(line.config.limits.sms_per_day // _SHARE, 1):
        alerts.raise_alert(session, "registration_ceiling", f"registration_ceiling:{line.day(at)}", at)
        return "full"
    session.add(Attempt(what=_WHAT, who=number.e164, at=at))
    session.flush()
    return None


def _one_at_a_time(session: Session) -> None:
    """Codes asked for at the same moment are counted one after another; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('registration_code'))"))
