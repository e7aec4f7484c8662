"""`python -m scripts.bench.load_run [FOLDER]`: the line under load, on each database; about seven minutes.

The picture of each database is drawn in FOLDER, else beside the results in `var/bench`. It fails when
anything was lost, came twice, was answered wrongly, or kept the carrier waiting.
"""

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.bench import load_graph, load_ledger, load_memory, town
from scripts.bench.databases import KINDS, NoServerError, fresh
from scripts.bench.load_graph import Curve, Panel
from scripts.bench.load_ledger import Done
from scripts.bench.load_play import Answer, Shape
from scripts.bench.machine import described
from scripts.bench.processes import Server, memory, serving, ticking
from scripts.bench.webhook import NoLoadError, percentile

FULL = Shape(calls=200, texts=50, seconds=120)
WARMING, FIRST = Shape(calls=4, texts=4, seconds=1, pace=0.02), 1000
STARTS_WITHIN, OVER_WITHIN = 60.0, 180.0
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
        grown = [
            f"{name} grew by {self.growth(name):.0f} MB"
            for name in self.held
            if self.growth(name) > MOST_GROWTH
        ]
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
        _await(web)
        warming = _play(web, WARMING, first=0)
        held = stack.enter_context(_sampled({"web": web.worker, "clock": clock}))
        played = _play(web, shape, first=FIRST)
        database = load_ledger.opened(environment)
        stack.callback(database.close)
        rests = load_ledger.come_to_rest(database, RESTS_WITHIN)
        calls, recordings, texts = (warming[what] + played[what] for what in ("calls", "recordings", "texts"))
        done = Done(calls, recordings, texts, load_ledger.given(ledger))
        wrong = load_ledger.differences(database, done)
        counts = {"calls": len(done.calls), "voicemails": len(done.recordings), "texts": len(done.texts)}
        answers = [Answer(**answer) for answer in played["answers"]]
        return Loaded(
            kind,
            shape,
            answers,
            held,
            {**counts, "answered": len(done.given)},
            rests,
            played["latest"],
            wrong,
        )


def picture(loaded: Loaded) -> str:
    """Draw a load: latencies and webhooks second by second, and what the processes hold."""
    by_second: dict[int, list[float]] = defaultdict(list)
    for answer in loaded.answers:
        by_second[int(answer.at)].append(answer.took)
    seconds = sorted(by_second)
    latencies = [
        Curve(name, [(second, percentile(by_second[second], share)) for second in seconds])
        for name, share in (("median", 50), ("p99", 99), ("slowest", 100))
    ]
    shape = loaded.shape
    title = f"{loaded.database}: {shape.calls} calls at once, {shape.texts} texts a second"
    return load_graph.drawn(
        title,
        [
            Panel("latency of a webhook, ms", latencies, P99),
            Panel("webhooks a second", [Curve("", [(second, len(by_second[second])) for second in seconds])]),
            Panel("memory (RSS), MB", [Curve(name, points) for name, points in loaded.held.items()]),
        ],
    )


def main() -> int:
    """Run, print, keep and draw."""
    results, faults = [], 0
    drawings = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    for folder in (FOLDER, drawings):
        folder.mkdir(parents=True, exist_ok=True)
    print("  ".join(f"{name} {value}" for name, value in described().items()))
    for kind in KINDS:
        try:
            loaded = load(kind, FULL)
        except NoServerError as error:
            print(f"skipped: {error}")
            continue
        (drawings / f"load-{kind}.svg").write_text(picture(loaded), encoding="utf-8")
        results.append({**asdict(loaded), "faults": loaded.faults()})
        print(loaded.told())
        for fault in loaded.faults():
            print(f"  FAULT {fault}")
        faults += len(loaded.faults())
    grown = load_memory.measured()
    print(grown.told(), *grown.faults(), sep="\n  FAULT ")
    faults += len(grown.faults())
    results.append(asdict(grown))
    (FOLDER / "load.json").write_text(json.dumps(results) + "\n", encoding="utf-8")
    return 1 if faults else 0


def _play(web: Server, shape: Shape, *, first: int) -> dict[str, Any]:
    """Play a load in a process of its own."""
    order = {"port": web.port, "shape": asdict(shape), "first": first}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.bench.load_play"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        cwd=town.ROOT,
        timeout=shape.seconds + OVER_WITHIN,
        check=False,
    )
    if done.returncode:
        raise NoLoadError(f"{done.stderr}\nThe server says:\n{web.said()}")
    return dict(json.loads(done.stdout))


def _await(web: Server) -> None:
    """Wait until the server has started."""
    with urllib.request.urlopen(f"http://127.0.0.1:{web.port}/healthz", timeout=STARTS_WITHIN) as answer:
        answer.read()


@contextmanager
def _carrier(ledger: Path, web: Server, environment: Mapping[str, str]) -> Iterator[str]:
    """Run the carrier; give its address."""
    ledger.touch()
    command = [sys.executable, "-m", "scripts.bench.load_carrier", str(ledger), str(web.port)]
    with subprocess.Popen(
        command, env=dict(environment), cwd=town.ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


@contextmanager
def _sampled(processes: Mapping[str, int]) -> Iterator[Held]:
    """Look twice a second at what some processes hold."""
    held: Held = {name: [] for name in processes}
    over, began = threading.Event(), time.monotonic()

    def look() -> None:
        while not over.wait(_SAMPLES_EVERY):
            for name, pid in processes.items():
                if (found := memory(pid)) is not None:
                    held[name].append((time.monotonic() - began, found.rss))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
