"""The webhook beside the bare route: rounds interleaved, so that both meet the same noise; medians."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median

from scripts.bench.calls import Calls
from scripts.bench.load import Order, Tally
from scripts.bench.processes import Server, cpu_seconds
from scripts.bench.town import ROOT

_BARE_AT_MOST = 10  # the bare route is asked for at most this many times the product's requests
_LOAD_WITHIN = 60.0


class NoLoadError(Exception):
    """The server stopped, or never started."""


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds, clients, and for each round at most `seconds` and `requests`."""

    rounds: int
    clients: int
    seconds: float
    requests: int


@dataclass(frozen=True)
class Side:
    """One application under load: its server, the calls to send, what a right answer contains."""

    server: Server
    calls: Calls
    expected: str


@dataclass(frozen=True)
class Round:
    """One round of one side; latencies in ms, processor times in seconds."""

    throughput: float
    p50: float
    p99: float
    server_cpu: float
    load_cpu: float
    elapsed: float
    answers: int
    failures: dict[str, int]


@dataclass(frozen=True)
class Comparison:
    """Some rounds of both sides, taken in turn."""

    clients: int
    product: tuple[Round, ...]
    bare: tuple[Round, ...]

    @property
    def ratio(self) -> float:
        """The product's throughput divided by the bare route's: the median of the rounds."""
        pairs = zip(self.product, self.bare, strict=True)
        return median(
            ours.throughput / theirs.throughput if theirs.throughput else 0 for ours, theirs in pairs
        )

    @property
    def cpu_ratio(self) -> float:
        """The bare route's processor time per answer by the product's; other work disturbs it less."""
        ours, theirs = _cpu_per_answer(self.product), _cpu_per_answer(self.bare)
        return theirs / ours if ours else 0

    @property
    def failures(self) -> dict[str, int]:
        """Wrong answers of both sides, by status."""
        return dict(sum((Counter(each.failures) for each in (*self.product, *self.bare)), Counter[str]()))


def compare(product: Side, bare: Side, plan: Plan) -> Comparison:
    """Put both sides under load in turn."""
    ours, theirs = [], []
    for _ in range(plan.rounds):
        ours.append(measure(product, plan, plan.requests))
        theirs.append(measure(bare, plan, plan.requests * _BARE_AT_MOST))
    return Comparison(plan.clients, tuple(ours), tuple(theirs))


def measure(side: Side, plan: Plan, count: int) -> Round:
    """Send up to `count` requests, in a process of their own; wrong answers never count as throughput."""
    order = Order(
        port=side.server.port,
        clients=plan.clients,
        seconds=plan.seconds,
        count=count,
        expected=side.expected,
        requests=side.calls.take(plan.requests),
    )
    worker = side.server.worker
    before = cpu_seconds(worker)
    tally = _played(side.server, order)
    return Round(
        throughput=len(tally.latencies) / tally.elapsed,
        p50=percentile(tally.latencies, 50),
        p99=percentile(tally.latencies, 99),
        server_cpu=cpu_seconds(worker) - before,
        load_cpu=tally.cpu,
        elapsed=tally.elapsed,
        answers=len(tally.latencies),
        failures=dict(tally.failures),
    )


def warm(side: Side, requests: int) -> None:
    """Ask a server a few times, which also waits until it has started."""
    order = Order(side.server.port, 2, _LOAD_WITHIN, requests, side.expected, side.calls.take(requests))
    _played(side.server, order)


def percentile(latencies: Sequence[float], share: int) -> float:
    """Return the nearest-rank percentile, zero without any latency."""
    ranked = sorted(latencies)
    return ranked[max(ceil(len(ranked) * share / 100) - 1, 0)] if ranked else 0.0


def _cpu_per_answer(rounds: Sequence[Round]) -> float:
    answers = sum(each.answers for each in rounds)
    return sum(each.server_cpu for each in rounds) / answers if answers else 0


def _played(server: Server, order: Order) -> Tally:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.load"],
        input=json.dumps(asdict(order)),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=_LOAD_WITHIN + order.seconds,
        check=False,
    )
    if done.returncode:
        raise NoLoadError(f"no load on port {server.port}: {done.stderr}\nThe server says:\n{server.said()}")
    tally = json.loads(done.stdout)
    return Tally(**{**tally, "failures": Counter(tally["failures"])})
