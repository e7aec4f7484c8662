"""What answers a mail: whole sentences in both languages, and no emergency service."""

import pytest

from callflows import mails
from callflows.by_mail import Letter
from callflows.wordings import Wordings
from tests.callflows.catalogues import BOTH, FRENCH, LINE

ASSOCIATION = "MJC L'Olivier"


def letters(words: Wordings) -> list[Letter]:
    return [
        mails.acknowledgement(words, line=LINE, association=ASSOCIATION),
        mails.volunteer_acknowledgement(words, volunteer="Marie-Christine", association=ASSOCIATION),
        mails.restarted(words, association=ASSOCIATION),
    ]


@pytest.mark.parametrize("words", BOTH)
def test_every_letter_has_a_subject_on_one_line_and_is_signed(words: Wordings) -> None:
    for letter in letters(words):
        assert letter.subject
        assert "\n" not in letter.subject
        assert not letter.body.startswith("\n")
        assert ASSOCIATION in letter.body
        assert "{" not in letter.subject + letter.body


@pytest.mark.parametrize("words", BOTH)
def test_whoever_may_be_in_danger_reads_15_and_112(words: Wordings) -> None:
    for letter in letters(words)[:2]:
        assert "15" in letter.body
        assert "112" in letter.body


def test_the_acknowledgement_says_what_happens_next_and_how_to_stop() -> None:
    body = mails.acknowledgement(FRENCH, line=LINE, association=ASSOCIATION).body
    assert "quelqu'un vous téléphonera ou vous répondra par courriel" in body
    assert "01 99 00 01 00" in body
    assert "répondez STOP" in body


def test_a_volunteer_without_a_name_is_greeted_all_the_same() -> None:
    body = mails.volunteer_acknowledgement(FRENCH, volunteer="", association=ASSOCIATION).body
    assert body.startswith("Bonjour")
