"""Answers as people type them, read from a corpus, and what no text may do."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callflows import vocabulary
from callflows.commands import Command, Kind, parse
from callflows.folding import fold
from callflows.vocabulary import PHRASES, Role

with (Path(__file__).parent / "answers.csv").open(encoding="utf-8", newline="") as file:
    CORPUS = [
        (row["text"], Kind(row["kind"]), int(row["reference"]) if row["reference"] else None)
        for row in csv.DictReader(file, delimiter=";")
    ]


@pytest.mark.parametrize(("text", "kind", "reference"), CORPUS, ids=[text for text, _, _ in CORPUS])
def test_an_answer_of_the_corpus_is_read_as_people_mean_it(
    text: str, kind: Kind, reference: int | None
) -> None:
    command = parse(text)
    assert (command.kind, command.reference) == (kind, reference)


@pytest.mark.parametrize("sure", [Kind.YES, Kind.NO, Kind.STOP])
def test_a_yes_a_no_and_a_stop_are_never_read_where_none_was_meant(sure: Kind) -> None:
    meant = [kind for text, kind, _ in CORPUS if parse(text).kind is sure]
    precision = sum(kind is sure for kind in meant) / len(meant)
    assert precision == 1.0
    assert len(meant) >= 25


def test_the_corpus_is_large_and_holds_as_many_texts_that_say_nothing_sure() -> None:
    kinds = Counter(kind for _, kind, _ in CORPUS)
    assert len({text for text, _, _ in CORPUS}) == len(CORPUS) >= 468
    assert kinds[Kind.UNKNOWN] >= 200
    assert min(kinds.values()) >= 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALERTE tombée", Command(Kind.ALERT, None, "tombée")),
        ("ALERTE 42 : Tombée dans l'Escalier !", Command(Kind.ALERT, 42, "Tombée dans l'Escalier")),
        ("alerte n°42, seule", Command(Kind.ALERT, 42, "seule")),
        ("ALERTE 3 jours sans manger", Command(Kind.ALERT, None, "3 jours sans manger")),
        ("Fait, 20 min au téléphone", Command(Kind.DONE, None, "20 min au téléphone")),
        ("PAUSE jusqu'au 3 mai", Command(Kind.PAUSE, None, "jusqu'au 3 mai")),
        ("Bonjour, pause du 3 au 17 août svp", Command(Kind.PAUSE, None, "du 3 au 17 août svp")),
        ("Je suis en vacances jusqu'au 12/11", Command(Kind.PAUSE, None, "jusqu'au 12/11")),
        ("Fait, tout va bien", Command(Kind.DONE, None, "Fait, tout va bien")),
        ("fait merci", Command(Kind.DONE, None, "")),
        ("Qui êtes-vous ?", Command(Kind.UNKNOWN, None, "Qui êtes-vous ?")),
    ],
)
def test_free_words_keep_their_spelling(text: str, expected: Command) -> None:
    assert parse(text) == expected


@given(st.text(max_size=60))
def test_no_text_whatever_stops_the_reading(text: str) -> None:
    command = parse(text)
    assert command.reference is None or 0 < command.reference < 1_000_000


@given(
    st.sampled_from(["oui", "ok", "d'accord", "non", "pas dispo", "stop", "1"]),
    st.sampled_from(["sauf", "si", "quand", "pourquoi", "peut-être", "zut", "euh"]),
    st.booleans(),
)
def test_one_unknown_word_next_to_an_answer_makes_it_a_question(known: str, other: str, after: bool) -> None:
    text = f"{known} {other}" if after else f"{other} {known}"
    assert parse(text).kind is Kind.UNKNOWN


@given(st.sampled_from([text for text, kind, _ in CORPUS if kind in {Kind.YES, Kind.NO, Kind.STOP}]))
def test_a_question_mark_makes_no_answer_sure(text: str) -> None:
    assert parse(f"{text} ?").kind is Kind.UNKNOWN


@given(st.integers(min_value=1, max_value=999_999), st.sampled_from(["OUI", "non", "Fait", "absent"]))
def test_a_reference_is_read_on_either_side_of_the_answer(reference: int, word: str) -> None:
    assert parse(f"{word} {reference}").reference == reference
    assert parse(f"{reference} {word}") == parse(f"{word} {reference}")


def test_every_phrase_of_the_vocabulary_can_be_met_in_a_folded_text() -> None:
    for phrase in PHRASES:
        assert fold(" ".join(phrase)).split() == list(phrase)


def test_every_phrase_alone_says_what_its_role_says() -> None:
    sure = {Role.YES: Kind.YES, Role.NO: Kind.NO, Role.STOP: Kind.STOP}
    for phrase, role in PHRASES.items():
        kind = parse(" ".join(phrase)).kind
        assert kind is sure.get(role, kind)
        assert role in sure or kind not in sure.values()


def test_no_phrase_is_listed_twice() -> None:
    listed = [phrase.split() for phrases in vocabulary._PHRASES.values() for phrase in phrases.split(",")]
    assert [phrase for phrase, count in Counter(map(tuple, listed)).items() if count > 1] == []
