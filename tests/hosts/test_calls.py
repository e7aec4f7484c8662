"""Afternoons on the line, on several hosts: the journey that everybody knows, not a word of it different."""

from tests.journeys.test_calls_in_hours import (
    listeners,
    test_a_listener_answers_and_closes_the_matter_with_one_word,
)

__all__ = ["listeners", "test_a_listener_answers_and_closes_the_matter_with_one_word"]
