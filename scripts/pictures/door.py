"""A coordinator comes in for the first time: the link, the password, the telephone, the codes on paper."""

from typing import Final

from passlib.totp import TOTP
from playwright.sync_api import Page, expect

from hotline.cli.stage import Stage
from hotline.services.desk import coordinators, invitations
from scripts.pictures.camera import take

EMAIL: Final = "claire.faure@example.org"
NAME: Final = "Claire Faure"
CARD: Final = ".door-card"
PASSWORD: Final = "la lune est pleine ce soir"


def come_in(page: Page, stage: Stage) -> None:
    """Open the one-time link and go on to the first page of the desk."""
    page.goto(f"/invitation/{invited(stage)}")
    page.get_by_label("Votre nom").fill(NAME)
    take(page, "coordination/lien.png", CARD)
    for label in ("Mot de passe", "Le même mot de passe"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    page.get_by_label("Adresse électronique").fill(EMAIL)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Continuer").click()
    take(page, "coordination/code.png", CARD)
    page.get_by_text("Je ne peux pas scanner l’image").click()
    telephone = TOTP(key=page.locator(".secret").inner_text().replace("-", ""))
    shown = telephone.generate(time=stage.hotline.clock.now())
    page.get_by_label("Écrivez le code").fill(str(shown.token))
    page.get_by_role("button", name="Vérifier").click()
    page.get_by_role("button", name="Faire dix nouveaux codes").click()
    take(page, "coordination/codes-de-secours.png", ".narrow")
    page.get_by_role("link", name="Je les ai gardés").click()
    expect(page.get_by_role("heading", name="Aujourd’hui", level=1)).to_be_visible()


def invited(stage: Stage) -> str:
    """Return the token of a one-time link, as the command line gives it."""
    at = stage.hotline.clock.now()
    with stage.hotline.database.write() as session:
        known, _ = coordinators.add(session, EMAIL, at)
        return invitations.issue(session, known, at)
