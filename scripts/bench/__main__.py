"""`python -m scripts.bench`: measure, print, keep; fails when anything was answered wrongly."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from scripts.bench import report, run

FOLDER = Path("var/bench")
WIDTH = 110


def main() -> int:
    """Run the bench; about ten minutes."""
    console = Console()
    console.width = max(console.width, WIDTH)
    with console.status("measuring, about ten minutes"):
        results = run.everything()
    file = report.keep(results, FOLDER, datetime.now(UTC))
    console.print(f"kept in {file}")
    report.show(results, console)
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
