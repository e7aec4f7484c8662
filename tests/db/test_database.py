"""The database: moments in UTC, personal texts sealed, one writer at a time, nothing half done."""

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.db import Database, DatabaseError
from hotline.models import Caller, Heartbeat, Phone, Request
from hotline.models.status import OPEN_REQUEST, CallerState, RequestState
from hotline.phone import parse
from hotline.services import people
from tests.databases import Postgres, Sqlite, statements

AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        session.add(Heartbeat(name="x", at=AT.astimezone(ZoneInfo("Europe/Paris"))))
    with hotline.database.read() as session:
        kept = session.get_one(Heartbeat, "x").at
    assert kept == AT
    assert kept.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(hotline: Hotline) -> None:
    with pytest.raises(StatementError, match="naive"), hotline.database.write() as session:
        session.add(Heartbeat(name="x", at=datetime(2026, 11, 24)))  # noqa: DTZ001 - that is the point


def test_a_name_is_sealed_at_rest_and_read_back_by_the_product(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        caller = people.new_caller(session, CallerState.ACTIVE, AT)
        caller.names = "Odette Martin"
    with hotline.database.read() as session:
        assert session.scalars(select(Caller)).one().names == "Odette Martin"
        raw = session.execute(text("SELECT names FROM callers")).scalar_one()
    assert b"Odette" not in bytes(raw)


def test_a_number_is_found_by_its_index_and_stored_once(hotline: Hotline) -> None:
    number = parse("06 39 98 00 01")
    with hotline.database.write() as session:
        first = people.phone_for(session, number, AT).id
    with hotline.database.write() as session:
        assert people.phone_for(session, number, AT).id == first
        assert session.scalars(select(Phone)).one().number == "+33639980001"


def test_a_transaction_that_breaks_leaves_nothing(hotline: Hotline) -> None:
    def break_half_way(session: Session) -> None:
        session.add(Heartbeat(name="x", at=AT))
        session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        hotline.database.run(break_half_way)
    with hotline.database.read() as session:
        assert session.get(Heartbeat, "x") is None


def test_a_conflict_with_another_process_is_repeated(hotline: Hotline) -> None:
    tries = []

    def work(session: object) -> str:
        tries.append(session)
        if len(tries) < 3:
            raise IntegrityError("insert", {}, Exception("somebody was faster"))
        return "done"

    assert hotline.database.run(work) == "done"
    assert len(tries) == 3


def test_eight_threads_lose_none_of_four_hundred_updates(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        session.execute(text("CREATE TABLE tally (id INTEGER PRIMARY KEY, n INTEGER)"))
        session.execute(text("INSERT INTO tally VALUES (1, 0)"))
    lock = "" if hotline.database.is_sqlite else " FOR UPDATE"

    def count() -> None:
        for _ in range(50):
            with hotline.database.write() as session:
                seen = session.scalar(text(f"SELECT n FROM tally WHERE id = 1{lock}"))
                session.execute(text("UPDATE tally SET n = :n WHERE id = 1"), {"n": seen + 1})

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with hotline.database.read() as session:
        assert session.scalar(text("SELECT n FROM tally")) == 400


def test_reading_the_same_index_needs_the_same_keys(hotline: Hotline) -> None:
    stranger = Database(hotline.settings.database_url, [b"k" * 32])
    try:
        with pytest.raises(Exception, match="HOTLINE_ENCRYPTION_KEYS"), stranger.read() as session:
            session.scalar(select(Phone).where(Phone.number_index == "+33639980001"))
    finally:
        stranger.close()


def test_a_database_without_tables_says_which_command_prepares_it(empty_database_url: str) -> None:
    database = Database(empty_database_url, [b"k" * 32])
    try:
        with pytest.raises(DatabaseError, match="hotline db upgrade"):
            database.open_vault()
    finally:
        database.close()


def test_sqlite_looks_up_a_rare_caller_rather_than_a_common_state(sqlite: Sqlite) -> None:
    sqlite.renew()
    with sqlite.database.write() as session:
        for _ in range(300):
            caller = people.new_caller(session, CallerState.ACTIVE, AT)
            session.add(Request(caller_id=caller.id, state=RequestState.CLOSED, opened_at=AT))
    sqlite.database.take_stock()
    some = select(Request.id).where(Request.caller_id.in_(range(1, 51)), Request.state.in_(OPEN_REQUEST))
    assert "ix_requests_caller_id" in _way(sqlite.database, some)


def test_postgresql_looks_at_its_tables_by_itself(postgres: Postgres) -> None:
    with statements(postgres.database) as seen:
        postgres.database.take_stock()
    assert not seen


def _way(database: Database, query: Select[int]) -> str:
    """How SQLite goes about a query, in its own words."""
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.read() as session:
        return " ".join(row[-1] for row in session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
