"""The beginning of a relation by mail: an address that stands for it, and a letter to each side."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from callflows import by_mail, written
from callflows.by_mail import Letter
from hotline.mail.addresses import with_token
from hotline.models import Assignment, Caller, Volunteer
from hotline.services import alerts, holding, people, post
from hotline.services.line import Line

KIND, VOLUNTEER, CALLER = "introduction", "volunteer", "caller"
_TOKEN_BYTES = 8


def introduce(session: Session, line: Line, assignment: Assignment, at: datetime) -> None:
    """Give an assignment its relay, and tell both sides how to write; its first call must be planned."""
    if assignment.relay is None:
        assignment.relay = assignment.relay_index = secrets.token_hex(_TOKEN_BYTES)
        session.flush()
    address = address_of(line, assignment)
    if address is None:
        return
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    name, association = people.first_name(caller), line.config.association.name
    due = holding.next_due(session, assignment)
    to_volunteer = by_mail.to_volunteer(
        line.words,
        volunteer=volunteer.first_name,
        caller=name,
        address=address,
        when=written.moment(line.local(due), line.local(at)),
        association=association,
    )
    to_caller = by_mail.to_caller(
        line.words_in(caller.language),
        volunteer=volunteer.first_name,
        caller=name,
        address=address,
        association=association,
    )
    sent = [
        _write(session, line, assignment, VOLUNTEER, volunteer.email, to_volunteer, at),
        _write(session, line, assignment, CALLER, caller.email, to_caller, at),
    ]
    if not all(sent):
        tell_blocked(session, assignment, f"introduction:{assignment.id}", at)


def address_of(line: Line, assignment: Assignment) -> str | None:
    """Return the address that stands for an assignment; None where nobody writes."""
    if assignment.relay is None or line.mail_address is None:
        return None
    return with_token(line.mail_address, assignment.relay)


def keys(assignment_id: int) -> tuple[str, str]:
    """Return the keys of both letters in the outbox."""
    return _key(assignment_id, VOLUNTEER), _key(assignment_id, CALLER)


def comes_from(address: str, name: str) -> dict[str, str]:
    """Return the headers of a mail that comes from a relay, under a name, and is answered there."""
    return {"From": address, "From-Name": name, "Reply-To": address}


def tell_blocked(session: Session, assignment: Assignment, key: str, at: datetime) -> None:
    """One side cannot be written to now: coordinators find another way."""
    alerts.raise_alert(
        session,
        "relay_blocked",
        f"relay_blocked:{key}",
        at,
        caller_id=assignment.caller_id,
        volunteer_id=assignment.volunteer_id,
    )


def _write(
    session: Session,
    line: Line,
    assignment: Assignment,
    side: str,
    to: str | None,
    letter: Letter,
    at: datetime,
) -> bool:
    address = address_of(line, assignment)
    if to is None or address is None:
        return False
    return post.enqueue(
        session,
        line,
        kind=KIND,
        key=_key(assignment.id, side),
        to=to,
        subject=letter.subject,
        body=letter.body,
        at=at,
        headers=comes_from(address, line.config.association.name),
    )


def _key(assignment_id: int, side: str) -> str:
    return f"{KIND}:{assignment_id}:{side}"
