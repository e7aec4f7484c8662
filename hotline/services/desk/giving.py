"""Somebody is given or offered by hand: who suits, what speaks against it, and what is done in one go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cadence import Cadence
from hotline.models import Assignment, Caller, Request, Step, Volunteer
from hotline.models.naming import words
from hotline.models.status import AssignmentState, HolidayPolicy, RequestState, StepKind, VolunteerState
from hotline.services import assignments, outbox, rounds, steps
from hotline.services.assignments import CannotChange
from hotline.services.desk import changes
from hotline.services.desk.changes import Changed, Deed
from hotline.services.desk.undoable import hold_back
from hotline.services.line import Line
from hotline.services.mails import introductions
from hotline.services.matching import Candidate, Refusal, Waiting
from hotline.services.matching.rules import RULES, far, voice
from hotline.services.rounds import pool, queue
from hotline.services.rounds.told import full_name

KNOWN: Final = tuple(state for state in VolunteerState if state is not VolunteerState.LEFT)
FORBIDS: Final = frozenset({Refusal.INACTIVE, Refusal.BY_MAIL, Refusal.SAME_NUMBER, Refusal.CAPACITY})
"""What no coordinator can override; capacity and mails by changing the volunteer's file."""

TAKEN_BACK = "taken_back"
_NOT_OURS = frozenset({RequestState.CLOSED, RequestState.REFERRED})


@dataclass(frozen=True)
class Choice:
    """A volunteer to whom somebody may be given: what speaks for it and, in the order of rules, against it.

    `voice` is below 0 for the voice that the person knows and prefers, above for one heard lately.
    """

    volunteer_id: int
    name: str
    load: int
    room: int
    against: tuple[Refusal, ...]
    voice: int
    near: bool

    @property
    def forbidden(self) -> Refusal | None:
        """What makes it impossible."""
        return next((one for one in self.against if one in FORBIDS), None)


@dataclass(frozen=True)
class Rhythm:
    """When somebody given is called: once, or with a cadence."""

    cadence: Cadence | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    holidays: HolidayPolicy = HolidayPolicy.KEEP


def choices(session: Session, line: Line, request_id: int, at: datetime) -> list[Choice]:
    """Return every volunteer, the one who suits a request best first; nobody for an unknown request."""
    waiting = queue.only(session, line, request_id, at)
    if waiting is None:
        return []
    names = named(session)
    known = pool.load(session, line, at, KNOWN)
    found = [_choice(waiting, one, names[one.volunteer_id]) for one in known]
    return sorted(found, key=_suits)


def choice(session: Session, line: Line, request_id: int, volunteer_id: int, at: datetime) -> Choice | None:
    """Return one volunteer as a choice for a request, None when one of the two is not there."""
    waiting = queue.only(session, line, request_id, at)
    known = pool.load(session, line, at, KNOWN, only=volunteer_id)
    volunteer = session.get(Volunteer, volunteer_id)
    if waiting is None or volunteer is None or not known:
        return None
    return _choice(waiting, known[0], full_name(volunteer.first_name, volunteer.last_name))


def named(session: Session) -> Mapping[int, str]:
    """Return the names of every volunteer."""
    rows = session.execute(select(Volunteer.id, Volunteer.first_name, Volunteer.last_name))
    return {row.id: full_name(row.first_name, row.last_name) for row in rows}


def give(
    session: Session,
    line: Line,
    request: Request,
    volunteer: Volunteer,
    rhythm: Rhythm,
    at: datetime,
    *,
    actor: str,
) -> tuple[Assignment, list[Deed]]:
    """Give whoever waits to a volunteer, taking them back first from whoever holds them.

    Return the assignment and how all of it is taken back. Raises CannotChange or CannotPlan.
    """
    if request.state in _NOT_OURS:
        raise CannotChange(
            "Cette demande n'attend personne : elle est close, ou suivie par une autre structure."
        )
    was = [request.kind.value, request.cadence]
    before = _take_from_holder(session, request, volunteer, at, actor)
    given = assignments.give(
        session,
        line,
        session.get_one(Caller, request.caller_id),
        volunteer,
        at,
        actor=actor,
        cadence=rhythm.cadence,
        starts_on=rhythm.starts_on,
        ends_on=rhythm.ends_on,
        holidays=rhythm.holidays,
    )
    session.flush()
    for key in (f"given:{given.id}", *introductions.keys(given.id)):
        hold_back(session, key, at)
    created = step_of(session, given.id, StepKind.CREATED)
    return given, [["step", created], *before, ["kind", request.id, *was]]


