"""Trainees: volunteers who make their calls in tandem with a mentor."""

from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Volunteer


class CannotMentor(HotlineError):
    """A mentor who cannot be one: why, and what to do instead."""


def join(session: Session, trainee: Volunteer, mentor: Volunteer | None) -> None:
    """Make somebody a trainee, with a mentor when there is one already; raises CannotMentor."""
    session.flush()
    if mentor is not None and mentor.id == trainee.id:
        raise CannotMentor(
            f"{trainee.first_name} ne peut pas être son propre tuteur : donnez un autre numéro."
        )
    if mentor is not None and mentor.trainee:
        name = mentor.first_name
        raise CannotMentor(f"{name} apprend encore : choisissez un tuteur qui a déjà de l'expérience.")
    trainee.trainee = True
    trainee.mentor_id = mentor.id if mentor else trainee.mentor_id
