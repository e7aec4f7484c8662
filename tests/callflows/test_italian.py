"""What an Italian line says to its callers, and moments as Italians say them."""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows import gsm, texts
from callflows.spoken import next_opening
from callflows.wordings import completed, load, values
from tests.callflows.catalogues import FRENCH, PROMPTS, documents

ITALIAN = load(PROMPTS, "it")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - clocks on a wall
HEARD = ("greeting.", "voicemail.", "boundary.", "apology.", "line.", "bridge.announce")


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def test_all_that_callers_hear_is_there_with_the_values_of_the_french() -> None:
    assert {name for name in FRENCH.phrases if name.startswith(HEARD)} <= ITALIAN.phrases.keys()
    for name, phrase in ITALIAN.phrases.items():
        assert values(phrase) == values(FRENCH.phrases[name]), name


def test_what_it_lacks_is_taken_from_the_french() -> None:
    whole = completed(ITALIAN, FRENCH)
    assert whole.phrase("greeting.wait").startswith("Resti in linea")
    assert whole.phrase("pin.ask") == FRENCH.phrase("pin.ask")
    assert documents(whole, "Odette")


@pytest.mark.parametrize(
    ("opening", "skipped_day", "said"),
    [
        ("2026-11-24T21:15", False, "oggi martedì alle ventuno e quindici"),
        ("2026-11-25T10:00", False, "domani mercoledì alle dieci"),
        ("2026-11-26T12:00", True, "giovedì ventisei novembre a mezzogiorno"),
        ("2027-01-01T01:00", False, "il primo gennaio all'una"),
        ("2027-01-08T14:00", False, "l'otto gennaio alle quattordici"),
        ("2027-12-11T10:00", False, "l'undici dicembre duemilaventisette alle dieci"),
    ],
)
def test_the_next_opening_is_said_as_a_neighbour_would(opening: str, skipped_day: bool, said: str) -> None:
    assert next_opening(at(opening), at("2026-11-24T20:00"), skipped_day=skipped_day, language="it") == said


@given(MOMENTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=800)), st.booleans())
def test_no_figure_is_ever_said(now: datetime, wait: timedelta, skipped_day: bool) -> None:
    said = next_opening(now + wait, now, skipped_day=skipped_day, language="it")
    assert not re.search(r"\d|  ", said)
    assert re.search(r" (alle|all'una|a mezz)", said)


def test_its_texts_fit_one_segment() -> None:
    sent = [
        texts.acknowledgement(ITALIAN),
        texts.restarted(ITALIAN),
        *(texts.stopped(ITALIAN, one_way=one_way) for one_way in (True, False)),
    ]
    assert [gsm.segments(gsm.plain(body)).count for body in sent] == [1, 1, 1, 1]
