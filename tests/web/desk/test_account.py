"""Mon compte: looks, password, browsers; and who has a place at the desk."""

import re
from datetime import timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models.status import Role
from tests.conftest import StoppedClock
from tests.databases import on_sqlite
from tests.web.desk.door import EMAIL, PASSWORD, Browser, Person, noted, row, with_password

pytestmark = on_sqlite

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "le vent souffle du nord"


@pytest.fixture
def person(hotline: Hotline) -> Person:
    """Somebody at their desk."""
    return with_password(hotline).set_up()


def again(hotline: Hotline, person: Person, clock: StoppedClock) -> Person:
    """The same person in another browser."""
    clock.advance(timedelta(minutes=1))
    other = Person(hotline, telephone=person.telephone)
    other.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    other.sign_in()
    return other


def _action(person: Person, begins: str, ends: str = "") -> str:
    """The address to which a form of the page is sent."""
    found = re.search(rf'action="({begins}[^"/]+{ends})"', person.seen.text)
    assert found, person.seen.text
    return found[1]


def test_pages_look_as_somebody_chose(hotline: Hotline, person: Person) -> None:
    person.get("/account")
    person.post("/account", name="  Camille   F. ", language="en", theme="dark", large_text="y")
    answer = person.get("/account")
    assert '<html lang="en" data-theme="dark" class="large">' in answer.text
    assert "data-shortcuts" not in answer.text
    assert row(hotline).name == "Camille F."


def test_a_faulty_form_keeps_what_was_typed(hotline: Hotline, person: Person) -> None:
    person.get("/account")
    answer = person.post("/account", name=" ", language="fr", theme="pink")
    assert answer.status_code == 422
    assert "Écrivez votre nom" in person.text()
    assert row(hotline).theme == "auto"


def test_browsers_are_listed_in_words_and_signed_out_one_by_one(
    hotline: Hotline, person: Person, clock: StoppedClock
) -> None:
    other = again(hotline, person, clock)
    text = other.get("/account") and other.text()
    assert "Firefox sur Windows ce navigateur" in text
    person.get("/account")
    path = next(
        part
        for part in person.seen.text.split('"')
        if part.startswith("/account/browsers/") and part != "/account/browsers/end"
    )
    person.post(path)
    assert person.is_in()
    assert not other.is_in()


def test_nobody_signs_out_somebody_elses_browser(hotline: Hotline, person: Person) -> None:
    other = with_password(hotline, "bruno@example.org", name="Bruno Petit").set_up()
    for number in range(1, 5):
        person.post(f"/account/browsers/{number}/end")
    assert other.is_in()


def test_signing_out_everywhere_includes_here(hotline: Hotline, person: Person, clock: StoppedClock) -> None:
    other = again(hotline, person, clock)
    person.get("/account")
    assert person.post("/account/browsers/end").location == "/login"
    assert not person.is_in()
    assert not other.is_in()
    assert noted(hotline)[-1] == "sign_out.everywhere"


def test_a_new_password_ends_every_other_browser(
    hotline: Hotline, person: Person, clock: StoppedClock
) -> None:
    other = again(hotline, person, clock)
    person.get("/account/password")
    person.post("/account/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
    assert person.seen.location == "/account"
    assert person.is_in()
    assert not other.is_in()
    clock.advance(timedelta(minutes=1))
    assert Person(hotline).give_password().status_code == 422
    assert Person(hotline).give_password(NEW).status_code == 302
    assert "password.change" in noted(hotline)


@pytest.mark.parametrize(
    ("password", "new", "confirm", "sentence"),
    [
        ("pas le bon mot de passe", NEW, NEW, "Ce mot de passe n’est pas le bon"),
        (PASSWORD, "court", "court", "Douze caractères au moins"),
        (PASSWORD, NEW, "autre", "Les deux ne sont pas pareils"),
        (PASSWORD, PASSWORD, PASSWORD, "C’est le même mot de passe"),
    ],
)
def test_a_password_is_changed_only_for_a_good_reason(
    hotline: Hotline, person: Person, password: str, new: str, confirm: str, sentence: str
) -> None:
    kept = row(hotline).password
    person.get("/account/password")
    answer = person.post(
        "/account/password", password=password, new_password=new, new_password_confirm=confirm
    )
    assert answer.status_code == 422
    assert sentence in person.text()
    assert row(hotline).password == kept


def test_another_telephone_takes_over_once_its_code_was_seen(
    hotline: Hotline, person: Person, clock: StoppedClock
) -> None:
    earlier = row(hotline).tf_totp_secret
    person.get("/account/code")
    person.post("/account/code", setup="authenticator")
    assert row(hotline).tf_totp_secret == earlier
    assert "Écrivez le code à six chiffres" in person.text()
    path = _action(person, "/account/code/")
    assert person.post(path, code="000000").status_code in {302, 422}
    assert row(hotline).tf_totp_secret == earlier


def test_a_colleague_is_invited_given_a_role_and_removed(hotline: Hotline, person: Person) -> None:
    person.get("/account/team")
    answer = person.post("/account/team", email="bruno@example.org", name="Bruno", role="listener")
    link = next(part for part in answer.text.split("<code>")[1:]).split("<")[0]
    assert link.startswith("https://hotline.example/invitation/")
    guest = Browser(hotline)
    assert guest.get(link.removeprefix("https://hotline.example")).status_code == 200
    bruno = row(hotline, "bruno@example.org")
    assert bruno.role is Role.LISTENER
    person.post(f"/account/team/{bruno.id}/role", role="statistics")
    assert row(hotline, "bruno@example.org").role is Role.STATISTICS
    person.post(f"/account/team/{bruno.id}/remove")
    person.get("/account/team")
    assert "bruno@example.org" not in person.text()
    assert noted(hotline)[-3:] == ["coordinator.add", "coordinator.role.statistics", "coordinator.remove"]


def test_a_new_role_a_new_link_and_a_removal_end_somebodys_browsers(hotline: Hotline, person: Person) -> None:
    for number, act in enumerate(("role", "link", "remove")):
        email = f"bruno{number}@example.org"
        other = with_password(hotline, email, name="Bruno Petit").set_up()
        assert other.is_in()
        person.post(f"/account/team/{row(hotline, email).id}/{act}", role="listener")
        assert not other.is_in(), act


def test_nobody_shuts_themselves_out(hotline: Hotline, person: Person) -> None:
    mine = row(hotline).id
    for act in ("role", "link", "remove"):
        assert person.post(f"/account/team/{mine}/{act}", role="listener").status_code == 303
        assert person.is_in()
    assert row(hotline).role is Role.COORDINATOR


def test_somebody_who_has_a_place_is_not_invited_twice(hotline: Hotline, person: Person) -> None:
    answer = person.post("/account/team", email=EMAIL.upper(), role="listener")
    assert answer.status_code == 422
    assert "a déjà une place" in person.text()
    answer = person.post("/account/team", email="pas une adresse", name="Bruno", role="listener")
    assert (answer.status_code, 'value="pas une adresse"' in answer.text) == (422, True)


@pytest.mark.parametrize("role", [Role.LISTENER, Role.STATISTICS, Role.TECHNICAL])
def test_only_the_coordination_chooses_who_has_a_place(hotline: Hotline, role: Role) -> None:
    other = with_password(hotline, "bruno@example.org", role=role, name="Bruno Petit").set_up()
    assert other.get("/account/team").status_code == 403
    assert other.post("/account/team", email="amie@example.org", role="coordinator").status_code == 403
