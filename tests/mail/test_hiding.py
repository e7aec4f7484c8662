"""Neither side's address or number passes the relay, however it is written."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.mail.hiding import ADDRESS, NUMBER, hidden

ODETTE, CAMILLE = "odette.martin@exemple.org", "camille@exemple.fr"
NUMBERS = ["+33639980101", "+33199000201"]

plain = st.text(st.sampled_from("abcé ,.;:!?'()\n>-é"), max_size=30)
broken = st.lists(st.sampled_from(["", "", "", " ", "\n", "\n> ", ">\n>> "]), min_size=40, max_size=40)
spaces = st.lists(st.sampled_from(["", " ", ".", "-", "/", "\u00a0", "\n> "]), min_size=12, max_size=12)


def scattered(known: str, between: list[str]) -> str:
    return "".join(f"{sign}{gap}" for sign, gap in zip(known, between, strict=False))


@given(st.sampled_from([ODETTE, CAMILLE]), plain, plain, broken, st.booleans())
@example(ODETTE, "Répondez à <", "> a écrit :", [""] * 40, False)
def test_no_known_address_is_seen_even_broken_over_lines(
    known: str, before: str, after: str, between: list[str], loud: bool
) -> None:
    written = scattered(known.upper() if loud else known, between)
    seen = hidden(f"{before}{written}{after}", addresses=[ODETTE, CAMILLE], numbers=NUMBERS)
    assert known not in re.sub(r"[\s>]", "", seen).lower()


@given(st.sampled_from(NUMBERS), plain, plain, spaces, st.booleans())
def test_no_known_number_is_seen_however_it_is_spaced(
    known: str, before: str, after: str, between: list[str], national: bool
) -> None:
    written = scattered(f"0{known[3:]}" if national else known, between)
    seen = hidden(f"{before}{written}{after}", numbers=NUMBERS)
    assert known[-9:] not in re.sub(r"\D", "", seen)


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_nothing_is_hidden_twice(text: str) -> None:
    once = hidden(text, addresses=[ODETTE], numbers=NUMBERS)
    assert hidden(once, addresses=[ODETTE], numbers=NUMBERS) == once


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Mon fils : luc@exemple.org.", f"Mon fils : {ADDRESS}."),
        ("luc (at) exemple.org", f"{ADDRESS}"),
        ("mailto:luc%40exemple.org", f"mailto:{ADDRESS}"),
        ("Appelez le 01 99 00 02 01, merci", f"Appelez le {NUMBER}, merci"),
        ("06.39.98.01.09", NUMBER),
        ("+33 (0)6 39 98 01 09", NUMBER),
        ("0039 06 1234 5678", NUMBER),
    ],
)
def test_what_nobody_knew_is_hidden_too(written: str, seen: str) -> None:
    assert hidden(written) == seen


@pytest.mark.parametrize(
    "written",
    [
        "Le 24/11/2026 à 14:00, Odette a écrit :",
        "rendez-vous le 24 11 2026 vers 15 h 30",
        "05100 Briançon, 12 rue du Four",
        "J'ai 2 chats et 3 000 livres ; ça coûte 1 234,50 €.",
    ],
)
def test_days_hours_and_sums_stay(written: str) -> None:
    assert hidden(written) == written


def test_a_long_mail_is_read_at_once() -> None:
    assert hidden("a" * 200_000 + " " + "1 " * 50_000 + ">" * 100_000, addresses=[ODETTE], numbers=NUMBERS)
