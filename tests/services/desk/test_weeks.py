"""A week of the roster in figures: gaps to the minute, whatever the shifts look like."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.bootstrap import Hotline
from hotline.services.desk import days, weeks
from hotline.services.desk.weeks import Cell
from tests.people import add_listener

MONDAY = date(2026, 11, 23)
stretches = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda s: s[0] < s[1]), max_size=6
)


@given(stretches)
def test_what_nobody_covers_is_exactly_what_is_left(covered: list[tuple[int, int]]) -> None:
    left = weeks._without((600, 1080), covered)
    minutes = {minute for since, until in left for minute in range(since, until)}
    busy = {minute for since, until in covered for minute in range(since, until)}
    assert minutes == set(range(600, 1080)) - busy
    assert all(one[1] < other[0] for one, other in itertools.pairwise(left))


def gaps(hotline: Hotline, day: int) -> list[tuple[int, int]]:
    with hotline.database.read() as session:
        return weeks.of(session, hotline.line, MONDAY, "fr").days[day].gaps


def test_a_gap_over_several_hours_is_one(hotline: Hotline) -> None:
    add_listener(hotline, "+33639980201", "Mo 10:00-11:20; Tu 10:00-18:00")
    assert gaps(hotline, 0) == [(680, 720), (720, 1080)]
    assert gaps(hotline, 1) == []
    assert gaps(hotline, 5) == []


def test_cells_of_a_day_fill_the_table_without_a_hole(hotline: Hotline) -> None:
    add_listener(hotline, "+33639980201", "Mo 08:15-11:20; Fr 17:00-21:30")
    with hotline.database.read() as session:
        week = weeks.of(session, hotline.line, MONDAY, "fr")
    assert (week.first_hour, week.last_hour) == (8, 22)
    for day in week.days:
        ends: list[Cell] = list(day.cells)
        assert ends[0].hours[0] == 8 * 60
        assert ends[-1].hours[1] == 22 * 60
        assert all(one.hours[1] == other.hours[0] for one, other in itertools.pairwise(ends))


def test_hours_that_cannot_be_read_are_nobodys(hotline: Hotline) -> None:
    add_listener(hotline, "+33639980201", "quand je peux")
    assert gaps(hotline, 0) == [(600, 1080)]


def test_special_days_are_named_in_both_languages(hotline: Hotline) -> None:
    french, english = (
        days.marked(hotline.line, date(2026, 12, 25), 1, language)[0] for language in ("fr", "en")
    )
    assert french.public_holiday == "Noël"
    assert english.public_holiday == "Christmas Day"
    assert french.spans == ()
    ordinary = days.marked(hotline.line, MONDAY + timedelta(days=1), 1, "fr")[0]
    assert (ordinary.public_holiday, ordinary.school_holiday, ordinary.closure) == ("", "", None)
