"""The queue's own tables: made by the upgrade, disposable, and nobody else's concern."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from hotline import migrations
from hotline.db import Database, DatabaseError
from hotline.migrations import queue
from tests.databases import Postgres, opened


@pytest.fixture
def database(postgres_url: str, databases: dict[str, Database]) -> Database:
    return databases[postgres_url]


def made_at(database: Database) -> int:
    """Tell one making of the tables from another."""
    with database.read() as session:
        return int(session.scalar(text("SELECT 'procrastinate.procrastinate_jobs'::regclass::oid")) or 0)


def test_the_upgrade_makes_the_queue_in_a_schema_of_its_own_and_leaves_it_alone(database: Database) -> None:
    before = made_at(database)
    migrations.upgrade(database)
    assert made_at(database) == before
    assert not [name for name in inspect(database.engine).get_table_names() if "procrastinate" in name]


def test_another_version_of_the_library_gets_new_tables_from_the_upgrade_only(database: Database) -> None:
    before = made_at(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("COMMENT ON SCHEMA procrastinate IS 'another version'")
    queue.make_missing(database)
    assert made_at(database) == before
    migrations.upgrade(database)
    assert made_at(database) != before


def test_a_clock_makes_the_queue_where_the_library_came_later(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA procrastinate CASCADE")
    queue.make_missing(database)
    assert made_at(database)


def test_a_role_that_may_not_make_a_schema_is_told_what_to_ask_for(postgres: Postgres) -> None:
    url = postgres.strip()
    nobody = "hotline_test_nobody"
    try:
        with postgres.database.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS procrastinate CASCADE")
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {nobody}")
            connection.exec_driver_sql(f"CREATE ROLE {nobody} LOGIN")
        other = opened(make_url(url).set(username=nobody).render_as_string(hide_password=False))
        with pytest.raises(DatabaseError, match="droit CREATE sur sa base"):
            queue.prepare(other)
        other.close()
    finally:
        with postgres.database.engine.begin() as connection:
            connection.exec_driver_sql(f"DROP ROLE IF EXISTS {nobody}")


def test_a_clock_is_alone_on_sqlite_and_shares_a_queue_on_postgresql(database_url: str) -> None:
    database = opened(database_url)
    queue.prepare(database)
    assert queue.is_possible(database) is not database.is_sqlite
    database.close()
