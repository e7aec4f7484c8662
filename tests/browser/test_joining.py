"""`/benevole` in a browser: by the keyboard alone, wide or narrow, light or dark, without a script."""

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hotline.cli.stage import Stage
from hotline.models import Volunteer
from hotline.models.status import VolunteerState
from tests.browser.desk import NARROW, WIDE, window
from tests.browser.test_accessibility import AXE, SCHEMES, overflow, too_small_for_a_finger
from tests.browser.test_accessibility import violations as rules_broken
from tests.records import rows

pytestmark = pytest.mark.browser

SOLENE = "+33639980145"
TYPED = ("Solène", "Exemple", "06 39 98 01 45", "solene@exemple.fr", "12/03/1958", "05100", "français, arabe")


@pytest.fixture
def public(chromium: Browser, town: Stage) -> Iterator[Page]:
    """Somebody new in front of the public page."""
    with window(chromium, town) as page:
        page.goto("/benevole")
        yield page


def fill_in(page: Page) -> None:
    """Fill the form in by keys alone, from the top."""
    page.get_by_label("Prénom").focus()
    for typed in TYPED:
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Lundi, matin")).to_be_checked()
    for box in ("J’accepte aussi d’aider sur place", "J’ai lu la charte", "J’ai lu comment"):
        while not page.get_by_label(box).evaluate("node => node === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")


def test_somebody_registers_by_the_keyboard_alone(public: Page, town: Stage) -> None:
    solene = town.phone(SOLENE)
    fill_in(public)
    town.let(10)
    public.keyboard.press("Enter")
    expect(public.get_by_role("heading", name="Votre code")).to_be_visible()
    town.let(5)
    public.get_by_label("Le code reçu par SMS").focus()
    public.keyboard.type(re.findall(r"code est (\d{6})", solene.texts[-1].body)[0])
    public.keyboard.press("Enter")
    expect(public.get_by_role("heading", name="Merci !")).to_be_visible()
    (joined,) = [one for one in rows(town.hotline, Volunteer) if one.first_name == "Solène"]
    assert (joined.state, joined.available) == (VolunteerState.PENDING, "Mo 08:00-12:00")


def test_no_page_breaks_a_rule_of_accessibility_or_needs_to_be_scrolled_sideways(
    public: Page, town: Stage
) -> None:
    look_at(public)
    public.get_by_label("Prénom").fill("Solène")
    public.get_by_role("button", name="Recevoir mon code").click()
    expect(public.get_by_text("réponses sont à corriger")).to_be_visible()
    look_at(public)
    fill_in(public)
    town.let(10)
    public.get_by_role("button", name="Recevoir mon code").click()
    look_at(public)
    for path in ("charte", "vie-privee", "accord-parental", "merci"):
        public.goto(f"/benevole/{path}")
        look_at(public)


def look_at(page: Page) -> None:
    """Look at a page at each size and in each light."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for size, scheme in itertools.product((WIDE, NARROW), SCHEMES):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert rules_broken(page) == []
        assert overflow(page) == 0
    if page.locator("button").count():
        assert too_small_for_a_finger(page) == []
