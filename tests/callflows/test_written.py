"""Moments as texts write them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from callflows.gsm import plain
from callflows.written import appointment, date_of, moment

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 11, 24, 14, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (TUESDAY.replace(hour=18), "18 h"),
        (TUESDAY.replace(day=25, minute=5), "demain 14 h 05"),
        (TUESDAY.replace(day=30, hour=10, minute=30), "lundi 30/11 à 10 h 30"),
    ],
)
def test_a_moment_is_written_as_short_as_it_can_be_understood(at: datetime, written: str) -> None:
    assert moment(at, TUESDAY) == written == plain(written)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (TUESDAY.replace(hour=18), "aujourd'hui à 18 h"),
        (TUESDAY.replace(day=25, minute=5), "demain à 14 h 05"),
        (TUESDAY.replace(day=30, hour=10, minute=30), "lundi 30/11 à 10 h 30"),
        (TUESDAY.replace(year=2027, month=1, day=5), "mardi 05/01/2027 à 14 h"),
    ],
)
def test_an_appointment_is_written_as_it_is_said(at: datetime, written: str) -> None:
    assert appointment(at, TUESDAY) == written == plain(written)


def test_a_date_has_its_year_only_when_it_is_another_one() -> None:
    assert date_of(date(2026, 12, 7), TUESDAY.date()) == "lundi 07/12"
    assert date_of(date(2027, 1, 3), TUESDAY.date()) == "dimanche 03/01/2027"
