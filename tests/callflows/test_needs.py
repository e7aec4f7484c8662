"""Needs between the lines: rather one too few than one that is none; nothing makes the reading break."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows import needs
from callflows.needs import Vocabulary
from hotline.models.status import Need
from tests.callflows.catalogues import ROOT

CODES = {need.value for need in Need} - {"LIEN"}
WORDS = needs.load(ROOT / "config" / "needs.toml", CODES)


def sentences() -> Iterator[tuple[str, str]]:
    with Path(__file__).with_name("needs.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["needs"], row["words"]


@pytest.mark.parametrize(("expected", "words"), list(sentences()), ids=[words for _, words in sentences()])
def test_a_need_is_found_where_there_is_one_and_nowhere_else(expected: str, words: str) -> None:
    assert " ".join(sorted(hit.need for hit in needs.found(words, WORDS))) == expected


def test_there_are_sentences_enough_to_trust_it() -> None:
    everything = list(sentences())
    assert len(everything) >= 80
    assert sum(not expected for expected, _ in everything) >= 30


def test_the_words_are_shown_as_they_were_said() -> None:
    (hit,) = needs.found("Bonjour. Elle n’a PLUS RIEN à manger, dit-elle.", WORDS)
    assert hit.words == "PLUS RIEN à manger"


def test_every_need_that_a_partner_may_take_has_its_words() -> None:
    assert set(WORDS.needs) == CODES


def test_a_need_that_nobody_knows_is_named(tmp_path: Path) -> None:
    file = tmp_path / "needs.toml"
    file.write_text('[CHAUFFAGE]\nwords = ["froid"]\n', encoding="utf-8")
    with pytest.raises(ValueError, match="CHAUFFAGE"):
        needs.load(file, CODES)


@given(st.text(max_size=400))
def test_whatever_is_said_the_words_shown_were_said(text: str) -> None:
    for hit in needs.found(text, WORDS):
        assert hit.words in text


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_stands_around_a_plain_need_in_other_sentences_does_not_hide_it(before: str, after: str) -> None:
    text = f"{before}. Je n'ai plus rien à manger. {after}"
    assert "AIDE_ALIMENTAIRE" in {hit.need for hit in needs.found(text, WORDS)}


def test_without_words_nothing_is_found() -> None:
    assert needs.found("plus rien à manger", Vocabulary()) == []
