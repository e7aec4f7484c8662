"""Somebody has shown that a number is theirs: a new volunteer waits, or what we had of them is completed.

What a coordinator decided stays decided: a registration fills blanks, and activates nobody.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import texts
from hotline.models import Phone, Registration, Volunteer, move
from hotline.models.status import VolunteerSource, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import alerts, links, outbox, people
from hotline.services.line import Line

_BLANKS = ("last_name", "email", "birth_date", "postcode")
_MOST_LANGUAGES = 80
_IN_THE_TEAM = frozenset({VolunteerState.ACTIVE, VolunteerState.PAUSED})


def arrive(session: Session, line: Line, registration: Registration, at: datetime) -> Volunteer:
    """Return the volunteer of a registration: made, or known already and completed.

    Whoever had left waits again to be welcomed; whoever is in the team is sent their page by text.
    """
    phone = people.phone_for(session, PhoneNumber(registration.number), at)
    session.execute(select(Phone.id).where(Phone.id == phone.id).with_for_update())
    known = session.scalar(select(Volunteer).where(Volunteer.phone_id == phone.id))
    volunteer = known or _new(session, registration, phone, at)
    volunteer.charter_at = volunteer.charter_at or registration.created_at
    volunteer.privacy_at = volunteer.privacy_at or registration.created_at
    if known is not None:
        _complete(session, line, known, registration, at)
    _tell_of_caller(session, volunteer, at)
    session.flush()
    return volunteer


def _new(session: Session, registration: Registration, phone: Phone, at: datetime) -> Volunteer:
    volunteer = Volunteer(
        **registration.fields,
        email_index=_key(registration.fields["email"]),
        phone_id=phone.id,
        state=VolunteerState.PENDING,
        source=VolunteerSource.REGISTRATION,
        created_at=at,
    )
    session.add(volunteer)
    session.flush()
    return volunteer


def _complete(
    session: Session, line: Line, volunteer: Volunteer, registration: Registration, at: datetime
) -> None:
    typed = registration.fields
    for name in _BLANKS:
        setattr(volunteer, name, getattr(volunteer, name) or typed[name])
    volunteer.email_index = _key(volunteer.email)
    if volunteer.state in _IN_THE_TEAM:
        _send_their_page(session, line, volunteer, registration, at)
        return
    volunteer.available = volunteer.available or typed["available"]
    volunteer.languages = _together(volunteer.languages, typed["languages"])
    volunteer.on_site = volunteer.on_site or typed["on_site"]
    if volunteer.state is VolunteerState.LEFT and move(session, volunteer, VolunteerState.PENDING):
        key = f"registered_again:{registration.id}"
        alerts.raise_alert(session, "registered_again", key, at, volunteer_id=volunteer.id)


def _send_their_page(
    session: Session, line: Line, volunteer: Volunteer, registration: Registration, at: datetime
) -> None:
    link = links.issue(session, line, volunteer, at)
    body = texts.in_the_team(line.words, volunteer=volunteer.first_name, link=link)
    key = f"in_the_team:{registration.id}"
    outbox.enqueue(session, line, kind="answer", key=key, phone=volunteer.phone, body=body, at=at)


def _tell_of_caller(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Somebody whom we phone wants to phone others: welcome, and a coordinator should know."""
    caller = people.caller_at(session, volunteer.phone)
    if caller is not None:
        key = f"volunteer_is_caller:{volunteer.id}"
        alerts.raise_alert(
            session, "volunteer_is_caller", key, at, caller_id=caller.id, volunteer_id=volunteer.id
        )


def _together(codes: str, more: str) -> str:
    """The languages of both; those known already where all of them would be too many."""
    both = ",".join(dict.fromkeys(f"{codes},{more}".split(",")))
    return both if len(both) <= _MOST_LANGUAGES else codes


def _key(email: str | None) -> str | None:
    return email.lower() if email else None
