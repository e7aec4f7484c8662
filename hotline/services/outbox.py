"""Texts to be sent: rows first, under the ceilings, claimed after the commit by one process at a time."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from callflows import gsm
from hotline.hours import Hours
from hotline.models import OutboxRow, Phone, move
from hotline.models.status import OutboxState
from hotline.phone import PhoneNumber, dialable
from hotline.services import alerts, people
from hotline.services.line import Line
from hotline.services.wishes import wished_hours
from hotline.telephony.errors import OPTED_OUT

CONFIRMATION = "stopped"
LATE_ANSWER = "late_answer"
"""The answer to a text found long after it was written: it waits for a decent hour."""
_AT_ONCE = frozenset(
    {CONFIRMATION, "restarted", "answer", "acknowledgement", "listener_closing", "registration_code"}
)
URGENT = frozenset({CONFIRMATION, "restarted", "answer", "contact_person"})
"""What may still be written from the last tenth of a day's texts."""
_RESERVE = 10
_SOON_ENOUGH = timedelta(days=8)
_DAYS_AHEAD = 7
_KEEP_TRYING = timedelta(hours=24)
_SHORTEST_VALIDITY, _LONGEST_VALIDITY = 60, 36_000


@dataclass(frozen=True)
class ToSend:
    """One claimed text: what it takes to send it outside of any transaction; `valid_for` in seconds.

    `sender` is None for the main line's.
    """

    row_id: int
    to: str = field(repr=False)
    body: str = field(repr=False)
    valid_for: int
    sender: str | None = None


def enqueue(
    session: Session,
    line: Line,
    *,
    kind: str,
    key: str,
    phone: Phone,
    body: str,
    at: datetime,
    until: datetime | None = None,
    sender: str | None = None,
) -> bool:
    """Write a text to be sent, once per key; False when it may not be sent or was written before.

    It comes from the main line's sender, unless another `sender` is the one whom this person knows.
    `until` is when the text stops making sense: what cannot leave before is not written. Answers to what
    somebody has just written leave at once; everything else waits for a decent hour, and for the end of the
    hours in which a volunteer wants quiet. Once the line has written as much as it may in a day, a text is
    one of the next day's.
    """
    if not takes_texts(line, phone, after_stop=kind == CONFIRMATION):
        return False
    begins = _day_with_room(session, line, kind, phone, at)
    if begins is None:
        return False
    at_once = begins == at
    due = leaves(session, line, kind, phone, at) if at_once else decently(session, line, phone, begins)
    if due is None or (until is not None and due >= until):
        return False
    values = {
        "kind": kind,
        "key": key,
        "phone_id": phone.id,
        "sender": sender,
        "body": gsm.plain(body),
        "state": OutboxState.QUEUED,
        "created_at": begins,
        "due_at": due,
        "expires_at": until or due + _KEEP_TRYING,
    }
    return people.insert_once(session, OutboxRow, "key", values) is not None


def is_written(session: Session, key: str) -> bool:
    """Tell whether a text was written under this key, whatever became of it."""
    return session.scalar(select(OutboxRow.id).where(OutboxRow.key == key)) is not None


def may_text(session: Session, line: Line, phone: Phone, at: datetime, *, after_stop: bool = False) -> bool:
    """Tell whether a text may go there: a mobile of an allowed country, no STOP, under the ceilings.

    `after_stop` is for the one confirmation of a STOP.
    """
    if not takes_texts(line, phone, after_stop=after_stop):
        return False
    return bool(_room(session, line, phone, at))


def ordinary(line: Line) -> int:
    """Return how many texts may be written in a day that are not urgent."""
    return line.config.limits.sms_per_day - line.config.limits.sms_per_day // _RESERVE


def takes_texts(line: Line, phone: Phone, *, after_stop: bool = False) -> bool:
    """Tell whether texts may go to a telephone at all, ceilings aside."""
    if not phone.textable or (phone.stopped_at is not None and not after_stop):
        return False
    return dialable(PhoneNumber(phone.number), line.config.limits.countries)


def worn_out(session: Session, line: Line, at: datetime) -> set[int]:
    """Return the telephones that have been written to as often as they may be in a day (one query)."""
    most = line.config.limits.sms_per_person_per_day
    written_to = select(OutboxRow.phone_id).where(_today(line, at)).group_by(OutboxRow.phone_id)
    return set(session.scalars(written_to.having(func.count() >= most)))


def all_written(session: Session, line: Line, at: datetime) -> bool:
    """Tell whether the line has written as many texts as it may in a day, urgent ones aside."""
    return written_today(session, line, at) >= ordinary(line)


def written_today(session: Session, line: Line, at: datetime) -> int:
    """Return how many texts the line has written on the day of a moment."""
    return session.scalar(select(func.count()).where(_today(line, at))) or 0


def leaves(session: Session, line: Line, kind: str, phone: Phone, at: datetime) -> datetime | None:
    """Return when a text of this kind may leave for a telephone; None when its owner never wants one."""
    return at if kind in _AT_ONCE else decently(session, line, phone, at)


