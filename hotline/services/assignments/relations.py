"""A relationship over time: given by hand, paused, taken up again, handed over, ended."""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.cadence import Cadence
from hotline.errors import HotlineError
from hotline.models import Assignment, Caller, Referral, Request, Volunteer, move
from hotline.models.status import (
    AssignmentState,
    CallerState,
    Channel,
    HolidayPolicy,
    RequestKind,
    RequestState,
    StepKind,
    VolunteerState,
)
from hotline.services import channels, covers, errands, outbox, planning, requests, steps
from hotline.services.assignments import replies, wording
from hotline.services.holding import (
    cancel_planned,
    has_room,
    held_request,
    held_volunteer,
    planned,
)
from hotline.services.line import Line
from hotline.services.mails import introductions

GIVEN = "given"
HANDED_OVER, PAUSED, OVER, WITHDRAWN = "handed_over", "paused", "over", "withdrawn"
_LONGEST_REASON = 40
_IN_HAND = frozenset({AssignmentState.ACTIVE, AssignmentState.PAUSED})


class CannotChange(HotlineError):
    """What cannot be done with an assignment now: why, and what to do instead."""


def give(
    session: Session,
    line: Line,
    caller: Caller,
    volunteer: Volunteer,
    at: datetime,
    *,
    actor: str,
    cadence: Cadence | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    holidays: HolidayPolicy = HolidayPolicy.KEEP,
) -> Assignment:
    """Give a caller to a volunteer by hand, at once, for one call or with a cadence; the volunteer is told.

    Opens a request when none is open and takes back an offer that nobody has answered yet. Raises
    CannotChange when one of the two is not free for it, CannotPlan when the dates leave no call.
    """
    request = requests.open_for(session, caller, at)
    _free(session, request, at)
    volunteer = _ready(session, line, volunteer, caller)
    request.kind = RequestKind.RECURRING if cadence else RequestKind.ONE_OFF
    move(session, request, RequestState.ASSIGNED)
    assignment = Assignment(
        request_id=request.id,
        caller_id=caller.id,
        volunteer_id=volunteer.id,
        kind=request.kind,
        cadence=str(cadence) if cadence else None,
        starts_on=starts_on,
        ends_on=ends_on,
        holidays=holidays,
        channel=channels.of(caller),
        state=AssignmentState.ACTIVE,
        **dict.fromkeys(("offered_at", "expires_at", "answered_at"), at),
    )
    session.add(assignment)
    session.flush()
    steps.note(session, assignment, StepKind.CREATED, at, actor=actor)
    _start(session, line, assignment, volunteer, at)
    return assignment


def pause(
    session: Session,
    assignment: Assignment,
    at: datetime,
    *,
    actor: str,
    reason: str = "",
    resumes_on: date | None = None,
) -> None:
    """Stop the calls, until a day or until further notice; the request stays with its volunteer."""
    held_request(session, assignment)
    for cover in covers.held_for(session, assignment):
        release(session, cover, at, reason=PAUSED, actor=actor)
    if not move(session, assignment, AssignmentState.PAUSED, resumes_on=resumes_on):
        raise CannotChange(_not_in_hand(assignment))
    cancel_planned(session, assignment, PAUSED)
    steps.note(session, assignment, StepKind.PAUSED, at, actor=actor, detail=reason or None)


def resume(
    session: Session, line: Line, assignment: Assignment, at: datetime, *, actor: str, reason: str = ""
) -> None:
    """Take up a paused assignment again: its calls are planned anew."""
    held_request(session, assignment)
    session.refresh(assignment)
    if assignment.state is not AssignmentState.PAUSED:
        raise CannotChange("Cette attribution n'est pas en pause.")
    before = {"resumes_on": assignment.resumes_on.isoformat() if assignment.resumes_on else None}
    move(session, assignment, AssignmentState.ACTIVE, resumes_on=None)
    planning.resume(session, line, assignment, at)
    steps.note(session, assignment, StepKind.RESUMED, at, actor=actor, detail=reason or None, before=before)


def resume_due(session: Session, line: Line, at: datetime, limit: int) -> int:
    """Take up again what was paused until today; one without a date left stays paused; return how many."""
    over = session.scalars(
        select(Assignment)
        .join(Request, Request.id == Assignment.request_id)
        .where(Assignment.state == AssignmentState.PAUSED, Assignment.resumes_on <= line.day(at))
        .order_by(Assignment.resumes_on, Assignment.id)
        .limit(limit)
        .with_for_update(of=Request, skip_locked=True, key_share=True)
    )
    return sum(_resume_due(session, line, assignment, at) for assignment in over.all())


def end(session: Session, assignment: Assignment, at: datetime, *, actor: str, reason: str) -> None:
    """End an assignment and close its request; of a cover and an errand nothing but they themselves ends."""
    if not reason or len(reason) > _LONGEST_REASON:
        raise CannotChange(f"La raison tient en {_LONGEST_REASON} caractères : un mot ou deux, aucun nom.")
    request = held_request(session, assignment)
    session.refresh(assignment)
    if assignment.state not in _IN_HAND:
        raise CannotChange(_not_in_hand(assignment))
    if assignment.holds_request:
        requests.close(session, request, reason, at, actor=actor)
    else:
        release(session, assignment, at, reason=reason, actor=actor)


def hand_over(session: Session, assignment: Assignment, at: datetime, *, actor: str = steps.CLOCK) -> None:
    """End an assignment whose caller still waits: somebody else is sought, in the same transaction."""
    request = held_request(session, assignment)
    if not move(session, assignment, AssignmentState.ENDED, ended_at=at, end_reason=HANDED_OVER):
        return
    replies.let_go(session, request, assignment, at)
    steps.note(session, assignment, StepKind.HANDED_OVER, at, actor=actor)