def offer(
    session: Session, line: Line, request_id: int, volunteer_id: int, at: datetime
) -> tuple[Assignment, list[Deed]]:
    """Offer somebody to a chosen volunteer by text. Raises CannotChange when they may not be asked now."""
    offered = assignments.offer(session, line, request_id, volunteer_id, at)
    if offered is None:
        raise CannotChange(
            "Cette proposition ne peut pas partir : la demande n'attend plus, ou ce bénévole est pris, vient "
            "d'être sollicité, ou ne peut pas recevoir de SMS maintenant."
        )
    hold_back(session, f"{assignments.OFFER}:{offered.id}", at)
    return offered, [["offer", offered.id]]


def offer_again(
    session: Session, line: Line, request_ids: Sequence[int], at: datetime, *, actor: str
) -> Changed:
    """Take back what nobody has answered, and offer each request at once to whoever suits best now.

    Raises CannotChange outside the hours in which offers leave.
    """
    if not line.offer_hours.is_open(at):
        raise CannotChange("Les propositions partent aux heures décentes : celles-ci attendent leur tour.")
    those = changes.held(session, request_ids)
    for request in those:
        take_offer_back(session, request, at, actor=actor)
    wanted, changed = {one.id for one in those}, Changed()
    for pair in rounds.plan(session, line, at).pairs:
        if pair.request_id in wanted and pair.covers_id is None and pair.referral_id is None:
            offered = assignments.offer(session, line, pair.request_id, pair.volunteer_id, at)
            if offered is not None:
                hold_back(session, f"{assignments.OFFER}:{offered.id}", at)
                changed.add(["offer", offered.id])
    return changed


def take_offer_back(session: Session, request: Request, at: datetime, *, actor: str) -> bool:
    """Take back the offer that a request waits for; False when there is none, or it has its answer."""
    offered = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.holds_request,
            Assignment.state == AssignmentState.OFFERED,
        )
    )
    if offered is None or not assignments.expire(session, offered.id, at):
        return False
    offered.end_reason = TAKEN_BACK
    steps.note(session, offered, StepKind.ENDED, at, actor=actor, detail=TAKEN_BACK)
    return True


def tells(line: Line, volunteer: Volunteer) -> bool:
    """Tell whether a text can tell a volunteer what was given to them."""
    return outbox.takes_texts(line, volunteer.phone)


def step_of(session: Session, assignment_id: int, kind: StepKind) -> int:
    """Return the last step of a kind of an assignment that has one."""
    mine = select(Step.id).where(Step.assignment_id == assignment_id, Step.kind == kind)
    return session.scalars(mine.order_by(Step.id.desc()).limit(1)).one()


def _take_from_holder(
    session: Session, request: Request, volunteer: Volunteer, at: datetime, actor: str
) -> list[Deed]:
    """Hand over what somebody else holds; return how they get it back."""
    holder = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.holds_request,
            Assignment.state.in_({AssignmentState.ACTIVE, AssignmentState.PAUSED}),
        )
    )
    if holder is None:
        return []
    if holder.volunteer_id == volunteer.id:
        raise CannotChange(
            f"Cette personne est déjà confiée à {volunteer.first_name} : changez plutôt le rythme."
        )
    assignments.hand_over(session, holder, at, actor=actor)
    session.flush()
    return [["step", step_of(session, holder.id, StepKind.HANDED_OVER)]]


def _choice(waiting: Waiting, one: Candidate, name: str) -> Choice:
    return Choice(
        volunteer_id=one.volunteer_id,
        name=name,
        load=one.load,
        room=one.capacity_left,
        against=tuple(refusal for refusal, broken in RULES.items() if broken(waiting, one)),
        voice=voice(waiting, one.volunteer_id),
        near=waiting.departement is not None and not far(waiting, one),
    )


def _suits(one: Choice) -> tuple[bool, int, int, int, bool, str]:
    """Order choices: possible ones, those with least against them, then as the matching prefers."""
    return (one.forbidden is not None, len(one.against), one.voice, one.load, not one.near, one.name)


def found(every: Iterable[Choice], name: str) -> list[Choice]:
    """Return the choices whose names begin with these words, whatever their accents."""
    asked = words(name)
    return [
        one for one in every if all(any(word.startswith(part) for word in words(one.name)) for part in asked)
    ]
