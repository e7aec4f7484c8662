"""Signing in at the desk: the one-time link, the password, the code, the codes on paper, the way out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from passlib.totp import TOTP

from hotline.bootstrap import Hotline
from hotline.models.status import Role
from hotline.settings import load
from hotline.web.desk.room import TOKEN
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.web.desk.door import EMAIL, HERE, PASSWORD, Browser, Person, invited, noted, row, with_password

HALF_A_MINUTE = timedelta(seconds=30)


@on_sqlite
def test_opening_a_one_time_link_uses_nothing_up_and_choosing_a_password_does(hotline: Hotline) -> None:
    path, browser = invited(hotline), Browser(hotline)
    for _ in range(3):
        assert browser.get(path).status_code == 200
    assert browser.post(path, name="Camille", password=PASSWORD, again=PASSWORD).location == "/login"
    assert browser.get(path).status_code == 403
    assert "Ce lien ne marche plus" in browser.text()
    assert row(hotline).name == "Camille"


@on_sqlite
@pytest.mark.parametrize(
    "password",
    ["deux m² de ciel bleu", "la lune est… pleine", "la\N{NO-BREAK SPACE}lune est pleine\N{NO-BREAK SPACE}!"],
)
def test_a_password_with_the_signs_of_a_french_keyboard_opens_the_desk(
    hotline: Hotline, password: str
) -> None:
    path, person = invited(hotline, name="Camille Faure"), Person(hotline)
    person.get(path)
    assert person.post(path, password=password, again=password).status_code == 303
    assert person.give_password(password).status_code == 302


@on_sqlite
def test_a_one_time_link_lasts_two_days(hotline: Hotline, clock: StoppedClock) -> None:
    path, browser = invited(hotline), Browser(hotline)
    clock.advance(timedelta(hours=47))
    assert browser.get(path).status_code == 200
    clock.advance(timedelta(hours=1))
    assert browser.post(path, name="Camille", password=PASSWORD, again=PASSWORD).status_code == 403
    assert row(hotline).password is None


@on_sqlite
def test_a_new_link_makes_the_earlier_one_worthless(hotline: Hotline) -> None:
    earlier, newer = invited(hotline), invited(hotline)
    browser = Browser(hotline)
    assert browser.get(earlier).status_code == 403
    assert browser.get(newer).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    "password",
    [
        "court",
        "camillefaure2026",
        EMAIL,
        "aaaaaaaaaaaaaaaa",
        "123456789012",
        "azertyuiopqsd",
    ],
)
def test_a_password_that_would_be_guessed_is_refused_with_the_rule(hotline: Hotline, password: str) -> None:
    path, browser = invited(hotline, name="Camille Faure"), Browser(hotline)
    browser.get(path)
    answer = browser.post(path, password=password, again=password)
    assert answer.status_code == 422
    assert "Douze caractères au moins" in browser.text()
    assert row(hotline).password is None


@on_sqlite
def test_a_typing_mistake_keeps_the_name_and_never_shows_a_password(hotline: Hotline) -> None:
    path, browser = invited(hotline), Browser(hotline)
    browser.get(path)
    answer = browser.post(path, name="Camille Faure", password=PASSWORD, again="autre chose")
    assert answer.status_code == 422
    assert 'value="Camille Faure"' in answer.text
    assert PASSWORD not in answer.text


def test_nothing_opens_before_the_code_is_set_up_and_then_everything_does(hotline: Hotline) -> None:
    person = with_password(hotline)
    person.give_password()
    assert person.seen.location == "/account/code"
    assert not person.is_in()
    person.set_up()
    assert person.is_in()
    assert len(person.recovery) == 10
    assert noted(hotline) == ["password.choose", "sign_in", "recovery_codes.make"]


def test_password_and_code_open_the_desk_where_somebody_wanted_to_go(
    hotline: Hotline, clock: StoppedClock
) -> None:
    with_password(hotline).set_up()
    clock.advance(HALF_A_MINUTE)
    person = Person(hotline, telephone=_telephone(hotline))
    assert person.get("/account/team").location == "/login?next=/account/team"
    person.follow()
    person.post("/login", email=" Camille.Faure@Example.ORG ", password=PASSWORD, next="/account/team")
    person.follow()
    person.post(person.seen.request.full_path, code=person.code())
    assert person.seen.location.endswith("/account/team")
    person.follow()
    assert person.seen.status_code == 200


def test_a_code_is_good_once(hotline: Hotline, clock: StoppedClock) -> None:
    person = with_password(hotline).set_up()
    clock.advance(HALF_A_MINUTE)
    other = Person(hotline, telephone=person.telephone)
    assert other.sign_in().status_code == 302
    thief = Person(hotline, telephone=person.telephone)
    assert thief.sign_in().status_code == 422
    assert "il a déjà servi" in thief.text()
    assert not thief.is_in()


def test_a_recovery_code_replaces_the_telephone_once(hotline: Hotline) -> None:
    recovery = with_password(hotline).set_up().recovery
    first, second, *_rest = recovery
    for typed, answer in ((f" {first.upper()} ", 302), (first, 422), (second.replace("-", ""), 302)):
        person = Person(hotline)
        person.give_password()
        person.follow()
        person.get("/login/recovery")
        assert person.post("/login/recovery", code=typed).status_code == answer
    assert len(row(hotline).mf_recovery_codes or []) == 8
    assert noted(hotline).count("recovery_codes.use") == 2


@on_sqlite
def test_recovery_codes_are_shown_once(hotline: Hotline) -> None:
    person = with_password(hotline).set_up()
    person.get("/account/recovery-codes?show_codes=1")
    assert person.recovery[0] not in person.seen.text
    assert "Il vous reste 10 codes" in person.text()


@on_sqlite
def test_unknown_and_known_addresses_get_the_same_answer(hotline: Hotline) -> None:
    person = with_password(hotline)
    person.give_password("un autre mot de passe")
    known = person.text()
    person.email = "personne@example.org"
    person.give_password("un autre mot de passe")
    assert (person.seen.status_code, person.text()) == (422, known)


@on_sqlite
def test_signing_in_gives_a_token_that_nobody_could_have_laid_there_before(hotline: Hotline) -> None:
    person = with_password(hotline)
    person.get("/login")
    with person.client.session_transaction(base_url=HERE) as cookie:
        cookie[TOKEN] = "laid there by somebody else"
        laid = cookie["csrf_token"]
    person.set_up()
    with person.client.session_transaction(base_url=HERE) as cookie:
        assert cookie[TOKEN] != "laid there by somebody else"
        assert cookie["csrf_token"] != laid


@on_sqlite
def test_the_cookie_is_for_the_browser_alone(hotline: Hotline) -> None:
    person = with_password(hotline)
    cookie = person.give_password().headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))


@on_sqlite
def test_signing_out_ends_the_session_itself_not_only_the_cookie(hotline: Hotline) -> None:
    person = with_password(hotline).set_up()
    with person.client.session_transaction(base_url=HERE) as cookie:
        copied = dict(cookie)
    person.get("/account")
    assert person.post("/sign-out").location == "/login"
    person.follow()
    assert "déconnecté" in person.text()
    thief = Browser(hotline)
    with thief.client.session_transaction(base_url=HERE) as cookie:
        cookie.update(copied)
    assert thief.get("/account").status_code == 303
    assert noted(hotline)[-1] == "sign_out"


@on_sqlite
def test_an_address_elsewhere_is_never_gone_to(hotline: Hotline, clock: StoppedClock) -> None:
    with_password(hotline).set_up()
    clock.advance(HALF_A_MINUTE)
    person = Person(hotline, telephone=_telephone(hotline))
    path = "/login?next=https://elsewhere.example/"
    person.get(path)
    person.post(path, email=EMAIL, password=PASSWORD, next="//elsewhere.example")
    assert "elsewhere" not in (person.seen.location or "")


@on_sqlite
@pytest.mark.parametrize("role", list(Role))
def test_each_role_comes_in_at_a_page_of_its_own(hotline: Hotline, role: Role) -> None:
    person = with_password(hotline, role=role).set_up()
    person.get("/inside")
    assert person.seen.status_code == 302
    person.follow()
    assert person.seen.status_code == 200


@on_sqlite
def test_the_door_speaks_english_to_whoever_asks(hotline: Hotline) -> None:
    browser = Browser(hotline)
    assert '<html lang="fr"' in browser.get("/login").text
    browser.post("/language", language="en", back="/login")
    assert browser.seen.location == "/login"
    assert '<html lang="en"' in browser.get("/login").text
    browser.post("/language", language="en", back="//elsewhere.example")
    assert browser.seen.location == "/"


@on_sqlite
@pytest.mark.parametrize("path", ["/login/rescue", "/logout", "/register", "/reset"])
def test_what_we_do_not_offer_is_not_there(hotline: Hotline, path: str) -> None:
    assert Browser(hotline).get(path).status_code == 404


@on_sqlite
@pytest.mark.parametrize("path", ["/login", "/login/passkey", "/account/passkeys", "/invitation/x"])
def test_the_door_keeps_nothing_and_loads_nothing_from_elsewhere(hotline: Hotline, path: str) -> None:
    headers = Browser(hotline).get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-")
    assert (headers["Cache-Control"], headers["X-Frame-Options"]) == ("no-store", "DENY")


@on_sqlite
def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(hotline: Hotline) -> None:
    person = with_password(hotline)
    person.token = "not the one"
    answer = person.post("/login", email=EMAIL, password=PASSWORD)
    assert answer.status_code == 400
    assert "Recommencer" in person.text()
    assert person.post("/login", headers={"Sec-Fetch-Site": "cross-site"}).status_code in {400, 403}


@on_sqlite
def test_the_rehearsals_link_signs_in_with_one_click_as_often_as_it_is_opened(hotline: Hotline) -> None:
    path = invited(hotline).replace("/invitation/", "/rehearsal/")
    for _ in range(2):
        browser = Browser(hotline)
        assert browser.get(path).location == "/"
        assert browser.get("/account").status_code == 200


@on_sqlite
def test_a_real_line_knows_no_rehearsal_link(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    path = invited(hotline).replace("/invitation/", "/rehearsal/")
    monkeypatch.delenv("TWILIO_API_BASE_URL")
    real = replace(hotline, settings=load())
    assert not real.settings.rehearsal
    assert Browser(real).get(path).status_code == 404


def _telephone(hotline: Hotline) -> TOTP:
    return TOTP.from_source(row(hotline).tf_totp_secret)
