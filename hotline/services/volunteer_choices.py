"""What a volunteer chooses for themselves: hours, quiet hours, how many people, how many calls a week."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.hours import BrokenHours, Hours
from hotline.models import Volunteer
from hotline.services.line import Line

LONGEST_HOURS = 200
MOST_PEOPLE = 20


class UnusableHours(HotlineError):
    """Hours that cannot be read, or are too long to keep; `of` names them: `available` or `quiet`."""

    def __init__(self, of: str, says: str) -> None:
        super().__init__(says)
        self.of = of


@dataclass(frozen=True)
class Choices:
    """What a volunteer chose; an empty `available` means always, an empty `quiet` no quiet hours.

    Only who has an address can write to people (`by_mail`).
    """

    available: str
    quiet: str
    capacity: int
    weekly_cap: int | None
    takes_calls: bool
    by_mail: bool


def of(volunteer: Volunteer) -> Choices:
    """Return what a volunteer has chosen so far."""
    return Choices(
        available=volunteer.available,
        quiet=volunteer.quiet,
        capacity=volunteer.capacity,
        weekly_cap=volunteer.weekly_cap,
        takes_calls=volunteer.takes_calls,
        by_mail=volunteer.by_mail,
    )


def choose(session: Session, line: Line, volunteer: Volunteer, choices: Choices) -> None:
    """Keep a volunteer's choices. Raises UnusableHours; callers whom they hold stay theirs."""
    for of_what in ("available", "quiet"):
        _check(line, of_what, getattr(choices, of_what))
    for name, value in vars(choices).items():
        setattr(volunteer, name, value)
    volunteer.by_mail = choices.by_mail and volunteer.email is not None
    session.flush()


def _check(line: Line, of_what: str, expression: str) -> None:
    if len(expression) > LONGEST_HOURS:
        raise UnusableHours(of_what, f"Ces horaires sont trop longs : {LONGEST_HOURS} signes au plus.")
    try:
        Hours.parse(expression, timezone=line.config.hours.timezone, country=line.config.hours.country)
    except BrokenHours as error:
        raise UnusableHours(of_what, str(error)) from error
