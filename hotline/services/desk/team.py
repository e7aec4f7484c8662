"""The team as a list: who fits the filters, by name, a page at a time; and whom typed words mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, LargeBinary, func, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from hotline.crypto import Vault
from hotline.db.types import vault_of
from hotline.errors import HotlineError
from hotline.models import Phone, Volunteer
from hotline.models.status import VolunteerState
from hotline.phone import InvalidNumber, parse
from hotline.services import cells, waiting_words
from hotline.services.desk.waiting import ROWS, Block

PAGE = 50
_NAMES_KEPT = 30_000
_FIRST, _LAST = b"volunteers.first_name", b"volunteers.last_name"


class UnknownVolunteer(HotlineError):
    """Words that mean no volunteer, or several: what to write instead."""


@dataclass(frozen=True)
class Wanted:
    """Who is looked for; `state` None is everybody who has not left, `waiting` those without a caller."""

    state: VolunteerState | None = None
    waiting: bool = False
    listener: bool = False
    language: str = ""
    name: str = ""
    only: frozenset[int] | None = None


class Member(NamedTuple):
    """One volunteer of the list, before anything else about them is looked up."""

    folded: str
    id: int
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Page:
    """Some of the volunteers who fit, how many there are, and after whom the next page begins."""

    volunteers: Sequence[Volunteer]
    count: int
    next: int | None


def page(session: Session, wanted: Wanted, after: int | None = None) -> Page:
    """Return those who fit, by name; among those who wait, whoever waits longest comes first."""
    found = members(session, wanted)
    begin = next((place + 1 for place, one in enumerate(found) if one.id == after), 0)
    shown = [one.id for one in found[begin : begin + PAGE]]
    rows = by_id(session, shown)
    more = len(found) > begin + PAGE
    return Page([rows[one] for one in shown if one in rows], len(found), shown[-1] if more else None)


def by_id(session: Session, ids: Iterable[int]) -> dict[int, Volunteer]:
    """Return volunteers by their id."""
    found = session.scalars(select(Volunteer).where(Volunteer.id.in_(list(ids))))
    return {one.id: one for one in found}


def at_phones(session: Session, phones: Iterable[int]) -> list[Volunteer]:
    """Return the volunteers whose telephones these are."""
    return list(session.scalars(select(Volunteer).where(Volunteer.phone_id.in_(list(phones)))))


def members(session: Session, wanted: Wanted) -> list[Member]:
    """Return everybody who fits, in the order of the list; only their names are opened."""
    vault = vault_of(session.get_bind().dialect)
    rows = session.execute(
        select(Volunteer.id, _sealed(Volunteer.first_name), _sealed(Volunteer.last_name))
        .where(*_conditions(wanted))
        .order_by(*([Volunteer.waiting_since, Volunteer.id] if wanted.waiting else [Volunteer.id]))
    )
    found = [_member(vault, *row) for row in rows]
    if words := cells.folded(wanted.name).split():
        found = [one for one in found if _fits(one, words)]
    return found if wanted.waiting else sorted(found)


def waiting(session: Session) -> int:
    """Return how many volunteers wait for a mission: active, trained, and without a caller."""
    return session.scalar(select(func.count()).where(waiting_words.waits())) or 0


def newcomers(session: Session) -> Block[Volunteer]:
    """Return those who wait to be welcomed, whoever waits longest first."""
    pending = select(Volunteer).where(Volunteer.state == VolunteerState.PENDING)
    rows = session.scalars(pending.order_by(Volunteer.created_at, Volunteer.id).limit(ROWS + 1)).all()
    return Block(rows[:ROWS], len(rows) > ROWS)


def pending(session: Session) -> int:
    """Return how many people wait to be welcomed in the team."""
    return session.scalar(select(func.count()).where(Volunteer.state == VolunteerState.PENDING)) or 0


def languages(session: Session) -> list[str]:
    """Return the languages that the team speaks."""
    rows = session.scalars(select(Volunteer.languages).distinct())
    return sorted({code for spoken in rows for code in spoken.split(",") if code})


def meant(session: Session, words: str) -> Volunteer:
    """Return the volunteer meant by a name or a number. Raises UnknownVolunteer."""
    number = _number(words)
    if number is not None:
        at_number = select(Volunteer).join(Volunteer.phone).where(Phone.number_index == number)
        volunteer = session.scalar(at_number.where(Volunteer.state != VolunteerState.LEFT))
        if volunteer is None:
            raise UnknownVolunteer("Aucun bénévole n’a ce numéro : vérifiez-le, ou écrivez un nom.")
        return volunteer
    found = members(session, Wanted(name=words))
    exact = [one for one in found if one.folded == cells.folded(words)] or found
    if not exact:
        raise UnknownVolunteer("Aucun bénévole ne porte ce nom : vérifiez-le, ou écrivez son numéro.")
    if len(exact) > 1:
        names = ", ".join(one.name for one in exact[:3])
        raise UnknownVolunteer(f"Plusieurs bénévoles répondent à ce nom ({names}…) : précisez.")
    return session.get_one(Volunteer, exact[0].id)


def _number(words: str) -> str | None:
    try:
        return parse(words).e164 if any(sign.isdigit() for sign in words) else None
    except InvalidNumber:
        return None


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    state = (
        Volunteer.state != VolunteerState.LEFT if wanted.state is None else Volunteer.state == wanted.state
    )
    conditions: list[ColumnElement[bool]] = [state]
    if wanted.waiting:
        conditions.append(waiting_words.waits())
    if wanted.listener:
        conditions.append(Volunteer.capacity == 0)
    if wanted.language:
        spoken = literal(",") + Volunteer.languages + literal(",")
        conditions.append(spoken.contains(f",{wanted.language},", autoescape=True))
    if wanted.only is not None:
        conditions.append(Volunteer.id.in_(wanted.only))
    return conditions


def _sealed(column: InstrumentedAttribute[str]) -> ColumnElement[bytes]:
    """A name as the database keeps it."""
    return type_coerce(column, LargeBinary)


@lru_cache(maxsize=_NAMES_KEPT)
def _member(vault: Vault, identifier: int, first: bytes, last: bytes) -> Member:
    """Open somebody's names once: ten thousand of them take longer than a page may."""
    names = vault.open(first, _FIRST), vault.open(last, _LAST)
    return Member(cells.folded(" ".join(names)), identifier, *names)


def _fits(one: Member, words: Sequence[str]) -> bool:
    """Tell whether each word begins one of the names."""
    parts = one.folded.replace("-", " ").split()
    return all(any(part.startswith(word) for part in parts) for word in words)
