"""`python -m scripts.bench.load_run [FOLDER]`: the whole line under load, on each database; about six minutes.

With a FOLDER its picture of each database is drawn there, else beside the results in `var/bench`. It fails when
anything was lost, came twice, was answered wrongly, or kept the carrier waiting.
"""

import json
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.bench import load_graph, load_ledger, town
from scripts.bench.databases import KINDS, NoServerError, fresh
from scripts.bench.load_graph import Curve, Panel
from scripts.bench.load_ledger import Done
from scripts.bench.load_play import Answer, Shape
from scripts.bench.machine import described
from scripts.bench.processes import Server, memory, serving, ticking
from scripts.bench.webhook import percentile

FULL = Shape(calls=200, texts=50, seconds=120)
LONGEST, P99 = 1000, 250
MOST_GROWTH = 15.0
"""Megabytes that a process may hold more at the end than once it was warm."""
RESTS_WITHIN = 60.0
RIGHT = ("200", "204")
_SAMPLES_EVERY = 0.5
_WARM = 0.25
FOLDER = Path("var/bench")
Held = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True)
class Loaded:
    """One load on one database: what was asked and answered, what each process held, what differs."""

    database: str
    shape: Shape
    answers: Sequence[Answer]
    held: Held
    counts: Mapping[str, int]
    rests: float
    latest: float
    wrong: Sequence[str]

    def took(self) -> list[float]:
        return [answer.took for answer in self.answers]

    def growth(self, process: str) -> float:
        """Return by how much a process has grown since it was warm, in MB."""
        values = [held for _, held in self.held[process]]
        return values[-1] - max(values[: int(len(values) * _WARM) + 1])

    def faults(self) -> list[str]:
        """Return every promise that did not hold."""
        statuses = Counter(f"{one.kind} {one.status}" for one in self.answers if one.status not in RIGHT)
        p99, worst = percentile(self.took(), 99), max(self.took(), default=0)
        grown = [f"{name} grew by {self.growth(name):.0f} MB" for name in self.held if self.growth(name) > MOST_GROWTH]
        return [
            *self.wrong,
            *(f"{many} x {says}" for says, many in statuses.items()),
            *([f"p99 {p99:.0f} ms is over {P99}"] if p99 >= P99 else []),
            *([f"the slowest webhook took {worst:.0f} ms"] if worst >= LONGEST else []),
            *grown,
        ]

    def told(self) -> str:
        """Return the line that programs read."""
        took = self.took()
        figures = {
            **self.counts,
            "webhooks": len(took),
            **{f"p{share}": f"{percentile(took, share):.0f}ms" for share in (50, 99)},
            "worst": f"{max(took, default=0):.0f}ms",
            **{name: f"{held[-1][1]:.0f}MB({self.growth(name):+.0f})" for name, held in self.held.items()},
            "rests": f"{self.rests:.0f}s",
            "lag": f"{self.latest * 1000:.0f}ms",
        }
        return f"load {self.database} " + " ".join(f"{name}={value}" for name, value in figures.items())


def load(kind: str, shape: Shape) -> Loaded:
    """Put the line under load on a database of its own; raises NoServerError."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-load-")))
        environment = town.prepare(folder, stack.enter_context(fresh(kind, folder)), town.opened())
        ledger = folder / "given.jsonl"
        web = stack.enter_context(serving("hotline.wsgi:app", environment, folder))
        base_url = stack.enter_context(_carrier(ledger, web, environment))
        clock = stack.enter_context(ticking({**environment, "TWILIO_API_BASE_URL": base_url}, folder))
        _play(web, Shape(calls=2, texts=2, seconds=1))
        held = stack.enter_context(_sampled({"web": web.worker, "clock": clock}))
        played = _play(web, shape)
        database = load_ledger.opened(environment)
        stack.callback(database.close)
        rests = load_ledger.come_to_rest(database, RESTS_WITHIN)
        done = Done(played["calls"], played["recordings"], played["texts"], load_ledger.given(ledger))
        answers = [Answer(**answer) for answer in played["answers"]]
        wrong = load_ledger.differences(database, done)
        counts = {"calls": len(done.calls), "voicemails": len(done.recordings), "texts": len(done.texts)}
        return Loaded(kind, shape, answers, held, counts, rests, played["latest"], wrong)
