"""Sanitary instructions and the "Voisins solidaires" kit, written to a person by text or mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from callflows import orientation
from callflows.orientation import Letter
from callflows.wordings import Wordings
from hotline.models import Caller, Note
from hotline.models.status import Channel
from hotline.services import outbox, post
from hotline.services.line import Line
from hotline.services.referrals.holding import CannotRefer

KIND: Final = "guidance"


class Leaflet(StrEnum):
    """What can be sent."""

    INSTRUCTIONS = "instructions"
    KIT = "kit"


class Way(StrEnum):
    """How it is sent."""

    TEXT = "text"
    MAIL = "mail"


@dataclass(frozen=True)
class Sent:
    """What was sent, how, the key of its row in the outbox, and the note that tells of it."""

    leaflet: Leaflet
    way: Way
    key: str
    note_id: int


_NAMES: Final[Mapping[Leaflet, str]] = {
    Leaflet.INSTRUCTIONS: "Consignes sanitaires envoyées",
    Leaflet.KIT: "Kit « Voisins solidaires » envoyé",
}
_BY: Final[Mapping[Way, str]] = {Way.TEXT: "par SMS", Way.MAIL: "par courriel"}


def ways(line: Line, caller: Caller) -> list[Way]:
    """Return how a person can be written to, the way they like best first; empty for a landline alone."""
    found = [
        *([Way.TEXT] if any(outbox.takes_texts(line, phone) for phone in caller.phones) else []),
        *([Way.MAIL] if caller.email and line.mail_address else []),
    ]
    return found[::-1] if caller.channel is Channel.MAIL else found


def offered(line: Line) -> list[Leaflet]:
    """Return what can be sent: the kit only where its address is known."""
    return [one for one in Leaflet if one is not Leaflet.KIT or line.config.association.kit_url]


def send(
    session: Session, line: Line, caller: Caller, leaflet: Leaflet, at: datetime, *, author: str
) -> Sent:
    """Write a leaflet to a person, once a day, and a note that tells of it. Raises CannotRefer."""
    if leaflet not in offered(line):
        raise CannotRefer("L'adresse du kit n'est pas réglée : « kit_url », dans [association].")
    possible = ways(line, caller)
    if not possible:
        raise CannotRefer(
            "Cette personne n'a ni mobile qui reçoive nos SMS, ni courriel : lisez-lui au téléphone, ou "
            "envoyez une lettre."
        )
    key = f"{KIND}:{leaflet}:{caller.id}:{line.day(at)}"
    way = next((way for way in possible if _WRITE[way](session, line, caller, leaflet, key, at)), None)
    if way is None:
        raise CannotRefer("C'est déjà parti aujourd'hui, ou le plafond du jour est atteint.")
    note = Note(caller_id=caller.id, author=author, words=f"{_NAMES[leaflet]} {_BY[way]}.", at=at)
    session.add(note)
    session.flush()
    return Sent(leaflet, way, key, note.id)


def _text(session: Session, line: Line, caller: Caller, leaflet: Leaflet, key: str, at: datetime) -> bool:
    words, link = line.words_in(caller.language), line.config.association.kit_url
    body = (
        orientation.kit_text(words, link) if leaflet is Leaflet.KIT else orientation.instructions_text(words)
    )
    return any(
        outbox.enqueue(session, line, kind=KIND, key=key, phone=phone, body=body, at=at)
        for phone in caller.phones
    )


def _mail(session: Session, line: Line, caller: Caller, leaflet: Leaflet, key: str, at: datetime) -> bool:
    letter = _letter(line, line.words_in(caller.language), leaflet)
    return post.enqueue(
        session,
        line,
        kind=KIND,
        key=key,
        to=caller.email or "",
        subject=letter.subject,
        body=letter.body,
        at=at,
    )


def _letter(line: Line, words: Wordings, leaflet: Leaflet) -> Letter:
    association = line.config.association
    if leaflet is Leaflet.KIT:
        return orientation.kit_mail(words, association.kit_url, association=association.name)
    return orientation.instructions_mail(words, association=association.name)


_Write = Callable[[Session, Line, Caller, Leaflet, str, datetime], bool]
_WRITE: Final[Mapping[Way, _Write]] = {Way.TEXT: _text, Way.MAIL: _mail}
