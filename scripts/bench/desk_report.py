"""What the bench tells of the desk: one line a page, and what programs read."""

from collections.abc import Mapping, Sequence
from statistics import median

from rich.table import Table

from scripts.bench.browsing import PAGE, SEARCH
from scripts.bench.databases import KINDS
from scripts.bench.desk import Opened


def table(opened: Sequence[Opened]) -> Table:
    """Return every page with its times in ms; those that take longer than they may are marked."""
    shown = Table(
        title="Pages of the desk, ms on the server: a large country, and how much more than a tenth"
    )
    shown.add_column("page")
    shown.add_column("bound", justify="right")
    for kind in KINDS:
        for name in ("p50", "p95", "growth"):
            shown.add_column(f"{kind}\n{name}", justify="right")
    for page, kinds in _by_page(opened).items():
        cells = [cell for kind in KINDS for cell in _cells(kinds.get(kind))]
        shown.add_row(page, str(next(iter(kinds.values())).bound), *cells)
    return shown


def figures(opened: Sequence[Opened]) -> dict[str, Mapping[str, str]]:
    """Return by engine: the slowest page, the slowest search, how many are too slow, how much they grow."""
    mine = {kind: [one for one in opened if one.database == kind] for kind in KINDS}
    mine = {kind: pages for kind, pages in mine.items() if pages}
    return {
        "desk-p95": {kind: _slowest(pages, PAGE) for kind, pages in mine.items()},
        "desk-search-p95": {kind: _slowest(pages, SEARCH) for kind, pages in mine.items()},
        "desk-too-slow": {
            kind: f"{sum(one.slow for one in pages)}/{len(pages)}" for kind, pages in mine.items()
        },
        "desk-growth": {kind: f"{median(one.growth for one in pages):.2f}" for kind, pages in mine.items()},
    }


def _by_page(opened: Sequence[Opened]) -> dict[str, dict[str, Opened]]:
    found: dict[str, dict[str, Opened]] = {}
    for one in opened:
        found.setdefault(one.page, {})[one.database] = one
    return found


def _cells(one: Opened | None) -> tuple[str, str, str]:
    if one is None:
        return "", "", ""
    slow = f"{one.large.p95:.0f}"
    return f"{one.large.p50:.0f}", f"[bold red]{slow} ![/]" if one.slow else slow, f"{one.growth:.1f}"


def _slowest(pages: Sequence[Opened], bound: int) -> str:
    return f"{max((one.large.p95 for one in pages if one.bound == bound), default=0):.0f}ms"
