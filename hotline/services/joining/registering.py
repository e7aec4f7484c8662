"""Registering: what somebody typed is kept for an hour, until the code sent to their mobile comes back.

Whatever is known of the number changes nothing in what is answered: nobody learns here who is in the team.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from callflows import texts
from hotline.models import Registration
from hotline.phone import PhoneNumber
from hotline.services import outbox, people
from hotline.services.joining import arrival, ceilings
from hotline.services.line import Line

CODE = "registration_code"
DIGITS = 6
LASTS = timedelta(hours=1)
_CODE_LASTS = timedelta(minutes=10)
_BETWEEN_CODES = timedelta(seconds=30)
_MOST_TRIES = 5


@dataclass(frozen=True)
class Entered:
    """What somebody typed about themselves, read and checked; an empty `available` means always."""

    first_name: str
    last_name: str
    number: PhoneNumber
    email: str | None
    birth_date: str
    postcode: str | None
    languages: str
    available: str
    on_site: bool


class Sent(StrEnum):
    """What became of a code that was asked for; SENT too where no text may go, so that it tells nothing."""

    SENT = "sent"
    TOO_SOON = "too_soon"
    TOO_MANY = "too_many"
    FULL = "full"
    GONE = "gone"


class Confirmed(StrEnum):
    """What a typed code was: right, wrong, worth nothing any more, or for what is forgotten."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"
    GONE = "gone"


def begin(session: Session, line: Line, typed: Entered, at: datetime) -> tuple[str, Sent]:
    """Keep what was typed and send a code; return the registration's token, and what was sent."""
    token = secrets.token_urlsafe(16)
    fields = {name: value for name, value in asdict(typed).items() if name != "number"}
    registration = Registration(
        token_index=token,
        number=typed.number.e164,
        number_index=typed.number.e164,
        fields=fields,
        tries=0,
        created_at=at,
        expires_at=at + LASTS,
    )
    session.add(registration)
    session.flush()
    return token, _send(session, line, registration, at)


def entered(session: Session, token: str, at: datetime) -> Entered | None:
    """Return what was typed in a registration whose code is still awaited."""
    registration = session.scalar(
        select(Registration).where(
            Registration.token_index == token,
            Registration.expires_at > at,
            Registration.verified_at.is_(None),
        )
    )
    return _typed(registration) if registration is not None else None


def resend(session: Session, line: Line, token: str, at: datetime) -> Sent:
    """Send another code; the one before is worth nothing from then on."""
    registration = _held(session, token, at)
    if registration is None or registration.verified_at is not None:
        return Sent.GONE
    if registration.code_at is not None and at < registration.code_at + _BETWEEN_CODES:
        return Sent.TOO_SOON
    return _send(session, line, registration, at)


def confirm(session: Session, line: Line, token: str, code: str, at: datetime) -> Confirmed:
    """Make a volunteer of whoever types the code that was sent; typed twice, it counts once."""
    registration = _held(session, token, at)
    if registration is None:
        return Confirmed.GONE
    if registration.verified_at is not None:
        return Confirmed.RIGHT
    if not _may_try(registration, at):
        return Confirmed.OVER
    registration.tries += 1
    if not _is_right(session, registration, code):
        return Confirmed.WRONG if registration.tries < _MOST_TRIES else Confirmed.OVER
    registration.verified_at, registration.code_index = at, None
    registration.volunteer_id = arrival.arrive(session, line, registration, at).id
    session.flush()
    return Confirmed.RIGHT


def forget(session: Session, at: datetime) -> int:
    """Forget the registrations whose hour is over; return how many."""
    over = delete(Registration).where(Registration.expires_at <= at).returning(Registration.id)
    return len(session.scalars(over).all())


def _held(session: Session, token: str, at: datetime) -> Registration | None:
    return session.scalar(
        select(Registration)
        .where(Registration.token_index == token, Registration.expires_at > at)
        .with_for_update()
    )


def _typed(registration: Registration) -> Entered:
    return Entered(number=PhoneNumber(registration.number), **registration.fields)


def _may_try(registration: Registration, at: datetime) -> bool:
    return (
        registration.code_at is not None
        and at < registration.code_at + _CODE_LASTS
        and registration.tries < _MOST_TRIES
    )


def _is_right(session: Session, registration: Registration, code: str) -> bool:
    """Compare keyed hashes: time tells nothing of the digits."""
    right = select(Registration.id).where(Registration.id == registration.id, Registration.code_index == code)
    return session.scalar(right) is not None


def _send(session: Session, line: Line, registration: Registration, at: datetime) -> Sent:
    """Write the text with a fresh code, under the ceilings; where no text may go, nothing shows."""
    number = PhoneNumber(registration.number)
    if (refused := ceilings.codes(session, line, number, at)) is not None:
        return Sent(refused)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    registration.code_index, registration.code_at, registration.tries = code, at, 0
    session.flush()
    outbox.enqueue(
        session,
        line,
        kind=CODE,
        key=f"{CODE}:{registration.id}:{secrets.token_hex(4)}",
        phone=people.phone_for(session, number, at),
        body=texts.registration_code(line.words, code=code),
        at=at,
        until=at + _CODE_LASTS,
    )
    return Sent.SENT
