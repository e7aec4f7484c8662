"""Who could phone: volunteers with what they hold, when they are free, and what this week has cost them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.models import Absence, Assignment, Callback, Phone, Volunteer
from hotline.models.people import departement
from hotline.models.status import HELD_ASSIGNMENT, CallbackState, VolunteerState
from hotline.services import channels, eligibility, outbox
from hotline.services.line import Line
from hotline.services.matching import Candidate, Helper
from hotline.services.rounds import weeks

_COLUMNS = (
    Volunteer.id,
    Volunteer.state,
    Volunteer.languages,
    Volunteer.capacity,
    Volunteer.postcode,
    Volunteer.available,
    Volunteer.quiet,
    Volunteer.weekly_cap,
    Volunteer.trainee,
    Volunteer.mentor_id,
)
_COUNTED = (CallbackState.PLANNED, CallbackState.MADE)


@dataclass(frozen=True)
class _Known:
    """What several queries tell of all volunteers; `present` are active and not away today."""

    held: Mapping[int, int]
    this_week: Mapping[int, int]
    away: Mapping[int, list[weeks.Days]]
    present: frozenset[int]
    worn_out: Collection[int]
    silent: bool
    writers: Collection[int]


def load(
    session: Session,
    line: Line,
    at: datetime,
    states: Collection[VolunteerState] = (VolunteerState.ACTIVE,),
    only: int | None = None,
) -> list[Candidate]:
    """Load the volunteers in some states, or one of them: seven or eight queries, whatever their number."""
    those = select(*_COLUMNS, Phone).join(Phone, Phone.id == Volunteer.phone_id)
    if only is not None:
        those = those.where(Volunteer.id == only)
    rows = session.execute(those.where(Volunteer.state.in_(states)).order_by(Volunteer.id)).all()
    known = _known(session, line, rows, at)
    return [_candidate(line, row, known, at) for row in rows]


def helpers(session: Session, line: Line, candidates: Collection[Candidate], at: datetime) -> list[Helper]:
    """Return volunteers as those who may help on the spot; only those who wish it are looked at closely."""
    today = line.day(at)
    on_site = {
        row.id: row
        for row in session.execute(
            select(Volunteer.id, Volunteer.birth_date, Volunteer.postcode).where(
                Volunteer.on_site, Volunteer.state != VolunteerState.LEFT
            )
        )
    }
    return [_helper(one, on_site.get(one.volunteer_id), today) for one in candidates]


def _helper(candidate: Candidate, row: Any | None, today: date) -> Helper:
    if row is None:
        return Helper(candidate, on_site=False, age=None, eligible=False, postcode=None)
    return Helper(
        candidate,
        on_site=True,
        age=eligibility.age(row.birth_date, today),
        eligible=eligibility.on_site_eligible(row.birth_date, True, today),
        postcode=row.postcode,
    )


def _known(session: Session, line: Line, rows: Sequence[Any], at: datetime) -> _Known:
    away, today = _absences(session, line, at), line.day(at)
    here = (
        row.id for row in rows if row.state is VolunteerState.ACTIVE and not _is_away(away[row.id], today)
    )
    capped = any(row.weekly_cap is not None for row in rows)
    return _Known(
        held=_held(session),
        this_week=_this_week(session, line, at) if capped else {},
        away=away,
        present=frozenset(here),
        worn_out=outbox.worn_out(session, line, at),
        silent=outbox.all_written(session, line, at),
        writers=channels.writers(session, line),
    )


def _candidate(line: Line, row: Any, known: _Known, at: datetime) -> Candidate:
    held, away = known.held.get(row.id, 0), known.away.get(row.id, [])
    writable = not known.silent and row.Phone.id not in known.worn_out
    return Candidate(
        volunteer_id=row.id,
        languages=frozenset(row.languages.split(",")),
        capacity_left=max(row.capacity - held, 0),
        load=held,
        phone=row.Phone.id,
        departement=departement(row.postcode),
        slots=weeks.free(line, row.available, row.quiet, away, at),
        week_left=None if row.weekly_cap is None else row.weekly_cap - known.this_week.get(row.id, 0),
        trainee=row.trainee,
        mentored=row.mentor_id in known.present,
        active=row.state is VolunteerState.ACTIVE,
        away=_is_away(away, line.day(at)),
        takes_texts=writable and outbox.takes_texts(line, row.Phone),
        quiet_now=weeks.is_open(line, row.quiet, at),
        writes=row.id in known.writers,
    )


def _this_week(session: Session, line: Line, at: datetime) -> dict[int, int]:
    """Return how many calls each capped volunteer makes in the line's week (Monday to Sunday)."""
    today = line.day(at)
    monday = today - timedelta(days=today.weekday())
    begin, end = (datetime.combine(day, time(), line.zone) for day in (monday, monday + timedelta(days=7)))
    return dict(
        session.execute(
            select(Assignment.volunteer_id, func.count())
            .join(Callback, Callback.assignment_id == Assignment.id)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            .where(
                Callback.state.in_(_COUNTED),
                Callback.due_at >= begin,
                Callback.due_at < end,
                Volunteer.weekly_cap.is_not(None),
            )
            .group_by(Assignment.volunteer_id)
        ).all()
    )


def _held(session: Session) -> dict[int, int]:
    """Return how many requests each volunteer holds or was offered."""
    return dict(
        session.execute(
            select(Assignment.volunteer_id, func.count())
            .where(Assignment.state.in_(HELD_ASSIGNMENT))
            .group_by(Assignment.volunteer_id)
        ).all()
    )


def _absences(session: Session, line: Line, at: datetime) -> defaultdict[int, list[weeks.Days]]:
    """Return the days of absence that begin within the days ahead, by volunteer."""
    last = line.day(at) + timedelta(days=weeks.DAYS_AHEAD)
    rows = session.execute(
        select(Absence.volunteer_id, Absence.from_date, Absence.until_date).where(
            Absence.over_at.is_(None), Absence.from_date <= last
        )
    )
    found: defaultdict[int, list[weeks.Days]] = defaultdict(list)
    for volunteer_id, begin, end in rows:
        found[volunteer_id].append((begin, end))
    return found


def _is_away(days: Collection[weeks.Days], today: date) -> bool:
    return any(begin <= today and (end is None or today <= end) for begin, end in days)
