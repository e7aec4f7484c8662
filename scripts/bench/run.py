"""The whole run, section by section."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench import desk, matching, tick, town
from scripts.bench.calls import Calls
from scripts.bench.databases import KINDS, NoServerError, fresh
from scripts.bench.machine import described
from scripts.bench.processes import Memory, memory, serving, settled, ticking
from scripts.bench.report import PROCESSES, Results, Row
from scripts.bench.town import Case
from scripts.bench.webhook import Plan, Side, compare, warm

PLANS = (
    Plan(rounds=4, clients=16, seconds=2.0, requests=1500),
    Plan(rounds=4, clients=1, seconds=1.0, requests=600),
)
_WARMING = 40
_CLOCK_SETTLES = 4.0
_BARE = "scripts.bench.bare:app"
_PRODUCT = "hotline.wsgi:app"


@dataclass(frozen=True)
class Measured:
    """One case on one database."""

    rows: list[Row]
    memory: dict[str, Memory]


def everything() -> Results:
    """Measure all; what cannot be measured is named in `skipped`."""
    machine, now, rows, skipped = described(), datetime.now(UTC), [], []
    held: dict[str, Memory] = {}
    for kind in KINDS:
        for case in (town.closed(now), town.opened()):
            try:
                measured = webhook(kind, case, PLANS)
            except NoServerError as error:
                skipped.append(str(error))
                break
            rows += measured.rows
            held = held or measured.memory
            skipped += [
                f"memory of the {name}: not told" for name in PROCESSES if name not in measured.memory
            ]
    timings, too_slow = matching.curve()
    opened, not_opened = desk.measured()
    named = list(dict.fromkeys(skipped + too_slow + not_opened))
    return Results(machine, rows, held, timings, tick.measured(), opened, named)


def webhook(kind: str, case: Case, plans: Sequence[Plan]) -> Measured:
    """Measure one case on a database of its own; raises NoServerError."""
    with _sides(kind, case) as (product, bare, environment, folder):
        rows = [Row(kind, case.name, compare(product, bare, plan)) for plan in plans]
        web = memory(product.server.worker)
        with ticking(environment, folder) as clock:
            ticked = settled(clock, _CLOCK_SETTLES)
    held = {name: found for name, found in (("web", web), ("clock", ticked)) if found}
    return Measured(rows, held)


@contextmanager
def _sides(kind: str, case: Case) -> Iterator[tuple[Side, Side, dict[str, str], Path]]:
    """Serve the product and the bare route side by side, both warm."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-bench-")))
        environment = town.prepare(folder, stack.enter_context(fresh(kind, folder)), case)
        calls = Calls()
        product = Side(stack.enter_context(serving(_PRODUCT, environment, folder)), calls, case.expected)
        bare = Side(stack.enter_context(serving(_BARE, environment, folder)), calls, "<Say ")
        for side in (product, bare):
            warm(side, _WARMING)
        yield product, bare, environment, folder
