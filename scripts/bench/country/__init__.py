"""A whole country on the line: three years of calls of a large association, invented in about a minute."""

from collections.abc import Sequence

from hotline.db import Database
from scripts.bench.country import doings, given, kept, people, story, written
from scripts.bench.country.bulk import filling, settle
from scripts.bench.country.drawn import NOW, Size, drawing

__all__ = ["FULL", "NOW", "Size", "fill", "settle"]

FULL = Size(callers=200_000, calls=1_000_000, messages=300_000, volunteers=10_000)


def fill(databases: Sequence[Database], size: Size) -> None:
    """Write the same country into databases that have their tables, are empty, and share their keys."""
    draw = drawing(size, databases[0])
    told = story.tell(draw)
    with filling(databases) as bulk:
        numbers = people.write(bulk, draw, told)
        made = given.write(bulk, draw, told)
        doings.write(bulk, draw, told, numbers, made)
        kept.write(bulk, draw)
        written.write(bulk, draw)
