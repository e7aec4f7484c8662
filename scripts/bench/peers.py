"""Other ways to match, beside ours: one after the other, and a plain flow with an arc for every pair."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import networkx as nx
import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from hotline.services.matching import Candidate, Waiting, match
from hotline.services.matching.crowd import Crowd
from hotline.services.matching.flow import Integers, integers
from hotline.services.matching.rules import far, voice

Pairs = Mapping[int, int]
Way = Callable[[Sequence[Waiting], Sequence[Candidate]], Pairs]
_DEAR: Final = 10_000
_LOAD: Final = 10


def ours(waiting: Sequence[Waiting], candidates: Sequence[Candidate]) -> Pairs:
    """The product's own matching."""
    return {pair.request_id: pair.volunteer_id for pair in match(waiting, candidates).pairs}


def greedy(waiting: Sequence[Waiting], candidates: Sequence[Candidate]) -> Pairs:
    """The most urgent and oldest first, each to the volunteer who suits them best of those left."""
    crowd = Crowd(waiting, candidates)
    room, load, found = crowd.room.copy(), crowd.load.copy(), {}
    for request in np.argsort(-crowd.rank).tolist():
        free = np.flatnonzero(crowd.may(request) & (room > 0))
        if len(free):
            there = free[np.argmin(_costs(crowd, request, free) + load[free] * _LOAD)]
            room[there] -= 1
            load[there] += 1
            found[crowd.queue[request].request_id] = crowd.pool[there].volunteer_id
    return found


def all_edges(waiting: Sequence[Waiting], candidates: Sequence[Candidate]) -> Pairs:
    """One flow of minimum cost with an arc for every possible pair, in OR-Tools; one weighed sum as cost."""
    crowd = Crowd(waiting, candidates)
    tails, heads, capacities, costs = _edges(crowd)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    solver.set_nodes_supplies(np.arange(len(crowd.queue)), np.ones(len(crowd.queue), dtype=np.int64))
    solver.set_node_supply(len(crowd.queue) + len(crowd.pool), -len(crowd.queue))
    if solver.solve() != solver.OPTIMAL:
        raise ArithmeticError("no cheapest flow")
    used = (integers(solver.flows(arcs)) > 0) & (tails < len(crowd.queue)) & (heads < heads.max())
    return _pairs(crowd, tails[used], heads[used])


def network_simplex(waiting: Sequence[Waiting], candidates: Sequence[Candidate]) -> Pairs:
    """The same flow in networkx."""
    crowd = Crowd(waiting, candidates)
    graph, sink = nx.MultiDiGraph(), len(crowd.queue) + len(crowd.pool)
    graph.add_nodes_from(range(len(crowd.queue)), demand=-1)
    graph.add_node(sink, demand=len(crowd.queue))
    for tail, head, capacity, cost in zip(*(column.tolist() for column in _edges(crowd)), strict=True):
        graph.add_edge(tail, head, capacity=capacity, weight=cost)
    _, flow = nx.network_simplex(graph)
    ways = [
        (tail, head)
        for tail in range(len(crowd.queue))
        for head, arcs in flow[tail].items()
        if head != sink and any(arcs.values())
    ]
    return _pairs(crowd, *integers(ways).reshape(-1, 2).T)


def _edges(crowd: Crowd) -> tuple[Integers, ...]:
    """Return tails, heads, capacities and costs: requests, then volunteers, then the sink."""
    first, sink = len(crowd.queue), len(crowd.queue) + len(crowd.pool)
    everybody, place = np.arange(first), np.repeat(np.arange(len(crowd.pool)), crowd.room)
    unit = np.arange(len(place)) - np.repeat(np.cumsum(crowd.room) - crowd.room, crowd.room)
    given_up = (everybody, np.full(first, sink), crowd.rank + _DEAR * first)
    taken = (first + place, np.full(len(place), sink), (crowd.load[place] + unit) * _LOAD)
    blocks = [given_up, taken]
    for request in range(first):
        free = np.flatnonzero(crowd.may(request))
        blocks.append((np.full(len(free), request), first + free, _costs(crowd, request, free)))
    tails, heads, costs = (np.concatenate(column) for column in zip(*blocks, strict=True))
    return tails, heads, np.ones_like(tails), costs


def _costs(crowd: Crowd, request: int, places: Integers) -> Integers:
    """What each volunteer costs a request, load aside: voice, then département."""
    waiting = crowd.queue[request]
    costs = integers((crowd.departement[places] != crowd.home[request]) & (crowd.home[request] > 0))
    liked = [waiting.steady_voice, *waiting.lately]
    for place in (crowd.places[volunteer] for volunteer in liked if volunteer in crowd.places):
        costs[places == place] += voice(waiting, crowd.pool[place].volunteer_id) * _LOAD * _LOAD
    return costs


def _pairs(crowd: Crowd, requests: Integers, nodes: Integers) -> Pairs:
    return {
        crowd.queue[request].request_id: crowd.pool[node - len(crowd.queue)].volunteer_id
        for request, node in zip(requests.tolist(), nodes.tolist(), strict=True)
    }


def worth(
    waiting: Sequence[Waiting], candidates: Sequence[Candidate], pairs: Pairs
) -> tuple[int, int, int, int]:
    """Return what a matching comes to: served, then what it costs in voices, load and other départements."""
    asked = {request.request_id: request for request in waiting}
    people = {candidate.volunteer_id: candidate for candidate in candidates}
    taken = dict.fromkeys(people, 0)
    voices = loads = crossings = 0
    for request, volunteer in pairs.items():
        voices += voice(asked[request], volunteer)
        loads += people[volunteer].load + taken[volunteer]
        crossings += far(asked[request], people[volunteer])
        taken[volunteer] += 1
    return len(pairs), voices, loads, crossings


WAYS: Final[Mapping[str, Way]] = {
    "ours": ours,
    "greedy": greedy,
    "every pair, OR-Tools": all_edges,
    "every pair, networkx": network_simplex,
}
