"""Hours as a volunteer enters them say the same as the expressions that are kept."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.hours import Hours
from hotline.web.volunteer import week

HALF_HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))
SPANS = st.tuples(HALF_HOURS, HALF_HOURS)
DAYS = st.none() | SPANS.filter(lambda span: span[0] < span[1])
WEEKS = st.tuples(*[DAYS] * 7).filter(any)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@given(WEEKS)
def test_a_week_is_read_as_it_was_written(entered: week.Week) -> None:
    assert week.read_week(week.write_week(entered)) == entered
    assert len(week.write_week(entered)) <= 200


@settings(max_examples=30)
@given(WEEKS, st.integers(0, 7 * 48 - 1))
def test_a_written_week_means_the_hours_that_were_entered(entered: week.Week, half: int) -> None:
    moment = MONDAY + timedelta(minutes=30 * half)
    span = entered[moment.weekday()]
    within = span is not None and span[0] <= moment.time() < span[1]
    assert Hours.parse(week.write_week(entered), timezone="UTC").is_open(moment) is within


@settings(max_examples=30)
@given(SPANS.filter(lambda span: span[0] != span[1]), st.integers(0, 7 * 48 - 1))
def test_quiet_hours_mean_every_day_also_over_midnight(span: week.Span, half: int) -> None:
    moment = (MONDAY + timedelta(minutes=30 * half)).time()
    since, until = span
    within = since <= moment < until if since < until else moment >= since or moment < until
    written = week.write_daily(span)
    assert week.read_daily(written) == span
    at = MONDAY + timedelta(minutes=30 * half)
    assert Hours.parse(written, timezone="UTC").is_open(at) is within


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("Mo-Fr 14:00-18:00", "Mo-Fr 14:00-18:00"),
        ("Mo,We 14:00-17:00", "Mo,We 14:00-17:00"),
        ("Sa-Mo 10:00-18:00", "Mo,Sa-Su 10:00-18:00"),
        ("09:00-12:00", "Mo-Su 09:00-12:00"),
        ("Tu 09:00-12:00;Mo 14:00-18:00", "Mo 14:00-18:00; Tu 09:00-12:00"),
    ],
)
def test_what_a_week_can_show_is_read(written: str, again: str) -> None:
    read = week.read_week(written)
    assert read is not None
    assert week.write_week(read) == again


@pytest.mark.parametrize(
    "written",
    [
        "Mo-Fr 14:00-18:00; PH off",
        "Mo 09:00-12:00,14:00-18:00",
        "Mo-Fr 09:00-12:00; We 14:00-16:00",
        "Sa 22:00-02:00",
        "Mo 00:00-24:00",
        "24/7",
        "Jul-Aug Mo 10:00-12:00",
        "bonjour",
        "",
    ],
)
def test_what_a_week_cannot_show_is_left_as_it_is_written(written: str) -> None:
    assert week.read_week(written) is None
