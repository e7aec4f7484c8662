"""What is written about a need: texts in one segment, mails that say all of it, subjects without a name."""

from dataclasses import replace

import pytest

from callflows import orientation
from callflows.gsm import plain
from callflows.orientation import Told
from callflows.wordings import Wordings
from hotline.models.status import Need
from hotline.rehearsal.protocol import gsm7
from tests.callflows.catalogues import BOTH, FRENCH, LINE, NAMES

LONGEST = ("Maximilienne-Odette-Jeanne", "Bartholomé-Ça Emmanuel-Amédée", *NAMES)
PARTNER = "Association départementale de solidarité de proximité du Grand Briançonnais"
KIT = "https://voisins-solidaires.exemple.fr/kits/le-kit-a-imprimer-2026.pdf"
LANGUAGES = pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
ODETTE = Told(
    need="SOLIDARITE_PROXIMITE",
    caller="Odette Blanchard",
    number="+33639980001",
    place="05100",
    words="plus rien à manger",
    consent="la personne, au téléphone, 24/11",
    reference=99999,
    phone=LINE,
)


@LANGUAGES
@pytest.mark.parametrize("name", LONGEST)
@pytest.mark.parametrize("need", Need)
def test_every_text_about_a_need_fits_one_segment(words: Wordings, name: str | None, need: Need) -> None:
    told = replace(ODETTE, caller=name, need=need.value)
    for text in (
        orientation.partner_text(words, told),
        orientation.reminder_text(words, told, "30/12"),
        orientation.told_text(words, partner=PARTNER, code=told.need, line=LINE),
        orientation.instructions_text(words),
        orientation.kit_text(words, KIT),
    ):
        counted = gsm7.segments(text)
        assert (text, counted.encoding, counted.parts) == (text, "GSM-7", 1)


def test_no_french_text_about_a_need_needs_to_be_transliterated() -> None:
    for key, phrase in FRENCH.phrases.items():
        if key.startswith("orientation."):
            assert plain(phrase) == phrase, key


@LANGUAGES
def test_a_partner_s_mail_says_who_where_and_who_agreed_and_its_subject_names_nobody(words: Wordings) -> None:
    letter = orientation.partner_mail(words, ODETTE, association="MJC Exemple")
    for said in ("Odette Blanchard", "06 39 98 00 01", "05100", "plus rien à manger", "au téléphone"):
        assert said in letter.body
    assert "Odette" not in letter.subject
    assert "99999" in letter.subject


@LANGUAGES
def test_what_nobody_knows_is_said_to_be_unknown(words: Wordings) -> None:
    bare = replace(ODETTE, caller=None, number=None, place=None, words=None)
    unknown = words.phrase("orientation_mail.unknown")
    assert orientation.sheet(words, bare).count(unknown) == 4


def test_a_long_name_of_a_partner_is_cut_at_a_word() -> None:
    text = orientation.told_text(FRENCH, partner=PARTNER, code="AUTRE", line=LINE)
    assert "Association départementale de solidarité de proximité" in text
    assert "Grand" not in text
