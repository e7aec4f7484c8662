"""The button "Appeler" of a volunteer's page: the line rings their own telephone, once, then the caller's.

A tap that may have rung is never repeated; whoever still waits after two minutes taps again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from hotline.models import Assignment, Call, Callback, Caller, Tap, Volunteer, move
from hotline.models.status import CallOutcome, Direction, TapState
from hotline.phone import PhoneNumber, dialable
from hotline.services import bridges, calls, open_calls, people
from hotline.services.line import Line
from hotline.services.spending import billing, guard
from hotline.telephony.base import CarrierCall
from hotline.telephony.statuses import call_is_over
from hotline.telephony.webhooks import LegStatus

FRESH = timedelta(minutes=2)
_DIED_AFTER = timedelta(minutes=1)
_UNDER_WAY = frozenset({TapState.QUEUED, TapState.DIALLING, TapState.DOUBTFUL})
_TOO_LATE = "La demande a trop attendu, votre téléphone n'a pas sonné : touchez « Appeler » encore une fois."
_NOT_DIALABLE = (
    "La ligne ne peut pas appeler votre numéro : composez celui de la ligne, ou prévenez l'équipe."
)
_EXHAUSTED = (
    "La ligne a épuisé les minutes d'appel de la journée, votre téléphone n'a pas sonné : "
    "appelez demain. L'équipe est prévenue."
)
_NOT_TAKEN = "Votre téléphone n'a pas répondu : touchez « Appeler » encore une fois."
_NEVER_RANG = "L'opérateur n'a pas fait sonner votre téléphone : touchez « Appeler » encore une fois."
_LONGEST_ERROR = 200
_CLOCKS_DIFFER = timedelta(minutes=1)
_SURE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class ToRing:
    """One claimed tap: whose telephone to ring, and the number of ours that it shows.

    It rings outside of any transaction.
    """

    tap_id: int
    number: str = field(repr=False)
    shown: str = field(repr=False)


@dataclass(frozen=True)
class Doubt:
    """A tap whose telephone may have rung: which one, showing which number, and since when to look."""

    tap_id: int
    number: str = field(repr=False)
    shown: str = field(repr=False)
    since: datetime


def ask(session: Session, volunteer: Volunteer, callback_id: int, at: datetime) -> Tap | None:
    """Note that a volunteer wants their telephone rung for one of their calls, at once.

    None when they are being rung, or joined, already, and when there is no such call to make.
    """
    held = select(Volunteer.id).where(Volunteer.id == volunteer.id).with_for_update(key_share=True)
    session.execute(held)
    if _under_way(session, volunteer, at):
        return None
    if callback_id not in {one.callback_id for one in open_calls.to_phone(session, volunteer, at)}:
        return None
    tap = Tap(volunteer_id=volunteer.id, callback_id=callback_id, state=TapState.QUEUED, created_at=at)
    session.add(tap)
    session.flush()
    return tap


def claim(session: Session, line: Line, at: datetime) -> ToRing | None:
    """Claim the tap that waits longest, None when none does; what waited too long fails instead."""
    _doubt_the_dead(session, at)
    waiting = (
        select(Tap)
        .where(Tap.state == TapState.QUEUED)
        .order_by(Tap.created_at, Tap.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Tap)
    )
    while (tap := session.scalar(waiting)) is not None:
        number = tap.volunteer.phone.number
        if at - tap.created_at > FRESH:
            move(session, tap, TapState.FAILED, error=_TOO_LATE)
        elif not dialable(PhoneNumber(number), line.config.limits.countries):
            move(session, tap, TapState.FAILED, error=_NOT_DIALABLE)
        elif not guard.may_join(session, line, tap.volunteer_id, at):
            move(session, tap, TapState.FAILED, error=_EXHAUSTED)
        elif move(session, tap, TapState.DIALLING, claimed_at=at):
            return ToRing(tap.id, number, _shown(session, line, tap))
    return None


def placed(session: Session, line: Line, tap_id: int, sid: str, at: datetime) -> None:
    """The carrier rings the volunteer in the call `sid`."""
    tap = session.get(Tap, tap_id)
    if tap is not None:
        _call(session, line, tap, sid, at)


def failed(session: Session, tap_id: int, says: str) -> None:
    """The carrier has refused: the telephone did not ring; `says` is why."""
    _end(session, tap_id, TapState.FAILED, says)


def doubtful(session: Session, tap_id: int, says: str) -> None:
    """The telephone may be ringing, or not: nothing is repeated; `says` is why."""
    _end(session, tap_id, TapState.DOUBTFUL, says)


def doubts(session: Session, line: Line, limit: int) -> list[Doubt]:
    """Return the taps in doubt, oldest first."""
    found = session.scalars(
        select(Tap).where(Tap.state == TapState.DOUBTFUL).order_by(Tap.created_at, Tap.id).limit(limit)
    )
    return [
        Doubt(
            tap.id,
            tap.volunteer.phone.number,
            _shown(session, line, tap),
            (tap.claimed_at or tap.created_at) - _CLOCKS_DIFFER,
        )
        for tap in found
    ]


def resolve(session: Session, line: Line, doubt: Doubt, log: Sequence[CarrierCall], at: datetime) -> None:
    """Settle a doubt by the carrier's log: rung when a call is there, failed once there surely is none.

    The telephone is never rung for it again: whoever still waits taps again.
    """
    tap = session.get(Tap, doubt.tap_id)
    if tap is None or tap.state is not TapState.DOUBTFUL:
        return
    known = set(session.scalars(select(Call.sid).where(Call.sid.in_([call.sid for call in log]))))
    placed = [call for call in log if call.from_ == doubt.shown and call.sid not in known]
    if placed:
        first = placed[0]
        _call(session, line, tap, first.sid, first.started_at or at)
        over(session, line, tap.id, LegStatus(first.sid, first.status), first.ended_at or at)
    elif doubt.since + _CLOCKS_DIFFER < at - _SURE_AFTER:
        move(session, tap, TapState.FAILED, error=_NEVER_RANG)


def answered(session: Session, line: Line, tap_id: int, sid: str, at: datetime) -> bridges.Hears:
    """The volunteer's telephone was picked up; it may be their voicemail, so that a key is asked for first.

    Raises LookupError for a tap that nobody made.
    """
    tap = session.get(Tap, tap_id)
    if tap is None:
        raise LookupError(f"there is no tap {tap_id}")
    return bridges.rung(session, line, _call(session, line, tap, sid, at), tap.callback_id, at)


def over(session: Session, line: Line, tap_id: int, event: LegStatus, at: datetime) -> None:
    """The call to the volunteer is over, perhaps before they picked up."""
    tap = session.get(Tap, tap_id)
    if tap is None or not call_is_over(event.status):
        return
    call = _call(session, line, tap, event.sid, at)
    if event.status != "completed" and move(session, call, CallOutcome.FAILED, ended_at=at):
        tap.error = _NOT_TAKEN
        billing.over(session, line, call, 0)
    calls.left(session, line, call, at)


def _under_way(session: Session, volunteer: Volunteer, at: datetime) -> bool:
    lasting = and_(
        Tap.state == TapState.PLACED, Call.outcome == CallOutcome.IN_PROGRESS, Call.ended_at.is_(None)
    )
    found = (
        select(Tap.id)
        .outerjoin(Call, Call.sid == Tap.sid)
        .where(
            Tap.volunteer_id == volunteer.id,
            or_(and_(Tap.state.in_(_UNDER_WAY), Tap.created_at > at - FRESH), lasting),
        )
    )
    return session.scalar(found.limit(1)) is not None


def _doubt_the_dead(session: Session, at: datetime) -> None:
    """A process that died while dialling leaves a doubt."""
    dead = select(Tap).where(Tap.state == TapState.DIALLING, Tap.claimed_at < at - _DIED_AFTER)
    for tap in session.scalars(dead.with_for_update(skip_locked=True, of=Tap)).all():
        move(session, tap, TapState.DOUBTFUL)


def _end(session: Session, tap_id: int, state: TapState, says: str) -> None:
    tap = session.get(Tap, tap_id)
    if tap is not None:
        move(session, tap, state, error=says[:_LONGEST_ERROR])


def _shown(session: Session, line: Line, tap: Tap) -> str:
    """Return the number that both will see: the one by which the caller knows us."""
    known = (
        select(Caller.line)
        .join(Assignment, Assignment.caller_id == Caller.id)
        .join(Callback, Callback.assignment_id == Assignment.id)
        .where(Callback.id == tap.callback_id)
    )
    return line.at(session.scalar(known)).number if line.several else line.number


def _call(session: Session, line: Line, tap: Tap, sid: str, at: datetime) -> Call:
    """Return the call's row, made at whichever news comes first: the answer to our request, or a webhook."""
    move(session, tap, TapState.PLACED, sid=sid, error=None)
    values = {
        "sid": sid,
        "direction": Direction.OUTBOUND,
        "from_number": _shown(session, line, tap),
        "to_number": tap.volunteer.phone.number,
        "withheld": False,
        "volunteer_id": tap.volunteer_id,
        "callback_id": tap.callback_id,
        "outcome": CallOutcome.IN_PROGRESS,
        "started_at": at,
    }
    people.insert_once(session, Call, "sid", values)
    return calls.of_volunteer(session, sid)
