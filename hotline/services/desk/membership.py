"""Joining, changing and leaving the team, by a coordinator's hand."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Absence, Assignment, Step, Volunteer, move
from hotline.models.status import AssignmentState, StepKind, VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import assignments, eligibility, links, people, tandems, welcomes
from hotline.services.line import Line
from hotline.services.planning import CannotPlan


class CannotJoin(HotlineError):
    """What stands against a change in the team: why, and what to do instead."""


@dataclass(frozen=True)
class Profile:
    """What the desk writes down about a volunteer; without `number` the telephone stays as it is."""

    first_name: str
    last_name: str
    number: PhoneNumber | None
    email: str | None
    birth_date: str | None
    postcode: str | None
    languages: str
    available: str
    quiet: str
    capacity: int
    weekly_cap: int | None
    takes_calls: bool
    on_site: bool
    by_mail: bool
    note: str | None
    trainee: bool
    mentor: Volunteer | None = field(repr=False)


def join(session: Session, profile: Profile, at: datetime) -> Volunteer:
    """Write down somebody new, who waits to be welcomed. Raises CannotJoin or CannotMentor."""
    if profile.number is None:
        raise CannotJoin("Il manque le numéro de téléphone.")
    phone = people.phone_for(session, profile.number, at)
    _free(session, phone.id, None)
    volunteer = Volunteer(**_columns(profile), phone_id=phone.id, state=VolunteerState.PENDING, created_at=at)
    session.add(volunteer)
    session.flush()
    _tandem(session, volunteer, profile)
    return volunteer


def change(session: Session, volunteer: Volunteer, profile: Profile, at: datetime) -> None:
    """Write down what has changed; callers whom they hold stay theirs. Raises CannotJoin or CannotMentor."""
    if profile.number is not None:
        phone = people.phone_for(session, profile.number, at)
        _free(session, phone.id, volunteer.id)
        volunteer.phone_id = phone.id
    for name, value in _columns(profile).items():
        setattr(volunteer, name, value)
    _tandem(session, volunteer, profile)
    session.flush()
    note_waiting(session, volunteer, at)


def activate(session: Session, line: Line, volunteer: Volunteer, at: datetime) -> str | None:
    """Take somebody into the team and welcome them by text; say when it leaves, None when they were in it.

    Raises CannotJoin for somebody under age whose parents have not agreed.
    """
    if not may_begin(line, volunteer, at):
        raise CannotJoin(
            f"{volunteer.first_name} a moins de {eligibility.ADULT} ans : "
            "notez d’abord l’accord écrit de ses parents."
        )
    again = volunteer.state is VolunteerState.LEFT
    if not move(session, volunteer, VolunteerState.ACTIVE):
        return None
    if again:
        links.revoke_all(session, volunteer, at)
    note_waiting(session, volunteer, at)
    (says,) = welcomes.newcomers(session, line, [volunteer], at)
    return says


def may_begin(line: Line, volunteer: Volunteer, at: datetime) -> bool:
    """Tell whether somebody is of age, or their parents have agreed."""
    return volunteer.guardian_at is not None or eligibility.grown_up(volunteer.birth_date, line.day(at))


def parents_agreed(session: Session, volunteer: Volunteer, at: datetime | None) -> None:
    """Note that the parents of somebody under age have agreed on paper; None takes that back."""
    volunteer.guardian_at = at
    session.flush()


def leave(session: Session, volunteer: Volunteer, at: datetime, *, actor: str) -> bool:
    """Somebody leaves the team: whoever they phoned waits for another volunteer; False when they were gone.

    Their links and their PIN open nothing from now on.
    """
    if not move(session, volunteer, VolunteerState.LEFT, waiting_since=None):
        return False
    for assignment in assignments.held_by(session, volunteer):
        if assignment.state is AssignmentState.OFFERED:
            assignments.expire(session, assignment.id, at)
        else:
            assignments.hand_over(session, assignment, at, actor=actor)
    for absence in session.scalars(
        select(Absence).where(Absence.volunteer_id == volunteer.id, Absence.over_at.is_(None))
    ):
        absence.over_at = at
    session.flush()
    return True


def come_back(
    session: Session, line: Line, volunteer: Volunteer, since: datetime, at: datetime, *, actor: str
) -> bool:
    """Undo a departure: whoever was not given to somebody else meanwhile is theirs again."""
    if volunteer.state is not VolunteerState.LEFT or not move(session, volunteer, VolunteerState.ACTIVE):
        return False
    handed_over = session.scalars(
        select(Step.id)
        .join(Assignment, Assignment.id == Step.assignment_id)
        .where(
            Assignment.volunteer_id == volunteer.id,
            Assignment.ended_at >= since,
            Step.kind == StepKind.HANDED_OVER,
            Step.at >= since,
            Step.undone_at.is_(None),
        )
        .order_by(Step.id)
    )
    for step_id in handed_over.all():
        with suppress(assignments.CannotChange, CannotPlan):
            assignments.undo(session, line, step_id, at, actor)
    note_waiting(session, volunteer, at)
    return True


def note_waiting(session: Session, volunteer: Volunteer, at: datetime) -> None:
    """Note since when somebody waits for a caller; nobody waits who holds one or cannot be given any."""
    ready = volunteer.state is VolunteerState.ACTIVE and volunteer.capacity > 0
    waits = ready and not assignments.held_by(session, volunteer)
    volunteer.waiting_since = (volunteer.waiting_since or at) if waits else None
    session.flush()


def _columns(profile: Profile) -> Mapping[str, Any]:
    """Return what is kept as it was written down."""
    beside = {"number", "mentor", "trainee"}
    kept = {name: value for name, value in vars(profile).items() if name not in beside}
    return kept | {"email_index": profile.email.lower() if profile.email else None}


def _tandem(session: Session, volunteer: Volunteer, profile: Profile) -> None:
    """Make them a trainee, with their mentor if there is one, or end that."""
    volunteer.trainee, volunteer.mentor_id = False, None
    if profile.trainee:
        tandems.join(session, volunteer, profile.mentor)


def _free(session: Session, phone_id: int, but: int | None) -> None:
    """See to it that a telephone is no other volunteer's."""
    other = session.scalar(select(Volunteer).where(Volunteer.phone_id == phone_id))
    if other is not None and other.id != but:
        raise CannotJoin(
            f"Ce numéro est déjà celui de {other.first_name} {other.last_name} : ouvrez plutôt sa fiche."
        )
