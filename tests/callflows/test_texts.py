"""Every SMS: one segment, plain letters, the words people rely on; no invitation that nobody can follow."""

import re

import pytest

from callflows import offers, reminders, texts
from callflows.gsm import plain, segments
from callflows.wordings import Wordings
from hotline.rehearsal.protocol import gsm7
from tests.callflows.catalogues import BOTH, ENGLISH, FRENCH, LINE, NAMES
from tests.callflows.sms import LINK, messages, one_way_messages

LONGEST = ("Maximilienne-Odette-Jeanne", "Bartholomé-Ça Emmanuel-Amédée", *NAMES)
FAR_LINK = "https://la-ligne-des-montagnes.une-association-exemple.fr/v/abcdefghijkl"
LANGUAGES = pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
INVITES = re.compile(
    r"répond(?:ez|s)\b|repl(?:y|ies)|écri(?:vez|s)\b|\bwrite\b|\btext (?:us|back)"
    r"|\b(?:OUI|NON|FAIT|ABSENT|ALERTE|PAUSE|LIEN|LINK|AIDE|HELP|STOP|START|REPRENDRE)\b"
)


@LANGUAGES
@pytest.mark.parametrize("name", LONGEST)
def test_every_text_fits_one_segment_with_the_longest_plausible_values(
    words: Wordings, name: str | None
) -> None:
    for title, text in [*messages(words, name).items(), *one_way_messages(words, name).items()]:
        counted = gsm7.segments(text)
        assert (title, counted.encoding, counted.parts, counted.outside) == (title, "GSM-7", 1, [])
        assert segments(text).count == 1


@LANGUAGES
def test_with_a_long_address_two_segments_carry_everything(words: Wordings) -> None:
    for title, text in one_way_messages(words, LONGEST[0], FAR_LINK).items():
        assert segments(text).count <= 2, title
        if LINK in one_way_messages(words, LONGEST[0])[title] and title not in {"page", "welcome", "recap"}:
            assert FAR_LINK in text, title


@LANGUAGES
@pytest.mark.parametrize("section", ["texts", "ladder"])
def test_no_wording_of_a_one_way_sender_invites_an_answer_by_text(words: Wordings, section: str) -> None:
    """A wording with a sibling `..._one_way` is only used where texts can be answered."""
    used = {
        key: phrase
        for key, phrase in words.phrases.items()
        if key.startswith(f"{section}.")
        and f"{key}_one_way" not in words.phrases
        and key not in ANSWERED_ONLY
    }
    assert [key for key, phrase in used.items() if INVITES.search(phrase)] == []


ANSWERED_ONLY = {"texts.listener_closing"}
"""Never sent under a name: a listener has no page, and the caller then waits for a volunteer."""


@LANGUAGES
def test_every_one_way_wording_with_something_to_do_says_where(words: Wordings) -> None:
    for key, phrase in words.phrases.items():
        if key.endswith(("_one_way", "_one_way_short", "_one_way_shortest")) and "stopped" not in key:
            assert "{link}" in phrase, key
            assert re.search(r"(?:ou appelez le|or (?:phone|call)) \{number\}", phrase), key


@pytest.mark.parametrize("name", LONGEST)
def test_no_text_of_a_one_way_sender_invites_an_answer_by_text(name: str | None) -> None:
    for title, text in one_way_messages(FRENCH, name).items():
        assert not INVITES.search(text), title


def test_no_french_wording_needs_to_be_transliterated() -> None:
    for key, phrase in FRENCH.phrases.items():
        if key.startswith("texts."):
            assert plain(phrase) == phrase, key


def test_every_public_text_is_measured_here() -> None:
    measured = {title.split()[0] for title in messages(FRENCH, "Odette")}
    public = {
        name
        for room in (texts, reminders)
        for name, made in vars(room).items()
        if callable(made) and made.__module__ == room.__name__ and not name.startswith("_")
    }
    assert public - {"thank_you", "length", "waiting_mail"} == measured - {"offer", "errand"}, (
        "the first two are parts of other texts, the third is a mail"
    )


@LANGUAGES
@pytest.mark.parametrize("name", LONGEST)
@pytest.mark.parametrize("reference", [1, 42, 99999])
def test_an_offer_ends_with_the_two_answers(words: Wordings, name: str | None, reference: int) -> None:
    text = offers.offer(
        words,
        reference=reference,
        volunteer=name,
        caller=name,
        place=name,
        wishes=offers.wish(words, recurring=False),
        answer_by="18 h",
    )
    colon = ":" if words is ENGLISH else " :"
    assert text.endswith(f"{colon} OUI {reference} ou NON {reference}")


def test_an_offer_says_who_where_what_and_until_when() -> None:
    text = offers.offer(
        FRENCH,
        reference=42,
        volunteer="Marie",
        caller="Odette",
        place="Briançon",
        wishes=offers.wish(FRENCH, recurring=True),
        answer_by="18 h",
    )
    assert text == (
        "On se parle : Marie, Odette (Briancon) attend un appel régulier. "
        "Répondez avant 18 h : OUI 42 ou NON 42"
    )


