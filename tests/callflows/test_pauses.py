"""When somebody is away, as people type it: every date on the calendar, nothing that can be read two ways."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows.pauses import Pause, parse, readable

TUESDAY = date(2026, 11, 24)
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def away(start: tuple[int, int, int], until: tuple[int, int, int] | None) -> Pause:
    return Pause(date(*start), date(*until) if until else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", away((2026, 11, 24), None)),
        ("svp merci", away((2026, 11, 24), None)),
        ("jusqu'à nouvel ordre", away((2026, 11, 24), None)),
        ("2 semaines", away((2026, 11, 24), (2026, 12, 7))),
        ("d'une semaine", away((2026, 11, 24), (2026, 11, 30))),
        ("15 jours", away((2026, 11, 24), (2026, 12, 8))),
        ("15j merci", away((2026, 11, 24), (2026, 12, 8))),
        ("pendant quinze jours", away((2026, 11, 24), (2026, 12, 8))),
        ("1 mois", away((2026, 11, 24), (2026, 12, 23))),
        ("1 jour", away((2026, 11, 24), (2026, 11, 24))),
        ("jusqu'au 12/12", away((2026, 11, 24), (2026, 12, 12))),
        ("jusqu’au mardi 1er décembre inclus", away((2026, 11, 24), (2026, 12, 1))),
        ("jusqu'au 5 janvier 2027", away((2026, 11, 24), (2027, 1, 5))),
        ("jusqu'au 12", away((2026, 11, 24), (2026, 12, 12))),
        ("jusqu'à lundi", away((2026, 11, 24), (2026, 11, 30))),
        ("jusqu'à mardi", away((2026, 11, 24), (2026, 12, 1))),
        ("jusqu'à demain", away((2026, 11, 24), (2026, 11, 25))),
        ("jusqu'à fin décembre", away((2026, 11, 24), (2026, 12, 31))),
        ("jusqu'à la fin du mois", away((2026, 11, 24), (2026, 11, 30))),
        ("du 3 au 17 août", away((2027, 8, 3), (2027, 8, 17))),
        ("du 3/8 au 17/8", away((2027, 8, 3), (2027, 8, 17))),
        ("3-17 août", away((2027, 8, 3), (2027, 8, 17))),
        ("du 3 août au 2 septembre", away((2027, 8, 3), (2027, 9, 2))),
        ("du 28 décembre au 3 janvier", away((2026, 12, 28), (2027, 1, 3))),
        ("du 20 novembre au 3 décembre", away((2026, 11, 24), (2026, 12, 3))),
        ("entre le 3 et le 8 janvier", away((2027, 1, 3), (2027, 1, 8))),
        ("de lundi à vendredi", away((2026, 11, 30), (2026, 12, 4))),
        ("à partir du 3 janvier", away((2027, 1, 3), None)),
        ("à partir du 3/1 pour 2 semaines", away((2027, 1, 3), (2027, 1, 16))),
        ("2 semaines à partir de lundi", away((2026, 11, 30), (2026, 12, 13))),
        ("cette semaine", away((2026, 11, 24), (2026, 11, 29))),
        ("la semaine prochaine", away((2026, 11, 30), (2026, 12, 6))),
        ("ce week-end", away((2026, 11, 28), (2026, 11, 29))),
        ("le mois prochain", away((2026, 12, 1), (2026, 12, 31))),
        ("en août", away((2027, 8, 1), (2027, 8, 31))),
        ("demain", away((2026, 11, 25), (2026, 11, 25))),
        ("le 25 décembre", away((2026, 12, 25), (2026, 12, 25))),
        ("2 weeks", away((2026, 11, 24), (2026, 12, 7))),
        ("until 12 Dec", away((2026, 11, 24), (2026, 12, 12))),
        ("from December 24th to January 2nd", away((2026, 12, 24), (2027, 1, 2))),
    ],
)
def test_the_words_after_pause_are_read_as_people_mean_them(text: str, expected: Pause) -> None:
    assert parse(text, TUESDAY) == expected
    assert readable(text)


@pytest.mark.parametrize(
    "text",
    [
        *("déjeuner", "café", "3 août", "12/12", "15", "2", "0 jours", "2 ou 3 semaines", "bientôt"),
        *("du 31/02 au 5/3", "jusqu'au 32/12", "jusqu'au 12/13", "jusqu'à Noël", "du 3 août au 17"),
        *("jusqu'au 12/11/2025", "du 17/8/2027 au 3/8/2027", "2 siècles", "de temps en temps"),
    ],
)
def test_what_can_be_read_two_ways_or_not_at_all_is_not_read(text: str) -> None:
    assert parse(text, TUESDAY) is None


@pytest.mark.parametrize("text", ["jusqu'au 23/11", "jusqu'au 3 août", "300 jours", "12 mois"])
def test_a_pause_of_more_than_half_a_year_is_more_likely_a_slip(text: str) -> None:
    assert parse(text, TUESDAY) is None


@given(DAYS, st.integers(0, 180), st.booleans())
def test_until_a_date_is_the_next_such_day(today: date, ahead: int, in_letters: bool) -> None:
    last = today + timedelta(days=ahead)
    said = f"{last.day} {MONTHS[last.month - 1]}" if in_letters else f"{last:%d/%m}"
    assert parse(f"jusqu'au {said}", today) == Pause(today, last)


@given(DAYS, st.integers(0, 150), st.integers(0, 120), st.booleans())
def test_from_a_date_to_a_date_spans_new_year_too(
    today: date, ahead: int, length: int, in_letters: bool
) -> None:
    first = today + timedelta(days=ahead)
    last = first + timedelta(days=length)
    said = [
        f"{day.day} {MONTHS[day.month - 1]}" if in_letters else f"{day.day}/{day.month}"
        for day in (first, last)
    ]
    assert parse(f"du {said[0]} au {said[1]}", today) == Pause(first, last)


@given(DAYS, st.integers(1, 186))
def test_so_many_days_are_so_many_days(today: date, count: int) -> None:
    pause = parse(f"{count} jours", today)
    assert pause is not None
    assert pause.until is not None
    assert (pause.until - pause.start).days + 1 == count
    if count % 7 == 0:
        assert parse(f"{count // 7} semaines", today) == pause


@given(
    DAYS,
    st.lists(
        st.sampled_from(
            [
                *("du", "au", "jusqu'", "à", "le", "la", "semaine", "semaines", "mois", "prochain", "lundi"),
                *("3", "17", "12/11", "août", "fin", "demain", "-", "en", "2"),
            ]
        ),
        max_size=7,
    ).map(" ".join)
    | st.text(max_size=30),
)
def test_whatever_is_written_a_pause_begins_today_or_later_and_ends_within_half_a_year(
    today: date, text: str
) -> None:
    pause = parse(text, today)
    if pause is not None:
        assert pause.start >= today
        assert pause.until is None or timedelta(0) <= pause.until - pause.start <= timedelta(days=186)
