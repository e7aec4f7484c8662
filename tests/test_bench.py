"""The bench counts right answers only, and measures what it says."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import func, select, text, update

from hotline.bootstrap import Hotline
from hotline.db import Database
from hotline.models import Base, IndexKey, Message
from hotline.services.desk import search
from hotline.web import create_app
from scheduler import timetable
from scripts.bench import calls, country, databases, desk, matching, processes, report, tick, town
from scripts.bench.browsing import View, views
from scripts.bench.calls import Calls
from scripts.bench.country.words import SENTENCES
from scripts.bench.webhook import Comparison, Plan, Round, Side, compare, percentile, warm
from tests.databases import Postgres, Sqlite, on_sqlite, opened

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
TIMING = matching.Timing("ours", 100_000, 10_000, 25_000, -2_000, 71_000, 1_900, 1.5, 200.0)
TICK = tick.Tick(100_000, 4.2, {"battement": 4.2})
COUNTRY = country.Size(callers=1_500, calls=6_000, messages=1_500, volunteers=80)
DESK = ("p95", "search-p95", "too-slow", "growth")
PLAN = Plan(rounds=1, clients=4, seconds=20, requests=20)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Side, Side]]:
    """A closed line and the bare route, each in its own gunicorn, the line on SQLite."""
    folder, case = tmp_path_factory.mktemp("line"), town.closed(NOW)
    environment = town.prepare(folder, f"sqlite:///{folder}/hotline.db", case)
    with (
        processes.serving("hotline.wsgi:app", environment, folder) as line,
        processes.serving("scripts.bench.bare:app", environment, folder) as bare,
    ):
        served = Side(line, Calls(), case.expected), Side(bare, Calls(), "<Say ")
        for side in served:
            warm(side, 2)
        yield served


def test_every_right_answer_counts_once_with_its_latency(sides: tuple[Side, Side]) -> None:
    compared = compare(*sides, PLAN)
    (ours,), (theirs,) = compared.product, compared.bare
    assert not compared.failures
    assert (ours.answers, theirs.answers) == (20, 200)
    assert 0 < ours.p50 <= ours.p99 <= ours.elapsed * 1000
    assert ours.throughput == pytest.approx(20 / ours.elapsed)
    assert compared.ratio == pytest.approx(ours.throughput / theirs.throughput)


def test_a_refused_call_is_a_failure_and_no_throughput(sides: tuple[Side, Side]) -> None:
    line, bare = sides
    stranger = Side(line.server, Calls(token="not the line's"), line.expected)
    compared = compare(stranger, bare, PLAN)
    assert compared.failures == {"403": 20}
    assert compared.product[0].throughput == compared.product[0].answers == compared.ratio == 0
    results = _results(compared)
    assert results.failed
    assert report.last_lines(results)[1] == "webhook-ratio sqlite=failed postgresql=skipped"
    assert "20 x 403" in _shown(results)


def test_another_document_than_the_expected_one_is_a_failure(sides: tuple[Side, Side]) -> None:
    line, bare = sides
    mistaken = Side(line.server, Calls(), town.opened().expected)
    assert compare(mistaken, bare, PLAN).failures == {"200": 20}


def test_seven_calls_in_ten_come_from_known_callers_and_no_call_comes_twice() -> None:
    forms = [calls.call_form(number) for number in range(10_000)]
    assert len({form["CallSid"] for form in forms}) == 10_000
    assert sum(form["From"] in calls.KNOWN for form in forms) == 7_000
    assert len({form["From"] for form in forms}) == len(calls.KNOWN) + 3_000


def test_the_last_lines_give_the_medians_of_the_busiest_rounds() -> None:
    def a_round(answers: int, p99: float) -> Round:
        return Round(answers, 1.0, p99, 0.1, 0.1, 1.0, answers, {})

    ours = (a_round(10, 40), a_round(30, 90), a_round(20, 50))
    compared = Comparison(16, ours, tuple(a_round(100, 1) for _ in ours))
    assert report.last_lines(_results(compared)) == [
        "webhook-cpu-ratio sqlite=0.200 postgresql=skipped",
        "webhook-ratio sqlite=0.20 postgresql=skipped",
        "p99-16 sqlite=50ms postgresql=skipped",
        "memory web=107MB clock=skipped",
        "tick sqlite=4.2ms",
        "matching seconds=1.50 memory=200MB",
        *(f"desk-{name} sqlite=skipped postgresql=skipped" for name in DESK),
    ]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([5.0, 1.0, 3.0, 2.0, 4.0], 50) == 3.0
    assert percentile([float(value) for value in range(1, 101)], 99) == 99.0
    assert percentile([], 99) == 0.0


def test_every_way_to_match_is_measured_in_a_process_of_its_own() -> None:
    timing = matching.apart("ours", 20, 10)
    assert (timing.way, timing.requests, timing.volunteers) == ("ours", 20, 10)
    assert 0 < timing.served <= 20
    assert timing.seconds > 0
    assert timing.megabytes > 0


@pytest.mark.parametrize("way", ["every pair, OR-Tools", "every pair, networkx"])
def test_exact_ways_agree_and_the_greedy_one_is_not_better(way: str) -> None:
    ours, theirs, greedy = (matching.timed(name, 80, 40) for name in ("ours", way, "greedy"))
    found, reference, first_come = (
        (-one.served, one.voice, one.load, one.far) for one in (ours, theirs, greedy)
    )
    assert found == reference <= first_come


def test_a_tick_is_measured_job_by_job() -> None:
    measured = tick.measured(callbacks=20, ticks=1)
    assert list(measured.jobs) == [job.name for job in timetable.TIMETABLE]
    assert min(measured.milliseconds, *measured.jobs.values()) > 0


def test_the_same_country_lies_in_every_database_and_opens_with_its_keys(
    sqlite: Sqlite, postgres: Postgres
) -> None:
    sqlite.renew()
    postgres.renew()
    with sqlite.database.read() as session:
        wrapped = session.scalar(select(IndexKey.wrapped))
    with postgres.database.write() as session:
        session.execute(update(IndexKey).values(wrapped=wrapped))
    for one in (sqlite, postgres):
        one.database.close()
    both = [opened(one.database.url) for one in (sqlite, postgres)]
    country.fill(both, COUNTRY)
    told = [_told(database) for database in both]
    assert told[0] == told[1]
    assert told[0]["calls"] == COUNTRY.calls
    assert told[0]["found"]
    assert told[0]["message"] in SENTENCES
    with both[0].read() as session:
        assert not session.execute(text("PRAGMA foreign_key_check")).all()
    for database in both:
        database.close()


@on_sqlite
def test_every_page_of_the_desk_is_found_with_later_pages_and_searches(hotline: Hotline) -> None:
    country.fill([hotline.database], COUNTRY)
    app = create_app(hotline)
    client = desk.signed_in(hotline, app)
    with hotline.database.read() as session:
        pages = {view.label for view in views(app, client, desk.files(session))}
    assert {
        "/",
        "/voicemails",
        "/people",
        "/requests",
        "/volunteers",
        "/roster",
        "/audit",
        "/badges",
    } <= pages
    assert {"/people/<int:caller_id>", "/voicemails/<int:voicemail_id>", "/people?q=mar"} <= pages
    assert {"/people (5 pages on)", "/voicemails?state=handled"} <= pages
    assert not any("export" in page for page in pages)


def test_pages_are_measured_in_a_country_and_in_a_tenth_of_it() -> None:
    def some(*_: object) -> Iterator[View]:
        yield View("people", "/people", 100)

    (people,), skipped = desk.measured(COUNTRY, ("sqlite",), desk.Plan(some, 0, 2))
    assert not skipped
    assert (people.database, people.page, people.bound) == ("sqlite", "people", 100)
    assert 0 < people.large.p50 <= people.large.p95
    assert people.growth == pytest.approx(people.large.p50 / people.small.p50)


def test_a_page_that_keeps_somebody_waiting_is_marked() -> None:
    pages = [
        desk.Opened("sqlite", "/people", 100, desk.Timing(8, 9), desk.Timing(10, 12)),
        desk.Opened("postgresql", "/people", 100, desk.Timing(9, 9), desk.Timing(99, 101)),
        desk.Opened("postgresql", "/people?q=mar", 200, desk.Timing(9, 9), desk.Timing(18, 150)),
    ]
    results = replace(_results(Comparison(16, (), ())), webhook=[], desk=pages)
    assert "101 !" in _shown(results)
    assert report.last_lines(results)[-4:] == [
        "desk-p95 sqlite=12ms postgresql=101ms",
        "desk-search-p95 sqlite=0ms postgresql=150ms",
        "desk-too-slow sqlite=0/1 postgresql=1/2",
        "desk-growth sqlite=1.25 postgresql=6.50",
    ]


def test_without_a_postgresql_server_the_run_says_so_by_name() -> None:
    with pytest.raises(databases.NoServerError, match=r"no PostgreSQL answers at .*127\.0\.0\.1:9/"):
        databases.fresh("postgresql", Path(), "postgresql+psycopg://127.0.0.1:9/postgres").__enter__()


def test_the_results_are_kept_as_json(tmp_path: Path) -> None:
    compared = Comparison(16, (), ())
    file = report.keep(_results(compared), tmp_path / "bench", NOW)
    assert file.name == "20261124T130000Z.json"
    assert json.loads(file.read_text())["memory"] == {"web": {"pss": 90.0, "rss": 107.0}}


def _results(compared: Comparison) -> report.Results:
    row = report.Row("sqlite", "closed", compared)
    return report.Results({}, [row], {"web": processes.Memory(90.0, 107.0)}, [TIMING], TICK, [], [])


def _told(database: Database) -> dict[str, object]:
    """What a country is made of: how many rows of each kind, who is found, what a message says."""
    with database.read() as session:
        tables = Base.metadata.sorted_tables
        rows = {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
        people = search.find(session, "mar").people
        found = [(one.id, one.names, one.last_contact_at) for one in people]
        return {**rows, "found": found, "message": session.get_one(Message, 7).body}


def _shown(results: report.Results) -> str:
    written = StringIO()
    report.show(results, Console(file=written, width=200))
    return written.getvalue()
