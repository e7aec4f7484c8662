"""What a new volunteer gets by text: their page's link and their PIN. A new PIN ends the one before.

Many at once leave one after the other, behind offers, and take half of a day's texts at most: the others
follow on the next days, and count there.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from callflows import texts, written
from hotline.errors import HotlineError
from hotline.models import Volunteer
from hotline.models.status import VolunteerState
from hotline.services import links, outbox, pins
from hotline.services.line import Line

WELCOME = "welcome"
_APART = timedelta(seconds=3)
_OFFERS_KEEP = 2
_DAY = timedelta(days=1)
_MAY_USE = frozenset({VolunteerState.ACTIVE, VolunteerState.PAUSED})


class CannotWelcome(HotlineError):
    """A PIN that could not be sent, so the one before still works: why, and what to do instead."""


def again(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> None:
    """Send a volunteer a new PIN and link; the earlier ones end at once. Raises CannotWelcome."""
    name, phone = volunteer.first_name, volunteer.phone
    if volunteer.state not in _MAY_USE:
        raise CannotWelcome(f"{name} n'est pas encore bénévole actif : validez d'abord son inscription.")
    if phone.stopped_at is not None:
        raise CannotWelcome(f"{name} a écrit STOP : demandez-lui d'écrire START, puis recommencez.")
    if not outbox.takes_texts(line, phone):
        raise CannotWelcome(f"Le téléphone de {name} ne reçoit pas de SMS : donnez à {name} un mobile.")
    if not outbox.may_text(session, line, phone, at):
        raise CannotWelcome(f"Le plafond des SMS du jour est atteint pour {name} : recommencez demain.")
    links.revoke_all(session, volunteer, at)
    if not _send(session, line, volunteer, at):
        raise CannotWelcome(f"{name} ne veut de SMS à aucune heure : changez ses heures de calme.")


def newcomers(session: Session, line: Line, volunteers: Sequence[Volunteer], at: datetime) -> list[str]:
    """Send each new volunteer their link and PIN, and return for each a sentence that says when it leaves."""
    moments = _moments(session, line, at)
    return [_welcomed(session, line, volunteer, moments, at) for volunteer in volunteers]


def _welcomed(
    session: Session, line: Line, volunteer: Volunteer, moments: Iterator[datetime], at: datetime
) -> str:
    if not outbox.takes_texts(line, volunteer.phone):
        return "sans lien ni code : ce téléphone ne reçoit pas de SMS"
    moment = next(moments)
    if not _send(session, line, volunteer, moment):
        return "sans lien ni code : aucune heure ne convient à ses SMS"
    today, leaves = line.day(at), line.day(moment)
    when = "aujourd'hui" if leaves == today else f"le {written.date_of(leaves, today)}"
    return f"son lien et son code partent {when}"


def _moments(session: Session, line: Line, at: datetime) -> Iterator[datetime]:
    """Yield when one welcome after the other may leave, on as many days as it takes."""
    share, day = max(line.config.limits.sms_per_day // _OFFERS_KEEP, 1), line.day(at)
    begins = at
    while True:
        first = line.offer_hours.first_open(begins) or begins
        for place in range(max(share - outbox.written_today(session, line, first), 0)):
            yield first + place * _APART
        day += _DAY
        begins = datetime.combine(day, time(), line.zone)


def _send(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> bool:
    """Write the text, to leave at a moment, with a fresh PIN; False, and the PIN stays, when none may go."""
    if outbox.leaves(session, line, WELCOME, volunteer.phone, at) is None:
        return False
    body = texts.welcome(
        line.words,
        volunteer=volunteer.first_name,
        line=line.number,
        link=links.issue(session, line, volunteer, at),
        pin=pins.new(session, volunteer),
    )
    key = f"{WELCOME}:{volunteer.id}:{secrets.token_hex(6)}"
    return outbox.enqueue(session, line, kind=WELCOME, key=key, phone=volunteer.phone, body=body, at=at)
