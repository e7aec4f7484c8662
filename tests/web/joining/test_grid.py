"""The grid of hours and the expression that it writes say the same."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.hours import Hours
from hotline.services.desk.availability import PARTS
from hotline.services.volunteer_choices import LONGEST_HOURS
from hotline.web.joining import grid

MONDAY = date(2026, 11, 23)
BOXES = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, len(PARTS) - 1)))


@given(BOXES)
def test_what_is_written_is_read_again(boxes: frozenset[grid.Box]) -> None:
    written = grid.write(boxes)
    assert grid.read(written) == boxes
    assert len(written) <= LONGEST_HOURS


@given(BOXES.filter(bool), st.integers(0, 6), st.integers(0, 23))
def test_the_expression_is_open_exactly_in_the_ticked_boxes(
    boxes: frozenset[grid.Box], day: int, hour: int
) -> None:
    hours = Hours.parse(grid.write(boxes))
    moment = datetime.combine(MONDAY + timedelta(days=day), time(hour, 30), hours.zone)
    ticked = any(on == day and PARTS[part][0] <= hour < PARTS[part][1] for on, part in boxes)
    assert hours.is_open(moment) is ticked


@pytest.mark.parametrize(
    ("boxes", "written"),
    [
        ([], ""),
        ([(0, 0), (0, 1), (2, 2)], "Mo 08:00-17:00; We 17:00-21:00"),
        ([(0, 0), (0, 2), (1, 0), (1, 2)], "Mo-Tu 08:00-12:00,17:00-21:00"),
        ([(day, part) for day in range(7) for part in range(3)], "Mo-Su 08:00-21:00"),
    ],
)
def test_hours_are_written_shortly(boxes: list[grid.Box], written: str) -> None:
    assert grid.write(boxes) == written


@pytest.mark.parametrize("other", ["Mo-Fr 14:00-18:00", "PH off", "Mo", "Mo 08:00-12:30", "Mo 12:00-08:00"])
def test_other_hours_are_no_boxes(other: str) -> None:
    assert grid.read(other) is None
