"""Who made contact when: calls, texts and what was typed in by hand, in one line of time."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scripts.bench.country.drawn import YEARS, Draw, Numbers, Seconds

_BY_HAND: Final = 30_000
_OF_VOLUNTEERS: Final = 0.15
_TEXTS_OF_CALLERS: Final = 0.4
_HABIT: Final = 1.2
_VOLUNTEERS: Final = -1


@dataclass(frozen=True)
class Strand:
    """Things of one sort, the oldest first: how long ago, whose (-1: a volunteer's), which contact."""

    ago: Seconds
    caller: Numbers
    contact: Numbers

    @property
    def of_callers(self) -> NDArray[np.bool_]:
        """Which of them are callers' ones."""
        return self.caller >= 0


@dataclass(frozen=True)
class Story:
    """All that happened; `first` and `last` tell of each caller how long ago they made contact."""

    calls: Strand
    texts: Strand
    by_hand: Strand
    first: Seconds
    last: Seconds

    @property
    def strands(self) -> tuple[Strand, Strand, Strand]:
        """Everything of which contacts are made."""
        return self.calls, self.texts, self.by_hand


def tell(draw: Draw) -> Story:
    """Draw what happened: few callers phone every day, most of them a few times."""
    habits = np.cumsum(draw.lot.lognormal(0, _HABIT, draw.size.callers))
    drawn = [
        _drawn(draw, habits, count, share)
        for count, share in (
            (draw.size.calls, _OF_VOLUNTEERS),
            (draw.size.messages, 1 - _TEXTS_OF_CALLERS),
            (draw.many(_BY_HAND), 0.0),
        )
    ]
    strands = _numbered(drawn)
    first, last = np.zeros(draw.size.callers, np.int64), np.full(draw.size.callers, YEARS)
    for strand in strands:
        mine = strand.of_callers
        np.maximum.at(first, strand.caller[mine], strand.ago[mine])
        np.minimum.at(last, strand.caller[mine], strand.ago[mine])
    calls, texts, by_hand = strands
    return Story(calls, texts, by_hand, np.where(first == 0, YEARS, first), last)


def _drawn(draw: Draw, habits: NDArray[np.float64], count: int, volunteers: float) -> tuple[Seconds, Numbers]:
    ago = np.sort(draw.ago(count))[::-1]
    callers = np.searchsorted(habits, draw.lot.random(count) * habits[-1], side="right")
    return ago, np.where(draw.some(volunteers, count), _VOLUNTEERS, callers)


def _numbered(drawn: list[tuple[Seconds, Numbers]]) -> list[Strand]:
    """Number the contacts of callers in the order in which they came."""
    ago, caller = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    order = np.argsort(-ago, kind="stable")
    contact = np.empty(len(ago), np.int64)
    contact[order] = np.cumsum(caller[order] >= 0)
    ends = np.cumsum([len(one) for one, _ in drawn])[:-1]
    return [
        Strand(*parts)
        for parts in zip(np.split(ago, ends), np.split(caller, ends), np.split(contact, ends), strict=True)
    ]
