"""A text to one or many volunteers: what it costs, who gets it when, who does not and why."""

import re
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from callflows import gsm
from hotline.errors import HotlineError
from hotline.models import AuditEntry, OutboxRow, Volunteer
from hotline.models.status import OutboxState, VolunteerState
from hotline.services import outbox, wishes
from hotline.services.line import Line

KIND: Final = "desk"
ACTION: Final = "volunteers.message"
UNDO_FOR: Final = timedelta(seconds=10)
FARTHEST: Final = timedelta(days=60)
LONGEST: Final = 800
_NAME = "{first_name}"
_BRACES = re.compile(r"\{[^}]*\}|[{}]")
_BATCH = re.compile(r"(\d{10,11})-[0-9a-f]{8}")


class CannotSend(HotlineError):
    """A text that cannot leave as it is: why, and what to do instead."""


class Bar(StrEnum):
    """Why somebody does not get a text."""

    LEFT = "left"
    STOP = "stop"
    NO_TEXTS = "no_texts"
    ENOUGH = "enough"
    QUIET = "quiet"
    CEILING = "ceiling"


@dataclass(frozen=True)
class Recipient:
    """One volunteer with their own text: when it leaves, or why it does not."""

    volunteer: Volunteer
    body: str
    segments: int
    due: datetime | None
    bar: Bar | None = None


@dataclass(frozen=True)
class Plan:
    """A text before it is sent; `left_today` counts what the line may still write on that day."""

    recipients: Sequence[Recipient]
    left_today: int

    @property
    def reached(self) -> list[Recipient]:
        """Those who get it."""
        return [one for one in self.recipients if one.bar is None]

    @property
    def barred(self) -> list[Recipient]:
        """Those who do not."""
        return [one for one in self.recipients if one.bar is not None]

    @property
    def segments(self) -> int:
        """How many parts the carrier bills in all."""
        return sum(one.segments for one in self.reached)


@dataclass(frozen=True)
class Reading:
    """How a text travels: what is typed, what leaves, and which signs make the difference."""

    typed: gsm.Segments
    sent: gsm.Segments
    plain: str
    strange: str
    asks_for_answer: bool


def read(line: Line, body: str) -> Reading:
    """Read a text as it is being typed, for a first name of ordinary length."""
    sample = body.replace(_NAME, "Camille")
    plain = gsm.plain(sample)
    strange = "".join(dict.fromkeys(sign for sign in sample if gsm.segments(sign).encoding != "GSM-7"))
    asks = line.one_way and re.search(r"r[ée]pon[ds]", body, re.IGNORECASE) is not None
    return Reading(gsm.segments(sample), gsm.segments(plain), gsm.plain(body), strange, asks)


def checked(body: str) -> str:
    """Return a text that may leave. Raises CannotSend."""
    body = body.strip()
    if not body:
        raise CannotSend("Le texte est vide : écrivez quelques mots.")
    if len(body) > LONGEST:
        raise CannotSend(f"Le texte est trop long : {LONGEST} signes au plus.")
    unknown = [found for found in _BRACES.findall(body) if found != _NAME]
    if unknown:
        raise CannotSend(f"« {unknown[0]} » n’est pas connu : entre accolades, seul {_NAME} est remplacé.")
    return body


def plan(session: Session, line: Line, volunteers: Sequence[Volunteer], body: str, at: datetime) -> Plan:
    """Return who would get a text written at a moment, in this order, and who not; three queries."""
    worn_out = outbox.worn_out(session, line, at)
    left = max(outbox.ordinary(line) - outbox.written_today(session, line, at), 0)
    recipients, room = [], left
    for volunteer in volunteers:
        one = _recipient(line, volunteer, body, worn_out, at, room > 0)
        room -= one.bar is None
        recipients.append(one)
    return Plan(recipients, left)


def send(session: Session, line: Line, volunteers: Sequence[Volunteer], body: str, at: datetime) -> str:
    """Write the text for everybody who may get it; return what names it. Raises CannotSend for nobody."""
    planned = plan(session, line, volunteers, checked(body), at)
    batch = f"{int(at.timestamp())}-{secrets.token_hex(4)}"
    written = [_write(session, line, batch, one, at) for one in planned.reached]
    if not any(written):
        raise CannotSend("Personne ne peut recevoir ce texte : voyez pourquoi sous le texte.")
    return batch


def moment(wanted: datetime | None, at: datetime) -> datetime:
    """Return when a text is written: later, or in ten seconds: time to undo it. Raises CannotSend."""
    if wanted is None:
        return at + UNDO_FOR
    if wanted <= at:
        raise CannotSend("Ce moment est déjà passé : choisissez-en un autre, ou envoyez maintenant.")
    if wanted > at + FARTHEST:
        raise CannotSend("C’est trop loin : choisissez un moment dans les deux mois.")
    return wanted


def take_back(session: Session, batch: str) -> int:
    """Drop what has not left yet; return how many texts."""
    waits = (
        OutboxRow.key.startswith(f"{KIND}:{batch}:", autoescape=True),
        OutboxRow.state == OutboxState.QUEUED,
    )
    dropped = delete(OutboxRow).where(*_written_with(batch), *waits).returning(OutboxRow.id)
    return len(session.execute(dropped).all())


def sent(session: Session, batch: str) -> list[OutboxRow]:
    """Return the rows of one text, in the order of writing; empty for a name that is none."""
    if _BATCH.fullmatch(batch) is None:
        return []
    mine = OutboxRow.key.startswith(f"{KIND}:{batch}:", autoescape=True)
    return list(session.scalars(select(OutboxRow).where(*_written_with(batch), mine).order_by(OutboxRow.id)))


def recent(session: Session, limit: int = 10) -> list[AuditEntry]:
    """Return who wrote to volunteers lately, the newest first; the subject is `message:` and its name."""
    mine = select(AuditEntry).where(AuditEntry.action == ACTION)
    return list(session.scalars(mine.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)))


def _written_with(batch: str) -> tuple[ColumnElement[bool], ...]:
    """Narrow to the second in which a text was written: that is indexed."""
    found = _BATCH.fullmatch(batch)
    second = datetime.fromtimestamp(int(found[1]) if found else 0, UTC)
    return OutboxRow.created_at >= second, OutboxRow.created_at < second + timedelta(seconds=1)


def _recipient(
    line: Line, volunteer: Volunteer, body: str, worn_out: Collection[int], at: datetime, room: bool
) -> Recipient:
    own = gsm.plain(body.replace(_NAME, volunteer.first_name))
    quiet = wishes.wished_hours(line, volunteer.quiet)
    due = outbox.decent(line, at, quiet=quiet)
    bar = _bar(line, volunteer, worn_out) or (Bar.QUIET if due is None else None)
    if bar is None and not room:
        bar = Bar.CEILING
    return Recipient(volunteer, own, gsm.segments(own).count, due if bar is None else None, bar)


def _bar(line: Line, volunteer: Volunteer, worn_out: Collection[int]) -> Bar | None:
    if volunteer.state is VolunteerState.LEFT:
        return Bar.LEFT
    if volunteer.phone.stopped_at is not None:
        return Bar.STOP
    if not outbox.takes_texts(line, volunteer.phone):
        return Bar.NO_TEXTS
    return Bar.ENOUGH if volunteer.phone_id in worn_out else None


def _write(session: Session, line: Line, batch: str, one: Recipient, at: datetime) -> bool:
    key = f"{KIND}:{batch}:{one.volunteer.id}"
    return outbox.enqueue(session, line, kind=KIND, key=key, phone=one.volunteer.phone, body=one.body, at=at)
