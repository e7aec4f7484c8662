"""Dates and hours as people say them, numbers as they write them."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows.spoken import hour_in_english, hour_in_french, moment, next_opening, written_number

PARIS = ZoneInfo("Europe/Paris")
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31, 23, 59), timezones=st.just(PARIS))  # noqa: DTZ001 - the strategy sets the zone


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("opening", "now", "skipped_day", "french", "english"),
    [
        (
            "2027-04-06T10:00",
            "2027-04-06T08:00",
            False,
            "aujourd'hui mardi à dix heures",
            "today Tuesday at ten in the morning",
        ),
        (
            "2027-04-06T10:00",
            "2027-04-05T23:59",
            False,
            "demain mardi à dix heures",
            "tomorrow Tuesday at ten in the morning",
        ),
        (
            "2027-04-12T10:00",
            "2027-04-09T18:00",
            False,
            "lundi à dix heures",
            "on Monday at ten in the morning",
        ),
        (
            "2027-03-30T10:00",
            "2027-03-26T18:00",
            True,
            "mardi trente mars à dix heures",
            "on Tuesday the thirtieth of March at ten in the morning",
        ),
        (
            "2027-04-06T14:30",
            "2027-04-05T12:00",
            True,
            "demain mardi six avril à quatorze heures trente",
            "tomorrow Tuesday the sixth of April at two thirty in the afternoon",
        ),
        (
            "2027-05-01T10:00",
            "2027-04-20T12:00",
            False,
            "le premier mai à dix heures",
            "on the first of May at ten in the morning",
        ),
        (
            "2027-04-01T10:00",
            "2027-03-31T12:00",
            True,
            "demain jeudi premier avril à dix heures",
            "tomorrow Thursday the first of April at ten in the morning",
        ),
        (
            "2027-03-20T12:00",
            "2026-04-20T12:00",
            False,
            "le vingt mars à midi",
            "on the twentieth of March at noon",
        ),
        (
            "2027-03-21T12:00",
            "2026-04-20T12:00",
            False,
            "le vingt et un mars deux mille vingt-sept à midi",
            "on the twenty-first of March twenty twenty-seven at noon",
        ),
    ],
)
def test_the_next_opening_is_said_as_a_neighbour_would(
    opening: str, now: str, skipped_day: bool, french: str, english: str
) -> None:
    moments = _local(opening), _local(now)
    assert next_opening(*moments, skipped_day=skipped_day, language="fr") == french
    assert next_opening(*moments, skipped_day=skipped_day, language="en") == english


@given(MOMENTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=800)), st.booleans())
def test_whatever_the_date_the_sentence_names_the_right_day(
    now: datetime, wait: timedelta, skipped_day: bool
) -> None:
    opening = now + wait
    days = (opening.date() - now.date()).days
    said = next_opening(opening, now, skipped_day=skipped_day, language="fr")
    assert said.startswith("aujourd'hui ") == (days == 0)
    assert said.startswith("demain ") == (days == 1)
    assert said.startswith("le ") == (days > 6)
    assert (WEEKDAYS[opening.weekday()] in said.split()) == (days <= 6)
    assert not re.search(r"\d|  |(?<! et) un (janvier|février|mars|avril|mai|juin|juillet|août|sept)", said)
    more_than_eleven_months = (opening.year * 12 + opening.month, opening.day) > (
        now.year * 12 + now.month + 11,
        now.day,
    )
    assert ("deux mille" in said) == more_than_eleven_months


@given(MOMENTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=800)), st.booleans())
def test_english_never_says_a_figure_either(now: datetime, wait: timedelta, skipped_day: bool) -> None:
    said = next_opening(now + wait, now, skipped_day=skipped_day, language="en")
    assert not re.search(r"\d|  ", said)
    assert " at " in said


@pytest.mark.parametrize(
    ("at", "french", "english"),
    [
        ("2027-04-06T09:00", "aujourd'hui mardi à neuf heures", "today Tuesday at nine in the morning"),
        ("2027-04-05T15:00", "lundi à quinze heures", "on Monday at three in the afternoon"),
        ("2027-03-31T12:00", "mercredi à midi", "on Wednesday at noon"),
        ("2027-03-29T12:00", "le vingt-neuf mars à midi", "on the twenty-ninth of March at noon"),
        (
            "2027-04-07T14:00",
            "demain mercredi à quatorze heures",
            "tomorrow Wednesday at two in the afternoon",
        ),
    ],
)
def test_a_moment_may_lie_in_the_past(at: str, french: str, english: str) -> None:
    now = _local("2027-04-06T10:00")
    assert moment(_local(at), now, language="fr") == french
    assert moment(_local(at), now, language="en") == english
    with pytest.raises(ValueError, match="'de'"):
        moment(_local(at), now, language="de")


def test_an_opening_in_the_past_and_a_third_language_are_refused() -> None:
    now = _local("2027-04-06T10:00")
    with pytest.raises(ValueError, match="in the past"):
        next_opening(now - timedelta(minutes=1), now, skipped_day=False, language="fr")
    with pytest.raises(ValueError, match="'de'"):
        next_opening(now, now, skipped_day=False, language="de")


@pytest.mark.parametrize(
    ("hour", "minute", "french", "english"),
    [
        (0, 0, "minuit", "midnight"),
        (0, 30, "minuit trente", "twelve thirty in the morning"),
        (1, 0, "une heure", "one in the morning"),
        (10, 15, "dix heures quinze", "ten fifteen in the morning"),
        (10, 1, "dix heures une", "ten oh one in the morning"),
        (12, 0, "midi", "noon"),
        (12, 30, "midi trente", "twelve thirty in the afternoon"),
        (14, 30, "quatorze heures trente", "two thirty in the afternoon"),
        (21, 21, "vingt et une heures vingt et une", "nine twenty-one in the evening"),
    ],
)
def test_hours_are_said_in_words(hour: int, minute: int, french: str, english: str) -> None:
    assert (hour_in_french(hour, minute), hour_in_english(hour, minute)) == (french, english)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+33199000100", "01 99 00 01 00"),
        ("+33639987180", "06 39 98 71 80"),
        ("+262639987180", "06 39 98 71 80"),
        ("+4420", "+44 20"),
        ("+352123", "+35 21 23"),
        ("+35212", "+3 52 12"),
    ],
)
def test_a_number_is_written_by_pairs(number: str, written: str) -> None:
    assert written_number(number) == written


@given(st.integers(min_value=0, max_value=999_999_999))
def test_every_french_number_has_five_pairs(tail: int) -> None:
    assert re.fullmatch(r"0\d( \d\d){4}", written_number(f"+33{tail:09}"))
