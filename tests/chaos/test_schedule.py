"""A seed is the same each time, and what it names can be played."""

from scripts.chaos import faults
from scripts.chaos.schedule import KINDS, drawn

SEEDS = [drawn(seed) for seed in range(100)]
ACTS = {"calls", "texts", "answers", "phones_back", "taps"}


def test_a_seed_is_the_same_each_time() -> None:
    assert [drawn(seed) for seed in range(100)] == SEEDS


def test_no_two_seeds_are_alike() -> None:
    assert len({tuple(schedule.events) for schedule in SEEDS}) == len(SEEDS)


def test_a_hundred_seeds_play_on_both_databases_and_know_every_fault() -> None:
    assert {schedule.kind for schedule in SEEDS} == set(KINDS)
    named = {event.name for schedule in SEEDS for event in schedule.events}
    assert named == faults.NAMES | ACTS


def test_everything_happens_before_the_end() -> None:
    assert all(0 <= event.at < schedule.seconds for schedule in SEEDS for event in schedule.events)
