"""The catalogues: the same in both languages, wholly used, and clear about what is missing."""

import ast
import dataclasses
from string import Formatter

import pytest

from callflows.wordings import MissingValue, UnknownPhrase, Wordings
from tests.callflows.catalogues import BOTH, ENGLISH, FRENCH, ROOT


def _keys_in_the_code() -> set[str]:
    keys = set()
    for path in (ROOT / "callflows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "phrase":
                (name,) = node.args
                computed = f"{path.name}:{node.lineno} computes a phrase's name"
                assert isinstance(name, ast.Constant), computed
                assert isinstance(name.value, str), computed
                keys.add(name.value)
    return keys


def _values_of(phrase: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(phrase) if field is not None}


def test_both_languages_have_the_same_phrases() -> None:
    assert FRENCH.phrases.keys() == ENGLISH.phrases.keys()


def test_both_languages_ask_for_the_same_values() -> None:
    for key, french in FRENCH.phrases.items():
        assert _values_of(french) == _values_of(ENGLISH.phrases[key]), key


@pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
def test_every_phrase_is_used_and_every_phrase_used_exists(words: Wordings) -> None:
    assert _keys_in_the_code() == words.phrases.keys()


def test_a_phrase_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownPhrase, match=r"voicemail\.emergancy"):
        FRENCH.phrase("voicemail.emergancy")


def test_a_missing_value_is_named_with_its_phrase() -> None:
    with pytest.raises(MissingValue, match=r"voicemail\.opens.*next_opening"):
        FRENCH.phrase("voicemail.opens")


def test_braces_in_a_value_are_only_text() -> None:
    assert "{name}" in FRENCH.phrase("line.hello_name", name="{name}")


@pytest.mark.parametrize(
    ("volunteer", "spoken"),
    [
        ("Marie", "un appel de Marie"),
        ("Odette", "un appel d'Odette"),
        ("Élise", "un appel d'Élise"),
        ("Hélène", "un appel d'Hélène"),
        ("Hassan", "un appel de Hassan"),
        ("Yves", "un appel d'Yves"),
        ("Yann", "un appel de Yann"),
        ("un volontaire", "un appel d'un volontaire"),
    ],
)
def test_french_says_d_apostrophe_before_a_vowel(volunteer: str, spoken: str) -> None:
    assert spoken in FRENCH.phrase("bridge.announce_unnamed", volunteer=volunteer)


def test_the_wordings_cannot_be_changed_behind_a_caller_s_back() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        FRENCH.language = "en"  # type: ignore[misc]


def test_the_line_speaks_french_with_a_french_voice_and_english_with_an_english_one() -> None:
    assert (FRENCH.speech, FRENCH.voice) == ("fr-FR", "Polly.Lea-Neural")
    assert (ENGLISH.speech, ENGLISH.voice) == ("en-GB", "Polly.Amy-Neural")
