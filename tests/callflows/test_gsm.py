"""The carriers' alphabet, against two other implementations of it."""

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows.gsm import Segments, plain, segments
from hotline.rehearsal.protocol import gsm7

CODEC = gsm0338.Codec()
FRENCH_TEXT = st.text(alphabet="aàâäçéèêëîïôœùûüÿÀÂÇÉÈÊËÎÏÔŒÙÛŸ «»’“”…–—°€[]{}~ \u00a0\u202f👍❤\n1")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Briançon", "Briancon"),
        ("être à l’hôpital", "etre à l'hopital"),
        ("« Ça va ? »", '"Ça va ?"'),
        ("Noël, cœur, Loïc, août, île", "Noel, coeur, Loic, aout, ile"),
        ("À demain…", "A demain..."),
        ("14\u202fh\u00a030 – 15 h", "14 h 30 - 15 h"),
        ("Merci 👍🏽 Marie ❤️", "Merci Marie"),
        ("éèàù É Ç € ü ñ", "éèàù É Ç € ü ñ"),
        ("e\u0301te\u0301", "été"),
        ("Łukasz, Đoka, Şule", "Lukasz, Doka, Sule"),
        ("Мария", "?????"),
    ],
)
def test_a_text_keeps_every_letter_the_carriers_know_and_the_nearest_of_the_others(
    written: str, sent: str
) -> None:
    assert plain(written) == sent


@given(st.one_of(FRENCH_TEXT, st.text()))
def test_a_plain_text_always_travels_in_seven_bits(text: str) -> None:
    sent = plain(text)
    assert gsm7.segments(sent).outside == []
    assert CODEC.decode(CODEC.encode(sent)[0])[0] == sent
    assert plain(sent) == sent


@given(st.one_of(FRENCH_TEXT, st.text(), st.text(min_size=100, max_size=700)))
def test_segments_are_counted_as_the_carrier_counts_them(text: str) -> None:
    expected = gsm7.segments(text)
    assert segments(text) == Segments(expected.encoding, expected.units, expected.parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments("GSM-7", 0, 0)),
        ("a" * 160, Segments("GSM-7", 160, 1)),
        ("a" * 161, Segments("GSM-7", 161, 2)),
        ("€" * 80, Segments("GSM-7", 160, 1)),
        ("a" * 152 + "€" * 5, Segments("GSM-7", 162, 2)),
        ("ç" * 70, Segments("UCS-2", 70, 1)),
        ("ç" * 71, Segments("UCS-2", 71, 2)),
        ("👍" * 35, Segments("UCS-2", 70, 1)),
        ("\x1b", Segments("UCS-2", 1, 1)),
    ],
)
def test_the_borders_of_a_segment_are_where_the_standard_puts_them(text: str, expected: Segments) -> None:
    assert segments(text) == expected
