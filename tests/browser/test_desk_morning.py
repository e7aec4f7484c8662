"""A coordinator's morning in Chromium, from the door to the last item, and what a bad network may not do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, Route, expect

from hotline.cli.stage import Stage
from hotline.models import Alert, Assignment, Contact, Note, Voicemail
from hotline.models.status import AssignmentState, ContactKind
from hotline.services import alerts
from tests.browser.desk import let_in, window
from tests.inbox import leave, settled
from tests.people import add_caller
from tests.records import only, rows
from tests.relations import waits
from tests.web.desk.conftest import sign_in
from tests.web.desk.door import EMAIL, PASSWORD, Person, with_password

pytestmark = pytest.mark.browser

PLAYS = "() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime > 0.2; }"

REMEMBER_BUSY = """() => addEventListener("submit", ({ submitter }) => {
  setTimeout(() => sessionStorage.setItem("busy", submitter.ariaBusy));
})"""


@pytest.fixture
def morning(town: Stage) -> Stage:
    """What the night has left: two messages, a request that no volunteer suits, an alert."""
    hotline, at = town.hotline, town.now
    leave(hotline, "Odette Martin", "+33199000201", ago=timedelta(days=4))
    leave(hotline, "Rose Vidal", "+33199000202", ago=timedelta(hours=2))
    settled(hotline)
    waits(hotline, add_caller(hotline, "+33199000203", "Agnieszka Nowak", language="pl"))
    hotline.database.run(
        lambda session: alerts.raise_alert(session, "difficult_call", "k", at, detail="Elle pleurait.")
    )
    return town


@pytest.fixture
def camille(town: Stage) -> Person:
    """Somebody with a password and a telephone that shows codes."""
    somebody = with_password(town.hotline).set_up()
    town.exchange.clock.reach(town.now + timedelta(minutes=1))
    return somebody


@pytest.fixture
def desk(chromium: Browser, morning: Stage) -> Iterator[Page]:
    """The desk of somebody who is signed in."""
    with window(chromium, morning) as page:
        let_in(page.context, morning, sign_in(morning.hotline))
        yield page


def enter(page: Page, telephone: TOTP, town: Stage) -> None:
    """Come in by the real door."""
    page.get_by_label("Adresse électronique").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Code à six chiffres").fill(telephone.generate(time=town.hotline.clock.now()).token)
    page.get_by_role("button", name="Entrer", exact=True).click()


def press(page: Page, key: str) -> None:
    """Press a key once the page listens."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_a_morning_from_the_door_to_the_last_item(chromium: Browser, morning: Stage, camille: Person) -> None:
    assert camille.telephone
    with window(chromium, morning) as page:
        page.goto("/")
        enter(page, camille.telephone, morning)
        expect(page.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()
        expect(page).to_have_title("(3) Aujourd’hui · On se parle")
        hears_the_messages(page, morning)
        gives_somebody_by_hand(page, morning)
        closes_the_alert(page, morning)
        notes_a_visit_by_keyboard(page, morning)
        go_to_today(page)
        expect(page.get_by_text("Rien n’attend. Tout est à jour.")).to_be_visible()
        expect(page).to_have_title("Aujourd’hui · On se parle")
        page.get_by_role("button", name="Se déconnecter").click()
        expect(page.get_by_text("À bientôt")).to_be_visible()
        page.goto("/voicemails")
        expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


def go_to_today(page: Page) -> None:
    press(page, "g")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()


def hears_the_messages(page: Page, town: Stage) -> None:
    page.locator("#messages").get_by_role("link", name="Odette Martin").click()
    expect(page.get_by_text("jamais écouté")).to_be_visible()
    press(page, "Space")
    page.wait_for_function(PLAYS)
    page.keyboard.press("e")
    expect(page.get_by_role("heading", name="Vous vous en occupez")).to_be_visible()
    page.get_by_label("Note sur la personne").fill("Préfère le matin.")
    page.get_by_role("button", name="Garder la note").click()
    expect(page.locator("#said")).to_contain_text("La note est gardée dans la fiche.")
    press(page, "t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Message vocal : Rose Vidal")
    press(page, "t")
    expect(page.get_by_text("Tout est écouté.")).to_be_visible()
    assert only(town.hotline, Note).words == "Préfère le matin."
    assert {one.handled_at is None for one in rows(town.hotline, Voicemail)} == {False}


def gives_somebody_by_hand(page: Page, town: Stage) -> None:
    go_to_today(page)
    page.get_by_role("link", name="Agnieszka Nowak").click()
    expect(page.get_by_text("Inès Imbert ne parle pas sa langue.")).to_be_visible()
    press(page, "c")
    page.get_by_role("link", name="Confier à Inès Imbert").click()
    page.get_by_label("Un seul appel").check()
    page.get_by_role("button", name="Confier quand même").click()
    expect(page.locator("#said")).to_contain_text("C’est confié à Inès")
    assert only(town.hotline, Assignment).state is AssignmentState.ACTIVE


def closes_the_alert(page: Page, town: Stage) -> None:
    go_to_today(page)
    page.get_by_role("button", name="Fermer").first.click()
    expect(page.locator("#said")).to_contain_text("Alerte fermée.")
    assert only(town.hotline, Alert).closed_by == "Camille Faure"


def notes_a_visit_by_keyboard(page: Page, town: Stage) -> None:
    press(page, "n")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("Jeanne Aubert")
    expect(page.get_by_role("option", name="Quelqu’un de nouveau : Jeanne Aubert")).to_be_visible()
    for key in ("Enter", "Tab", "v", "Tab", "n", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("A déposé un gâteau.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#said")).to_contain_text("Noté pour Jeanne Aubert")
    expect(page.get_by_role("combobox")).to_be_focused()
    press(page, "Escape")
    made = rows(town.hotline, Contact)[-1]
    assert (made.kind, made.words) == (ContactKind.VISIT, "A déposé un gâteau.")


def holding(page: Page, address: str) -> list[Route]:
    """Keep what the page asks for waiting; return what waits."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold)
    return held


def test_a_form_is_sent_once_however_slow_the_network_is(desk: Page, morning: Stage) -> None:
    desk.goto("/voicemails/1")
    held = holding(desk, "**/claim")
    desk.evaluate(REMEMBER_BUSY)
    with desk.expect_request("**/claim"):
        press(desk, "e")
    for _ in range(3):
        desk.keyboard.press("e")
    held[0].continue_()
    expect(desk.get_by_role("heading", name="Vous vous en occupez")).to_be_visible()
    expect(desk.locator("[aria-busy]")).to_have_count(0)
    assert desk.evaluate("sessionStorage.getItem('busy')") == "true"
    assert len(held) == 1


def test_what_a_slow_page_waits_for_can_be_had_by_a_link_meanwhile(desk: Page, morning: Stage) -> None:
    held = holding(desk, "**/requests/*/volunteers")
    desk.goto("/requests")
    with desk.expect_request("**/requests/*/volunteers"):
        desk.get_by_role("link", name="Agnieszka Nowak").click()
    expect(desk.get_by_role("link", name="Voir qui conviendrait, et pourquoi")).to_be_visible()
    held[0].continue_()
    expect(desk.get_by_text("Bruno Bonnet ne parle pas sa langue.")).to_be_visible()


def test_a_session_that_ends_while_a_contact_is_typed_loses_none_of_it(
    chromium: Browser, morning: Stage, camille: Person
) -> None:
    assert camille.telephone
    with window(chromium, morning) as page:
        page.goto("/contacts/new")
        enter(page, camille.telephone, morning)
        page.get_by_role("combobox").fill("Jeanne Aubert")
        page.get_by_role("option", name="Quelqu’un de nouveau : Jeanne Aubert").click()
        page.get_by_label("Ce qui s’est dit").fill("Elle cherche de la compagnie.\nLe mardi.")
        morning.exchange.clock.reach(morning.now + timedelta(hours=13))
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("ce que vous avez écrit est gardé")).to_be_visible()
        enter(page, camille.telephone, morning)
        expect(page.get_by_text("Elle cherche de la compagnie.")).to_be_visible()
        page.get_by_role("button", name="Envoyer").click()
        expect(page.locator("#said")).to_contain_text("Noté pour Jeanne Aubert")
    words = rows(morning.hotline, Contact)[-1].words
    assert words
    assert words.splitlines() == ["Elle cherche de la compagnie.", "Le mardi."]


def test_the_keys_of_a_page_stand_in_the_list_and_can_be_switched_off(desk: Page, morning: Stage) -> None:
    desk.goto("/voicemails/1")
    press(desk, "?")
    listed = desk.get_by_role("dialog", name="Raccourcis clavier")
    for words in ("Je m’en occupe", "Traité", "Message suivant à écouter", "noter un contact"):
        expect(listed.get_by_text(words, exact=True)).to_be_visible()
    desk.keyboard.press("Escape")
    desk.goto("/account")
    desk.get_by_role("checkbox", name="Raccourcis clavier").uncheck()
    desk.get_by_role("button", name="Enregistrer").click()
    expect(desk.locator("#said")).to_contain_text("C’est enregistré.")
    press(desk, "n")
    expect(desk).to_have_url("/account")
    assert desk.locator("#shortcuts").count() == 0


def test_whoever_types_faster_than_the_page_loads_is_looked_up_as_well(desk: Page, morning: Stage) -> None:
    held = holding(desk, "**/contact.js")
    desk.goto("/contacts/new", wait_until="commit")
    expect(desk.get_by_role("combobox")).to_be_focused()
    desk.keyboard.type("Jeanne Aubert")
    held[0].continue_()
    expect(desk.get_by_role("option", name="Quelqu’un de nouveau : Jeanne Aubert")).to_be_visible()


def test_what_is_printed_from_a_dark_page_is_dark_on_white(desk: Page, morning: Stage) -> None:
    desk.emulate_media(color_scheme="dark")
    desk.goto("/roster")
    root = desk.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    desk.emulate_media(color_scheme="dark", media="print")
    expect(root).to_have_attribute("data-bs-theme", "light")
    expect(desk.locator("header").first).to_be_hidden()
    desk.emulate_media(color_scheme="dark", media="screen")
    expect(root).to_have_attribute("data-bs-theme", "dark")
