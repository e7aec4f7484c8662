"""Needs that somebody's words let guess; a coordinator says whether they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from callflows import needs as words_of_need
from hotline.models import Call, Contact, Mail, Message, Referral, Request, Voicemail
from hotline.models.status import OPEN_REFERRAL, Direction, Need
from hotline.services.line import Line

_LATEST = 20
_LONGEST = 2000


@dataclass(frozen=True)
class Possible:
    """A need that may be, the words that let guess it, and all that was said with them."""

    need: Need
    words: str
    sentence: str


def in_words(line: Line, said: Iterable[str | None], known: Collection[Need] = ()) -> list[Possible]:
    """Return the needs in what was said, each once, without those that are known."""
    found: dict[Need, Possible] = {}
    for text in filter(None, said):
        for hit in words_of_need.found(text, line.needs):
            need = Need(hit.need)
            if need not in known:
                found.setdefault(need, Possible(need, hit.words, text[:_LONGEST]))
    return list(found.values())


def of_request(session: Session, line: Line, request: Request) -> list[Possible]:
    """Return the needs in everything that led to a request, without those that were noted already."""
    noted = select(Referral.need).where(Referral.caller_id == request.caller_id)
    here = noted.where((Referral.request_id == request.id) | Referral.state.in_(OPEN_REFERRAL))
    return in_words(line, _said(session, request), set(session.scalars(here)))


def _said(session: Session, request: Request) -> list[str | None]:
    """Return the words of the last contacts of a request: typed in, written, spoken and put into words."""
    latest = (
        select(Contact.id)
        .where(Contact.request_id == request.id)
        .order_by(Contact.at.desc(), Contact.id.desc())
        .limit(_LATEST)
    )
    contacts = session.execute(select(Contact.id, Contact.words).where(Contact.id.in_(latest))).all()
    if not contacts:
        return []
    ids = [row.id for row in contacts]
    spoken = select(Voicemail.transcript).join(Call, Call.id == Voicemail.call_id)
    mailed = select(Mail.subject, Mail.body, Mail.quoted_at)
    mails = session.execute(mailed.where(Mail.contact_id.in_(ids), Mail.direction == Direction.INBOUND))
    return [
        *(row.words for row in contacts),
        *session.scalars(select(Message.body).where(Message.contact_id.in_(ids))),
        *session.scalars(spoken.where(Call.contact_id.in_(ids))),
        *(f"{subject}. {body[:quoted_at]}" for subject, body, quoted_at in mails),
    ]
