"""Every sealed value under the newest key, in steps: while the line works, and again from where it stopped.

The id of its key stands at the head of each value: what is left to do is asked of the values themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from hotline.crypto import KeyRing
from hotline.db import Sealed, SealedJson
from hotline.models import Base
from hotline.store import NotStored, Store
from hotline.store.encrypted import context_of

AT_ONCE = 500


@dataclass(frozen=True)
class Place:
    """A table with the columns that are sealed in it, each with what its values are bound to."""

    table: Table
    columns: Mapping[Column[Any], bytes]


@dataclass(frozen=True)
class Step:
    """What one step did; `after` is the last row it looked at, None when the table is done."""

    renewed: int
    after: int | None


def places() -> Iterator[Place]:
    """Return every table that keeps something sealed."""
    for table in Base.metadata.sorted_tables:
        columns = {
            column: column.type.place.encode()
            for column in table.columns
            if isinstance(column.type, Sealed | SealedJson)
        }
        if columns:
            yield Place(table, columns)


def left(session: Session, ring: KeyRing, place: Place) -> int:
    """Return how many rows of a table hold something that an older key has sealed."""
    older = or_(*(_older(ring, column) for column in place.columns))
    return session.scalar(select(func.count()).select_from(place.table).where(older)) or 0


def renew(session: Session, ring: KeyRing, place: Place, after: int) -> Step:
    """Seal anew the next rows of a table; a value that somebody changes meanwhile keeps their change."""
    key = place.table.c.id
    older = or_(*(_older(ring, column) for column in place.columns))
    found = session.execute(
        select(key, *(type_coerce(column, LargeBinary).label(column.name) for column in place.columns))
        .where(key > after, older)
        .order_by(key)
        .limit(AT_ONCE)
    ).all()
    renewed = sum(_renew(session, ring, place, column, found) for column in place.columns)
    return Step(renewed, found[-1].id if len(found) == AT_ONCE else None)


def _renew(
    session: Session, ring: KeyRing, place: Place, column: Column[Any], found: Sequence[Row[Any]]
) -> int:
    kept = ((row.id, getattr(row, column.name)) for row in found)
    olds = [(key, bytes(value)) for key, value in kept if value is not None]
    changes = [
        {"row": key, "old": old, "new": ring.renewed(old, place.columns[column])}
        for key, old in olds
        if not old.startswith(ring.header)
    ]
    if changes:
        session.connection().execute(
            update(place.table)
            .where(
                place.table.c.id == bindparam("row"),
                type_coerce(column, LargeBinary) == bindparam("old", type_=LargeBinary),
            )
            .values({column: bindparam("new", type_=LargeBinary)}),
            changes,
        )
    return len(changes)


def _older(ring: KeyRing, column: Column[Any]) -> ColumnElement[bool]:
    head = func.substr(type_coerce(column, LargeBinary), 1, len(ring.header), type_=LargeBinary)
    return and_(column.is_not(None), head != ring.header)


def renew_audio(kept: Store, ring: KeyRing, key: str) -> bool:
    """Seal one recording anew in the store beneath the sealing; tell whether an older key had sealed it."""
    try:
        sealed = kept.get(key)
    except NotStored:
        return False
    if sealed.startswith(ring.header):
        return False
    kept.put(key, ring.renewed(sealed, context_of(key)))
    return True
