"""The assignment round: the best overall matching, never a refused volunteer, a reason for everyone left."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.services.matching import Matching, Pair, match
from hotline.services.matching.crowd import Crowd
from hotline.services.matching.rules import Candidate, Key, Refusal, Waiting, far, may_serve, voice
from hotline.services.matching.solving import solve
from hotline.services.matching.unserved import Why
from scripts.bench import crowds

REQUEST = Waiting(
    request_id=1,
    waited_seconds=60,
    priority=0,
    language="fr",
    barred=frozenset(),
    phones=frozenset({9}),
    departement="05",
    wished=None,
)
VOLUNTEER = Candidate(
    volunteer_id=1,
    languages=frozenset({"fr"}),
    capacity_left=1,
    load=0,
    phone=1,
    departement="05",
    slots=None,
)

slots = st.none() | st.frozensets(st.integers(-1, 2), max_size=2)
departements = st.sampled_from(["05", "04", None])
likely = st.sampled_from([True, True, True, False])
phones = st.sampled_from([1, 2, 9])


def requests(most: int) -> st.SearchStrategy[list[Waiting]]:
    request = st.builds(
        Waiting,
        request_id=st.integers(1, 50),
        waited_seconds=st.integers(0, 4),
        priority=st.integers(-1, 1),
        language=st.sampled_from(["fr", "fr", "it"]),
        barred=st.frozensets(st.integers(1, 4), max_size=2),
        phones=st.frozensets(phones, max_size=1),
        departement=departements,
        wished=slots,
        steady_voice=st.none() | st.integers(1, 4),
        lately=st.lists(st.integers(1, 5), max_size=4, unique=True).map(tuple),
        covers_id=st.none() | st.integers(1, 2),
        by_mail=likely.map(lambda yes: not yes),
    )
    return st.lists(request, max_size=most, unique_by=lambda request: request.key)


def volunteers(most: int) -> st.SearchStrategy[list[Candidate]]:
    volunteer = st.builds(
        Candidate,
        volunteer_id=st.integers(1, 5),
        languages=st.frozensets(st.sampled_from(["fr", "it"])),
        capacity_left=st.integers(-1, 3),
        load=st.integers(0, 3),
        phone=phones,
        departement=departements,
        slots=slots,
        week_left=st.none() | st.integers(-1, 2),
        trainee=st.booleans(),
        mentored=st.booleans(),
        active=likely,
        away=likely.map(lambda yes: not yes),
        takes_texts=likely,
        quiet_now=likely.map(lambda yes: not yes),
        writes=st.booleans(),
    )
    return st.lists(volunteer, max_size=most, unique_by=lambda volunteer: volunteer.volunteer_id)


Worth = tuple[int, tuple[bool, ...], int, int, int]


def worth(queue: Sequence[Waiting], chosen: Sequence[Candidate | None]) -> Worth:
    """How good an assignment is: how many, whom (urgent, old first), steady voices, load, départements."""
    order = sorted(
        range(len(queue)), key=lambda n: (-queue[n].priority, -queue[n].waited_seconds, queue[n].key)
    )
    load, taken = 0, dict.fromkeys((c.volunteer_id for c in chosen if c), 0)
    for candidate in filter(None, chosen):
        load += candidate.load + taken[candidate.volunteer_id]
        taken[candidate.volunteer_id] += 1
    pairs = [(request, candidate) for request, candidate in zip(queue, chosen, strict=True) if candidate]
    return (
        len(pairs),
        tuple(chosen[n] is not None for n in order),
        -sum(voice(request, candidate.volunteer_id) for request, candidate in pairs),
        -load,
        -sum(far(request, candidate) for request, candidate in pairs),
    )


def best_worth(queue: Sequence[Waiting], pool: Sequence[Candidate]) -> Worth:
    """The best of all assignments, each of them tried."""
    choices = [[None, *(c for c in pool if may_serve(request, c) is None)] for request in queue]
    return max(
        worth(queue, chosen)
        for chosen in product(*choices)
        if all(sum(one is c for one in chosen) <= c.room for c in pool)
    )


def chosen_by(
    matching: Matching, queue: Sequence[Waiting], pool: Sequence[Candidate]
) -> list[Candidate | None]:
    by_id = {candidate.volunteer_id: candidate for candidate in pool}
    volunteer_of = {
        (pair.request_id, pair.covers_id or 0): by_id[pair.volunteer_id] for pair in matching.pairs
    }
    return [volunteer_of.get(request.key) for request in queue]


@settings(max_examples=300, deadline=None)
@given(requests(5), volunteers(4))
def test_no_assignment_is_better_than_the_one_that_the_round_finds(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    best = best_worth(queue, pool)
    assert worth(queue, chosen_by(match(queue, pool), queue, pool)) == best
    assert worth(queue, lazily(queue, pool)) == best


def lazily(queue: Sequence[Waiting], pool: Sequence[Candidate]) -> list[Candidate | None]:
    """What is chosen when exceptions are looked away from until a swap cannot mend it, as in large lists."""
    crowd = Crowd(queue, pool)
    served, places = solve(crowd, set())
    by_key = {
        crowd.queue[request].key: crowd.pool[place] for request, place in zip(served, places, strict=True)
    }
    return [by_key.get(request.key) for request in queue]


@settings(max_examples=150, deadline=None)
@given(requests(40), volunteers(5))
def test_no_hard_rule_is_ever_broken_and_every_request_has_a_volunteer_or_a_reason(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    matching = match(queue, pool)
    for request, candidate in zip(queue, chosen_by(matching, queue, pool), strict=True):
        assert (candidate is None) is (request.key in matching.unserved)
        assert candidate is None or may_serve(request, candidate) is None
    for candidate in pool:
        given = sum(pair.volunteer_id == candidate.volunteer_id for pair in matching.pairs)
        assert given <= candidate.room
    assert len({(pair.request_id, pair.covers_id) for pair in matching.pairs}) == len(matching.pairs)


@settings(deadline=None)
@given(requests(12), volunteers(5))
def test_the_round_does_not_depend_on_the_order_of_the_lists(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    assert match(reversed(queue), reversed(pool)) == match(queue, pool)


@settings(max_examples=200, deadline=None)
@given(requests(6), volunteers(5))
def test_the_reason_is_the_last_rule_that_anyone_got_to(queue: list[Waiting], pool: list[Candidate]) -> None:
    unserved = match(queue, pool).unserved
    for request in (request for request in queue if request.key in unserved):
        rules = [may_serve(request, candidate) for candidate in pool]
        reached = [list(Why).index(HURDLE[rule]) for rule in rules]
        assert unserved[request.key] is (list(Why)[max(reached)] if reached else Why.NOBODY)


HURDLE = {rule: Why(rule.value) for rule in Refusal if rule.value in set(Why)} | {
    Refusal.INACTIVE: Why.NOBODY,
    Refusal.AWAY: Why.NOBODY,
    Refusal.NO_TEXTS: Why.NOBODY,
    Refusal.SAME_NUMBER: Why.REFUSED,
    None: Why.OUTCOMPETED,
}


def test_a_round_without_requests_or_without_volunteers_is_quiet() -> None:
    assert match([], []) == Matching(pairs=(), unserved={})
    assert match([], [VOLUNTEER]) == Matching(pairs=(), unserved={})
    assert match([REQUEST], []) == Matching(pairs=(), unserved={(1, 0): Why.NOBODY})


def test_each_hard_rule_has_its_name() -> None:
    evening, morning = frozenset({1}), frozenset({2})
    assert may_serve(REQUEST, VOLUNTEER) is None
    assert may_serve(replace(REQUEST, language="it"), VOLUNTEER) is Refusal.LANGUAGE
    assert may_serve(replace(REQUEST, phones=frozenset({VOLUNTEER.phone})), VOLUNTEER) is Refusal.SAME_NUMBER
    assert may_serve(replace(REQUEST, barred=frozenset({1})), VOLUNTEER) is Refusal.REFUSED
    assert may_serve(REQUEST, replace(VOLUNTEER, capacity_left=0)) is Refusal.CAPACITY
    assert may_serve(replace(REQUEST, wished=evening), replace(VOLUNTEER, slots=morning)) is Refusal.HOURS
    assert may_serve(replace(REQUEST, wished=evening), replace(VOLUNTEER, slots=evening)) is None


def test_hours_are_no_hurdle_when_one_side_names_none() -> None:
    assert may_serve(replace(REQUEST, wished=frozenset({1})), VOLUNTEER) is None
    assert may_serve(REQUEST, replace(VOLUNTEER, slots=frozenset({1}))) is None


def test_when_volunteers_are_short_the_urgent_then_the_oldest_are_served() -> None:
    queue = [
        replace(REQUEST, request_id=1, waited_seconds=10),
        replace(REQUEST, request_id=2, waited_seconds=99),
        replace(REQUEST, request_id=3, waited_seconds=1, priority=1),
        replace(REQUEST, request_id=4, waited_seconds=999, priority=-1),
    ]
    for capacity, served in ((1, [3]), (2, [2, 3]), (3, [1, 2, 3]), (4, [1, 2, 3, 4])):
        matching = match(queue, [replace(VOLUNTEER, capacity_left=capacity)])
        assert [pair.request_id for pair in matching.pairs] == served
        assert set(matching.unserved.values()) <= {Why.OUTCOMPETED}


def test_an_old_request_that_many_could_serve_leaves_the_rare_volunteer_to_another() -> None:
    queue = [
        replace(REQUEST, request_id=1, waited_seconds=99),
        replace(REQUEST, request_id=2, waited_seconds=1, language="it"),
    ]
    pool = [replace(VOLUNTEER, languages=frozenset({"fr", "it"})), replace(VOLUNTEER, volunteer_id=2, load=9)]
    assert match(queue, pool).pairs == (Pair(1, 2), Pair(2, 1))


def test_the_load_is_shared_out_evenly() -> None:
    queue = [replace(REQUEST, request_id=n) for n in range(1, 7)]
    pool = [
        replace(VOLUNTEER, volunteer_id=n, capacity_left=9, load=load) for n, load in ((1, 0), (2, 0), (3, 3))
    ]
    volunteers_chosen = sorted(pair.volunteer_id for pair in match(queue, pool).pairs)
    assert volunteers_chosen == [1, 1, 1, 2, 2, 2]


def test_a_volunteer_of_the_same_departement_wins_among_equals_only() -> None:
    near, far = replace(VOLUNTEER, volunteer_id=2), replace(VOLUNTEER, volunteer_id=1, departement="59")
    assert match([REQUEST], [near, far]).pairs == (Pair(1, 2),)
    assert match([REQUEST], [replace(near, load=1), far]).pairs == (Pair(1, 1),)


def test_who_tells_no_departement_may_have_anybody() -> None:
    unknown, known = replace(VOLUNTEER, departement=None), replace(VOLUNTEER, volunteer_id=2)
    queue = [replace(REQUEST, request_id=number, departement=None) for number in (1, 2)]
    assert match(queue, [unknown, known]).pairs == (Pair(1, 1), Pair(2, 2))


def test_a_steady_voice_is_kept_even_when_busier_but_never_against_a_hard_rule() -> None:
    busy, idle = replace(VOLUNTEER, load=5), replace(VOLUNTEER, volunteer_id=2)
    asking = replace(REQUEST, steady_voice=1)
    assert match([asking], [busy, idle]).pairs == (Pair(1, 1),)
    assert match([replace(asking, barred=frozenset({1}))], [busy, idle]).pairs == (Pair(1, 2),)
    assert match([replace(asking, steady_voice=77)], [busy, idle]).pairs == (Pair(1, 2),)


def test_refusals_are_respected_in_a_large_pool() -> None:
    pool = [replace(VOLUNTEER, volunteer_id=n, phone=100 + n) for n in range(100)]
    queue = [
        replace(REQUEST, request_id=n, barred=frozenset(range(100)) - {n, (n + 1) % 100}) for n in range(100)
    ]
    pairs = match(queue, pool).pairs
    assert len(pairs) == 100
    assert all(pair.volunteer_id in (pair.request_id, (pair.request_id + 1) % 100) for pair in pairs)


@pytest.mark.parametrize("seed", range(3))
def test_in_larger_crowds_an_independent_solver_finds_nothing_better(seed: int) -> None:
    queue, pool = crowds.requests(Random(seed), 150, 60), crowds.candidates(Random(seed), 60)
    best = -reference(queue, pool)
    assert score(queue, chosen_by(match(queue, pool), queue, pool)) == best
    assert score(queue, lazily(queue, pool)) == best


def reference(queue: Sequence[Waiting], pool: Sequence[Candidate]) -> int:
    """The least cost that networkx finds with an arc for every possible pair, costs of any size."""
    graph, ranks = nx.MultiDiGraph(), ranked(queue)
    graph.add_node("sink", demand=len(queue))
    for request in queue:
        graph.add_node(request.key, demand=-1)
        graph.add_edge(request.key, "sink", capacity=1, weight=0)
        for candidate in pool:
            if may_serve(request, candidate) is None:
                worth_it = SERVED * ranks[request.key] - VOICE * voice(request, candidate.volunteer_id)
                weight = far(request, candidate) - worth_it
                graph.add_edge(request.key, candidate.volunteer_id, capacity=1, weight=weight)
    for candidate in pool:
        graph.add_node(candidate.volunteer_id)
        for unit in range(candidate.room):
            graph.add_edge(candidate.volunteer_id, "sink", capacity=1, weight=LOAD * (candidate.load + unit))
    cost, _ = nx.network_simplex(graph)
    return int(cost)


def score(queue: Sequence[Waiting], chosen: Sequence[Candidate | None]) -> int:
    """The worth of a matching as the reference counts it."""
    ranks = ranked(queue)
    _, _, voices, load, near = worth(queue, chosen)
    served = sum(ranks[request.key] for request, one in zip(queue, chosen, strict=True) if one)
    return SERVED * served + VOICE * voices + LOAD * load + near


def ranked(queue: Sequence[Waiting]) -> dict[Key, int]:
    order = sorted(queue, key=lambda one: (one.priority, one.waited_seconds, *(-part for part in one.key)))
    return {request.key: 10**6 + place for place, request in enumerate(order)}


LOAD, VOICE, SERVED = 10**4, 10**9, 10**14
