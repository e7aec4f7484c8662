"""Several clocks: each period's work once for all of them, and nothing lost or done twice when one dies."""

import signal
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli.stage import LINE
from hotline.models import Assignment, OutboxRow
from hotline.models.status import OutboxState
from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.settings import load
from scheduler.timetable import TIMETABLE
from tests.conftest import ACCOUNT, TOKEN
from tests.hosts.conftest import Begun, Hosts, Town, at_work, begun, shared_settings, watch
from tests.hosts.machines import CLOCK, EMBEDDED, comes_true, running
from tests.people import add_volunteer
from tests.records import rows
from tests.webhooks import Webhooks

LUCIEN, CAMILLE = "+33639980001", "+33639980101"
PEOPLE = [f"+336399800{number}" for number in range(20, 50)]
EVERY = {departure.name: int(departure.every.total_seconds()) for departure in TIMETABLE}


@pytest.fixture
def settings(postgres_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        **shared_settings(postgres_url, tmp_path, "http://127.0.0.1:9"),
        "HOTLINE_PUBLIC_URL": "https://hotline.example",
        "HOTLINE_RECORDINGS_URL": f"file:{tmp_path}/recordings",
    }


@pytest.fixture
def exchange(settings: dict[str, str]) -> Iterator[Exchange]:
    """A carrier on the machine's time, which the test may shift for everybody."""
    one = Exchange(
        account_sid=ACCOUNT, auth_token=TOKEN, clock=ShiftedClock(Path(settings["HOTLINE_CLOCK_FILE"]))
    )
    one.add_number(LINE)
    carrier = serve(one)
    settings["TWILIO_API_BASE_URL"] = carrier.base_url
    yield one
    carrier.close()


@pytest.fixture
def line(settings: dict[str, str], exchange: Exchange) -> Iterator[Hotline]:
    """The line without a clock."""
    product = bootstrap.build(load(**settings), exchange.clock)
    yield product
    product.database.close()


def outbound(exchange: Exchange) -> Counter[str]:
    """How many texts each telephone was sent."""
    return Counter(text.to for text in exchange.messages.values() if text.direction != "inbound")


def test_each_period_s_work_is_begun_by_one_clock_only(hosts: Hosts, town: Town) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    database = hosts.postgres.database

    def announced() -> list[tuple[str, int]]:
        return [(one.name, one.moment) for one in begun(database) if one.moment]

    def moments(name: str) -> list[int]:
        return [at for each, at in announced() if each == name]

    assert comes_true(lambda: len(moments("battement")) > 2, within=40)
    assert comes_true(lambda: len(moments("tour d'attribution")) > 1, within=40)
    assert [twice for twice, times in Counter(announced()).items() if times > 1] == []
    assert len({one.clock for one in begun(database)}) == 2, "each has its share"


def test_the_queue_knows_no_more_than_the_name_of_a_job(hosts: Hosts, town: Town) -> None:
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    town.let(15)
    known = begun(hosts.postgres.database)
    assert {tuple(sorted(one.args)) for one in known} == {("name", "timestamp")}
    assert {one.name for one in known} <= {*EVERY, ""}


def test_nobody_waits_longer_because_there_are_several(hosts: Hosts, town: Town) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    town.phone(LUCIEN).text(LINE, "Rappelez-moi")
    assert comes_true(lambda: outbound(town.exchange)[LUCIEN] == 1, within=4)
    assert comes_true(lambda: rows(town.hotline, Assignment), within=15)
    assert comes_true(lambda: outbound(town.exchange)[CAMILLE] == 1, within=4)


def test_what_a_killed_clock_had_begun_is_begun_again_by_another(
    line: Hotline, exchange: Exchange, settings: dict[str, str], tmp_path: Path
) -> None:
    database = line.database
    watch(database)

    def sending() -> list[Begun]:
        return [one for one in begun(database) if one.name == "SMS à envoyer"]

    with ExitStack() as started:
        hole = started.enter_context(socket.create_server(("127.0.0.1", 0)))
        silent = {**settings, "TWILIO_API_BASE_URL": f"http://127.0.0.1:{hole.getsockname()[1]}"}
        first = started.enter_context(running(CLOCK, silent, tmp_path))
        assert comes_true(lambda: {one.clock for one in begun(database)}, within=40)
        (victim,) = {one.clock for one in begun(database)}
        second = started.enter_context(running(CLOCK, settings, tmp_path))
        assert comes_true(lambda: at_work(database) == 2, within=40)
        people = iter(PEOPLE)
        while not sending() or sending()[-1].clock != victim:
            before = len(sending())
            Webhooks(line).text("Rappelez-moi", next(people), before + 1)
            assert comes_true(lambda known=before: len(sending()) > known, within=60)
        lost = sending()[-1].job_id
        assert comes_true(lambda: rows(line, OutboxRow)[-1].state is OutboxState.SENDING, within=5)
        first.kill()
        assert comes_true(lambda: [one.job_id for one in sending()].count(lost) == 2, within=60)
        exchange.advance(timedelta(minutes=2).total_seconds())
        assert comes_true(lambda: rows(line, OutboxRow)[-1].state is OutboxState.DOUBTFUL, within=20)
        exchange.advance(timedelta(minutes=2).total_seconds())
        assert comes_true(lambda: rows(line, OutboxRow)[-1].sid, within=20)
        second.process.send_signal(signal.SIGTERM)
        assert second.process.wait(20) == 0
        assert set(second.complaints()) == {"job_rescued"}
    written = Counter(PEOPLE[: len(rows(line, OutboxRow))])
    assert outbound(exchange) == written


def test_without_the_extra_each_clock_ticks_alone_and_nothing_happens_twice(
    line: Hotline, exchange: Exchange, settings: dict[str, str], tmp_path: Path
) -> None:
    for number, person in enumerate(PEOPLE, 1):
        Webhooks(line).text("Rappelez-moi", person, number)
    exchange.faults.rest_slow_seconds = 0.05
    watch(line.database)
    with ExitStack() as started:
        clocks = [started.enter_context(running(EMBEDDED, settings, tmp_path)) for _ in range(2)]
        assert comes_true(lambda: {row.state for row in rows(line, OutboxRow)} == {OutboxState.SENT}, 60)
        assert [said for clock in clocks for said in clock.complaints()] == []
    assert outbound(exchange) == Counter(PEOPLE)
    assert begun(line.database) == []
