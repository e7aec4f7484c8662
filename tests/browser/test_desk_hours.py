"""Hours, roster, volunteers and texts at the desk in Chromium: seen before they are decided."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from hotline.cli.stage import PUBLIC_URL, Stage
from hotline.models import Choice, OutboxRow
from hotline.rehearsal.phones import Phone
from tests.browser.acting import wait_for
from tests.records import rows
from tests.web.desk.conftest import sign_in

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}


@pytest.fixture
def desk(tab: Page, town: Stage, faults: list[str]) -> Iterator[Page]:
    """The desk of a coordinator in a window; the browser must have had nothing to complain about."""
    base = town.exchange.route[PUBLIC_URL]
    kept = sign_in(town.hotline).client.get_cookie("session")
    assert kept is not None
    tab.context.add_cookies([{"name": "session", "value": kept.value, "url": base}])

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    tab.on("console", on_console)
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    tab.goto(f"{base}/hours")
    yield tab
    tab.goto("about:blank")
    tab.remove_listener("console", on_console)
    tab.context.clear_cookies()
    assert faults == []


def address(town: Stage, path: str) -> str:
    return f"{town.exchange.route[PUBLIC_URL]}{path}"


def test_new_hours_are_seen_while_typed_heard_on_the_next_call_and_taken_back(
    desk: Page, town: Stage, lucien: Phone
) -> None:
    ahead = desk.locator("#ahead")
    expect(ahead.locator("li").first).to_contain_text("de 10 h à 18 h")
    tuesday = desk.get_by_role("group", name="Mardi")
    tuesday.get_by_label("de", exact=True).fill("16:00")
    expect(ahead.locator("li").first).to_contain_text("de 16 h à 18 h")
    expect(ahead.locator("li.changes")).to_have_count(2)
    expect(tuesday.get_by_label("de", exact=True)).to_be_focused()
    assert rows(town.hotline, Choice) == []
    desk.get_by_role("button", name="Enregistrer ces heures").click()
    expect(desk.get_by_role("status")).to_contain_text("valent dès le prochain appel")
    lucien.dial(town.hotline.line.number)
    wait_for(town, lucien, "record")
    assert "seize heures" in " ".join(text for _, text in lucien.heard)
    desk.get_by_role("button", name="Annuler").click()
    expect(ahead.locator("li").first).to_contain_text("de 10 h à 18 h")


def test_a_text_is_counted_while_it_is_typed_and_undone_at_once(desk: Page, town: Stage) -> None:
    desk.goto(address(town, "/volunteers/message"))
    desk.get_by_text("Partir d’un texte prêt").click()
    desk.get_by_role("link", name="Merci").click()
    desk.get_by_label("Camille Arnaud").check()
    desk.get_by_label("Bruno Bonnet").check()
    counter = desk.locator("#count")
    expect(counter).to_contain_text("2 personnes le recevront.")
    desk.get_by_label("Le texte").press("End")
    desk.get_by_label("Le texte").fill("Fête ce soir, {first_name} !")
    expect(counter).to_contain_text("sous une forme voisine : ê")
    counter.get_by_role("link", name="Écrire le texte comme il partira").click()
    expect(desk.get_by_label("Le texte")).to_have_value("Fete ce soir, {first_name} !")
    desk.get_by_role("button", name="Envoyer").click()
    expect(desk.get_by_role("status")).to_contain_text("Le SMS part à 2 personnes.")
    desk.get_by_role("button", name="Annuler").click()
    expect(desk.get_by_role("status")).to_contain_text("2 SMS ne partiront pas.")
    assert rows(town.hotline, OutboxRow) == []
