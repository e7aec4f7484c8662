"""Guessing at the door is slow, for passwords and for codes, whoever they are for; the others are let in."""

import re
from datetime import timedelta

from sqlalchemy import select

from hotline.bootstrap import Hotline
from hotline.models import Alert
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.web.desk.door import PASSWORD, Person, noted, with_password

WRONG = "ce n’est pas le bon mot"
MINUTE = timedelta(minutes=1)


def test_after_five_wrong_passwords_the_sixth_try_has_to_wait(hotline: Hotline, clock: StoppedClock) -> None:
    person = with_password(hotline)
    for _ in range(5):
        person.give_password(WRONG)
        assert "Trop d’essais" not in person.text()
    person.give_password(PASSWORD)
    assert person.seen.status_code == 422
    assert "attendez 31 s, puis réessayez à partir de 14 h" in re.sub(r"\s", " ", person.text())
    clock.advance(timedelta(seconds=29))
    assert person.give_password(PASSWORD).status_code == 422
    clock.advance(timedelta(seconds=1))
    assert person.give_password(PASSWORD).status_code == 302


@on_sqlite
def test_each_further_failure_doubles_the_wait_up_to_an_hour(hotline: Hotline, clock: StoppedClock) -> None:
    person = with_password(hotline)
    for _ in range(5):
        person.give_password(WRONG)
    wait = timedelta(seconds=30)
    for _ in range(9):
        clock.advance(wait - timedelta(seconds=1))
        person.give_password(WRONG)
        assert "Trop d’essais" in person.text()
        clock.advance(timedelta(seconds=1))
        person.give_password(WRONG)
        assert "Trop d’essais" not in person.text()
        wait = min(wait * 2, timedelta(hours=1))
    assert wait == timedelta(hours=1)


@on_sqlite
def test_an_address_that_nobody_has_is_slowed_down_alike(hotline: Hotline) -> None:
    stranger = Person(hotline, email="personne@example.org")
    for _ in range(5):
        stranger.give_password(WRONG)
    stranger.give_password(WRONG)
    assert "Trop d’essais" in stranger.text()


@on_sqlite
def test_colleagues_come_in_while_somebody_guesses_at_one_account(hotline: Hotline) -> None:
    colleague = with_password(hotline, "bruno@example.org", name="Bruno Petit")
    guesser = with_password(hotline)
    for _ in range(6):
        guesser.give_password(WRONG)
    assert "Trop d’essais" in guesser.text()
    assert colleague.give_password().status_code == 302


@on_sqlite
def test_one_place_that_tries_many_accounts_is_slowed_down_too(hotline: Hotline) -> None:
    person = with_password(hotline)
    for number in range(20):
        Person(hotline, email=f"personne{number}@example.org").give_password(WRONG)
    person.give_password()
    assert "Trop d’essais" in person.text()


@on_sqlite
def test_one_time_codes_are_slow_to_guess_as_well(hotline: Hotline, clock: StoppedClock) -> None:
    telephone = with_password(hotline).set_up().telephone
    clock.advance(MINUTE)
    person = Person(hotline, telephone=telephone)
    person.give_password()
    person.follow()
    for _ in range(5):
        assert person.post("/login/code", code="000000").status_code == 422
    person.post("/login/code", code=person.code())
    assert "Trop d’essais" in person.text()
    clock.advance(MINUTE)
    assert person.post("/login/code", code=person.code()).status_code == 302


@on_sqlite
def test_many_failures_are_noted_and_alert_the_desk_once(hotline: Hotline, clock: StoppedClock) -> None:
    person = with_password(hotline)
    for _ in range(21):
        person.give_password(WRONG)
        clock.advance(timedelta(minutes=61))
    with hotline.database.read() as session:
        alerts = session.scalars(select(Alert.kind)).all()
    assert alerts == ["sign_in_guessing"]
    assert "sign_in.failed" in noted(hotline)


@on_sqlite
def test_whoever_got_in_begins_anew(hotline: Hotline, clock: StoppedClock) -> None:
    person = with_password(hotline).set_up()
    for _ in range(2):
        clock.advance(MINUTE)
        other = Person(hotline, telephone=person.telephone)
        for _ in range(4):
            other.give_password(WRONG)
        other.sign_in()
        assert other.is_in()
