"""What a person does on the telephones page, again and again."""

from playwright.sync_api import Locator, Page, expect

from hotline.cli.stage import Stage
from hotline.rehearsal.phones import Phone


def telephone(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=f"Téléphone de {name}")


def pick_caller(page: Page, phone: Phone) -> Locator:
    page.get_by_label("Qui appelle").select_option(phone.number)
    return telephone(page, phone.label)


def call_the_line(page: Page, caller: Phone) -> Locator:
    card = pick_caller(page, caller)
    card.get_by_role("button", name="Appeler la ligne").click()
    expect(card.get_by_role("button", name="Raccrocher")).to_be_visible()
    return card


def wait_for(town: Stage, phone: Phone, prompt: str) -> None:
    """Let simulated seconds pass until the line asks something of this telephone."""
    for _ in range(180):
        if phone.prompt == prompt:
            return
        town.exchange.advance(1)
    raise AssertionError(f"{phone.label}: {phone.prompt} instead of {prompt}")


def leave_a_message(page: Page, town: Stage, caller: Phone) -> None:
    card = call_the_line(page, caller)
    wait_for(town, caller, "record")
    expect(card.get_by_text("On vous enregistre")).to_be_visible()
    card.get_by_label("ou un son tout prêt").select_option("message")
    card.get_by_role("button", name="Faire entendre").click()
    expect(card.get_by_text("On entend")).to_be_visible()
    town.exchange.advance(6)
    card.get_by_role("button", name="Raccrocher").click()
    expect(card.get_by_role("button", name="Appeler la ligne")).to_be_visible()
