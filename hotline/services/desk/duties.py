"""Shifts by hand: added, changed, taken away, put back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Phone, Shift
from hotline.services import cells, people
from hotline.services.desk import team
from hotline.services.line import Line


class CannotRoster(HotlineError):
    """A shift that would not do: why, and what to do instead."""


@dataclass(frozen=True)
class Terms:
    """What a shift says: which telephone, when, from one day to another, both included; None is open.

    `line` is the one of several numbers that it hears, None for all.
    """

    phone_id: int
    available: str
    from_date: date | None = None
    until_date: date | None = None
    line: str | None = None


def telephone(session: Session, line: Line, words: str, at: datetime) -> Phone:
    """Return the telephone of a volunteer's name, or of any number that the line may dial.

    Raises CannotRoster, UnknownVolunteer, CellError or InvalidNumber.
    """
    words = words.strip()
    if not words:
        raise CannotRoster("Dites qui écoute : un nom de bénévole, ou un numéro.")
    if any(sign.isdigit() for sign in words):
        return people.phone_for(session, cells.phone(words, line), at)
    return team.meant(session, words).phone


def terms(session: Session, line: Line, wanted: Terms, *, but: int | None = None) -> Terms:
    """Return what a shift says once it is checked. Raises CannotRoster, CellError or BrokenHours."""
    cells.hours(wanted.available, line)
    first, last = wanted.from_date, wanted.until_date
    if first is not None and last is not None and last < first:
        raise CannotRoster("Le dernier jour vient avant le premier : corrigez l’un des deux.")
    same = session.scalar(select(Shift.id).filter_by(**vars(wanted)).limit(1))
    if same is not None and same != but:
        raise CannotRoster("Cette permanence est déjà au planning.")
    return wanted


def add(session: Session, wanted: Terms, at: datetime) -> Shift:
    """Put a shift on the roster."""
    shift = Shift(**vars(wanted), created_at=at)
    session.add(shift)
    session.flush()
    return shift


def change(session: Session, shift: Shift, wanted: Terms) -> Terms:
    """Let a shift say something else; return what it said before."""
    before = of(shift)
    for name, value in vars(wanted).items():
        setattr(shift, name, value)
    session.flush()
    return before


def of(shift: Shift) -> Terms:
    """Return what a shift says."""
    return Terms(shift.phone_id, shift.available, shift.from_date, shift.until_date, shift.line)
