"""Runs migrations on the database that `hotline.migrations` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from hotline.models import Base


def plain_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what the database keeps: history never imports today's code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Run what was asked in one transaction, in batch mode so that SQLite can alter its tables.

    A migration that fails leaves the tables as they were, however many went before it.
    """
    database = context.config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
