"""The assignment round: the best overall matching, never a refused volunteer, a reason for everyone left."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.services.matching import (
    Candidate,
    Matching,
    Pair,
    Refusal,
    Waiting,
    Why,
    match,
    may_serve,
)

REQUEST = Waiting(
    request_id=1,
    caller_id=1,
    waited_seconds=60,
    priority=0,
    language="fr",
    refused_by=frozenset(),
    phones=frozenset({"+33199000001"}),
    departement="05",
    wished=None,
)
VOLUNTEER = Candidate(
    volunteer_id=1,
    languages=frozenset({"fr"}),
    capacity_left=1,
    load=0,
    phone="+33639980001",
    departement="05",
    slots=None,
)

slots = st.none() | st.frozensets(st.integers(-1, 2), max_size=2)
departements = st.sampled_from(["05", "04", None])
phones = st.sampled_from(["+33639980001", "+33639980002", "+33199000001"])


def requests(most: int) -> st.SearchStrategy[list[Waiting]]:
    request = st.builds(
        Waiting,
        request_id=st.integers(1, 50),
        caller_id=st.just(1),
        waited_seconds=st.integers(0, 4),
        priority=st.integers(-1, 1),
        language=st.sampled_from(["fr", "fr", "it"]),
        refused_by=st.frozensets(st.integers(1, 4), max_size=2),
        phones=st.frozensets(phones, max_size=1),
        departement=departements,
        wished=slots,
        steady_voice=st.none() | st.integers(1, 4),
    )
    return st.lists(request, max_size=most, unique_by=lambda request: request.request_id)


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
    )
    return st.lists(volunteer, max_size=most, unique_by=lambda volunteer: volunteer.volunteer_id)


Worth = tuple[int, tuple[bool, ...], int, int, int]


def worth(queue: Sequence[Waiting], chosen: Sequence[Candidate | None]) -> Worth:
    """How good an assignment is: how many, whom (urgent, old first), steady voices, load, départements."""
    order = sorted(
        range(len(queue)), key=lambda n: (-queue[n].priority, -queue[n].waited_seconds, queue[n].request_id)
    )
    load, taken = 0, dict.fromkeys((c.volunteer_id for c in chosen if c), 0)
    for candidate in filter(None, chosen):
        load += candidate.load + taken[candidate.volunteer_id]
        taken[candidate.volunteer_id] += 1
    pairs = [(request, candidate) for request, candidate in zip(queue, chosen, strict=True) if candidate]
    return (
        len(pairs),
        tuple(chosen[n] is not None for n in order),
        sum(request.steady_voice == candidate.volunteer_id for request, candidate in pairs),
        -load,
        -sum(request.departement not in (None, candidate.departement) for request, candidate in pairs),
    )


def best_worth(queue: Sequence[Waiting], pool: Sequence[Candidate]) -> Worth:
    """The best of all assignments, each of them tried."""
    choices = [[None, *(c for c in pool if may_serve(request, c) is None)] for request in queue]
    return max(
        worth(queue, chosen)
        for chosen in product(*choices)
        if all(sum(one is c for one in chosen) <= max(0, c.capacity_left) for c in pool)
    )


def chosen_by(
    matching: Matching, queue: Sequence[Waiting], pool: Sequence[Candidate]
) -> list[Candidate | None]:
    by_id = {candidate.volunteer_id: candidate for candidate in pool}
    volunteer_of = {pair.request_id: by_id[pair.volunteer_id] for pair in matching.pairs}
    return [volunteer_of.get(request.request_id) for request in queue]


@settings(max_examples=300, deadline=None)
@given(requests(5), volunteers(4))
def test_no_assignment_is_better_than_the_one_that_the_round_finds(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    assert worth(queue, chosen_by(match(queue, pool), queue, pool)) == best_worth(queue, pool)


@settings(max_examples=150, deadline=None)
@given(requests(40), volunteers(5))
def test_no_hard_rule_is_ever_broken_and_every_request_has_a_volunteer_or_a_reason(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    matching = match(queue, pool)
    for request, candidate in zip(queue, chosen_by(matching, queue, pool), strict=True):
        assert (candidate is None) is (request.request_id in matching.unserved)
        assert candidate is None or may_serve(request, candidate) is None
    for candidate in pool:
        given = sum(pair.volunteer_id == candidate.volunteer_id for pair in matching.pairs)
        assert given <= max(0, candidate.capacity_left)
    assert len({pair.request_id for pair in matching.pairs}) == len(matching.pairs)


@settings(deadline=None)
@given(requests(12), volunteers(5))
def test_the_round_does_not_depend_on_the_order_of_the_lists(
    queue: list[Waiting], pool: list[Candidate]
) -> None:
    assert match(reversed(queue), reversed(pool)) == match(queue, pool)


@settings(max_examples=200, deadline=None)
@given(requests(6), volunteers(5))
def test_the_reason_is_the_last_rule_that_anyone_got_to(queue: list[Waiting], pool: list[Candidate]) -> None:
    stages = [Refusal.LANGUAGE, Refusal.REFUSED, Refusal.CAPACITY, Refusal.HOURS, None]
    reasons = [Why.LANGUAGE, Why.REFUSED, Why.CAPACITY, Why.HOURS, Why.OUTCOMPETED]
    unserved = match(queue, pool).unserved
    for request in (request for request in queue if request.request_id in unserved):
        rules = [may_serve(request, candidate) for candidate in pool]
        reached = [stages.index(Refusal.REFUSED if rule is Refusal.SAME_NUMBER else rule) for rule in rules]
        expected = reasons[max(reached)] if reached else Why.NOBODY
        assert unserved[request.request_id] is expected


def test_a_round_without_requests_or_without_volunteers_is_quiet() -> None:
    assert match([], []) == Matching(pairs=(), unserved={})
    assert match([], [VOLUNTEER]) == Matching(pairs=(), unserved={})
    assert match([REQUEST], []) == Matching(pairs=(), unserved={1: Why.NOBODY})


def test_each_hard_rule_has_its_name() -> None:
    evening, morning = frozenset({1}), frozenset({2})
    assert may_serve(REQUEST, VOLUNTEER) is None
    assert may_serve(replace(REQUEST, language="it"), VOLUNTEER) is Refusal.LANGUAGE
    assert may_serve(replace(REQUEST, phones=frozenset({VOLUNTEER.phone})), VOLUNTEER) is Refusal.SAME_NUMBER
    assert may_serve(replace(REQUEST, refused_by=frozenset({1})), VOLUNTEER) is Refusal.REFUSED
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


def test_a_steady_voice_is_kept_even_when_busier_but_never_against_a_hard_rule() -> None:
    busy, idle = replace(VOLUNTEER, load=5), replace(VOLUNTEER, volunteer_id=2)
    asking = replace(REQUEST, steady_voice=1)
    assert match([asking], [busy, idle]).pairs == (Pair(1, 1),)
    assert match([replace(asking, refused_by=frozenset({1}))], [busy, idle]).pairs == (Pair(1, 2),)
    assert match([replace(asking, steady_voice=77)], [busy, idle]).pairs == (Pair(1, 2),)


def test_refusals_are_respected_in_a_large_pool() -> None:
    pool = [replace(VOLUNTEER, volunteer_id=n, phone=f"+336399801{n:02}") for n in range(100)]
    queue = [
        replace(REQUEST, request_id=n, refused_by=frozenset(range(100)) - {n, (n + 1) % 100})
        for n in range(100)
    ]
    pairs = match(queue, pool).pairs
    assert len(pairs) == 100
    assert all(pair.volunteer_id in (pair.request_id, (pair.request_id + 1) % 100) for pair in pairs)
