"""What every table shares."""

from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, Enum, Index, Integer, MetaData, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(BigId, primary_key=True)]


class Base(DeclarativeBase):
    """The ancestor of all tables; ids are never used twice."""

    metadata = MetaData(naming_convention=NAMING)
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012 - declared so by SQLAlchemy


def pointer(table: str, column: str) -> Index:
    """Return an index along a foreign key that is mostly empty: removing what it points at stays quick."""
    filled = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=filled, postgresql_where=filled)


def one_of(states: type[StrEnum]) -> Enum:
    """Return a column type that holds one of the states, as its word."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )
