"""From a message at night to a conversation, on several hosts: the journeys that everybody knows."""

from tests.journeys.test_bridges import (
    said_yes,
    start,
    test_a_volunteer_dials_the_line_and_speaks_with_the_caller,
    test_one_tap_rings_the_volunteer_first_and_then_the_caller,
)

__all__ = [
    "said_yes",
    "start",
    "test_a_volunteer_dials_the_line_and_speaks_with_the_caller",
    "test_one_tap_rings_the_volunteer_first_and_then_the_caller",
]
