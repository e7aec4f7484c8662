"""Every SMS: one segment, plain letters, and the words people rely on."""

import re

import pytest

from callflows import texts
from callflows.gsm import plain, segments
from callflows.wordings import Wordings
from hotline.rehearsal.protocol import gsm7
from tests.callflows.catalogues import BOTH, ENGLISH, FRENCH, LINE, NAMES, messages

LONGEST = ("Maximilienne-Odette-Jeanne", "Bartholomé-Ça Emmanuel-Amédée", *NAMES)


@pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
@pytest.mark.parametrize("name", LONGEST)
def test_every_text_fits_one_segment_with_the_longest_plausible_values(
    words: Wordings, name: str | None
) -> None:
    for title, text in messages(words, name).items():
        counted = gsm7.segments(text)
        assert (title, counted.encoding, counted.parts, counted.outside) == (title, "GSM-7", 1, [])
        assert segments(text).count == 1


def test_no_french_wording_needs_to_be_transliterated() -> None:
    for key, phrase in FRENCH.phrases.items():
        if key.startswith("texts."):
            assert plain(phrase) == phrase, key


def test_every_public_text_is_measured_here() -> None:
    public = {
        name for name, made in vars(texts).items() if callable(made) and made.__module__ == texts.__name__
    }
    assert {name for name in public if not name.startswith("_")} == messages(FRENCH, "Odette").keys()


@pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
@pytest.mark.parametrize("name", LONGEST)
@pytest.mark.parametrize("reference", [1, 42, 99999])
def test_an_offer_ends_with_the_two_answers(words: Wordings, name: str | None, reference: int) -> None:
    text = texts.offer(
        words,
        reference=reference,
        volunteer=name,
        caller=name,
        place=name,
        recurring=False,
        answer_by="18 h",
    )
    assert text.endswith(
        f" : OUI {reference} ou NON {reference}".replace(" :", ":" if words is ENGLISH else " :")
    )


def test_an_offer_says_who_where_what_and_until_when() -> None:
    text = texts.offer(
        FRENCH,
        reference=42,
        volunteer="Marie",
        caller="Odette",
        place="Briançon",
        recurring=True,
        answer_by="18 h",
    )
    assert text == (
        "On se parle : Marie, Odette (Briancon) attend un appel régulier. "
        "Répondez avant 18 h : OUI 42 ou NON 42"
    )


def test_an_offer_too_long_for_one_segment_leaves_the_place_out() -> None:
    text = texts.offer(
        FRENCH,
        reference=99999,
        volunteer="Maximilienne-Odettes",
        caller="Maximilienne-Odettes",
        place="Saint-Jean-Saint-Nic",
        recurring=True,
        answer_by="mercredi 18 h 30",
    )
    assert "Saint" not in text
    assert "Maximilienne-Odettes attend un appel régulier" in text


def test_a_sender_that_nobody_can_answer_invites_to_phone() -> None:
    text = texts.offer_one_way(
        FRENCH,
        volunteer="Marie",
        caller=None,
        place=None,
        recurring=False,
        answer_by="18 h",
        line=LINE,
    )
    assert text == (
        "On se parle : Marie, une personne attend un appel. "
        "Pour répondre avant 18 h, appelez le 01 99 00 01 00."
    )
    assert not re.search(r"OUI|NON|répondez", text)


def test_a_yes_is_answered_with_what_to_dial() -> None:
    text = texts.accepted(FRENCH, volunteer="Marie", caller="Odette", line=LINE, before="mardi 18 h")
    assert text == (
        "Merci Marie ! Pour appeler Odette, composez le 01 99 00 01 00 depuis ce téléphone, avant mardi 18 h."
    )


def test_a_caller_who_texts_is_given_the_emergency_numbers() -> None:
    text = texts.acknowledgement(FRENCH)
    assert "15 ou 112" in text
    assert "Un volontaire vous rappellera." in text


def test_a_volunteer_with_several_offers_is_asked_which_one() -> None:
    assert "42, 43." in texts.which_one(FRENCH, [42, 43])
    assert "OUI 42" in texts.which_one(FRENCH, [42, 43])
    with pytest.raises(ValueError, match="no reference"):
        texts.which_one(FRENCH, [])


def test_a_volunteer_who_calls_several_people_is_asked_which_call_the_report_is_about() -> None:
    assert "42, 43" in texts.which_report(FRENCH, [42, 43])
    assert "FAIT 42" in texts.which_report(FRENCH, [42, 43])


def test_a_listener_is_told_how_to_close_the_matter() -> None:
    assert texts.listener_closing(FRENCH).endswith(
        "Si cette personne n'attend plus d'appel, répondez FAIT. Sinon un volontaire la rappellera."
    )
