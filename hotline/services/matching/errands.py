"""Who is asked to help on the spot: hard rules, then the nearest, then fair load; pure.

Needs and volunteers who help on the spot are few, so every pair is written out. Solved as two flows like the
round itself: whom to serve, then by whom.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from hotline.services.eligibility import ADULT
from hotline.services.matching.flow import Integers, Network, integers
from hotline.services.matching.rules import Candidate, Refusal, Waiting, may_serve
from hotline.services.matching.slots import Bits
from hotline.services.matching.solving import Pair


class Unfit(StrEnum):
    """Why a volunteer may not help somebody on the spot, in the order in which it is checked."""

    NOT_ON_SITE = "not_on_site"
    NO_BIRTH_DATE = "no_birth_date"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    TOO_FAR = "too_far"


Hurdle = Unfit | Refusal
HURDLES: Final[Sequence[Hurdle]] = (*Unfit, *Refusal)


@dataclass(frozen=True, slots=True)
class Errand:
    """A need to be met on the spot: its caller as the round knows them (`waiting`), and where they live."""

    referral_id: int
    waiting: Waiting
    postcode: str


@dataclass(frozen=True, slots=True)
class Helper:
    """A volunteer as the round knows them (`candidate`); `age` is None where nobody knows it.

    `eligible` is the rule of the Réserve civique for help on the spot.
    """

    candidate: Candidate
    on_site: bool
    age: int | None
    eligible: bool
    postcode: str | None


@dataclass(frozen=True, slots=True)
class Errands:
    """Who is asked for what, and by referral why nobody is: the last hurdle, None where others come first."""

    pairs: tuple[Pair, ...]
    unmet: Mapping[int, Hurdle | None]


def steps_away(errand: Errand, helper: Helper) -> int | None:
    """Return 0 for the same postcode, 1 for the same first three figures, 2 for the same département.

    None is too far, or nobody knows.
    """
    if helper.postcode == errand.postcode:
        return 0
    if helper.postcode and helper.postcode[:3] == errand.postcode[:3]:
        return 1
    home = errand.waiting.departement
    return 2 if home is not None and home == helper.candidate.departement else None


def may_help(errand: Errand, helper: Helper) -> Hurdle | None:
    """None when the volunteer may be asked, else the first hard rule against it."""
    return _unfit(errand, helper) or may_serve(errand.waiting, helper.candidate)


def match(errands: Iterable[Errand], helpers: Iterable[Helper]) -> Errands:
    """The most errands that can be served, the most urgent and oldest of them, by the nearest volunteers.

    Equal lists, in any order, give equal results.
    """
    queue = sorted(errands, key=lambda one: one.referral_id)
    pool = sorted(helpers, key=lambda one: one.candidate.volunteer_id)
    hurdles = [[may_help(one, helper) for helper in pool] for one in queue]
    fit = np.array([[found is None for found in row] for row in hurdles], dtype=bool)
    fit = fit.reshape(len(queue), len(pool))
    room = integers([min(helper.candidate.room, len(queue)) for helper in pool])
    served = _served(queue, fit, room)
    chosen = _chosen([queue[one] for one in served.tolist()], pool, fit[served], room)
    pairs = tuple(
        Pair(
            queue[one].waiting.request_id,
            pool[place].candidate.volunteer_id,
            referral_id=queue[one].referral_id,
        )
        for one, place in zip(served.tolist(), chosen.tolist(), strict=True)
    )
    left = set(range(len(queue))) - set(served.tolist())
    return Errands(pairs, {queue[one].referral_id: _furthest(hurdles[one]) for one in sorted(left)})


def less_room(candidates: Iterable[Candidate], pairs: Sequence[Pair]) -> list[Candidate]:
    """Return the volunteers as they are once these errands have been offered."""
    taken = Counter(pair.volunteer_id for pair in pairs)
    return [_with(one, taken[one.volunteer_id]) for one in candidates] if taken else list(candidates)


def _with(one: Candidate, errands: int) -> Candidate:
    week_left = None if one.week_left is None else one.week_left - errands
    return replace(
        one, load=one.load + errands, capacity_left=one.capacity_left - errands, week_left=week_left
    )


def _unfit(errand: Errand, helper: Helper) -> Unfit | None:
    if not helper.on_site:
        return Unfit.NOT_ON_SITE
    if helper.age is None:
        return Unfit.NO_BIRTH_DATE
    if not helper.eligible:
        return Unfit.TOO_YOUNG if helper.age < ADULT else Unfit.TOO_OLD
    return Unfit.TOO_FAR if steps_away(errand, helper) is None else None


def _furthest(hurdles: Sequence[Hurdle | None]) -> Hurdle | None:
    """Return the last hurdle that anybody got to; the first of all where there is nobody."""
    if None in hurdles:
        return None
    return max((one for one in hurdles if one), key=HURDLES.index, default=HURDLES[0])


def _served(queue: Sequence[Errand], fit: Bits, room: Integers) -> Integers:
    """Return the largest set of errands that can be served together: giving one up costs its rank."""
    if not queue:
        return integers([])
    ways = _Ways(len(queue), len(room))
    ways.lead(fit, np.zeros(fit.shape, dtype=np.int64))
    ways.network.arcs(ways.volunteers, ways.sink, room)
    ways.network.arcs(ways.starts, ways.sink, 1, _ranks(queue))
    given_up = ways.network.flows(ways.starts, ways.sink)[-len(queue) :]
    return integers(np.flatnonzero(given_up == 0))


def _chosen(queue: Sequence[Errand], pool: Sequence[Helper], fit: Bits, room: Integers) -> Integers:
    """Return the place of the volunteer of each errand, all of which can be served: near, then least busy.

    All loads together cost less than one step of distance.
    """
    if not queue:
        return integers([])
    units = np.minimum(room, len(queue))
    place = np.repeat(np.arange(len(pool)), units)
    nth = np.arange(len(place)) - np.repeat(np.cumsum(units) - units, units)
    loads = integers([helper.candidate.load for helper in pool])[place] + nth
    loads -= loads.min(initial=0)
    per_step = int(loads.max(initial=0)) * len(queue) + 1
    steps = integers([[steps_away(one, helper) or 0 for helper in pool] for one in queue])
    ways = _Ways(len(queue), len(pool))
    ways.lead(fit, steps * per_step)
    ways.network.arcs(ways.volunteers[place], ways.sink, 1, loads)
    flows = ways.network.flows(ways.starts, ways.sink)
    return ways.network.ends(flows, ways.starts, ways.volunteers) - int(ways.volunteers[0])


def _ranks(queue: Sequence[Errand]) -> Integers:
    """What is served first has the highest rank: urgency, then age, then the order of arrival; from 1."""
    order = sorted(
        range(len(queue)),
        key=lambda one: (queue[one].waiting.priority, queue[one].waiting.waited_seconds, -one),
    )
    ranks = np.empty(len(queue), dtype=np.int64)
    ranks[order] = np.arange(1, len(queue) + 1)
    return ranks


class _Ways:
    """A network with a node for each errand and each volunteer, and a sink."""

    def __init__(self, errands: int, volunteers: int) -> None:
        self.network = Network()
        self.sink = int(self.network.grow(1)[0])
        self.volunteers, self.starts = self.network.grow(volunteers), self.network.grow(errands)

    def lead(self, fit: Bits, costs: Integers) -> None:
        """Lead each errand to the volunteers who fit."""
        errand, place = np.nonzero(fit)
        self.network.arcs(self.starts[errand], self.volunteers[place], 1, costs[errand, place])
