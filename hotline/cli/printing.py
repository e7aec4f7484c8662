"""How the commands print: sentences and tables, never wrapped or cut when the output goes to a file."""

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

_WIDE = 1000


def say(text: str, *, style: str = "") -> None:
    """Print one line."""
    _console().print(Text(text, style=style), soft_wrap=True)


def mark(text: str, *, ok: bool) -> None:
    """Print one line that begins with what it comes to."""
    verdict = Text("ok   ", style="green") if ok else Text("NON  ", style="bold red")
    _console().print(verdict + Text(text), soft_wrap=True)


def marks(lines: Iterable[tuple[str, bool]]) -> None:
    """Print many such lines, each with whether it went well."""
    for text, ok in lines:
        click.echo(
            (click.style("ok   ", fg="green") if ok else click.style("NON  ", fg="red", bold=True)) + text
        )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table with its heading."""
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    _console().print(grid)


def count(number: int, word: str) -> str:
    """Return "3 lignes mises à jour": a number with its noun and participle, plural where it is due."""
    first, *rest = word.split(" ", 2)
    if number < 2:
        return f"{number} {word}"
    return " ".join([str(number), f"{first}s", *(f"{part}s" for part in rest[:1]), *rest[1:]])


def _console() -> Console:
    console = Console(highlight=False, markup=False, emoji=False)
    return (
        console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_WIDE)
    )
