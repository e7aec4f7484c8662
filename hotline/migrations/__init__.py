"""The database's history: `upgrade`, `downgrade`, and whether it is up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotline.db import Database, DatabaseError
from hotline.migrations import queue
from hotline.models import index_missing


def config_for(database: Database) -> Config:
    """Return Alembic's configuration for one database; no file is read."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the tables up to a revision and the queue of the clocks to this version.

    The index key is made once, and older names are found.
    """
    command.upgrade(config_for(database), revision)
    database.make_index_key()
    if is_current(database):
        _index_names(database)
    queue.prepare(database)
    database.take_stock()


def downgrade(database: Database, revision: str) -> None:
    """Take the tables back to a revision ("-1", "base")."""
    command.downgrade(config_for(database), revision)


def require_current(database: Database) -> None:
    """Raise DatabaseError with what to do when the tables are not those that this version expects."""
    if not is_current(database):
        raise DatabaseError("La base n'est pas à jour : lancez « hotline db upgrade ».")


def is_current(database: Database) -> bool:
    """Tell whether the tables are those that this version expects."""
    head = ScriptDirectory.from_config(config_for(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def _index_names(database: Database) -> None:
    """Index the names that were written before there was an index, some hundred in each transaction."""
    last: int | None = 0
    while last is not None:
        with database.write() as session:
            last = index_missing(session.connection(), last)