def decently(session: Session, line: Line, phone: Phone, at: datetime) -> datetime | None:
    """Return when a text may reach a telephone without disturbing its owner; None when never."""
    volunteer = people.volunteer_at(session, phone)
    quiet = wished_hours(line, volunteer.quiet) if volunteer else None
    return decent(line, at, quiet=quiet)


def decent(line: Line, at: datetime, *, quiet: Hours | None = None) -> datetime | None:
    """Return the first moment from `at` on that is decent for a text and not in the `quiet` hours.

    None when there is none within a week. Where decent hours never come, every hour is.
    """
    moment = line.offer_hours.first_open(at) or at
    while quiet is not None and quiet.is_open(moment):
        over = quiet.first_closed(moment)
        opens = line.offer_hours.first_open(over) if over else None
        if opens is None or opens > at + _SOON_ENOUGH:
            return None
        moment = opens
    return moment


def claim(session: Session, at: datetime) -> ToSend | None:
    """Claim the text due longest, None when nothing is due; no other process gets the same."""
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.due_at <= at,
            OutboxRow.phone_id.is_not(None),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxRow)
    )
    while (row := session.scalar(due)) is not None:
        if stopped(row):
            fail(session, row, OPTED_OUT, "la personne a demandé l'arrêt des textes")
        elif row.expires_at <= at:
            fail(session, row, None, "trop tard : le texte n'avait plus de sens")
        elif move(session, row, OutboxState.SENDING, claimed_at=at, attempts=row.attempts + 1):
            left = int((row.expires_at - at).total_seconds())
            valid_for = min(max(left, _SHORTEST_VALIDITY), _LONGEST_VALIDITY)
            return ToSend(row.id, row.telephone.number, row.body, valid_for, row.sender)
    return None


def again(session: Session, line: Line, row: OutboxRow, at: datetime, *, code: int | None, why: str) -> bool:
    """Queue a text once more, to leave at `at`; False when it would come too late or is wanted no more."""
    due = leaves(session, line, row.kind, row.telephone, at)
    if stopped(row) or due is None or due >= row.expires_at:
        return False
    return move(session, row, OutboxState.QUEUED, due_at=due, sid=None, error_code=code, error=why[:200])


def stopped(row: OutboxRow) -> bool:
    """Tell whether the person has stopped texts; only the confirmation of that may still leave."""
    return row.telephone.stopped_at is not None and row.kind != CONFIRMATION


def fail(session: Session, row: OutboxRow, code: int | None, why: str) -> bool:
    """Note that a text will never arrive, and why; False when that was settled before."""
    return move(session, row, OutboxState.FAILED, error_code=code, error=why[:200])


def cancel(session: Session, phone: Phone) -> None:
    """Drop what was waiting to leave to a telephone whose owner wants no more texts."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.phone_id == phone.id,
            OutboxRow.state == OutboxState.QUEUED,
            OutboxRow.kind != CONFIRMATION,
        )
        .values(
            state=OutboxState.FAILED, error_code=OPTED_OUT, error="la personne a demandé l'arrêt des textes"
        )
    )


@dataclass(frozen=True)
class _Room:
    """How many texts may still be written on a day: by the line, and to one person."""

    line: int
    person: int

    def __bool__(self) -> bool:
        return self.line > 0 and self.person > 0


def _room(session: Session, line: Line, phone: Phone, at: datetime, *, urgent: bool = False) -> _Room:
    limits, to_them = line.config.limits, func.count().filter(OutboxRow.phone_id == phone.id)
    written, to_person = session.execute(select(func.count(), to_them).where(_today(line, at))).one()
    most = limits.sms_per_day if urgent else ordinary(line)
    return _Room(most - written, limits.sms_per_person_per_day - to_person)


def _day_with_room(session: Session, line: Line, kind: str, phone: Phone, at: datetime) -> datetime | None:
    """Return when the day begins on which a text may be written: now, or a morning of the days that follow.

    None for a person who has been written to often enough, whatever the day.
    """
    moment = at
    for _ in range(_DAYS_AHEAD):
        room = _room(session, line, phone, moment, urgent=kind in URGENT)
        if room.line <= 1 and moment == at:
            tell_ceiling(session, line, at)
        if room or room.person <= 0:
            return moment if room else None
        moment = tomorrow(line, moment)
    return None


def tomorrow(line: Line, at: datetime) -> datetime:
    """Return when the line's next day begins."""
    return datetime.combine(line.day(at) + timedelta(days=1), time(), line.zone)


def tell_ceiling(session: Session, line: Line, at: datetime) -> None:
    """Tell a coordinator, once a day, that the line has written its texts."""
    alerts.raise_alert(session, "sms_ceiling", f"sms_ceiling:{line.day(at)}", at)


def written_on(day: date, line: Line) -> ColumnElement[bool]:
    """Written on a day of the line's calendar; what is written for a later day counts on that one."""
    begins, ends = (datetime.combine(each, time(), line.zone) for each in (day, day + timedelta(days=1)))
    return and_(OutboxRow.created_at >= begins, OutboxRow.created_at < ends)


def _today(line: Line, at: datetime) -> ColumnElement[bool]:
    """The texts of the day of a moment."""
    return and_(written_on(line.day(at), line), OutboxRow.phone_id.is_not(None))
