"""What reviewers forget: a sentence of a page without English, a value that got lost in translation."""

import re

import pytest
from babel.messages.catalog import Message

from scripts.translate import CATALOGUE, compiled, gathered, missing, read

PLACEHOLDER = re.compile(r"%\((\w+)\)[ds]")


def test_every_sentence_of_the_pages_has_its_english() -> None:
    kept = read()
    assert {message.id for message in gathered() if message.id} == {
        message.id for message in kept if message.id
    }
    assert missing(kept) == []


def messages() -> list[Message]:
    return [message for message in read() if message.id]


def test_every_english_sentence_holds_the_values_of_its_french() -> None:
    for message in messages():
        texts = [message.string] if isinstance(message.string, str) else message.string
        sources = [message.id] if isinstance(message.id, str) else message.id
        wanted = {name for source in sources for name in PLACEHOLDER.findall(source)}
        for text in texts:
            found = set(PLACEHOLDER.findall(text))
            assert found <= wanted, text
            if isinstance(message.id, str):
                assert found == wanted, text


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled(read())


@pytest.mark.parametrize("word", ["vous", "bénévole", "appel ", "numéro"])
def test_no_french_was_left_in_the_english(word: str) -> None:
    assert [
        text for message in messages() for text in [str(message.string)] if f" {word}" in text.lower()
    ] == []
