"""The telephones page for those who see little, click badly, or hold a small screen."""

import itertools
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Page, expect

from hotline.cli.stage import Stage
from hotline.rehearsal.phones import Phone
from tests.browser.acting import call_the_line, leave_a_message, telephone, wait_for

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
PHONE_SIZED = {"width": 390, "height": 844}


@pytest.mark.parametrize("viewport", [PHONE_SIZED], ids=["390"])
def test_a_narrow_window_needs_no_sideways_scrolling_even_with_large_letters(
    page: Page, town: Stage, lucien: Phone
) -> None:
    leave_a_message(page, town, lucien)
    town.let(30)
    expect(page.locator(".text.in").first).to_be_visible()
    assert overflow(page) == 0
    assert too_small_for_a_finger(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) == 0


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def too_small_for_a_finger(page: Page) -> list[str]:
    sizes: list[tuple[str, float]] = page.eval_on_selector_all(
        "button, select, input:not([type=checkbox]), summary",
        "nodes => nodes.filter(n => n.checkVisibility()).map(n => [n.innerText, n.offsetHeight])",
    )
    assert sizes
    return [f"{text}: {height} px" for text, height in sizes if height < 40]


def test_the_page_breaks_no_rule_of_accessibility_wide_or_narrow_light_or_dark(
    page: Page, town: Stage, lucien: Phone
) -> None:
    prepare_everything_worth_seeing(page, town, lucien)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, scheme in itertools.product((1280, 390), SCHEMES):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == []


def prepare_everything_worth_seeing(page: Page, town: Stage, lucien: Phone) -> None:
    """A text thread, a telephone that rings, one that listens, an open request, panels laid open."""
    lucien.text(town.hotline.line.number, "Bonjour")
    town.let(30)
    call_the_line(page, lucien)
    wait_for(town, town.phone("+33639980201"), "ring")
    telephone(page, "Louis").get_by_role("button", name="Décrocher").click()
    town.exchange.notice(11200, "statut 500", url="http://127.0.0.1/voice/incoming")
    page.get_by_text("Ajouter un téléphone").click()
    page.get_by_text("Provoquer des pannes").click()
    page.get_by_role("tab", name="Requêtes").click()
    page.get_by_role("button", name="/sms/incoming").click()
    expect(page.get_by_role("region", name="Anomalies")).to_be_visible()


def violations(page: Page) -> list[str]:
    answer: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })",
        RULES,
    )
    return [
        f"{found['id']}: {node['html'][:200]} {node['failureSummary']}"
        for found in answer["violations"]
        for node in found["nodes"]
    ]
