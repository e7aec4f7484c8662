"""Three hosts on a real network: one loses its cable, the others go on, it returns; nothing happens twice."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.cli.stage import LINE, PUBLIC_URL
from hotline.models import OutboxRow
from hotline.models.status import OutboxState
from hotline.rehearsal.clock import ShiftedClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.server import serve
from hotline.settings import load
from tests.conftest import ACCOUNT, TOKEN
from tests.databases import made, migrate
from tests.hosts import forward
from tests.hosts.conftest import begun, shared_settings, watch
from tests.hosts.forward import forwarded
from tests.hosts.machines import CLOCK, WEB, Machine, answers, comes_true, running
from tests.hosts.network import Network, laid, postgres
from tests.hosts.test_clocks import PEOPLE, outbound
from tests.records import rows

PORT, OUT = 8000, 8001
FORWARD = str(Path(forward.__file__))


class Street:
    """Two hosts with a web server and a clock each, a third with the database, and the carrier outside."""

    def __init__(self, network: Network, exchange: Exchange, line: Hotline) -> None:
        self.network = network
        self.exchange = exchange
        self.line = line
        self.clocks: dict[str, Machine] = {}
        self.ways: dict[str, str] = {}

    def texts(self, *people: str, through: str) -> None:
        """Some people write; the carrier hands it to one of the hosts."""
        self.exchange.route[PUBLIC_URL] = self.ways[through]
        for person in people:
            self.exchange.phone(person).text(LINE, "Rappelez-moi")
        self.exchange.settle()

    def thanked(self, *people: str) -> bool:
        """Tell whether each of them has been answered."""
        return all(outbound(self.exchange)[person] for person in people)

    def clocks_at_work(self) -> set[int]:
        """Which clocks have begun something, by the queue's own numbers."""
        return {one.clock for one in begun(self.line.database)}

    def said(self, name: str) -> set[object]:
        """What a host's clock has complained of since it was last asked."""
        return set(self.clocks[name].complaints())

    def catch_up(self) -> None:
        """Let two minutes pass for everybody: what a dead clock held is doubtful, and looked up."""
        self.exchange.advance(timedelta(minutes=2).total_seconds())


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with ExitStack() as laid_out:
        network = laid_out.enter_context(laid())
        server = make_url(laid_out.enter_context(postgres(network, "d")))
        assert comes_true(lambda: _accepts(server.render_as_string()), within=20)
        url, _admin = laid_out.enter_context(made(server))
        migrate(url.render_as_string(hide_password=False))
        settings = {
            **shared_settings(url.render_as_string(hide_password=False), tmp_path, f"http://127.0.0.1:{OUT}"),
            "HOTLINE_RECORDINGS_URL": f"file:{tmp_path}/recordings",
            "HOTLINE_HOST": "0.0.0.0",
            "HOTLINE_PORT": str(PORT),
        }
        clock = ShiftedClock(Path(settings["HOTLINE_CLOCK_FILE"]))
        exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=clock)
        exchange.add_number(LINE, sms_url=f"{PUBLIC_URL}/sms/incoming")
        carrier = serve(exchange)
        laid_out.callback(carrier.close)
        way_out = laid_out.enter_context(
            forwarded(network.here, ("127.0.0.1", make_url(carrier.base_url).port or 0))
        )
        line = bootstrap.build(load(**settings), clock)
        laid_out.callback(line.database.close)
        watch(line.database)
        street = Street(network, exchange, line)
        for name in ("a", "b"):
            address, inside = network.host(name), network.inside(name)
            lead = (FORWARD, "127.0.0.1", str(OUT), network.here, str(way_out))
            laid_out.enter_context(running(lead, {}, tmp_path, inside=inside))
            laid_out.enter_context(running(WEB, settings, tmp_path, inside=inside))
            street.clocks[name] = laid_out.enter_context(running(CLOCK, settings, tmp_path, inside=inside))
            way_in = laid_out.enter_context(forwarded("127.0.0.1", (address, PORT)))
            street.ways[name] = f"http://127.0.0.1:{way_in}"
        assert comes_true(lambda: all(answers(f"{way}/readyz") for way in street.ways.values()), within=60)
        assert comes_true(lambda: len(street.clocks_at_work()) == 2, within=60)
        yield street


def _accepts(url: str) -> bool:
    import psycopg  # noqa: PLC0415

    try:
        psycopg.connect(url.replace("+psycopg", "")).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_host_that_is_cut_off_stops_nobody_and_comes_back_by_itself(street: Street) -> None:
    before, meanwhile, after = PEOPLE[:10], PEOPLE[10:15], PEOPLE[15:20]
    first_two = street.clocks_at_work()
    street.exchange.faults.rest_slow_seconds = 0.3
    street.texts(*before, through="b")
    street.network.pull("b")
    street.exchange.faults.rest_slow_seconds = 0.0
    street.texts(*meanwhile, through="a")
    assert comes_true(lambda: street.thanked(*meanwhile), within=20)
    assert comes_true(
        lambda: any(event["event"] == "queue_away" for event in street.clocks["b"].events()), 40
    )
    street.catch_up()
    assert comes_true(lambda: OutboxState.SENDING not in _states(street.line), within=40)
    street.catch_up()
    assert comes_true(lambda: street.thanked(*before), within=40)

    street.network.plug("b")
    assert comes_true(lambda: street.clocks_at_work() - first_two, within=40), "its clock never came back"
    assert comes_true(lambda: answers(f"{street.ways['b']}/readyz"), within=40)
    street.texts(*after, through="b")
    assert comes_true(lambda: street.thanked(*after), within=20)
    assert set(outbound(street.exchange).values()) == {1}
    assert street.said("a") <= {"job_rescued"}


def _states(line: Hotline) -> set[OutboxState]:
    return {row.state for row in rows(line, OutboxRow)}
