"""Why a request stays without a volunteer: the hurdle that the last volunteers left fell at."""

from enum import StrEnum
from typing import Final

import numpy as np

from hotline.services.matching.crowd import Crowd
from hotline.services.matching.flow import Integers
from hotline.services.matching.rules import Candidate, Key, Waiting


class Why(StrEnum):
    """The hurdles, in the order in which volunteers meet them; outcompeted: others were served instead."""

    NOBODY = "nobody"
    LANGUAGE = "language"
    BY_MAIL = "by_mail"
    REFUSED = "refused"
    TANDEM = "tandem"
    CAPACITY = "capacity"
    WEEKLY_CAP = "weekly_cap"
    QUIET = "quiet"
    HOURS = "hours"
    OUTCOMPETED = "outcompeted"


_ORDER: Final = tuple(Why)
_REFUSED, _HOURS = _ORDER.index(Why.REFUSED), _ORDER.index(Why.HOURS)


def reasons(crowd: Crowd, left: Integers) -> dict[Key, Why]:
    """Return by key why each of these requests (places in the queue) has nobody."""
    firsts = np.unique(crowd.tongue[left], return_index=True)[1]
    hurdles = {int(crowd.tongue[left[one]]): _hurdles(crowd, int(left[one])) for one in firsts}
    furthest = {tongue: int(column.max(initial=0)) for tongue, column in hurdles.items()}
    met = crowd.reach[crowd.hours.wish[left], crowd.tongue[left]] > 0
    found = {}
    for request, tongue, meets in zip(left.tolist(), crowd.tongue[left].tolist(), met.tolist(), strict=True):
        last = _HOURS + 1 if meets else furthest[tongue]
        barred = crowd.barred(crowd.queue[request]) if request in crowd.exceptions else []
        if barred:
            last = _without(crowd, request, hurdles[tongue], barred)
        found[crowd.queue[request].key] = _ORDER[last]
    return found


def _without(crowd: Crowd, request: int, hurdles: Integers, barred: list[int]) -> int:
    """Return the furthest hurdle when some refused this request."""
    if crowd.may(request).any():
        return _HOURS + 1
    hurdles = hurdles.copy()
    hurdles[barred] = np.minimum(hurdles[barred], _REFUSED)
    return int(hurdles.max())


def _hurdles(crowd: Crowd, request: int) -> Integers:
    """Return for each volunteer the hurdle that stops them, whoever waits in this request's tongue."""
    waiting = crowd.queue[request]
    return np.fromiter((_ORDER.index(_hurdle(one, waiting)) for one in crowd.pool), np.int64)


def _hurdle(candidate: Candidate, waiting: Waiting) -> Why:
    hurdles = {
        Why.NOBODY: not candidate.active or candidate.away or not candidate.takes_texts,
        Why.LANGUAGE: waiting.language not in candidate.languages,
        Why.BY_MAIL: waiting.by_mail and not candidate.writes,
        Why.TANDEM: candidate.trainee and (waiting.urgent or not candidate.mentored),
        Why.CAPACITY: candidate.capacity_left <= 0,
        Why.WEEKLY_CAP: candidate.room <= 0,
        Why.QUIET: candidate.quiet_now,
    }
    return next((why for why, stops in hurdles.items() if stops), Why.HOURS)
