"""Compare-and-set: a state moves only if the table of moves allows it, and only one mover wins."""

from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Enum, bindparam, update
from sqlalchemy.orm import Session, class_mapper, object_mapper
from sqlalchemy.sql.dml import ReturningUpdate

from hotline.models.base import Base
from hotline.models.status import sources


def move(
    session: Session, row: Base, target: StrEnum, *, only_from: StrEnum | None = None, **values: Any
) -> bool:
    """Move a row to `target` in one UPDATE; False when another was faster or the move is not allowed.

    Either way the row then carries what is true now. `only_from` narrows the states that it may come from.
    """
    statement = _compare_and_set(type(row), type(target), target, only_from, tuple(values))
    (key,) = object_mapper(row).primary_key_from_instance(row)
    session.flush()
    moved = session.scalar(
        statement, {"row_key": key, **{f"new_{name}": value for name, value in values.items()}}
    )
    if moved is None:
        session.refresh(row)
    return moved is not None


@cache
def _compare_and_set(
    model: type[Base],
    states: type[StrEnum],
    target: StrEnum,
    only_from: StrEnum | None,
    names: tuple[str, ...],
) -> ReturningUpdate[Base]:
    """Write the UPDATE once for each kind of move: building it would cost more than running it."""
    column = _state_column(model, states)
    allowed = [state for state in sources(target) if only_from in {None, state}]
    return (
        update(model)
        .where(
            class_mapper(model).primary_key[0] == bindparam("row_key"), getattr(model, column).in_(allowed)
        )
        .values({column: target, **{name: bindparam(f"new_{name}") for name in names}})
        .returning(model)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _state_column(model: type[Base], states: type[StrEnum]) -> str:
    for column in class_mapper(model).columns:
        if isinstance(column.type, Enum) and column.type.enum_class is states:
            return str(column.key)
    raise LookupError(f"{model.__name__} has no state of type {states.__name__}")
