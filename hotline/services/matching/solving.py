"""The best overall matching of waiting requests and volunteers.

Solved exactly as two flows of minimum cost. The first says *who* is served: as many as possible, and among
such sets the most urgent, then the longest waiting (sets that can be served together form a matroid, so any
weights that grow with the rank give the lexicographically best one). The second says *by whom*: the voice
that the caller prefers, then the least loaded volunteer, then the same département.

Both flows look away from pairs that must not or should not be (a refusal, a voice heard lately) where there
are too many to write out. What they find costs no more than any real matching, so once its pairs are swapped
until none of these is left, it is the best one; a request for which no swap does it is written out, and all
is solved again. Equal lists, in any order, give equal matchings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hotline.services.matching.crowd import Crowd
from hotline.services.matching.flow import Integers
from hotline.services.matching.roads import Roads
from hotline.services.matching.rules import STEADY_VOICE, Candidate, Key, Waiting, voice
from hotline.services.matching.swaps import swap_away
from hotline.services.matching.unserved import Why, reasons


@dataclass(frozen=True, slots=True)
class Pair:
    """One request and the volunteer to whom it is offered; with `covers_id` only this one call of it.

    With `referral_id` it is a need of the same person, to be met on the spot.
    """

    request_id: int
    volunteer_id: int
    covers_id: int | None = None
    referral_id: int | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs by rising key, and by key why everybody else stays without a volunteer."""

    pairs: tuple[Pair, ...]
    unserved: Mapping[Key, Why]


def match(waiting: Iterable[Waiting], candidates: Iterable[Candidate]) -> Matching:
    """The best matching; no volunteer gets more requests than they have room for."""
    crowd = Crowd(waiting, candidates)
    served, places = solve(crowd, crowd.singled_out())
    pairs = tuple(
        Pair(one.request_id, crowd.pool[place].volunteer_id, one.covers_id)
        for one, place in zip((crowd.queue[request] for request in served), places.tolist(), strict=True)
    )
    left = np.delete(np.arange(len(crowd.queue)), served)
    return Matching(pairs=pairs, unserved=reasons(crowd, left))


def solve(crowd: Crowd, apart: set[int]) -> tuple[Integers, Integers]:
    """Return the requests that are served, rising, and the place of the volunteer of each.

    `apart` are the exceptions to be written out from the beginning; more are when they have to.
    """
    while True:
        served = _whom_to_serve(crowd, apart)
        places = _by_whom(crowd, served, apart)
        stuck = swap_away(crowd, served, places, apart)
        if not stuck:
            return served, places
        apart = apart | stuck


def _whom_to_serve(crowd: Crowd, apart: set[int]) -> Integers:
    """The largest set of requests that can be served together, the most urgent and oldest ones in it.

    The dearest arc costs as many as there are requests.
    """
    everybody = np.arange(len(crowd.queue))
    roads = Roads(crowd, everybody, apart, by_departement=False)
    for position in np.flatnonzero(roads.alone).tolist():
        roads.direct(position, np.flatnonzero(crowd.may(position)), 0)
    roads.network.arcs(roads.volunteers, roads.sink, crowd.room)
    roads.network.arcs(roads.starts, roads.sink, 1, crowd.rank)
    given_up = (
        roads.network.flows(roads.starts, roads.sink)[-len(everybody) :] if len(everybody) else everybody
    )
    served: Integers = everybody[given_up == 0]
    return served


def _by_whom(crowd: Crowd, served: Integers, apart: set[int]) -> Integers:
    """The volunteers of requests that can all be served together: voice, then load, then département.

    One cost for all three. A better matching differs from a worse one by simple cycles. Each passes the sink
    once, so it changes two loads at most, and each hub once, so that crossings are bounded by the hubs and by
    the requests that have a node of their own. Weights just above these bounds keep the order of the three.
    """
    roads = Roads(crowd, served, apart, by_departement=True)
    steady = _steady_voices(crowd, served, roads)
    per_load = roads.most_crossings + 1
    units = np.minimum(crowd.room, len(served))
    place = np.repeat(np.arange(len(units)), units)
    unit = np.arange(len(place)) - np.repeat(np.cumsum(units) - units, units)
    costs = crowd.load[place] + unit
    costs -= costs.min(initial=0)
    per_voice = (int(costs.max(initial=0)) + 1) * per_load
    roads.network.arcs(roads.volunteers[place], roads.sink, 1, costs * per_load)
    for position, voice_place in steady.items():
        there = np.array([voice_place])
        roads.direct(position, there, STEADY_VOICE * per_voice + roads.far(position, there))
    for position in np.flatnonzero(roads.alone).tolist():
        request = int(served[position])
        places = np.flatnonzero(crowd.may(request))
        heard = [voice(crowd.queue[request], crowd.pool[one].volunteer_id) for one in places.tolist()]
        roads.direct(
            position, places, np.array(heard, dtype=np.int64) * per_voice + roads.far(position, places)
        )
    return roads.ends()


def _steady_voices(crowd: Crowd, served: Integers, roads: Roads) -> dict[int, int]:
    """Return the place of the steady voice, by position, of those who share a node; each gets its own."""
    found = {}
    for position, request in enumerate(served.tolist()):
        place = None if roads.alone[position] else crowd.steady(request)
        if place is not None:
            roads.start_alone(position)
            found[position] = place
    return found
