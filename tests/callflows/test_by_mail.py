"""Texts about relations by mail fit one segment; letters name nobody by more than the first name."""

import pytest

from callflows import by_mail, offers
from callflows.gsm import plain, segments
from callflows.wordings import Wordings
from tests.callflows.catalogues import BOTH, FRENCH, LINE, NAMES
from tests.callflows.sms import LINK, RHYTHM
from tests.callflows.test_texts import INVITES

LANGUAGES = pytest.mark.parametrize("words", BOTH, ids=["fr", "en"])
WHEN = "mercredi 30/12 à 14 h 30"
LETTERS = {"to_volunteer", "to_caller", "passed_on", "over", "stopped", "visio", "visio_text"}
PARTS = {"wish", "cover"}


def texts(words: Wordings, name: str | None) -> dict[str, str]:
    """Every text, and the offers in which the wishes stand."""
    both = {"volunteer": name, "caller": name}
    wishes = {
        "wish": by_mail.wish(words, recurring=True, rhythm=RHYTHM),
        "wish once": by_mail.wish(words, recurring=False),
        "cover": by_mail.cover(words, when="mercredi 30/12 à 14 h 30", holder=name),
    }
    offered = {
        title: offers.offer(words, reference=99999, place="05100", wishes=wish, answer_by=WHEN, **both)
        for title, wish in wishes.items()
    } | {
        f"{title} one way": offers.offer_one_way(
            words, place="05100", wishes=wish, answer_by=WHEN, line=LINE, link=LINK, **both
        )
        for title, wish in wishes.items()
    }
    return offered | {
        "accepted": by_mail.accepted(words, before=WHEN, **both),
        "accepted_at": by_mail.accepted_at(words, when=WHEN, rhythm=RHYTHM, **both),
        "already_accepted": by_mail.already_accepted(words, caller=name),
        "contact_again": by_mail.contact_again(words, name),
        "reminder": by_mail.reminder(words, caller=name, when=WHEN),
        "nudge": by_mail.nudge(words, caller=name),
        "missed_told": by_mail.missed_told(words, name),
        "given": by_mail.given(words, when=RHYTHM, **both),
    }


@LANGUAGES
@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_one_segment(words: Wordings, name: str | None) -> None:
    for title, text in texts(words, name).items():
        measured = segments(text)
        assert (measured.encoding, measured.count) == ("GSM-7", 1), f"{title}: {text}"


def test_every_text_is_measured_here() -> None:
    public = {
        name
        for name, made in vars(by_mail).items()
        if callable(made) and made.__module__ == by_mail.__name__ and not name.startswith("_")
    }
    measured = {title.split()[0] for title in texts(FRENCH, "Odette")}
    assert public - LETTERS - {"Letter"} == measured


def test_no_text_invites_an_answer_by_text() -> None:
    for title, text in texts(FRENCH, "Odette").items():
        if title not in PARTS | {"wish once"}:
            assert not INVITES.search(text), title


def test_an_ordinary_video_link_fits_one_segment() -> None:
    link = "https://meet.exemple.fr/onseparle-odette-4821"
    text = by_mail.visio_text(FRENCH, volunteer="Camille", link=link)
    assert link in text
    assert segments(text).count == 1
    assert plain(text) == text


@LANGUAGES
@pytest.mark.parametrize("name", ["Odette", None])
def test_letters_are_whole(words: Wordings, name: str | None) -> None:
    address, association = "bonjour+0123456789abcdef@exemple.fr", "On se parle !!"
    common = {"volunteer": "Camille", "caller": name, "association": association}
    letters = [
        by_mail.to_volunteer(words, address=address, when=WHEN, **common),
        by_mail.to_caller(words, address=address, **common),
        by_mail.over(words, association=association),
        by_mail.stopped(words, association=association),
        by_mail.visio(words, link="https://meet.exemple.fr/x", **common),
    ]
    for letter in letters:
        assert letter.subject
        assert "\n" not in letter.subject
        assert not letter.body.startswith("\n")
        assert letter.body.endswith(f"{association}\n")
        assert "{" not in letter.body + letter.subject
    assert address in letters[0].body
    assert address in letters[1].body


@LANGUAGES
def test_what_is_passed_on_says_by_whom_and_what_is_missing(words: Wordings) -> None:
    with_photo = by_mail.passed_on(words, body="Bonjour !\n", attachments=1, association="On se parle !!")
    without = by_mail.passed_on(words, body="Bonjour !\n", attachments=0, association="On se parle !!")
    assert with_photo.startswith("Bonjour !\n\n-- \n")
    assert words.phrase("relay_mail.attachments") in with_photo
    assert words.phrase("relay_mail.attachments") not in without
