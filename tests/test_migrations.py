"""The database's history: one line of versions, both ways, and never apart from the models."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from hotline import migrations
from hotline.db import Database
from hotline.models import Base


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    made = Database(empty_database_url, [b"k" * 32])
    yield made
    made.close()


def test_there_is_one_head_and_one_base(database: Database) -> None:
    script = ScriptDirectory.from_config(migrations.config_for(database))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def test_upgrading_makes_exactly_the_tables_of_the_models(database: Database) -> None:
    migrations.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert migrations.is_current(database)


def test_every_version_goes_down_and_up_again(database: Database) -> None:
    script = ScriptDirectory.from_config(migrations.config_for(database))
    for version in reversed(list(script.walk_revisions())):
        migrations.upgrade(database, version.revision)
        migrations.downgrade(database, "-1")
        migrations.upgrade(database, version.revision)
    migrations.downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database)
    assert migrations.is_current(database)


def test_upgrading_twice_keeps_the_index_key(database: Database) -> None:
    migrations.upgrade(database)
    before = database.open_vault().index("+33639980001", b"phone")
    migrations.upgrade(database)
    assert database.open_vault().index("+33639980001", b"phone") == before
