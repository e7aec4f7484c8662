"""What happened on each local day, counted; the figures name nobody.

A day is counted from the tables while it is fresh, and kept as rows once it is a week old: by then its calls,
callbacks and offers have come to rest.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Label, case, distinct, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.models import (
    Assignment,
    Call,
    Callback,
    Caller,
    Contact,
    Referral,
    ReferralStep,
    Request,
    Voicemail,
)
from hotline.models.status import AssignmentState, CallbackState, CallOutcome, Direction, ReferralStepKind
from hotline.services.line import Line

Key = tuple[date, str, str]
"""A local day, the name of a figure, and its bucket ("14" for an hour, "voicemail" for an outcome)."""

AGES = ((1, "1h"), (4, "4h"), (24, "1d"), (72, "3d"))
"""Hours below which an age falls into a bucket; older ones fall into LATER."""
LATER = "later"
WAITS = ((4, "4h"), (24, "1d"), (48, "2d"), (72, "3d"), (168, "7d"))

NEED_STEPS = (
    ReferralStepKind.OPENED,
    ReferralStepKind.SENT,
    ReferralStepKind.TAKEN,
    ReferralStepKind.REFUSED,
)
_REACHED = frozenset({CallOutcome.ANSWERED, CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP, CallOutcome.REFUSED})
Found = Iterator[tuple[datetime, str, str, int]]
Counting = Callable[[Session, datetime, datetime], Found]


def counted(session: Session, line: Line, first: date, last: date) -> Counter[Key]:
    """Count the days from `first` to `last`, both included."""
    since = datetime.combine(first, time(), line.zone)
    until = datetime.combine(last + timedelta(days=1), time(), line.zone)
    figures: Counter[Key] = Counter()
    for count in (_calls, _contacts, _voicemails, _callbacks, _first_callbacks, _ends, _new_callers, _needs):
        for moment, name, bucket, value in count(session, since, until):
            local = line.local(moment)
            figures[local.date(), name, str(local.hour) if bucket == _HOUR else bucket] += value
    return figures


_HOUR = "by hour"


def _by_day(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
    since: datetime,
    until: datetime,
) -> tuple[Label[int], list[datetime]]:
    """Return, for a query, the place of a moment among local days, and the mornings of these days."""
    days = (until.date() - since.date()).days
    mornings = [
        datetime.combine(since.date() + timedelta(step), time(), since.tzinfo) for step in range(days)
    ]
    later = [(moment < morning, place) for place, morning in enumerate(mornings[1:])]
    return (case(*later, else_=days - 1) if later else literal(0)).label("day"), mornings


def bucket_of(hours: float, limits: tuple[tuple[int, str], ...]) -> str:
    """Return the bucket into which a length of time in hours falls."""
    return next((name for limit, name in limits if hours < limit), LATER)


def _calls(session: Session, since: datetime, until: datetime) -> Found:
    """Calls of callers: by the hour in which they came, and what became of them."""
    rows = session.execute(
        select(Call.started_at, Call.outcome).where(
            Call.started_at >= since,
            Call.started_at < until,
            Call.direction == Direction.INBOUND,
            Call.volunteer_id.is_(None),
        )
    )
    for started_at, outcome in rows:
        yield started_at, "calls", _HOUR, 1
        yield started_at, "outcome", outcome.value, 1


def _contacts(session: Session, since: datetime, until: datetime) -> Found:
    place, mornings = _by_day(Contact.at, since, until)
    rows = session.execute(
        select(place, Contact.kind, func.count())
        .where(Contact.at >= since, Contact.at < until)
        .group_by(place, Contact.kind)
    )
    for day, kind, count in rows:
        yield mornings[day], "contacts", kind.value, count


def _voicemails(session: Session, since: datetime, until: datetime) -> Found:
    """How old messages were when somebody first heard them, on the day they were left."""
    rows = session.execute(
        select(Voicemail.created_at, Voicemail.heard_at).where(
            Voicemail.created_at >= since, Voicemail.created_at < until
        )
    )
    for left_at, heard_at in rows:
        bucket = "unheard" if heard_at is None else bucket_of(_hours(left_at, heard_at), AGES)
        yield left_at, "heard", bucket, 1


def _callbacks(session: Session, since: datetime, until: datetime) -> Found:
    """What became of the callbacks due, and the minutes spoken."""
    place, mornings = _by_day(Callback.due_at, since, until)
    rows = session.execute(
        select(place, Callback.state, func.count(), func.sum(Callback.duration))
        .where(Callback.due_at >= since, Callback.due_at < until, Callback.state.in_(list(CallbackState)))
        .group_by(place, Callback.state)
    )
    for day, state, count, seconds in rows:
        yield mornings[day], "callbacks", state.value, count
        if seconds:
            yield mornings[day], "minutes", "", round(seconds / 60)


def _first_callbacks(session: Session, since: datetime, until: datetime) -> Found:
    """How long people waited for the first callback that their request brought, on the day it was opened.

    The state is no condition of the search: SQLite would read all calls ever made for each request.
    """
    made = case((Callback.state == CallbackState.MADE, Callback.made_at))
    first_made = (
        select(func.min(made))
        .join(Assignment, Assignment.id == Callback.assignment_id)
        .where(Assignment.request_id == Request.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(first_made, Request.opened_at).where(Request.opened_at >= since, Request.opened_at < until)
    )
    for first, opened_at in rows:
        if first is not None:
            yield opened_at, "waited", bucket_of(_hours(opened_at, first), WAITS), 1


def _ends(session: Session, since: datetime, until: datetime) -> Found:
    """Relations that ended, and why; offers that were taken, declined or left without an answer."""
    place, mornings = _by_day(Assignment.ended_at, since, until)
    ended = session.execute(
        select(place, Assignment.end_reason, func.count())
        .where(
            Assignment.state == AssignmentState.ENDED,
            Assignment.ended_at >= since,
            Assignment.ended_at < until,
        )
        .group_by(place, Assignment.end_reason)
    )
    for day, reason, count in ended:
        yield mornings[day], "ended", reason or "", count
    place, mornings = _by_day(Assignment.offered_at, since, until)
    answered = Assignment.answered_at.is_not(None).label("answered")
    offered = session.execute(
        select(place, Assignment.state, answered, func.count())
        .where(Assignment.offered_at >= since, Assignment.offered_at < until)
        .group_by(place, Assignment.state, answered)
    )
    for day, state, was_answered, count in offered:
        declined = state in {AssignmentState.DECLINED, AssignmentState.EXPIRED}
        yield mornings[day], "offers", "accepted" if was_answered and not declined else state.value, count


def _new_callers(session: Session, since: datetime, until: datetime) -> Found:
    place, mornings = _by_day(Caller.created_at, since, until)
    rows = session.execute(
        select(place, func.count())
        .where(Caller.created_at >= since, Caller.created_at < until)
        .group_by(place)
    )
    for day, count in rows:
        yield mornings[day], "new_callers", "", count


def _needs(session: Session, since: datetime, until: datetime) -> Found:
    """What became of needs that a partner takes over, step by step, by the kind of need."""
    place, mornings = _by_day(ReferralStep.at, since, until)
    rows = session.execute(
        select(place, ReferralStep.kind, Referral.need, func.count(distinct(Referral.id)))
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .where(
            ReferralStep.at >= since,
            ReferralStep.at < until,
            ReferralStep.undone_at.is_(None),
            ReferralStep.kind.in_(NEED_STEPS),
        )
        .group_by(place, ReferralStep.kind, Referral.need)
    )
    for day, kind, need, count in rows:
        yield mornings[day], f"need_{kind.value}", need.value, count


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600
