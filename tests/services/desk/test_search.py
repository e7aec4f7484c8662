"""People are found by three letters of a name, by a number in any format, by an address."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hotline import migrations
from hotline.bootstrap import Hotline
from hotline.models import Caller, NameToken
from hotline.models.naming import LONGEST, SHORTEST, token, tokens, words
from hotline.models.status import CallerState
from hotline.services import people
from hotline.services.desk import search
from hotline.services.desk.search import Advice
from tests.people import add_caller

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def found(hotline: Hotline, typed: str) -> list[str | None]:
    with hotline.database.read() as session:
        return [caller.names for caller in search.find(session, typed).people]


@pytest.fixture
def three(hotline: Hotline) -> Hotline:
    """Three people who made contact one after the other."""
    for number, names in ((1, "Odette Martin"), (2, "Élise Béranger-Faure"), (3, "Jean-Marie Cœur d’Albon")):
        at = AT + timedelta(hours=number)
        add_caller(hotline, f"+3363998000{number}", names, email=f"Personne{number}@example.org")
        with hotline.database.write() as session:
            session.get_one(Caller, number).last_contact_at = at
    return hotline


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ode", ["Odette Martin"]),
        ("ODETTE  mart", ["Odette Martin"]),
        ("beranger", ["Élise Béranger-Faure"]),
        ("Fau", ["Élise Béranger-Faure"]),
        ("coeur", ["Jean-Marie Cœur d’Albon"]),
        ("albon jean", ["Jean-Marie Cœur d’Albon"]),
        ("mar", ["Jean-Marie Cœur d’Albon", "Odette Martin"]),
        ("mar ode", ["Odette Martin"]),
        ("dette", []),
        ("06 39 98 00 01", ["Odette Martin"]),
        ("+33 6.39.98.00.02", ["Élise Béranger-Faure"]),
        ("personne3@EXAMPLE.org", ["Jean-Marie Cœur d’Albon"]),
    ],
)
def test_somebody_is_found_however_they_are_typed(three: Hotline, typed: str, names: list[str]) -> None:
    assert found(three, typed) == names


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("od", Advice.THREE_LETTERS),
        ("-", Advice.THREE_LETTERS),
        ("01", Advice.WHOLE_NUMBER),
        ("39 98", Advice.WHOLE_NUMBER),
    ],
)
def test_too_little_to_go_by_gets_advice(three: Hotline, typed: str, advice: Advice) -> None:
    with three.database.read() as session:
        told = search.find(session, typed)
    assert (list(told.people), told.advice) == ([], advice)


def test_a_name_of_two_letters_is_found_whole(hotline: Hotline) -> None:
    add_caller(hotline, "+33639980001", "Li Wei")
    add_caller(hotline, "+33639980002", "Lise Weil")
    assert found(hotline, "li") == ["Li Wei"]


def test_pages_follow_each_other_without_a_gap_however_common_the_name(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        add_caller(hotline, f"+336399800{number:02}", f"Marie {'abcde'[number % 5]}{number}")
        with hotline.database.write() as session:
            session.get_one(Caller, number + 1).last_contact_at = AT - timedelta(days=number % 7)
    for many in (1000, 5):
        monkeypatch.setattr(search, "_MANY", many)
        monkeypatch.setattr(search, "_REACH", 4)
        seen: list[int] = []
        after = None
        with hotline.database.read() as session:
            while True:
                page = search.find(session, "mar", after, limit=4)
                seen += [caller.id for caller in page.people]
                after = page.after
                if after is None:
                    break
        assert sorted(seen) == list(range(1, 26)), many


def test_a_page_that_nobody_of_ours_named_begins_at_the_top(three: Hotline) -> None:
    with three.database.read() as session:
        for after in ("", "~", "2026", "2026-11-24~1", "x~y"):
            assert len(search.find(session, "mar", after).people) == 2


def test_a_changed_name_is_found_and_the_old_one_is_not(three: Hotline) -> None:
    with three.database.write() as session:
        session.get_one(Caller, 1).names = "Odile Blanc"
    assert found(three, "martin") == []
    assert found(three, "bla") == ["Odile Blanc"]
    with three.database.write() as session:
        session.get_one(Caller, 1).names = None
    assert found(three, "odile") == []


def test_a_file_merged_into_another_is_not_found_any_more(three: Hotline) -> None:
    with three.database.write() as session:
        session.get_one(Caller, 1).state = CallerState.MERGED
    assert found(three, "odette") == found(three, "0639980001") == []


def test_names_from_before_the_index_are_found_after_an_upgrade(three: Hotline) -> None:
    with three.database.write() as session:
        session.execute(delete(NameToken))
    assert found(three, "odette") == []
    migrations.upgrade(three.database)
    assert found(three, "odette") == ["Odette Martin"]
    assert found(three, "coeur") == ["Jean-Marie Cœur d’Albon"]


def test_the_index_names_nobody(three: Hotline) -> None:
    with three.database.read() as session:
        kept = session.connection().exec_driver_sql("SELECT token FROM name_tokens").scalars().all()
    assert kept
    for one in kept:
        assert len(bytes(one)) == 16
        assert b"ode" not in bytes(one)


def test_a_withheld_caller_costs_the_index_nothing(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        people.new_caller(session, CallerState.UNREACHABLE, AT)
        assert session.scalars(select(NameToken)).all() == []


def test_nobody_writes_names_past_the_events_that_index_them() -> None:
    past = re.compile(r"\b(update|insert)\(Caller\)|bulk_(insert|update|save)")
    guilty = [
        f"{file.relative_to(ROOT)}:{number}"
        for folder in ("hotline", "scheduler")
        for file in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if past.search(line) and '"""' not in line and "(`update(Caller)`" not in line
    ]
    assert guilty == []


@given(st.text(max_size=60))
def test_every_beginning_of_every_word_finds_a_name(names: str) -> None:
    kept = tokens(names)
    for word in words(names)[:12]:
        for length in range(SHORTEST, len(word) + 1):
            assert token(word[:length]) in kept
        if len(word) < SHORTEST:
            assert word in kept
    assert all(1 <= len(one) <= LONGEST for one in kept)


@given(st.text(max_size=40))
@example("𝔍")
def test_accents_case_and_marks_make_no_difference(names: str) -> None:
    assert all(word == word.casefold() and "-" not in word for word in words(names))
    assert words(" ".join(words(names))) == words(names)
