"""Cadences: read as RFC 5545 says, counted as `dateutil` counts, kept on the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.cadence import WEEKDAYS, BrokenCadence, Cadence, moment, parse, weekly

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2020, 1, 1), date(2040, 12, 31)

some_weekdays = st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(sorted)
nth_weekdays = st.sets(
    st.tuples(st.sampled_from((1, 2, 3, 4, 5, -1, -2)), st.sampled_from(WEEKDAYS)), min_size=1, max_size=4
)
weeks = st.builds(
    lambda every, days: f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(days)}",
    st.integers(1, 8),
    some_weekdays,
)
months = st.builds(
    lambda every, days: f"FREQ=MONTHLY;INTERVAL={every};BYDAY={','.join(f'{n}{day}' for n, day in days)}",
    st.integers(1, 6),
    nth_weekdays,
)
days_of = st.dates(FIRST, LAST)


@settings(max_examples=300, deadline=None)
@given(rule=weeks | months, anchor=days_of, since=days_of, length=st.integers(0, 900))
def test_days_are_those_that_dateutil_counts(rule: str, anchor: date, since: date, length: int) -> None:
    last = min(since + timedelta(days=length), LAST)
    expected = rrulestr(f"{rule};WKST=MO;BYHOUR=15;BYMINUTE=0", dtstart=datetime.combine(anchor, time()))
    between = expected.between(
        datetime.combine(since, time()), datetime.combine(last, time(23, 59)), inc=True
    )
    assert list(parse(f"{rule};BYHOUR=15").days(anchor, since, last)) == [one.date() for one in between]


def test_twenty_years_of_every_second_week_are_those_that_dateutil_counts() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=15;BYMINUTE=30"
    expected = rrulestr(f"{rule};WKST=MO;UNTIL=20401231T235959", dtstart=datetime.combine(FIRST, time()))
    found = [datetime.combine(day, time(15, 30)) for day in parse(rule).days(FIRST, FIRST, LAST)]
    assert found == list(expected)
    assert len(found) == 1096


@given(rule=weeks | months, hour=st.integers(0, 23), minute=st.integers(0, 59))
def test_a_cadence_is_written_as_it_is_read(rule: str, hour: int, minute: int) -> None:
    cadence = parse(f"{rule};BYHOUR={hour};BYMINUTE={minute}")
    assert parse(str(cadence)) == cadence
    assert cadence.at == time(hour, minute)
    assert len(str(cadence)) <= 200


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rrule:freq=weekly;byday=tu;byhour=15", "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15;BYMINUTE=0"),
        ("FREQ=WEEKLY;WKST=MO;BYDAY=TH,MO,TH;BYHOUR=9;", "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0"),
        ("FREQ=DAILY;BYHOUR=9", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=9;BYMINUTE=0"),
        ("FREQ=DAILY;BYDAY=SA,SU;BYHOUR=9", "FREQ=WEEKLY;BYDAY=SA,SU;BYHOUR=9;BYMINUTE=0"),
        ("FREQ=MONTHLY;BYDAY=-1FR,1TU;BYHOUR=9", "FREQ=MONTHLY;BYDAY=1TU,-1FR;BYHOUR=9;BYMINUTE=0"),
    ],
)
def test_a_rule_is_read_however_it_is_spelled(typed: str, meant: str) -> None:
    assert str(parse(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "ne se lit pas"),
        ("chaque mardi", "ne se lit pas"),
        ("FREQ=YEARLY;BYHOUR=9", "il manque FREQ=WEEKLY ou FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYDAY=TU", "il manque l'heure"),
        ("FREQ=WEEKLY;BYHOUR=9", "BYDAY doit nommer des jours"),
        ("FREQ=WEEKLY;BYDAY=1TU;BYHOUR=9", "BYDAY doit nommer des jours"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=24", "BYHOUR doit être un nombre de 0 à 23"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9,15", "BYHOUR doit être un nombre de 0 à 23"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=60", "BYMINUTE doit être un nombre de 0 à 59"),
        ("FREQ=WEEKLY;INTERVAL=0;BYDAY=TU;BYHOUR=9", "INTERVAL doit être un nombre de 1 à 52"),
        ("FREQ=DAILY;INTERVAL=2;BYHOUR=9", "INTERVAL doit être 1 ici"),
        ("FREQ=MONTHLY;BYDAY=TU;BYHOUR=9", "BYDAY doit dire lequel"),
        ("FREQ=MONTHLY;BYDAY=6TU;BYHOUR=9", "BYDAY doit dire lequel"),
        ("FREQ=MONTHLY;BYMONTHDAY=3;BYHOUR=9", "BYMONTHDAY n'est pas compris"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;UNTIL=20271231", "UNTIL n'est pas compris"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;COUNT=4", "COUNT n'est pas compris"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;WKST=SU", "les semaines commencent le lundi"),
        ("FREQ=WEEKLY;FREQ=WEEKLY;BYDAY=TU;BYHOUR=9", "FREQ est donné deux fois"),
    ],
)
def test_what_is_not_understood_is_said_with_examples(typed: str, says: str) -> None:
    with pytest.raises(BrokenCadence) as refused:
        parse(typed)
    assert says in str(refused.value)
    assert "FREQ=WEEKLY;BYDAY=TU;BYHOUR=15" in str(refused.value)


def test_a_weekday_that_hardly_ever_comes_is_found_when_it_does() -> None:
    fifth_sunday_of_february = parse("FREQ=MONTHLY;INTERVAL=12;BYDAY=5SU;BYHOUR=9")
    found = list(fifth_sunday_of_february.days(date(2020, 2, 1), FIRST, LAST))
    assert found == [date(2032, 2, 29)]


@pytest.mark.parametrize("year", range(2020, 2041))
def test_fifteen_o_clock_stays_fifteen_o_clock_all_year(year: int) -> None:
    days = parse("FREQ=DAILY;BYHOUR=15").days(FIRST, date(year, 1, 1), date(year, 12, 31))
    shown = {moment(day, time(15), PARIS).astimezone(PARIS).time() for day in days}
    assert shown == {time(15)}


@settings(deadline=None)
@given(day=days_of, minutes=st.integers(0, 24 * 60 - 1))
def test_a_moment_is_the_first_at_which_the_clock_shows_that_time_or_the_next_it_shows(
    day: date, minutes: int
) -> None:
    at = time(minutes // 60, minutes % 60)
    found = moment(day, at, PARIS)
    shown = found.astimezone(PARIS).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert shown >= wanted
    a_minute_before = (found - timedelta(minutes=1)).astimezone(PARIS).replace(tzinfo=None)
    an_hour_before = (found - timedelta(hours=1)).astimezone(PARIS).replace(tzinfo=None)
    assert a_minute_before < wanted
    assert an_hour_before != wanted


def test_the_hour_that_is_left_out_and_the_one_that_comes_twice() -> None:
    assert moment(date(2026, 3, 29), time(2, 30), PARIS) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moment(date(2026, 10, 25), time(2, 30), PARIS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_every_week_from_a_local_moment() -> None:
    tuesday = datetime(2026, 11, 24, 15, 30, 12, tzinfo=PARIS)
    assert weekly(tuesday) == Cadence(1, (1,), (), time(15, 30))
