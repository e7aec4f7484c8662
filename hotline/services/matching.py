"""Who calls whom back: the best overall matching of waiting requests and volunteers, without a database.

Solved exactly as two flows of minimum cost. The first says *who* is served: as many as possible, and among
such sets the most urgent, then the longest waiting (sets that can be served together form a matroid, so any
weights that grow with the rank give the lexicographically best one). The second says *by whom*: the caller's
steady voice first, then the least loaded volunteer, then the same département. Callers reach volunteers
through hubs (language x slot), so that the network grows with the lists and not with their product.

Costs are integers. The dearest is at most (requests + 1)**2 * (highest load + capacity), and times the number
of nodes it must stay under 2**62: safe up to 100,000 requests with loads of 50, refused beyond by the solver.
Equal lists, in any order, give equal matchings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.services.flow import Network


class Refusal(StrEnum):
    """Why one volunteer may not serve one request, in the order in which it is checked."""

    LANGUAGE = "language"
    SAME_NUMBER = "same_number"
    REFUSED = "refused"
    CAPACITY = "capacity"
    HOURS = "hours"


class Why(StrEnum):
    """Why a request stays without a volunteer: the hurdle that the last volunteers left fell at."""

    NOBODY = "nobody"
    LANGUAGE = "language"
    REFUSED = "refused"
    CAPACITY = "capacity"
    HOURS = "hours"
    OUTCOMPETED = "outcompeted"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits; `wished` and a candidate's `slots` hold the same opaque ids, None is any time."""

    request_id: int
    caller_id: int
    waited_seconds: int
    priority: int
    language: str
    refused_by: frozenset[int]
    phones: frozenset[str]
    departement: str | None
    wished: frozenset[int] | None
    steady_voice: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who may be offered `capacity_left` requests more than the `load` already held."""

    volunteer_id: int
    languages: frozenset[str]
    capacity_left: int
    load: int
    phone: str
    departement: str | None
    slots: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """One request and the volunteer to whom it is offered."""

    request_id: int
    volunteer_id: int


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs by rising request id, and why every other request stays without a volunteer."""

    pairs: tuple[Pair, ...]
    unserved: Mapping[int, Why]


def may_serve(waiting: Waiting, candidate: Candidate) -> Refusal | None:
    """None when the volunteer may be offered the request, else the first hard rule against it."""
    if waiting.language not in candidate.languages:
        return Refusal.LANGUAGE
    if candidate.phone in waiting.phones:
        return Refusal.SAME_NUMBER
    if candidate.volunteer_id in waiting.refused_by:
        return Refusal.REFUSED
    if candidate.capacity_left <= 0:
        return Refusal.CAPACITY
    if waiting.wished is not None and candidate.slots is not None and not waiting.wished & candidate.slots:
        return Refusal.HOURS
    return None


def match(waiting: Iterable[Waiting], candidates: Iterable[Candidate]) -> Matching:
    """The best matching; no volunteer gets more requests than their capacity."""
    queue = sorted(waiting, key=lambda request: request.request_id)
    pool = _Pool(sorted(candidates, key=lambda candidate: candidate.volunteer_id))
    served = _whom_to_serve(queue, pool)
    pairs = tuple(_by_whom(served, pool))
    paired = {pair.request_id for pair in pairs}
    left = [request for request in queue if request.request_id not in paired]
    return Matching(
        pairs=pairs, unserved={request.request_id: pool.why_unserved(request) for request in left}
    )


_SINK: Final = 0
_BLOCK: Final = 32
_ANY: Final = "any"
_ALWAYS: Final = "always"
_Slot = int | str
_Key = tuple[str, _Slot, str | None]


def _slots(request: Waiting) -> tuple[_Slot, ...]:
    return (_ANY,) if request.wished is None else (_ALWAYS, *sorted(request.wished))


