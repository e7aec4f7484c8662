"""Who is asked to help on the spot: no better choice exists, no rule is broken, everybody has a reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.services.eligibility import on_site_eligible
from hotline.services.matching.errands import (
    HURDLES,
    Errand,
    Helper,
    Unfit,
    less_room,
    match,
    may_help,
    steps_away,
)
from hotline.services.matching.errands_told import WHY, explain, sentences
from hotline.services.matching.rules import Candidate, Refusal
from tests.services.test_matching import REQUEST, VOLUNTEER

ERRAND = Errand(1, REQUEST, "05100")
HELPER = Helper(VOLUNTEER, on_site=True, age=40, eligible=True, postcode="05100")
POSTCODES = ("05100", "05120", "05000", "13001", "97100", None)
Chosen = Sequence[Helper | None]

postcodes = st.sampled_from(POSTCODES)


def departement(postcode: str | None) -> str | None:
    return postcode and postcode[: 3 if postcode.startswith("97") else 2]


@st.composite
def errands(draw: st.DrawFn, most: int) -> list[Errand]:
    """Several needs, numbered, each with a caller of its own."""
    found = []
    for number in range(draw(st.integers(0, most))):
        postcode = draw(postcodes.filter(bool)) or ""
        waiting = replace(
            REQUEST,
            request_id=number // 2,
            waited_seconds=draw(st.integers(0, 3)),
            priority=draw(st.integers(0, 1)),
            language=draw(st.sampled_from(["fr", "fr", "it"])),
            barred=draw(st.frozensets(st.integers(1, 4), max_size=1)),
            phones=draw(st.frozensets(st.sampled_from([1, 2, 9]), max_size=1)),
            departement=departement(postcode),
        )
        found.append(Errand(number + 1, waiting, postcode))
    return found


@st.composite
def helpers(draw: st.DrawFn, most: int) -> list[Helper]:
    """Several volunteers, some of whom may not go."""
    found = []
    for number in range(draw(st.integers(0, most))):
        postcode, on_site = draw(postcodes), draw(st.sampled_from([True, True, True, False]))
        age = draw(st.sampled_from([40, 40, 18, 69, 17, 70, None]))
        candidate = Candidate(
            volunteer_id=number + 1,
            languages=frozenset({"fr"}) | draw(st.frozensets(st.just("it"))),
            capacity_left=draw(st.integers(0, 2)),
            load=draw(st.integers(0, 3)),
            phone=draw(st.sampled_from([1, 3, 4])),
            departement=departement(postcode),
            slots=None,
            week_left=draw(st.none() | st.integers(0, 2)),
            quiet_now=draw(st.sampled_from([False, False, True])),
        )
        eligible = on_site and age is not None and 18 <= age < 70
        found.append(Helper(candidate, on_site, age, eligible, postcode))
    return found


def worth(queue: Sequence[Errand], chosen: Chosen) -> tuple[int, tuple[bool, ...], int, int]:
    """How good a choice is: how many, whom (urgent, old first), how near, how fair."""
    order = sorted(
        range(len(queue)),
        key=lambda n: (-queue[n].waiting.priority, -queue[n].waiting.waited_seconds, queue[n].referral_id),
    )
    load, taken, away = 0, dict.fromkeys((c.candidate.volunteer_id for c in chosen if c), 0), 0
    for errand, helper in zip(queue, chosen, strict=True):
        if helper is not None:
            load += helper.candidate.load + taken[helper.candidate.volunteer_id]
            taken[helper.candidate.volunteer_id] += 1
            away += steps_away(errand, helper) or 0
    served = tuple(chosen[n] is not None for n in order)
    return sum(served), served, -away, -load


def best(queue: Sequence[Errand], pool: Sequence[Helper]) -> tuple[int, tuple[bool, ...], int, int]:
    """The best of all choices, each of them tried."""
    choices = [[None, *(one for one in pool if may_help(errand, one) is None)] for errand in queue]
    return max(
        worth(queue, chosen)
        for chosen in product(*choices)
        if all(sum(one is helper for one in chosen) <= helper.candidate.room for helper in pool)
    )


def chosen_by(queue: Sequence[Errand], pool: Sequence[Helper]) -> Chosen:
    by_id = {helper.candidate.volunteer_id: helper for helper in pool}
    asked = {pair.referral_id: by_id[pair.volunteer_id] for pair in match(queue, pool).pairs}
    return [asked.get(errand.referral_id) for errand in queue]


@settings(max_examples=100, deadline=None)
@given(errands(4), helpers(4))
def test_no_choice_is_better_than_the_one_that_is_made(queue: list[Errand], pool: list[Helper]) -> None:
    assert worth(queue, chosen_by(queue, pool)) == best(queue, pool)


@settings(max_examples=50, deadline=None)
@given(errands(6), helpers(5))
def test_no_rule_is_broken_everybody_left_has_a_reason_and_order_does_not_matter(
    queue: list[Errand], pool: list[Helper]
) -> None:
    found = match(queue, pool)
    assert match(reversed(queue), reversed(pool)) == found
    for errand, helper in zip(queue, chosen_by(queue, pool), strict=True):
        if helper is None:
            hurdles = [may_help(errand, one) for one in pool]
            assert found.unmet[errand.referral_id] in {*hurdles, *(() if hurdles else HURDLES[:1])}
            assert WHY[found.unmet[errand.referral_id]]
        else:
            assert may_help(errand, helper) is None
    for left, helper in zip(less_room([one.candidate for one in pool], found.pairs), pool, strict=True):
        given_to = sum(pair.volunteer_id == left.volunteer_id for pair in found.pairs)
        assert given_to <= helper.candidate.room
        assert (
            left.load - helper.candidate.load
            == given_to
            == helper.candidate.capacity_left - left.capacity_left
        )


@settings(max_examples=50, deadline=None)
@given(errands(5), helpers(5))
def test_every_volunteer_is_told_of_once_in_an_explanation(queue: list[Errand], pool: list[Helper]) -> None:
    names = {helper.candidate.volunteer_id: f"N{helper.candidate.volunteer_id}" for helper in pool}
    for errand in queue:
        told = " ".join(sentences(explain(errand, pool, match(queue, pool)), names))
        assert all(told.count(name) == 1 for name in names.values())


def test_the_nearest_is_asked_even_when_busier_and_among_equals_the_least_busy() -> None:
    def of(number: int, postcode: str, load: int) -> Helper:
        return replace(
            HELPER, candidate=replace(VOLUNTEER, volunteer_id=number, load=load), postcode=postcode
        )

    assert [pair.volunteer_id for pair in match([ERRAND], [of(1, "05120", 0), of(2, "05100", 9)]).pairs] == [
        2
    ]
    assert [pair.volunteer_id for pair in match([ERRAND], [of(1, "05100", 3), of(2, "05100", 1)]).pairs] == [
        2
    ]
    assert [pair.volunteer_id for pair in match([ERRAND], [of(1, "05000", 0), of(2, "05120", 5)]).pairs] == [
        2
    ]


@pytest.mark.parametrize(
    ("one", "other", "away"),
    [
        ("05100", "05100", 0),
        ("05100", "05120", 1),
        ("05100", "05200", 2),
        ("05100", "04100", None),
        ("97100", "97110", 1),
        ("97100", "97200", None),
        ("20000", "20200", 2),
        ("05100", None, None),
    ],
)
def test_how_far_two_postcodes_are(one: str, other: str | None, away: int | None) -> None:
    errand = Errand(1, replace(REQUEST, departement=departement(one)), one)
    helper = replace(HELPER, candidate=replace(VOLUNTEER, departement=departement(other)), postcode=other)
    assert steps_away(errand, helper) == away


@pytest.mark.parametrize(
    ("helper", "hurdle"),
    [
        (replace(HELPER, on_site=False, age=None), Unfit.NOT_ON_SITE),
        (replace(HELPER, age=None, eligible=False), Unfit.NO_BIRTH_DATE),
        (replace(HELPER, age=17, eligible=False), Unfit.TOO_YOUNG),
        (replace(HELPER, age=70, eligible=False), Unfit.TOO_OLD),
        (
            replace(HELPER, postcode="13001", candidate=replace(VOLUNTEER, departement="13")),
            Unfit.TOO_FAR,
        ),
        (replace(HELPER, candidate=replace(VOLUNTEER, phone=9)), Refusal.SAME_NUMBER),
        (replace(HELPER, candidate=replace(VOLUNTEER, takes_texts=False)), Refusal.NO_TEXTS),
        (replace(HELPER, candidate=replace(VOLUNTEER, away=True)), Refusal.AWAY),
        (HELPER, None),
    ],
)
def test_each_rule_has_its_name(helper: Helper, hurdle: Unfit | Refusal | None) -> None:
    assert may_help(ERRAND, helper) == hurdle


@pytest.mark.parametrize(("age", "may"), [(17, False), (18, True), (69, True), (70, False), (None, False)])
def test_the_age_rule_is_that_of_the_reserve(age: int | None, may: bool) -> None:
    born = None if age is None else f"{2026 - age}-11-24"
    assert on_site_eligible(born, on_site=True, day=date(2026, 11, 24)) is may
