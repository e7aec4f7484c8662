"""A coordinator comes in for the first time, by password and telephone, and then by passkey."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from hotline.cli.stage import Stage
from tests.browser.conftest import PATIENCE
from tests.web.desk.door import PASSWORD, invited, noted, row

pytestmark = pytest.mark.browser

CAMILLE = "camille.faure@example.org"
NIGHT = timedelta(hours=13)


@pytest.fixture
def base(town: Stage) -> str:
    """Where the product listens; passkeys want a name, not a number."""
    return next(iter(town.exchange.route.values())).replace("127.0.0.1", "localhost")


@pytest.fixture
def window(chromium: Browser, town: Stage, faults: list[str]) -> Iterator[Page]:
    """A window of its own, on a machine that holds passkeys and knows the finger of its owner."""
    context = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def on_error(error: Error) -> None:
        faults.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    page.on("pageerror", on_error)
    page.on("console", on_console)
    yield page
    context.close()
    assert faults == []


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def choose_password(page: Page, town: Stage, base: str) -> None:
    page.goto(base + invited(town.hotline, CAMILLE))
    page.get_by_label("Votre nom").fill("Camille Faure")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même mot de passe").fill(PASSWORD)
    press(page, "Choisir ce mot de passe")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


def give_password(page: Page) -> None:
    page.get_by_label("Adresse électronique").fill(CAMILLE)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Continuer")


def set_up_telephone(page: Page, town: Stage) -> TOTP:
    press(page, "Continuer")
    page.get_by_text("Je ne peux pas scanner l’image").click()
    telephone = TOTP(key=page.locator(".secret").inner_text().replace("-", ""))
    page.get_by_label("Écrivez le code").fill(code(telephone, town))
    press(page, "Vérifier")
    press(page, "Faire dix nouveaux codes")
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Je les ai gardés").click()
    return telephone


def code(telephone: TOTP, town: Stage) -> str:
    return str(telephone.generate(time=town.hotline.clock.now()).token)


def test_somebody_new_comes_in_with_a_telephone_and_the_next_time_with_a_passkey(
    window: Page, town: Stage, base: str
) -> None:
    choose_password(window, town, base)
    give_password(window)
    set_up_telephone(window, town)
    expect(window.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()

    window.goto(f"{base}/account")
    with window.expect_navigation():
        window.get_by_role("link", name="Voir mes clés d’accès").click()
    window.get_by_label("Son nom").fill("l’ordinateur du bureau")
    press(window, "Ajouter")
    expect(window.get_by_text("Clé d’accès ajoutée")).to_be_visible()
    expect(window.get_by_text("l’ordinateur du bureau", exact=True)).to_be_visible()

    window.set_viewport_size({"width": 1280, "height": 844})
    press(window, "Se déconnecter")
    expect(window.get_by_text("À bientôt")).to_be_visible()
    press(window, "Utiliser une clé d’accès")
    expect(window.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()
    assert noted(town.hotline)[-3:] == ["passkey.add", "sign_out", "sign_in"]


def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    window: Page, town: Stage, base: str
) -> None:
    choose_password(window, town, base)
    give_password(window)
    telephone = set_up_telephone(window, town)
    window.goto(f"{base}/account")
    name = "Camille Faure, de permanence le mardi"
    window.get_by_label("Votre nom").fill(name)
    window.get_by_label("sombre").check()

    town.exchange.clock.reach(town.now + NIGHT)
    press(window, "Enregistrer")
    expect(window.get_by_text("ce que vous avez écrit est gardé")).to_be_visible()
    give_password(window)
    window.get_by_label("Code à six chiffres").fill(code(telephone, town))
    press(window, "Entrer")

    expect(window.get_by_label("Votre texte")).to_have_value(name)
    press(window, "Envoyer")
    expect(window.get_by_text("C’est enregistré.")).to_be_visible()
    assert (row(town.hotline).name, row(town.hotline).theme) == (name, "dark")


def test_a_security_key_stands_for_the_code_after_the_password(window: Page, town: Stage, base: str) -> None:
    choose_password(window, town, base)
    give_password(window)
    set_up_telephone(window, town)
    window.goto(f"{base}/account/passkeys")
    window.get_by_label("Son nom").fill("clé du trousseau")
    window.get_by_label("Remplacer le code").check()
    press(window, "Ajouter")
    expect(window.get_by_text("à la place du code, après le mot de passe")).to_be_visible()
    window.set_viewport_size({"width": 1280, "height": 844})
    press(window, "Se déconnecter")

    give_password(window)
    press(window, "Avec ma clé d’accès")
    press(window, "Utiliser ma clé d’accès")
    expect(window.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()