class _Pool:
    """The volunteers by place in their list, and the places behind each hub (language, slot, département)."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        self.places = {candidate.volunteer_id: place for place, candidate in enumerate(candidates)}
        self.by_phone: dict[str, list[int]] = defaultdict(list)
        self.speakers: dict[str, list[int]] = defaultdict(list)
        self.hubs: dict[_Key, list[int]] = defaultdict(list)
        for place, candidate in enumerate(candidates):
            self.by_phone[candidate.phone].append(place)
            for language in candidate.languages:
                self.speakers[language].append(place)
            if candidate.capacity_left > 0:
                for key in _keys(candidate):
                    self.hubs[key].append(place)

    def barred(self, request: Waiting) -> frozenset[int]:
        """The places of those who refused this request or whose own number it came from."""
        refused = (self.places[volunteer] for volunteer in request.refused_by if volunteer in self.places)
        own = (place for phone in request.phones for place in self.by_phone.get(phone, ()))
        return frozenset((*refused, *own))

    def why_unserved(self, request: Waiting) -> Why:
        """The first hurdle that leaves nobody; `Why.OUTCOMPETED` when others were served instead."""
        barred = self.barred(request)
        hurdles = (
            (Why.NOBODY, range(len(self.candidates)), frozenset[int]()),
            (Why.LANGUAGE, self.speakers.get(request.language, ()), frozenset[int]()),
            (Why.REFUSED, self.speakers.get(request.language, ()), barred),
            (Why.CAPACITY, self.hubs.get((request.language, _ANY, None), ()), barred),
        )
        for why, places, without in hurdles:
            if all(place in without for place in places):
                return why
        meeting = (self.hubs.get((request.language, slot, None), ()) for slot in _slots(request))
        return (
            Why.HOURS if all(place in barred for places in meeting for place in places) else Why.OUTCOMPETED
        )


def _keys(candidate: Candidate) -> Iterator[_Key]:
    slots: tuple[_Slot, ...] = (_ANY, _ALWAYS) if candidate.slots is None else (_ANY, *candidate.slots)
    for language in candidate.languages:
        for slot in slots:
            yield language, slot, None
            if candidate.departement is not None:
                yield language, slot, candidate.departement


class _Roads:
    """The network callers, hubs, blocks, volunteers, sink; a volunteer's node is 1 + their place."""

    def __init__(self, queue: Sequence[Waiting], pool: _Pool) -> None:
        self.queue, self.pool = queue, pool
        self.callers = range(1 + len(pool.candidates), 1 + len(pool.candidates) + len(queue))
        self.network = Network(nodes=self.callers.stop)
        self._hubs: dict[_Key, tuple[int, list[tuple[int, list[int]]]]] = {}

    def connect(self, index: int, *, by_departement: bool) -> None:
        """Let a caller reach every volunteer who may serve them; another département may cost 1."""
        request, caller = self.queue[index], self.callers[index]
        barred = self.pool.barred(request)
        ways: list[tuple[str | None, int]] = [(None, 0)]
        if by_departement and request.departement is not None:
            ways = [(request.departement, 0), (None, 1)]
        for departement, cost in ways:
            for slot in _slots(request):
                for node in self._entrances((request.language, slot, departement), barred):
                    self.network.arc(caller, node, 1, cost)

    def _entrances(self, key: _Key, barred: frozenset[int]) -> Iterator[int]:
        """The nodes that lead to everyone behind a hub except those who are barred."""
        places = self.pool.hubs.get(key)
        if not places:
            return
        root, blocks = self._hubs.get(key) or self._open(key, places)
        inside = barred.intersection(places) if barred else barred
        if not inside:
            yield root
            return
        for block, members in blocks:
            if inside.isdisjoint(members):
                yield block
            else:
                yield from (1 + place for place in members if place not in barred)

    def _open(self, key: _Key, places: list[int]) -> tuple[int, list[tuple[int, list[int]]]]:
        """Make a hub: a root, and blocks so that a barred volunteer costs few arcs, not one for each peer."""
        root = self.network.node()
        blocks = []
        for start in range(0, len(places), _BLOCK):
            block, members = self.network.node(), places[start : start + _BLOCK]
            self.network.arc(root, block, len(self.queue), 0)
            for place in members:
                capacity = self.pool.candidates[place].capacity_left
                self.network.arc(block, 1 + place, min(capacity, len(self.queue)), 0)
            blocks.append((block, members))
        self._hubs[key] = (root, blocks)
        return self._hubs[key]


def _whom_to_serve(queue: Sequence[Waiting], pool: _Pool) -> list[Waiting]:
    """The largest set of requests that can be served together, the most urgent and oldest ones in it."""
    roads = _Roads(queue, pool)
    weights = {_rank(request): weight for weight, request in enumerate(sorted(queue, key=_rank), 1)}
    for index, request in enumerate(queue):
        roads.network.arc(roads.callers[index], _SINK, 1, weights[_rank(request)])
    for place, candidate in enumerate(pool.candidates):
        roads.network.arc(1 + place, _SINK, max(0, candidate.capacity_left), 0)
    for index in range(len(queue)):
        roads.connect(index, by_departement=False)
    unserved = roads.network.flows(roads.callers, _SINK)[: len(queue)]
    return [request for request, given_up in zip(queue, unserved, strict=True) if not given_up]


def _rank(request: Waiting) -> tuple[int, int, int]:
    """What is served first comes last: urgency, then age, then the order of arrival."""
    return request.priority, request.waited_seconds, -request.request_id


def _by_whom(served: Sequence[Waiting], pool: _Pool) -> Iterator[Pair]:
    """The pairs for requests that can all be served together: steady voice, then load, then département."""
    roads = _Roads(served, pool)
    per_unit = len(served) + 1
    lightest, dearest = min((candidate.load for candidate in pool.candidates), default=0), 0
    for place, candidate in enumerate(pool.candidates):
        for unit in range(min(candidate.capacity_left, len(served))):
            dearest = max(dearest, candidate.load - lightest + unit)
            cost = (candidate.load - lightest + unit) * per_unit
            roads.network.arc(1 + place, _SINK, 1, cost)
    steady = -(dearest * per_unit + 1) * per_unit
    for index, request in enumerate(served):
        roads.connect(index, by_departement=True)
        place_of_voice = pool.places.get(request.steady_voice) if request.steady_voice is not None else None
        if place_of_voice is not None and may_serve(request, pool.candidates[place_of_voice]) is None:
            roads.network.arc(roads.callers[index], 1 + place_of_voice, 1, steady)
    ends = roads.network.ends(roads.callers, _SINK, lambda node: node <= len(pool.candidates))
    for request, node in zip(served, ends, strict=True):
        yield Pair(request.request_id, pool.candidates[node - 1].volunteer_id)
