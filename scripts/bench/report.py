"""What the bench prints and keeps: tables for people, last lines and a JSON file for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from scripts.bench import desk_report
from scripts.bench.databases import KINDS
from scripts.bench.desk import Opened
from scripts.bench.matching import Timing
from scripts.bench.processes import Memory
from scripts.bench.tick import Tick
from scripts.bench.webhook import Comparison, Round

MOST_WEB_MEGABYTES = 120
PROCESSES = ("web", "clock")


@dataclass(frozen=True)
class Row:
    """The comparison of one case on one database."""

    database: str
    case: str
    comparison: Comparison


@dataclass(frozen=True)
class Results:
    """Everything that one run measured; `skipped` says by name what could not be."""

    machine: dict[str, str]
    webhook: list[Row]
    memory: dict[str, Memory]
    matching: list[Timing]
    tick: Tick | None
    desk: list[Opened]
    skipped: list[str]

    @property
    def failed(self) -> bool:
        """Tell whether anything was answered wrongly."""
        return any(row.comparison.failures for row in self.webhook)


def show(results: Results, console: Console) -> None:
    """Print the tables, then the lines that programs read."""
    console.print("  ".join(f"[bold]{name}[/] {value}" for name, value in results.machine.items()))
    console.print(_webhook(results.webhook))
    console.print(_memory(results.memory))
    console.print(_matching(results.matching))
    if results.tick:
        console.print(_tick(results.tick))
    if results.desk:
        console.print(desk_report.table(results.desk))
    for sentence in results.skipped:
        console.print(f"[yellow]skipped:[/] {sentence}")
    for line in last_lines(results):
        console.print(line, highlight=False, soft_wrap=True)


def last_lines(results: Results) -> list[str]:
    """Return the lines that programs read; the first case of each database at the most clients."""
    first = {row.database: row.comparison for row in reversed(_busiest(results.webhook))}
    ratios = {kind: _ratio(compared) for kind, compared in first.items()}
    tails = {kind: f"{_middle(compared.product, 'p99'):.0f}ms" for kind, compared in first.items()}
    held = {name: f"{memory.rss:.0f}MB" for name, memory in results.memory.items()}
    cpu = {kind: f"{compared.cpu_ratio:.3f}" for kind, compared in first.items()}
    return [
        _line("webhook-cpu-ratio", cpu, KINDS),
        _line("webhook-ratio", ratios, KINDS),
        _line("p99-16", tails, KINDS),
        _line("memory", held, PROCESSES),
        _line("tick", _ticked(results.tick), ("sqlite",)),
        _line("matching", _largest(results.matching), ("seconds", "memory")),
        *(_line(title, found, KINDS) for title, found in desk_report.figures(results.desk).items()),
    ]


def keep(results: Results, folder: Path, at: datetime) -> Path:
    """Write the results as JSON; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{at:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps(asdict(results), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def _line(title: str, found: Mapping[str, str], names: Sequence[str]) -> str:
    return " ".join([title, *(f"{name}={found.get(name, 'skipped')}" for name in names)])


def _busiest(rows: Sequence[Row]) -> list[Row]:
    most = max((row.comparison.clients for row in rows), default=0)
    return [row for row in rows if row.comparison.clients == most]


def _ratio(comparison: Comparison) -> str:
    return "failed" if comparison.failures else f"{comparison.ratio:.2f}"


def _middle(rounds: Sequence[Round], name: str) -> float:
    return float(median(getattr(each, name) for each in rounds))


def _webhook(rows: Sequence[Row]) -> Table:
    rounds = len(rows[0].comparison.product) if rows else 0
    table = Table(
        title=f"POST /voice/incoming beside a bare route: medians of {rounds} rounds, taken in turn"
    )
    for name in ("database", "line"):
        table.add_column(name)
    for name in (
        "clients",
        "ratio",
        "CPU ratio",
        "calls/s",
        "bare/s",
        "p50 ms",
        "p99 ms",
        "load CPU",
        "wrong",
    ):
        table.add_column(name, justify="right")
    for row in rows:
        ours, theirs = row.comparison.product, row.comparison.bare
        table.add_row(
            row.database,
            row.case,
            str(row.comparison.clients),
            f"[bold]{_ratio(row.comparison)}[/]",
            f"{row.comparison.cpu_ratio:.3f}",
            f"{_middle(ours, 'throughput'):.0f}",
            f"{_middle(theirs, 'throughput'):.0f}",
            f"{_middle(ours, 'p50'):.1f}",
            f"{_middle(ours, 'p99'):.1f}",
            _share(ours),
            _wrong(row.comparison.failures),
        )
    return table


def _share(rounds: Sequence[Round]) -> str:
    """How much of one core the load generator took while the product answered."""
    return f"{sum(each.load_cpu for each in rounds) / sum(each.elapsed for each in rounds):.0%}"


def _wrong(failures: dict[str, int]) -> str:
    return ", ".join(f"{many} x {status}" for status, many in failures.items()) or "0"


def _memory(held: dict[str, Memory]) -> Table:
    table = Table(title=f"Memory after the run, MB (web: at most {MOST_WEB_MEGABYTES})")
    for name in ("process", "PSS", "RSS"):
        table.add_column(name, justify="left" if name == "process" else "right")
    for name, memory in held.items():
        table.add_row(name, f"{memory.pss:.0f}", f"{memory.rss:.0f}")
    return table


def _matching(timings: Sequence[Timing]) -> Table:
    table = Table(title="One matching, beside its peers: voice, load and far are costs")
    numbers = ("requests", "volunteers", "served", "voice", "load", "far", "s", "MB")
    for name in (*numbers[:2], "way", *numbers[2:]):
        table.add_column(name, justify="left" if name == "way" else "right")
    for timing in timings:
        table.add_row(
            f"{timing.requests:,}",
            f"{timing.volunteers:,}",
            timing.way,
            f"{timing.served:,}",
            f"{timing.voice:,}",
            f"{timing.load:,}",
            f"{timing.far:,}",
            f"{timing.seconds:.2f}",
            f"{timing.megabytes:.0f}",
        )
    return table


def _tick(tick: Tick) -> Table:
    table = Table(title=f"A tick with nothing due, {tick.callbacks:,} calls planned (SQLite, medians)")
    table.add_column("job")
    table.add_column("ms", justify="right")
    for name, milliseconds in [*tick.jobs.items(), ("all", tick.milliseconds)]:
        table.add_row(name, f"{milliseconds:.2f}")
    return table


def _ticked(tick: Tick | None) -> dict[str, str]:
    return {"sqlite": f"{tick.milliseconds:.1f}ms"} if tick else {}


def _largest(timings: Sequence[Timing]) -> dict[str, str]:
    """What our own way took at its greatest size."""
    ours = max((one for one in timings if one.way == "ours"), key=lambda one: one.requests, default=None)
    return {"seconds": f"{ours.seconds:.2f}", "memory": f"{ours.megabytes:.0f}MB"} if ours else {}
