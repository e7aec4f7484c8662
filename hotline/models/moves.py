"""Compare-and-set: a state moves only if the table of moves allows it, and only one mover wins."""

from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, update
from sqlalchemy.orm import Session, class_mapper

from hotline.models.base import Base
from hotline.models.status import sources


def move(
    session: Session, row: Base, target: StrEnum, *, only_from: StrEnum | None = None, **values: Any
) -> bool:
    """Move a row to `target` in one UPDATE; False when another was faster or the move is not allowed.

    Either way the row then carries what is true now. `only_from` narrows the states that it may come from.
    """
    model = type(row)
    column = _state_column(model, type(target))
    key = class_mapper(model).primary_key[0]
    allowed = [state for state in sources(target) if only_from in {None, state}]
    session.flush()
    moved = session.scalar(
        update(model)
        .where(key == getattr(row, key.name), getattr(model, column).in_(allowed))
        .values({column: target, **values})
        .returning(model)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if moved is None:
        session.refresh(row)
    return moved is not None


def _state_column(model: type[Base], states: type[StrEnum]) -> str:
    for column in class_mapper(model).columns:
        if isinstance(column.type, Enum) and column.type.enum_class is states:
            return str(column.key)
    raise LookupError(f"{model.__name__} has no state of type {states.__name__}")
