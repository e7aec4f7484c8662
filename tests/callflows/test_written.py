"""Moments as texts write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callflows.gsm import plain
from callflows.written import moment

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
