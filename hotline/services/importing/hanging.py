"""What hangs on a row that an import made: every table that points at it is asked, also those yet to come."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import Column, delete, select
from sqlalchemy.orm import Session

from hotline.models import Base, ImportedRow, OutboxRow, Phone, Shift, Volunteer
from hotline.services.importing.trail import Model


def on(session: Session, model: Model, ids: Collection[int], *, since: datetime) -> set[int]:
    """Return those among the rows which something points at, or to whose number something was sent since."""
    used = _pointed_at(session, model, ids)
    if model is Volunteer and ids:
        for beside in (Shift, OutboxRow):
            owners = select(Volunteer.id).join(beside, beside.phone_id == Volunteer.phone_id)
            used |= set(session.scalars(owners.where(Volunteer.id.in_(ids), beside.created_at >= since)))
    return used


def remove(session: Session, model: Model, ids: Collection[int]) -> None:
    """Remove rows on which nothing hangs."""
    session.execute(delete(model).where(model.id.in_(ids)), execution_options={"synchronize_session": False})


def forget_phones(session: Session, ids: Collection[int], *, since: datetime) -> None:
    """Remove those among telephones that an import made and nobody uses."""
    made = session.scalars(select(Phone.id).where(Phone.id.in_(ids), Phone.created_at == since)).all()
    unused = set(made) - _pointed_at(session, Phone, made)
    session.execute(
        delete(Phone).where(Phone.id.in_(unused)), execution_options={"synchronize_session": False}
    )


def _pointed_at(session: Session, model: type[Base], ids: Collection[int]) -> set[int]:
    used: set[int] = set()
    if ids:
        for column in _pointers(model):
            used |= set(session.scalars(select(column).where(column.in_(ids)).distinct()))
    return used


def _pointers(model: type[Base]) -> Iterator[Column[int]]:
    """Yield every column that points at a table; what an import remembers of its rows counts for nothing."""
    for table in Base.metadata.tables.values():
        if table is not ImportedRow.__table__:
            for key in table.foreign_keys:
                if key.column.table is model.__table__:
                    yield key.parent
