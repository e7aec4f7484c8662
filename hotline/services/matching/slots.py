"""Two people's hours as tables of bits: which distinct wish meets which distinct availability."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from hotline.services.matching.flow import Integers, integers

Slots = frozenset[int] | None
Bits = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
_Words = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]
_AT_ONCE: Final = 2**21


@dataclass(frozen=True)
class Timetable:
    """Distinct wishes and availabilities (rows) by slot (columns); `wish` and `free` are rows by person.

    A wish and an availability meet exactly where they share a column.
    """

    wish: Integers
    free: Integers
    wishes: Bits
    hours: Bits

    def meet(self, wish: int) -> Bits:
        """Tell for each volunteer whether they are free when somebody wishes."""
        return self._rows(self.hours, self.wishes[wish])[self.free]

    def wished(self, free: int) -> Bits:
        """Tell for each request whether somebody is free when it is wished."""
        return self._rows(self.wishes, self.hours[free])[self.wish]

    @staticmethod
    def _rows(table: Bits, row: Bits) -> Bits:
        found: Bits = np.logical_or.reduce(table[:, row], axis=1)
        return found


def timetable(wished: Sequence[Slots], free: Sequence[Slots]) -> Timetable:
    """Lay out everybody's hours in as few columns as say the same."""
    wish, wishes = _distinct(wished)
    place, hours = _distinct(free)
    known = integers(sorted(set().union(*filter(None, hours))))
    asked = np.hstack([_table(wishes, known), _flag(wishes, None), ~_flag(wishes, None)])
    given = np.hstack([_table(hours, known), ~_flag(hours, frozenset()), _flag(hours, None)])
    asked, given = _alike(asked, given)
    asked = _fewer(asked, given)
    used = asked.any(axis=0)
    return Timetable(wish, place, asked[:, used], given[:, used])


def _distinct(sets: Sequence[Slots]) -> tuple[Integers, list[Slots]]:
    """Return the row of each person, and the rows."""
    rows: dict[Slots, int] = {}
    found = np.fromiter((rows.setdefault(one, len(rows)) for one in sets), np.int64, len(sets))
    return found, list(rows)


def _table(sets: Sequence[Slots], known: Integers) -> Bits:
    """Return a column for each known slot."""
    sizes = np.fromiter((len(one or ()) for one in sets), np.int64, len(sets))
    slots = np.fromiter(chain.from_iterable(one or () for one in sets), np.int64, sizes.sum())
    rows, table = np.repeat(np.arange(len(sets)), sizes), np.zeros((len(sets), len(known)), dtype=bool)
    here = np.isin(slots, known)
    table[rows[here], np.searchsorted(known, slots[here])] = True
    return table


def _flag(sets: Sequence[Slots], value: Slots) -> Bits:
    """Return one column: whose hours are these."""
    return np.fromiter((one == value for one in sets), bool, len(sets))[:, None]


def _alike(asked: Bits, given: Bits) -> tuple[Bits, Bits]:
    """Make one column of those in which the same people are free, none of those in which nobody is."""
    if not given.size:
        return asked[:, :0], given[:, :0]
    columns = np.packbits(given, axis=0).T
    order = np.lexsort(columns.T)
    differs = (columns[order][1:] != columns[order][:-1]).any(axis=1)
    starts = np.flatnonzero(np.concatenate([[True], differs]))
    some = given[:, order[starts]].any(axis=0)
    joined = np.logical_or.reduceat(asked[:, order], starts, axis=1) if len(asked) else asked[:, starts]
    return joined[:, some], given[:, order[starts]][:, some]


def _fewer(asked: Bits, given: Bits) -> Bits:
    """Drop from each wish the slots whose volunteers its other slots all reach: rare slots first."""
    members = _packed(given.T)
    order = np.argsort(asked.sum(axis=0), kind="stable")
    kept = np.zeros_like(asked)
    width = max(int(asked.sum(axis=1).max(initial=0)) * members.shape[1], 1)
    step = max(1, _AT_ONCE // width)
    for start in range(0, len(asked), step):
        rows, columns = np.nonzero(asked[start : start + step][:, order])
        keep = _needed(rows, members[order[columns]])
        kept[start + rows[keep], order[columns[keep]]] = True
    return kept


def _needed(rows: Integers, members: _Words) -> Bits:
    """Tell of each slot, in its row's order, whether it reaches somebody whom no kept or later slot does."""
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    count, most = int(rows.max(initial=-1)) + 1, int(place.max(initial=-1)) + 1
    later = np.zeros((most + 1, count, members.shape[1]), dtype=np.uint64)
    turns = [np.flatnonzero(place == turn) for turn in range(most)]
    for turn in reversed(range(most)):
        later[turn] = later[turn + 1]
        later[turn, rows[turns[turn]]] |= members[turns[turn]]
    reached, needed = np.zeros_like(later[0]), np.zeros(len(rows), dtype=bool)
    for turn, those in enumerate(turns):
        own, mine = rows[those], members[those]
        new = (mine & ~(reached[own] | later[turn + 1, own])).any(axis=1)
        needed[those] = new
        reached[own[new]] |= mine[new]
    return needed


def _packed(table: Bits) -> _Words:
    """Return rows of bits as rows of 64-bit words."""
    packed = np.packbits(table, axis=1)
    padded = np.zeros((packed.shape[0], -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    words: _Words = padded.view(np.uint64)
    return words
