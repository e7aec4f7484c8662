"""PINs: eight random digits with which a volunteer is known on any telephone; kept only as a keyed hash."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from hotline.models import Attempt, Volunteer
from hotline.models.status import VolunteerState
from hotline.services import alerts

DIGITS = 8
_PIN = "pin"
_PERIOD = timedelta(hours=1)
_MOST_BY_TELEPHONE = 6
_MOST_OVERALL = 30
_MAY_USE = frozenset({VolunteerState.ACTIVE, VolunteerState.PAUSED})


def new(session: Session, volunteer: Volunteer) -> str:
    """Give a volunteer a fresh PIN that nobody else has, and return it: it cannot be read again."""
    while True:
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        if session.scalar(select(Volunteer.id).where(Volunteer.pin_index == digits)) is None:
            break
    volunteer.pin_index = digits
    session.flush()
    return digits


def who(session: Session, digits: str, from_raw: str, at: datetime) -> Volunteer | None:
    """Return the volunteer whose PIN this is; None for a wrong one, and for any while there are too many.

    Six wrong ones within an hour are too many from one telephone (all withheld ones are one), thirty from all
    of them; the coordinators then know. What is looked up is a keyed hash: time tells nothing of the digits.
    """
    session.execute(delete(Attempt).where(Attempt.what == _PIN, Attempt.at <= at - _PERIOD))
    if _wrong(session) >= _MOST_OVERALL:
        alerts.raise_alert(session, "pin_guessing", f"pin_guessing:{at:%Y-%m-%d}", at)
        return None
    if _wrong(session, Attempt.who == from_raw) >= _MOST_BY_TELEPHONE:
        return None
    found = session.scalar(
        select(Volunteer).where(Volunteer.pin_index == digits, Volunteer.state.in_(_MAY_USE))
    )
    if found is None:
        session.add(Attempt(what=_PIN, who=from_raw, at=at))
        session.flush()
    return found


def _wrong(session: Session, *conditions: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(Attempt).where(Attempt.what == _PIN, *conditions)
    return session.scalar(counted) or 0
