"""A coordinator changes what is said, by words and by microphone, and the next caller hears it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, expect

from hotline.cli.stage import Stage
from hotline.models import Coordinator
from hotline.rehearsal.phones import Phone
from hotline.services.desk import presence
from hotline.web import create_app
from hotline.web.desk.room import TOKEN
from tests.browser.acting import wait_for


@pytest.fixture
def base(town: Stage) -> str:
    """Where the product listens on this machine."""
    return next(iter(town.exchange.route.values()))


@pytest.fixture
def desk(tab: Page, town: Stage, base: str, faults: list[str]) -> Iterator[Page]:
    """The greetings as a coordinator sees them; the browser must have had nothing to complain about."""
    at = town.hotline.clock.now()
    with town.hotline.database.write() as session:
        coordinator = Coordinator(
            name="Camille Faure",
            email="camille@example.org",
            email_index="camille@example.org",
            fs_uniquifier="camille",
            created_at=at,
        )
        session.add(coordinator)
        session.flush()
        token = presence.begin(session, coordinator, at, agent="Test", address="127.0.0.1")
    app = create_app(town.hotline)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    tab.context.add_cookies([{"name": "session", "value": serializer.dumps({TOKEN: token}), "url": base}])

    def on_error(error: Error) -> None:
        faults.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    tab.on("pageerror", on_error)
    tab.on("console", on_console)
    tab.goto(f"{base}/greetings")
    yield tab
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("console", on_console)
    tab.goto("about:blank")
    tab.context.clear_cookies()
    assert faults == []


def heard(town: Stage, caller: Phone) -> str:
    """Phone the line and listen up to the beep."""
    before = len(caller.heard)
    caller.dial(town.hotline.line.number)
    wait_for(town, caller, "record")
    said = " ".join(text for _, text in caller.heard[before:])
    caller.hang_up()
    return said


def test_words_changed_at_the_desk_are_heard_on_the_next_call(desk: Page, town: Stage, lucien: Phone) -> None:
    desk.get_by_role("link", name="Parlez après le bip, puis raccrochez.").click()
    desk.get_by_label("Vos mots").fill("Dites-nous tout après le bip. Nous vous rappelons bientôt.")
    expect(desk.locator("#measure")).to_contain_text("Nous vous rappelons bientôt.")
    desk.get_by_role("button", name="Garder ce texte").click()
    expect(desk.get_by_role("status").first).to_contain_text("le prochain appel l’entendra")
    assert "Dites-nous tout après le bip." in heard(town, lucien)
    desk.get_by_role("button", name="Annuler").click()
    expect(desk.get_by_text("Le changement est annulé")).to_be_visible()
    assert "Parlez après le bip, puis raccrochez." in heard(town, lucien)


def test_a_voice_recorded_in_the_browser_is_played_to_the_next_caller(
    desk: Page, town: Stage, lucien: Phone
) -> None:
    desk.get_by_role("link", name="Ceci n'est pas un service d'urgence").click()
    desk.get_by_role("button", name="Enregistrer au micro").click()
    stop = desk.get_by_role("button", name="Arrêter")
    expect(stop).to_contain_text("2 s")
    stop.click()
    expect(desk.get_by_label("Ce que vous allez envoyer")).to_be_visible()
    desk.get_by_role("button", name="Faire entendre cet enregistrement").click()
    expect(desk.get_by_text("C’est votre enregistrement qui est joué.")).to_be_visible()
    said = heard(town, lucien)
    assert "♪ https://ligne.exemple.fr/prompts/" in said
    assert "service d'urgence" not in said
    town.exchange.assert_clean()
    desk.get_by_role("button", name="Revenir à la voix du téléphone").click()
    expect(desk.get_by_text("La voix du téléphone lit ce texte")).to_be_visible()
    assert "service d'urgence" in heard(town, lucien)


def test_a_text_that_grows_too_long_says_so_while_one_types(desk: Page, base: str) -> None:
    desk.goto(f"{base}/greetings/fr/texts.declined")
    field = desk.get_by_label("Vos mots")
    expect(desk.locator("#measure")).to_contain_text("1 SMS")
    field.press_sequentially(
        " Merci à vous de nous avoir répondu si vite, et à très bientôt au téléphone." * 2
    )
    expect(desk.locator("#measure")).to_contain_text("2 SMS")
    expect(desk.locator("#measure")).to_contain_text("raccourcissez-le")
    expect(field).to_be_focused()
