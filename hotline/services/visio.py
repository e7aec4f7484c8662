"""A video link in an assignment: kept as the coordinator gives it, and sent to the caller."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from callflows import by_mail
from hotline.models import Assignment, Caller, Phone, Volunteer
from hotline.models.status import Channel
from hotline.services import channels, outbox, people, post
from hotline.services.assignments import CannotChange
from hotline.services.line import Line

KIND = "visio"
_LONGEST = 300
_PLAIN = re.compile(r"[!-~]+")


def keep(session: Session, assignment: Assignment, typed: str) -> None:
    """Keep a link by which both sides see each other, or none for an empty text. Raises CannotChange."""
    link = typed.strip()
    if link:
        _check(link)
    caller = session.get_one(Caller, assignment.caller_id)
    usual = channels.of(caller)
    assignment.visio_link = link or None
    if link:
        assignment.channel = Channel.VISIO
    elif assignment.channel is Channel.VISIO:
        assignment.channel = Channel.PHONE if usual is Channel.MAIL else usual
    session.flush()


def send(session: Session, line: Line, assignment: Assignment, at: datetime) -> Channel:
    """Send the caller the link, by mail or else by text; return by which. Raises CannotChange."""
    if assignment.visio_link is None:
        raise CannotChange("Il n'y a pas encore de lien : écrivez-le d'abord.")
    caller = session.get_one(Caller, assignment.caller_id)
    volunteer = session.get_one(Volunteer, assignment.volunteer_id)
    if caller.email is not None and _by_mail(session, line, assignment, caller, volunteer, at):
        return Channel.MAIL
    mobile = next((phone for phone in caller.phones if outbox.takes_texts(line, phone)), None)
    if mobile is not None and _by_text(session, line, assignment, mobile, volunteer, at):
        return Channel.PHONE
    raise CannotChange(
        "Le lien est gardé, mais rien n'est parti : cette personne n'a ni adresse électronique ni mobile où "
        "écrire maintenant. Dictez-le lui au téléphone."
    )


def _check(link: str) -> None:
    if len(link) > _LONGEST or not _PLAIN.fullmatch(link):
        raise CannotChange(f"Ce lien ne se lit pas : {_LONGEST} signes au plus, sans espace ni accent.")
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme != "https" or "." not in host or parts.username or parts.password:
        raise CannotChange("Ce lien doit commencer par https:// et mener à un site, comme celui de la visio.")


def _by_mail(
    session: Session,
    line: Line,
    assignment: Assignment,
    caller: Caller,
    volunteer: Volunteer,
    at: datetime,
) -> bool:
    letter = by_mail.visio(
        line.words_in(caller.language),
        volunteer=volunteer.first_name,
        caller=people.first_name(caller),
        link=assignment.visio_link or "",
        association=line.config.association.name,
    )
    return post.enqueue(
        session,
        line,
        kind=KIND,
        key=_key(assignment, at),
        to=caller.email or "",
        subject=letter.subject,
        body=letter.body,
        at=at,
    )


def _by_text(
    session: Session, line: Line, assignment: Assignment, phone: Phone, volunteer: Volunteer, at: datetime
) -> bool:
    body = by_mail.visio_text(line.words, volunteer=volunteer.first_name, link=assignment.visio_link or "")
    return outbox.enqueue(session, line, kind=KIND, key=_key(assignment, at), phone=phone, body=body, at=at)


def _key(assignment: Assignment, at: datetime) -> str:
    return f"{KIND}:{assignment.id}:{at:%Y%m%d%H%M%S}"
