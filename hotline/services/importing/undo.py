"""An import taken back: what nobody touched since is as it was; what somebody changed stays, and is told.

A row that the import made goes when nothing hangs on it; else a volunteer has left and a partner is put away.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.errors import HotlineError
from hotline.models import Import, ImportedRow, Partner, Volunteer
from hotline.models.status import VolunteerState
from hotline.services import assignments
from hotline.services.desk import membership
from hotline.services.importing import hanging, trail
from hotline.services.importing.trail import Model

_UNDERWAY: Final = frozenset({"waiting_since"})
"""Columns that the clock changes too: put back with the others, no sign of somebody's hand."""
_PORTION: Final = 200
_MODELS: Final[tuple[Model, ...]] = (Volunteer, Partner)


Result = TypeVar("Result")


class CannotUndo(HotlineError):
    """An import that is not there, or was taken back already."""


class Fate(StrEnum):
    """What became of one row when its import was taken back."""

    RESTORED = "restored"
    REMOVED = "removed"
    LEFT = "left"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Undone:
    """One volunteer or partner, by their name, and what became of them."""

    model: Model
    id: int
    who: str
    fate: Fate


class Transact(Protocol):
    """Runs work in a transaction of its own, once more after a conflict."""

    def __call__(self, work: Callable[[Session], Result], /) -> Result:
        """Return what the work returns."""


def recent(session: Session, limit: int = 50) -> Sequence[Import]:
    """Return the last imports, the newest first."""
    return session.scalars(select(Import).order_by(Import.id.desc()).limit(limit)).all()


def undo(
    transact: Transact, import_id: int, at: datetime, *, author: str, note: Callable[[Session], None]
) -> list[Undone]:
    """Take an import back, portion by portion, the last row first; `note` writes the audit log once.

    What an earlier try left undone is done now. Raises CannotUndo.
    """

    def claim(session: Session) -> None:
        _claim(session, import_id, at, author)
        note(session)

    def portion(session: Session) -> list[Undone] | None:
        record = session.get_one(Import, import_id, with_for_update=True)
        rows = _rows(session, import_id)
        return _portion(session, record, rows, at, author) if rows else None

    transact(claim)
    undone: list[Undone] = []
    while (some := transact(portion)) is not None:
        undone += some
    return undone


def _claim(session: Session, import_id: int, at: datetime, author: str) -> None:
    """Note who takes an import back. Raises CannotUndo."""
    record = session.get(Import, import_id, with_for_update=True)
    if record is None:
        raise CannotUndo("Cet import n'existe pas.")
    if record.undone_at is not None and not _rows(session, import_id):
        raise CannotUndo("Cet import est déjà annulé.")
    record.undone_at, record.undone_by = at, author


def _rows(session: Session, import_id: int) -> Sequence[ImportedRow]:
    of = select(ImportedRow).where(ImportedRow.import_id == import_id)
    return session.scalars(of.order_by(ImportedRow.id.desc()).limit(_PORTION)).all()


def _portion(
    session: Session, record: Import, rows: Sequence[ImportedRow], at: datetime, author: str
) -> list[Undone]:
    """Take some rows back; what is remembered of them goes with it."""
    work = _Undoing(session, record, at, author)
    undone = []
    for model in _MODELS:
        ours = {_id(row, model): row for row in rows if _id(row, model) is not None}
        found: Sequence[Any] = session.scalars(select(model).where(model.id.in_(ours))).all()
        undone += work.rows(model, {one.id: one for one in found}, ours)
    session.execute(delete(ImportedRow).where(ImportedRow.id.in_([row.id for row in rows])))
    return undone


def _id(row: ImportedRow, model: Model) -> int | None:
    return row.volunteer_id if model is Volunteer else row.partner_id


@dataclass(frozen=True)
class _Undoing:
    """Takes rows of one import back, in one transaction."""

    session: Session
    record: Import
    at: datetime
    author: str

    def rows(
        self, model: Model, found: Mapping[int, Any], noted: Mapping[int | None, ImportedRow]
    ) -> list[Undone]:
        """Take rows of one table back, and say what became of each."""
        untouched = {key for key, one in found.items() if _untouched(one, noted[key].after)}
        made = {key for key in untouched if noted[key].before is None}
        used = hanging.on(self.session, model, made, since=self.record.at)
        fates: dict[int, Fate] = dict.fromkeys(found, Fate.KEPT)
        fates |= {key: self._restored(model, found[key], noted[key]) for key in untouched - made}
        fates |= {key: self._put_away(found[key]) for key in made & used}
        fates |= dict.fromkeys(made - used, Fate.REMOVED)
        undone = [Undone(model, key, _who(one), fates[key]) for key, one in found.items()]
        self.session.flush()
        hanging.remove(self.session, model, made - used)
        given_back = [key for key, fate in fates.items() if fate in {Fate.REMOVED, Fate.RESTORED}]
        phones = [noted[key].after["phone_id"] for key in given_back if "phone_id" in noted[key].after]
        hanging.forget_phones(self.session, phones, since=self.record.at)
        return undone

    def _restored(self, model: Model, one: Any, noted: ImportedRow) -> Fate:
        """Put back what a row held before."""
        columns = model.__table__.c
        before = {name: trail.whole(columns[name], value) for name, value in (noted.before or {}).items()}
        if model is Volunteer and not self._may_return(one, before):
            return Fate.KEPT
        if "waiting_since" in before and trail.plain(one.waiting_since) != noted.after["waiting_since"]:
            del before["waiting_since"]
        for name, value in before.items():
            setattr(one, name, value)
        if model is Volunteer and "email" in before:
            one.email_index = (one.email or "").lower() or None
        return Fate.RESTORED

    def _may_return(self, volunteer: Volunteer, before: Mapping[str, Any]) -> bool:
        """Tell whether somebody can be as before: their number is free, and nobody waits for their call."""
        if "phone_id" in before:
            holder = select(Volunteer.id).where(Volunteer.phone_id == before["phone_id"])
            if self.session.scalar(holder) is not None:
                return False
        if before.get("state") is VolunteerState.LEFT:
            return membership.leave(self.session, volunteer, self.at, actor=self.author)
        return "state" not in before or not assignments.held_by(self.session, volunteer)

    def _put_away(self, one: Volunteer | Partner) -> Fate:
        """Let a volunteer leave, or propose a partner no more."""
        if isinstance(one, Partner):
            one.archived_at = one.archived_at or self.at
        else:
            membership.leave(self.session, one, self.at, actor=self.author)
        return Fate.LEFT


def _untouched(one: Volunteer | Partner, after: Mapping[str, Any]) -> bool:
    """Tell whether a row still holds what the import wrote."""
    names: Collection[str] = after.keys() - _UNDERWAY
    return all(trail.plain(getattr(one, name)) == after[name] for name in names)


def _who(one: Volunteer | Partner) -> str:
    return one.name if isinstance(one, Partner) else f"{one.first_name} {one.last_name}".strip()
