"""The relay: what one side of a relation writes is passed to the other, both addresses hidden."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import by_mail
from hotline import models
from hotline.mail.hiding import hidden
from hotline.models import Assignment, Caller, Volunteer
from hotline.models.status import AssignmentState
from hotline.services import alerts, correspondence, people, post
from hotline.services.line import Line
from hotline.services.mails import introductions

KIND, OVER = "relay", "relay_over"
_GOES_ON = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED})
_LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class _Both:
    """The two sides of a relation, and which of them has written."""

    assignment: Assignment
    caller: Caller
    volunteer: Volunteer
    by_caller: bool

    @property
    def to(self) -> str | None:
        """The address of the other side."""
        return self.volunteer.email if self.by_caller else self.caller.email

    @property
    def name(self) -> str | None:
        """What the other side may know of the writer's names."""
        return people.first_name(self.caller) if self.by_caller else self.volunteer.first_name


def passed_on(session: Session, line: Line, mail: models.Mail, token: str, at: datetime) -> bool:
    """Pass a mail that came to a relay to the other side, or keep it for the coordinators.

    False when it is to be treated like any other mail: no relation has this token, or it has ended and its
    caller writes again. What a machine has written is kept, and neither passed on nor answered.
    """
    assignment = session.scalar(select(Assignment).where(Assignment.relay_index == token.lower()))
    if assignment is None:
        return False
    both = _both(session, assignment, mail)
    if mail.automatic:
        return True
    if both is None:
        _keep(session, assignment, mail, "relay_stranger", at)
        return True
    mail.caller_id = both.caller.id if both.by_caller else None
    mail.volunteer_id = None if both.by_caller else both.volunteer.id
    if assignment.state not in _GOES_ON:
        return not both.by_caller and _over(session, line, both, mail, at)
    _pass(session, line, both, mail, at)
    return True


def _both(session: Session, assignment: Assignment, mail: models.Mail) -> _Both | None:
    """Return both sides when one of them has written; None for anybody else."""
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    writer = mail.from_address.lower()
    if writer not in {(caller.email or "").lower(), (volunteer.email or "").lower()}:
        return None
    return _Both(assignment, caller, volunteer, by_caller=writer == (caller.email or "").lower())


def _pass(session: Session, line: Line, both: _Both, mail: models.Mail, at: datetime) -> None:
    mail.assignment_id = both.assignment.id
    if both.by_caller:
        both.caller.last_contact_at = max(both.caller.last_contact_at, at)
        correspondence.answered(session, both.assignment, at)
    else:
        correspondence.written(session, both.assignment, at)
    address = introductions.address_of(line, both.assignment)
    if address is None or both.to is None or not _enqueue(session, line, both, mail, address, at):
        introductions.tell_blocked(session, both.assignment, str(mail.id), at)


def _enqueue(
    session: Session, line: Line, both: _Both, mail: models.Mail, address: str, at: datetime
) -> bool:
    association = line.config.association.name
    language = "fr" if both.by_caller else both.caller.language
    body = by_mail.passed_on(
        line.words_in(language),
        body=_hidden(both, address, mail.body),
        attachments=len(mail.attachments),
        association=association,
    )
    subject = " ".join(_hidden(both, address, mail.subject).split())[:_LONGEST_SUBJECT]
    return post.enqueue(
        session,
        line,
        kind=KIND,
        key=f"{KIND}:{mail.id}",
        to=both.to or "",
        subject=subject or association,
        body=body,
        at=at,
        headers=introductions.comes_from(
            address, f"{both.name} ({association})" if both.name else association
        ),
    )


def _hidden(both: _Both, address: str, text: str) -> str:
    """Return what was written without either side's addresses and numbers."""
    return hidden(
        text,
        addresses=[known for known in (address, both.caller.email, both.volunteer.email) if known],
        numbers=[both.volunteer.phone.number, *(phone.number for phone in both.caller.phones)],
    )


def _over(session: Session, line: Line, both: _Both, mail: models.Mail, at: datetime) -> bool:
    """A volunteer writes after the end: tell them once a day, and keep it for the coordinators."""
    letter = by_mail.over(line.words, association=line.config.association.name)
    post.enqueue(
        session,
        line,
        kind=OVER,
        key=f"{OVER}:{both.assignment.id}:{line.day(at)}",
        to=mail.from_address,
        subject=letter.subject,
        body=letter.body,
        at=at,
    )
    _keep(session, both.assignment, mail, "relay_ended", at)
    return True


def _keep(session: Session, assignment: Assignment, mail: models.Mail, kind: str, at: datetime) -> None:
    alerts.raise_alert(
        session,
        kind,
        f"{kind}:{mail.id}",
        at,
        caller_id=assignment.caller_id,
        volunteer_id=assignment.volunteer_id,
    )