def release(session: Session, apart: Assignment, at: datetime, *, reason: str, actor: str) -> None:
    """End a cover or an errand that is no longer wanted."""
    request = held_request(session, apart)
    if move(session, apart, AssignmentState.ENDED, ended_at=at, end_reason=reason):
        replies.let_go(session, request, apart, at)
        steps.note(session, apart, StepKind.ENDED, at, actor=actor, detail=reason)


def withdraw_errand(session: Session, referral_id: int, at: datetime, *, actor: str) -> None:
    """Ask our volunteers no longer for a need: an offer is taken back, whoever holds it lets go."""
    session.get_one(Referral, referral_id).errand_at = None
    errand = errands.holder(session, referral_id)
    if errand is None:
        return
    if errand.state is not AssignmentState.OFFERED or not replies.expire(session, errand.id, at):
        release(session, errand, at, reason=WITHDRAWN, actor=actor)


def conclude(session: Session, line: Line, at: datetime, limit: int) -> int:
    """End the assignments whose last day has passed and close their requests; return how many.

    One with a call still to be tried again waits for the next day.
    """
    day = line.day(at)
    over = session.scalars(
        select(Assignment)
        .join(Request, Request.id == Assignment.request_id)
        .where(
            Assignment.state.in_(_IN_HAND),
            Assignment.planned_until < day + planning.AT_LEAST,
            Assignment.ends_on < day,
        )
        .order_by(Assignment.planned_until)
        .limit(limit)
        .with_for_update(of=Request, skip_locked=True, key_share=True)
    )
    return sum(_conclude(session, line, assignment, at) for assignment in over.all())


def require_room(session: Session, volunteer: Volunteer) -> None:
    """Raise CannotChange unless a volunteer, held, is there and may be given one more person."""
    if volunteer.state is not VolunteerState.ACTIVE:
        raise CannotChange(
            f"{volunteer.first_name} n'est pas disponible (à valider, en pause, ou parti) : "
            "attendez son retour ou choisissez quelqu'un d'autre."
        )
    if not has_room(session, volunteer):
        raise CannotChange(
            f"{volunteer.first_name} accompagne déjà autant de personnes que possible "
            f"({volunteer.capacity}) : augmentez sa capacité ou choisissez quelqu'un d'autre."
        )


def _ready(session: Session, line: Line, volunteer: Volunteer, caller: Caller) -> Volunteer:
    """Return a volunteer, held, who may be given a caller."""
    held = held_volunteer(session, volunteer.id)
    require_room(session, held)
    if held.phone_id in {phone.id for phone in caller.phones}:
        raise CannotChange("Cette personne et ce bénévole ont le même téléphone.")
    if channels.of(caller) is Channel.MAIL and not channels.writes(session, line, held):
        raise CannotChange(
            f"Cette personne préfère les courriels, et {held.first_name} n'en écrit pas : cochez-le dans sa "
            "fiche avec une adresse qui marche, ou choisissez quelqu'un d'autre."
        )
    return held


def _free(session: Session, request: Request, at: datetime) -> None:
    """See to it that a request, held, can be given to somebody; an open offer of it is taken back."""
    caller = session.get_one(Caller, request.caller_id)
    if request.state is RequestState.NEEDS_NUMBER or caller.state is CallerState.UNREACHABLE:
        raise CannotChange("Personne ne peut rappeler cette personne : il lui faut d'abord un numéro.")
    held = session.scalar(
        select(Assignment).where(
            Assignment.request_id == request.id,
            Assignment.holds_request,
            Assignment.state.in_(_IN_HAND | {AssignmentState.OFFERED}),
        )
    )
    if held is None:
        return
    if held.state is AssignmentState.OFFERED:
        replies.expire(session, held.id, at)
        return
    holder = session.get_one(Volunteer, held.volunteer_id)
    raise CannotChange(
        f"Cette personne est déjà confiée à {holder.first_name} (attribution {held.id}) : "
        "terminez d'abord cette attribution, ou changez son rythme."
    )


def _start(session: Session, line: Line, assignment: Assignment, volunteer: Volunteer, at: datetime) -> None:
    """Plan the calls of what was given by hand, from the morning of its first day, and tell the volunteer."""
    volunteer.waiting_since = None
    day = assignment.starts_on
    after = line.call_hours.first_open(datetime.combine(day, time(), line.zone)) if day else None
    first = planning.begin(session, line, assignment, at, after=after)
    if assignment.channel is Channel.MAIL:
        introductions.introduce(session, line, assignment, at)
    outbox.enqueue(
        session,
        line,
        kind=GIVEN,
        key=f"given:{assignment.id}",
        phone=volunteer.phone,
        body=wording.given(session, line, assignment, volunteer, first, at),
        at=at,
    )


def _resume_due(session: Session, line: Line, assignment: Assignment, at: datetime) -> bool:
    try:
        with session.begin_nested():
            resume(session, line, assignment, at, actor=steps.CLOCK)
    except HotlineError:
        session.refresh(assignment)
        assignment.resumes_on = None
        return False
    return True


def _conclude(session: Session, line: Line, assignment: Assignment, at: datetime) -> bool:
    if planned(session, assignment):
        assignment.planned_until = line.day(at) + planning.AT_LEAST
        return False
    return requests.close(session, held_request(session, assignment), OVER, at)


def _not_in_hand(assignment: Assignment) -> str:
    if assignment.state is AssignmentState.OFFERED:
        return "Cette proposition n'a pas encore de réponse : attendez-la, ou confiez la personne à la main."
    if assignment.state is AssignmentState.PAUSED:
        return "Cette attribution est déjà en pause."
    return "Cette attribution n'est plus en cours."
