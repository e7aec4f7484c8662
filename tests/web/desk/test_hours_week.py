"""A week of opening hours and the expression that says the same."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.hours import Hours
from hotline.web.desk.hours_week import Week, read, write

quarters = st.integers(0, 95).map(lambda count: time(count // 4, 15 * (count % 4)))
ends = st.lists(quarters, min_size=2, max_size=4, unique=True).filter(lambda moments: len(moments) != 3)
days = st.one_of(st.just(()), ends.map(sorted).map(lambda e: tuple(zip(e[::2], e[1::2], strict=True))))


@given(st.lists(days, min_size=7, max_size=7).map(tuple).filter(any), st.booleans())
def test_a_week_is_read_back_as_it_was_written(
    week: tuple[tuple[tuple[time, time], ...], ...], off: bool
) -> None:
    written = write(Week(week, closed_on_holidays=off))
    assert read(written) == Week(week, closed_on_holidays=off)
    Hours.parse(written)


@pytest.mark.parametrize(
    "expression",
    [
        "24/7",
        "Mo-Fr 10:00-18:00; PH 10:00-12:00",
        "Mo 22:00-02:00",
        "Mo 10:00-12:00; Mo 14:00-16:00",
        "Mo 08:00-09:00,10:00-11:00,12:00-13:00",
        "Mo 25:00-26:00",
        "week 1-10 Mo 10:00-12:00",
    ],
)
def test_what_a_week_cannot_show_stays_an_expression(expression: str) -> None:
    assert read(expression) is None


def test_an_empty_week_says_nothing() -> None:
    assert write(Week(((),) * 7, closed_on_holidays=True)) == ""
