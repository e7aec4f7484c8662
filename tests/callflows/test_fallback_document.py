"""The two documents that lie on somebody else's host: nothing of ours is needed to carry them out."""

from dataclasses import replace
from urllib.parse import urljoin

import pytest
from lxml import etree

from callflows import fallback
from callflows.wordings import Wordings
from tests.callflows.catalogues import BOTH, FRENCH
from tests.callflows.test_documents import SCHEMA

HOME = "https://pages.example/secours.xml"


def taken(words: Wordings = FRENCH) -> etree._Element:
    return etree.fromstring(fallback.take_message(words, longest=300, silence=8).encode())


def thanked(words: Wordings = FRENCH) -> etree._Element:
    return etree.fromstring(fallback.thanks(words).encode())


@pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
def test_the_carrier_accepts_both(words: Wordings) -> None:
    SCHEMA.assertValid(taken(words))
    SCHEMA.assertValid(thanked(words))


def test_it_apologises_says_what_it_is_not_and_records_a_message_of_some_length() -> None:
    document = taken()
    said = " ".join("".join(document.itertext()).split())
    assert "Excusez-nous" in said
    assert "le 15 ou le 112" in said
    assert "Votre message est enregistré" in said
    assert "après le bip" in said
    assert [verb.tag for verb in document] == ["Say", "Record"]
    record = document[-1]
    assert (record.get("maxLength"), record.get("timeout"), record.get("playBeep")) == ("300", "8", "true")
    assert record.get("finishOnKey") == "", "no key ends a message"


def test_after_the_message_another_document_is_asked_for_as_any_host_can_answer() -> None:
    record = taken()[-1]
    action = record.get("action")
    assert urljoin(HOME, action) == "https://pages.example/merci.xml", "the same one again would be a loop"
    assert record.get("method") == "GET", "few hosts of files answer a form"
    assert [verb.tag for verb in thanked()] == ["Say", "Hangup"]


def test_nothing_of_ours_is_asked_for() -> None:
    recorded = replace(FRENCH, sound=lambda name: f"https://hotline.example/prompts/{name}.wav")
    for document in (taken(recorded), thanked(recorded)):
        assert b"//" not in etree.tostring(document)
        assert document.find(".//Play") is None
        assert document.find(".//*[@recordingStatusCallback]") is None
