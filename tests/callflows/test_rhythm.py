"""A rhythm in words, as people say it, in letters that a text can carry."""

from datetime import time

import pytest

from callflows import rhythm
from callflows.gsm import plain

FIFTEEN, HALF_PAST_NINE = time(15), time(9, 30)


@pytest.mark.parametrize(
    ("weekdays", "every", "at", "french", "english"),
    [
        ([1], 1, FIFTEEN, "chaque mardi à 15 h", "every Tuesday at 15:00"),
        ([1], 2, FIFTEEN, "un mardi sur deux à 15 h", "every other Tuesday at 15:00"),
        ([0, 3], 1, HALF_PAST_NINE, "chaque lundi et jeudi à 9 h 30", "every Monday and Thursday at 09:30"),
        (
            [0, 2, 4],
            2,
            FIFTEEN,
            "toutes les 2 semaines, lundi, mercredi et vendredi à 15 h",
            "every 2 weeks, Monday, Wednesday and Friday at 15:00",
        ),
        (range(7), 1, FIFTEEN, "tous les jours à 15 h", "every day at 15:00"),
    ],
)
def test_weeks(weekdays: list[int], every: int, at: time, french: str, english: str) -> None:
    assert rhythm.weekly(weekdays, every, at, "fr") == french == plain(french)
    assert rhythm.weekly(weekdays, every, at, "en") == english


@pytest.mark.parametrize(
    ("nth", "every", "french", "english"),
    [
        ([(1, 1)], 1, "le premier mardi du mois à 15 h", "the first Tuesday of the month at 15:00"),
        ([(-1, 4)], 1, "le dernier vendredi du mois à 15 h", "the last Friday of the month at 15:00"),
        (
            [(1, 1), (3, 1)],
            2,
            "le premier mardi et le troisième mardi tous les 2 mois à 15 h",
            "the first Tuesday and the third Tuesday every 2 months at 15:00",
        ),
    ],
)
def test_months(nth: list[tuple[int, int]], every: int, french: str, english: str) -> None:
    assert rhythm.monthly(nth, every, FIFTEEN, "fr") == french == plain(french)
    assert rhythm.monthly(nth, every, FIFTEEN, "en") == english
