"""A session that ends in the middle of a form: nothing typed is lost, and nobody else reads it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.bootstrap import Hotline
from hotline.models import KeptForm
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.web.desk.door import HERE, Person, row, with_password

A_NIGHT = timedelta(hours=13)
WORDS = "Odette va mieux.\nElle attend <mardi> & « merci »."
FORM = {"name": "Camille Faure-Dumont", "language": "fr", "theme": "dark", "large_text": "y", "words": WORDS}


@pytest.fixture
def person(hotline: Hotline, clock: StoppedClock) -> Person:
    """Somebody whose session ends while they write."""
    person = with_password(hotline).set_up()
    person.get("/account")
    clock.advance(A_NIGHT)
    return person


def sign_in_again(person: Person) -> None:
    person.follow()
    person.post("/login", email=person.email, password="la lune est pleine ce soir", next=_next(person))
    person.follow()
    person.post(person.seen.request.full_path, code=person.code())
    person.follow()


def _next(person: Person) -> str:
    found = re.search(r'name="next" value="([^"]*)"', person.seen.text)
    assert found
    return found[1]


def kept_now(hotline: Hotline) -> int:
    with hotline.database.read() as session:
        return session.scalar(select(func.count()).select_from(KeptForm)) or 0


def test_what_was_typed_comes_back_after_signing_in_and_is_sent_with_one_click(
    hotline: Hotline, person: Person
) -> None:
    answer = person.post("/account", **FORM)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=/kept/")
    person.follow()
    assert "ce que vous avez écrit est gardé" in person.text()
    assert row(hotline).name == "Camille Faure"

    sign_in_again(person)
    assert person.seen.status_code == 200
    assert "Odette va mieux.\nElle attend &lt;mardi&gt; &amp; « merci »." in person.seen.text
    assert 'name="name"' in person.seen.text
    assert "csrf_token" not in re.findall(r'id="(?:kept|other)-\d+" name="([^"]+)"', person.seen.text)

    person.post(person.seen.request.path, **FORM)
    assert (person.seen.status_code, person.seen.location) == (307, "/account")
    person.post("/account", **FORM)
    assert person.seen.status_code == 303
    assert (row(hotline).name, row(hotline).theme, kept_now(hotline)) == ("Camille Faure-Dumont", "dark", 0)


@on_sqlite
def test_a_kept_form_is_sent_once(hotline: Hotline, person: Person) -> None:
    person.post("/account", **FORM)
    sign_in_again(person)
    path = person.seen.request.path
    assert person.post(path, **FORM).status_code == 307
    assert person.post(path, **FORM).location == "/inside"
    assert person.get(path).location == "/inside"


@on_sqlite
def test_nobody_else_reads_a_kept_form(hotline: Hotline, person: Person) -> None:
    path = _path(person.post("/account", **FORM).location)
    other = with_password(hotline, "bruno@example.org", name="Bruno Petit").set_up()
    assert other.get(path).status_code == 303
    assert other.post(path, **FORM).location == "/inside"
    assert kept_now(hotline) == 1


@on_sqlite
def test_a_kept_form_is_gone_after_an_hour(hotline: Hotline, person: Person, clock: StoppedClock) -> None:
    path = _path(person.post("/account", **FORM).location)
    clock.advance(timedelta(hours=1))
    sign_in_again(person)
    assert person.get(path).location == "/inside"
    person.follow()
    person.post("/account", **FORM)
    clock.advance(A_NIGHT)
    person.post("/account", **FORM)
    assert kept_now(hotline) == 1


@on_sqlite
def test_what_is_far_too_long_is_not_kept_and_says_so(hotline: Hotline, person: Person) -> None:
    person.post("/account", words="long " * 10_000)
    assert person.seen.location == "/login"
    person.follow()
    assert "trop long pour être gardé" in person.text()
    assert kept_now(hotline) == 0


@on_sqlite
def test_a_part_of_a_page_leads_the_whole_page_to_the_door(hotline: Hotline, person: Person) -> None:
    answer = person.post("/account", headers={"HX-Request": "true"}, **FORM)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login?next=/kept/")


@on_sqlite
def test_a_stranger_keeps_nothing_in_our_database(hotline: Hotline) -> None:
    stranger = Person(hotline)
    stranger.get("/login")
    assert stranger.post("/account", **FORM).location == "/login"
    with stranger.client.session_transaction(base_url=HERE) as cookie:
        cookie["desk"] = "a token that is nobody’s"
    assert stranger.post("/account", **FORM).location == "/login"
    assert kept_now(hotline) == 0


@on_sqlite
def test_a_form_of_an_earlier_session_is_shown_again_with_all_that_it_held(
    hotline: Hotline, clock: StoppedClock
) -> None:
    person = with_password(hotline).set_up()
    person.token = "the token of an earlier session"
    answer = person.post("/account", **FORM)
    assert answer.status_code == 400
    assert "Elle attend &lt;mardi&gt;" in answer.text
    assert 'action="/account"' in answer.text
    assert person.post("/account", **FORM).status_code == 303
    assert row(hotline).theme == "dark"


def _path(location: str) -> str:
    return location.removeprefix("/login?next=")
