"""Opening hours: exact to the second, right on both clock changes, closed when in doubt."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from hotline.hours import BrokenHours, Closure, Hours, LineHours, Opening

PARIS = ZoneInfo("Europe/Paris")
LINE = "Mo-Fr 10:00-18:00; PH off"
MINUTE = timedelta(minutes=1)
SPRING = (date(2026, 3, 29), date(2027, 3, 28))
AUTUMN = (date(2026, 10, 25), date(2027, 10, 31))
HOLIDAYS = {
    2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
    2028: "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
}

EXPRESSIONS = st.sampled_from(
    [
        "24/7",
        "off",
        LINE,
        "Su 01:00-04:00",
        "Su 01:00-02:30",
        "Su 02:15-02:45",
        "Sa-Su 22:00-02:30",
        "Mo-Su 09:00-12:00,14:00-19:00",
        "Mo-Su 09:00-19:00; We off",
        "Fr 18:00-24:00; Sa",
    ]
)
MOMENTS = st.one_of(
    st.builds(
        lambda microseconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds),
        st.integers(0, 3 * 365 * 86_400 * 10**6),
    ),
    st.builds(
        lambda day, seconds: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds),
        st.sampled_from(SPRING + AUTUMN),
        st.integers(-90_000, 90_000),
    ),
)


def paris(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def utc(moment: datetime | None) -> datetime | None:
    """The same moment in UTC: Python never calls a local time of the repeated hour equal to one in UTC."""
    return moment and moment.astimezone(UTC)


def walk(start: datetime, met: Callable[[datetime], bool], limit: timedelta) -> datetime | None:
    """The first whole minute strictly after `start` that meets a condition, tried one by one."""
    moment = start.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
    while moment <= start + limit:
        if met(moment):
            return moment
        moment += MINUTE
    return None


def closing(hours: Hours, at: datetime, limit: timedelta) -> datetime | None:
    """The first whole minute after `at` when hours that are open at it are closed."""
    return walk(at, lambda moment: not hours.is_open(moment), limit)


def minutes_open(hours: Hours, start: datetime, length: timedelta) -> int:
    """How many of the whole minutes from `start` on are open."""
    start = start.astimezone(UTC)
    return sum(hours.is_open(start + MINUTE * n) for n in range(length // MINUTE))


def test_the_line_is_open_from_ten_sharp_until_just_before_six() -> None:
    hours, instant = Hours.parse(LINE), timedelta(microseconds=1)
    ten, six = paris(2026, 11, 23, 10), paris(2026, 11, 23, 18)
    assert [hours.is_open(ten + instant * step) for step in (-1, 0, 1)] == [False, True, True]
    assert [hours.is_open(six + instant * step) for step in (-1, 0, 1)] == [True, False, False]
    assert hours.is_open(six - timedelta(seconds=1))
    assert hours.next_opening(ten - instant) == ten
    assert hours.next_opening(ten) == paris(2026, 11, 24, 10)


@pytest.mark.parametrize("year", HOLIDAYS)
def test_the_line_is_closed_on_the_eleven_public_holidays_and_open_on_every_other_weekday(year: int) -> None:
    holidays = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()}
    hours = Hours.parse(LINE)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    for day in days:
        assert hours.opens_on(day) is (day.weekday() < 5 and day not in holidays), day


def test_the_moment_may_come_in_any_time_zone() -> None:
    hours = Hours.parse(LINE)
    assert hours.is_open(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert not hours.is_open(datetime(2026, 11, 23, 8, 59, tzinfo=UTC))
    assert hours.is_open(datetime(2026, 7, 15, 8, 0, tzinfo=UTC))
    assert hours.is_open(
        datetime(2026, 11, 23, 4, 0, tzinfo=ZoneInfo("America/Guadeloupe")) + timedelta(hours=1)
    )


def test_a_moment_without_a_time_zone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Hours.parse(LINE).is_open(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 - the mistake itself


@pytest.mark.parametrize("day", SPRING + AUTUMN)
def test_a_line_that_never_closes_stays_open_through_the_clock_changes(day: date) -> None:
    always = Hours.parse("24/7")
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    next_midnight = midnight + timedelta(days=1)
    length = next_midnight.astimezone(UTC) - midnight.astimezone(UTC)
    assert length == timedelta(hours=23 if day in SPRING else 25)
    assert minutes_open(always, midnight, length) == length // MINUTE
    assert always.next_opening(midnight) is None


@pytest.mark.parametrize("day", SPRING + AUTUMN)
def test_a_sunday_from_one_to_four_lasts_two_hours_in_spring_and_four_in_autumn(day: date) -> None:
    hours = Hours.parse("Su 01:00-04:00")
    one = datetime(day.year, day.month, day.day, 1, tzinfo=PARIS)
    four = one.replace(hour=4)
    assert not hours.is_open(one - timedelta(microseconds=1))
    assert hours.is_open(one)
    assert not hours.is_open(four)
    assert closing(hours, one, timedelta(hours=5)) == four.astimezone(UTC)
    assert minutes_open(hours, one, timedelta(hours=5)) == 60 * (2 if day in SPRING else 4)
    assert hours.next_opening(one - timedelta(hours=5)) == one


@pytest.mark.parametrize("day", SPRING)
def test_an_opening_within_the_missing_hour_does_not_happen(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    assert not Hours.parse("Su 02:15-02:45").opens_on(day)
    opening = Hours.parse("Su 02:15-03:30").next_opening(midnight)
    assert opening == datetime(day.year, day.month, day.day, 3, 0, tzinfo=PARIS)


@pytest.mark.parametrize("day", AUTUMN)
def test_an_opening_within_the_repeated_hour_happens_both_times(day: date) -> None:
    hours = Hours.parse("Su 02:15-02:45")
    first = datetime(day.year, day.month, day.day, 2, 15, tzinfo=PARIS).astimezone(UTC)
    for begin in (first, first + timedelta(hours=1)):
        assert utc(hours.next_opening(begin - timedelta(microseconds=1))) == begin
        assert closing(hours, begin, timedelta(hours=1)) == begin + timedelta(minutes=30)
    assert minutes_open(hours, first, timedelta(days=1)) == 60


@pytest.mark.parametrize("day", SPRING + AUTUMN)
def test_the_monday_after_a_clock_change_opens_at_ten_by_the_new_clock(day: date) -> None:
    saturday = datetime(day.year, day.month, day.day, 12, tzinfo=PARIS) - timedelta(days=1)
    opening = Hours.parse("Mo-Fr 10:00-18:00").next_opening(saturday)
    assert opening is not None
    assert (opening.tzinfo, opening.date(), opening.hour) == (PARIS, day + timedelta(days=1), 10)


@settings(max_examples=50, deadline=None)
@given(EXPRESSIONS, MOMENTS)
def test_openings_are_where_a_walk_from_minute_to_minute_finds_them(expression: str, at: datetime) -> None:
    hours = Hours.parse(expression)
    within = timedelta(days=2)
    if hours.is_open(at):
        assert utc(hours.first_open(at)) == at
    else:
        opening = utc(hours.next_opening(at))
        walked = walk(at, hours.is_open, within)
        assert opening == walked or (walked is None and (opening is None or opening > at + within))
        assert utc(hours.first_open(at)) == opening


@settings(deadline=None)
@given(EXPRESSIONS, MOMENTS)
def test_the_hours_are_those_of_the_expression_on_the_wall_clock(expression: str, at: datetime) -> None:
    library = OpeningHours(expression, timezone=PARIS, country="FR")
    assert Hours.parse(expression).is_open(at) is library.is_open(at.astimezone(PARIS))


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, MOMENTS, st.integers(1, 90))
def test_a_delay_counted_in_open_time_ends_exactly_when_that_time_has_passed(
    expression: str, at: datetime, minutes: int
) -> None:
    hours, start = Hours.parse(expression), at.replace(second=0, microsecond=0)
    end = utc(hours.after(start, MINUTE * minutes))
    if end is None:
        assert hours.next_opening(start) is None
    else:
        assert minutes_open(hours, start, end - start) == minutes
        assert hours.is_open(end - timedelta(microseconds=1))


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, MOMENTS, st.integers(1, 18_000), st.integers(1, 18_000))
def test_two_delays_in_a_row_end_when_one_of_their_sum_does(
    expression: str, at: datetime, first: int, second: int
) -> None:
    hours = Hours.parse(expression)
    stop = hours.after(at, timedelta(seconds=first))
    both = hours.after(at, timedelta(seconds=first + second))
    assert both is None or (stop is not None and hours.after(stop, timedelta(seconds=second)) == both)


def test_four_hours_to_answer_are_counted_between_nine_and_seven() -> None:
    offers = Hours.parse("Mo-Su 09:00-19:00")
    four_hours = timedelta(hours=4)
    assert offers.after(paris(2026, 11, 23, 10), four_hours) == paris(2026, 11, 23, 14)
    assert offers.after(paris(2026, 11, 23, 15), four_hours) == paris(2026, 11, 23, 19)
    assert offers.after(paris(2026, 11, 23, 17), four_hours) == paris(2026, 11, 24, 11)
    assert offers.after(paris(2026, 11, 23, 22), four_hours) == paris(2026, 11, 24, 13)
    assert offers.after(paris(2026, 10, 24, 17), four_hours) == paris(2026, 10, 25, 11)
    assert offers.after(paris(2026, 11, 23, 22), timedelta(0)) == paris(2026, 11, 23, 22)


def test_an_empty_expression_means_always() -> None:
    for empty in ("", "   "):
        assert Hours.parse(empty) == Hours.parse("24/7")
        assert Hours.parse(empty).after(paris(2026, 3, 28, 23), timedelta(hours=4)) == paris(2026, 3, 29, 4)


def test_hours_that_never_come_have_no_opening() -> None:
    never = Hours.parse("off")
    at = paris(2026, 11, 23, 12)
    assert never.next_opening(at) is None
    assert never.after(at, MINUTE) is None
    assert Hours.parse("2029 Jan 01 10:00-12:00").next_opening(at) is None
    assert Hours.parse("2027 Dec 20 10:00-12:00").next_opening(at) == paris(2027, 12, 20, 10)


def test_hours_marked_unknown_are_closed() -> None:
    assert not Hours.parse("Mo-Fr 10:00-18:00 unknown").is_open(paris(2026, 11, 23, 12))


@pytest.mark.parametrize(
    "broken", ["Mo-Fr 10h-18h", "Lu-Ve 10:00-18:00", "n'importe quoi", "Mo 25:00-26:00", "\x00"]
)
def test_a_broken_expression_is_refused_with_an_example(broken: str) -> None:
    with pytest.raises(BrokenHours, match="Mo-Fr 10:00-18:00; PH off"):
        Hours.parse(broken)


def test_the_refusal_points_at_the_fault() -> None:
    with pytest.raises(BrokenHours, match="à partir du caractère 7 : « Mo-Fr 10h-18h »"):
        Hours.parse("Mo-Fr 10h-18h")


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(BrokenHours, match="Pays inconnu"):
        Hours.parse(LINE, country="ZZ")
    for zone in ("Europe/Nulle-Part", "", "../etc"):
        with pytest.raises(BrokenHours, match="Fuseau horaire inconnu"):
            Hours.parse(LINE, timezone=zone)


@given(st.text(alphabet='MoTuWeThFrSaSuPHoff0123456789:-,;+|[]() "/', max_size=40))
def test_no_text_ever_breaks_the_reading_of_hours(text: str) -> None:
    try:
        hours = Hours.parse(text)
    except BrokenHours:
        return
    assert hours.is_open(paris(2026, 11, 23, 12)) in (True, False)


def test_an_announced_closure_wins_over_the_usual_hours() -> None:
    line = LineHours.build(
        open=LINE, closures=[Closure(date(2026, 12, 24), date(2027, 1, 2), "congés de fin d'année")]
    )
    assert line.is_open(paris(2026, 12, 23, 17, 59))
    assert not line.is_open(paris(2026, 12, 24, 12))
    assert not line.is_open(paris(2026, 12, 31, 12))
    assert line.next_opening(paris(2026, 12, 23, 18)) == paris(2027, 1, 4, 10)
    assert line.fault is None


def test_an_exceptional_opening_wins_over_closures_holidays_and_usual_hours() -> None:
    line = LineHours.build(
        open=LINE,
        closures=[Closure(date(2026, 12, 24), date(2027, 1, 2), "congés")],
        openings=[
            Opening(date(2026, 12, 28), "10:00-12:00"),
            Opening(date(2026, 12, 25), "14:00 - 16:00, 17:00 - 18:00"),
            Opening(date(2026, 12, 19), "09:00-10:00"),
            Opening(date(2026, 12, 19), "11:00-12:00"),
            Opening(date(2026, 12, 21), "08:00-09:00"),
        ],
    )
    assert line.fault is None
    shown = {day: minutes_open(line, paris(2026, 12, day), timedelta(days=1)) for day in range(18, 32)}
    open_hours = {day: minutes / 60 for day, minutes in shown.items() if minutes}
    assert open_hours == {18: 8, 19: 2, 21: 1, 22: 8, 23: 8, 25: 3, 28: 2}
    assert line.is_open(paris(2026, 12, 25, 17, 30))
    assert not line.is_open(paris(2026, 12, 21, 12))


def test_a_closure_given_backwards_still_closes() -> None:
    line = LineHours.build(open=LINE, closures=[Closure(date(2026, 11, 25), date(2026, 11, 23), "travaux")])
    assert [line.opens_on(date(2026, 11, day)) for day in (20, 23, 24, 25, 26)] == [
        True,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("broken", ["", "Mo-Fr 10h-18h", "Mo-Fr 10:00-18:00;", "Lu-Ve 10:00-18:00"])
def test_a_line_whose_hours_cannot_be_read_stays_closed_and_says_so(broken: str) -> None:
    line = LineHours.build(open=broken, openings=[Opening(date(2026, 11, 24), "10:00-12:00")])
    assert line.fault is not None
    assert line.fault.startswith("La ligne reste fermée. Horaires illisibles")
    assert not line.is_open(paris(2026, 11, 23, 12))
    assert line.is_open(paris(2026, 11, 24, 11))


@pytest.mark.parametrize(
    "broken", ["10h-12h", "10:00-12:00; 24/7", "10:00-12:00 off", "24/7", "", "25:00-26:00", "PH off"]
)
def test_an_exceptional_opening_that_cannot_be_read_changes_nothing_and_is_named(broken: str) -> None:
    line = LineHours.build(open=LINE, openings=[Opening(date(2026, 7, 14), broken)])
    assert line.fault is not None
    assert "14/07/2026" in line.fault
    assert not line.opens_on(date(2026, 7, 14))
    assert line.expression == LINE


def test_a_line_in_an_unknown_country_is_refused_at_once() -> None:
    with pytest.raises(BrokenHours, match="Pays inconnu"):
        LineHours.build(open=LINE, country="ZZ")


@pytest.mark.parametrize(
    ("now", "skipped"),
    [
        (paris(2026, 11, 20, 19), False),  # Friday evening, opens on Monday
        (paris(2026, 11, 23, 8), False),  # Monday before opening
        (paris(2026, 11, 10, 19), True),  # the eve of 11 November
        (paris(2026, 11, 11, 9), True),  # on the holiday itself
        (paris(2026, 4, 3, 19), True),  # the Friday before Easter Monday
        (paris(2026, 7, 14, 12), True),
        (paris(2026, 8, 15, 12), False),  # a holiday that falls on a Saturday
    ],
)
def test_a_weekday_without_any_opening_is_noticed_on_the_way_to_the_next_one(
    now: datetime, skipped: bool
) -> None:
    hours = Hours.parse(LINE)
    opening = hours.next_opening(now)
    assert opening is not None
    assert hours.skipped_working_day(now, opening) is skipped
