"""First names as others hear and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows.names import LONGEST, short_name, someone
from tests.callflows.catalogues import ENGLISH, FRENCH


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Odette", "Odette"),
        ("  Marie   Christine ", "Marie Christine"),
        ("Marie-Christine Antoinette", "Marie-Christine"),
        ("Villard-Saint-Pancrace", "Villard-Saint"),
        ("Wolfeschlegelsteinhausen", "Wolfeschlegelsteinha"),
        ("Anne & <b>Luc</b> 🌻", "Anne b Luc b"),
        ("N'Golo", "N'Golo"),
        ("\x00\ud800", ""),
        (None, ""),
    ],
)
def test_a_name_is_shortened_at_a_word_and_holds_nothing_but_a_name(name: str | None, shown: str) -> None:
    assert short_name(name) == shown


@given(st.text())
def test_a_short_name_is_never_longer_than_allowed_and_stays_as_it_is(name: str) -> None:
    short = short_name(name)
    assert len(short) <= LONGEST
    assert short_name(short) == short


def test_a_person_without_a_name_is_still_a_person() -> None:
    assert (someone(FRENCH, None), someone(ENGLISH, "🌻")) == ("une personne", "someone")