def test_an_offer_of_regular_calls_says_when_they_are_where_there_is_room() -> None:
    wishes = offers.wish(FRENCH, recurring=True, rhythm="chaque mardi à 15 h")
    asked = {"reference": 42, "volunteer": "Marie", "place": None, "answer_by": "18 h", "wishes": wishes}
    assert "Odette attend un appel chaque mardi à 15 h." in offers.offer(FRENCH, caller="Odette", **asked)


def test_an_offer_to_stand_in_names_the_hour_and_first_names_only() -> None:
    text = offers.offer(
        FRENCH,
        reference=42,
        volunteer="Marie",
        caller="Odette",
        place="05100",
        wishes=offers.cover(FRENCH, when="mardi 24/11 à 15 h", holder="Paul"),
        answer_by="18 h",
    )
    assert "Odette (05100) attend un appel mardi 24/11 à 15 h à la place de Paul." in text
    assert text.endswith("OUI 42 ou NON 42")


def test_an_offer_too_long_for_one_segment_leaves_the_place_out() -> None:
    text = offers.offer(
        FRENCH,
        reference=99999,
        volunteer="Maximilienne-Odettes",
        caller="Maximilienne-Odettes",
        place="Saint-Jean-Saint-Nic",
        wishes=offers.wish(FRENCH, recurring=True),
        answer_by="mercredi 18 h 30",
    )
    assert "Saint" not in text
    assert "Maximilienne-Odettes attend un appel régulier" in text


def test_a_sender_that_nobody_can_answer_invites_to_the_page_or_to_phone() -> None:
    text = offers.offer_one_way(
        FRENCH,
        volunteer="Marie",
        caller=None,
        place=None,
        wishes=offers.wish(FRENCH, recurring=False),
        answer_by="18 h",
        line=LINE,
        link=LINK,
    )
    assert text == (
        f"Marie, une personne attend un appel. Votre réponse avant 18 h : {LINK} ou appelez le 01 99 00 01 00"
    )


def test_a_yes_is_answered_with_what_to_dial() -> None:
    text = texts.accepted(FRENCH, volunteer="Marie", caller="Odette", before="mardi 18 h", line=LINE)
    assert text == (
        "Merci Marie ! Pour appeler Odette, composez le 01 99 00 01 00 depuis ce téléphone, avant mardi 18 h."
    )


def test_a_caller_who_texts_is_given_the_emergency_numbers() -> None:
    text = texts.acknowledgement(FRENCH)
    assert "15 ou 112" in text
    assert "Un volontaire vous rappellera." in text


def test_a_volunteer_with_several_offers_is_asked_which_one() -> None:
    assert "42, 43." in texts.which_one(FRENCH, [42, 43], line=LINE)
    assert "OUI 42" in texts.which_one(FRENCH, [42, 43], line=LINE)
    with pytest.raises(ValueError, match="no reference"):
        texts.which_one(FRENCH, [], line=LINE)


def test_a_volunteer_who_calls_several_people_is_asked_which_call_the_report_is_about() -> None:
    assert "42, 43" in texts.which_report(FRENCH, [42, 43], line=LINE)
    assert "FAIT 42" in texts.which_report(FRENCH, [42, 43], line=LINE)


def test_a_listener_is_told_how_to_close_the_matter() -> None:
    assert texts.listener_closing(FRENCH).endswith(
        "Si cette personne n'attend plus d'appel, répondez FAIT. Sinon un volontaire la rappellera."
    )


def test_a_yes_to_regular_calls_is_answered_with_the_first_one_and_the_rhythm() -> None:
    text = texts.accepted_at(
        FRENCH,
        volunteer="Marie",
        caller="Odette",
        when="mardi 24/11 à 15 h",
        rhythm="chaque mardi à 15 h",
        line=LINE,
    )
    assert text == (
        "Merci Marie ! Votre appel à Odette : mardi 24/11 à 15 h, puis chaque mardi à 15 h. "
        "Composez le 01 99 00 01 00 depuis ce téléphone."
    )


@pytest.mark.parametrize(
    ("start", "until", "span"),
    [
        (None, None, "sans date de fin"),
        (None, "lundi 07/12", "jusqu'au lundi 07/12 inclus"),
        ("lundi 03/08", None, "à partir du lundi 03/08"),
        ("lundi 03/08", "lundi 17/08", "du lundi 03/08 au lundi 17/08 inclus"),
    ],
)
def test_a_pause_is_confirmed_with_its_days(start: str | None, until: str | None, span: str) -> None:
    text = texts.paused(FRENCH, start=start, until=until, line=LINE)
    assert text.startswith(f"C'est noté, pause {span}. D'autres appelleront à votre place")


def test_thanks_for_a_tenth_call_are_said_where_there_is_room() -> None:
    tenth = reminders.thank_you(FRENCH, 10)
    assert texts.reported(FRENCH, "Odette", more=tenth).endswith(tenth)
    assert not texts.reported(FRENCH, "Odette", more=tenth * 5).endswith(tenth)


def test_help_names_every_word_that_is_understood() -> None:
    text = texts.helped(FRENCH, line=LINE)
    assert [
        word
        for word in ("OUI", "NON", "FAIT", "ABSENT", "ALERTE", "PAUSE", "LIEN", "STOP")
        if word not in text
    ] == []
