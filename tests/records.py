"""What the product has written down."""

from typing import TypeVar

from sqlalchemy import inspect, select

from hotline.bootstrap import Hotline
from hotline.models import Base

Row = TypeVar("Row", bound=Base)


def rows(hotline: Hotline, model: type[Row]) -> list[Row]:
    """Everything in a table, oldest first."""
    with hotline.database.read() as session:
        return list(session.scalars(select(model).order_by(*inspect(model).primary_key)))


def only(hotline: Hotline, model: type[Row]) -> Row:
    """The one row of a table."""
    (row,) = rows(hotline, model)
    return row
