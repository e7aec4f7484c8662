"""A volunteer's page on a telephone and on a desk: by finger, by keyboard, without a script."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from hotline.cli.stage import PUBLIC_URL, Stage
from hotline.models import Assignment, Callback, Report, Tap, Volunteer
from hotline.models.status import AssignmentState, CallbackState, Mood
from hotline.services import links
from tests.browser.test_accessibility import AXE, PHONE_SIZED, SCHEMES, overflow
from tests.browser.test_accessibility import violations as rules_broken
from tests.people import add_caller
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, give, offer, waits

pytestmark = pytest.mark.browser

CAMILLE = "+33639980101"
ODETTE, LUCIEN = "+33199000201", "+33639980001"
SIZES: Final[list[ViewportSize]] = [PHONE_SIZED, {"width": 1280, "height": 800}]
BOTH_SIZES = pytest.mark.parametrize("viewport", SIZES, ids=["390", "1280"])
PATHS = ("", "agenda", "absences", "reglages", "attestation", "attestation/2026-11")


def base(town: Stage) -> str:
    """Where the product really listens."""
    return town.exchange.route[PUBLIC_URL]


def camille_id(town: Stage) -> int:
    return next(one.id for one in rows(town.hotline, Volunteer) if one.phone.number == CAMILLE)


def link(town: Stage) -> str:
    """A fresh link to Camille's page."""
    hotline = town.hotline
    with hotline.database.write() as session:
        volunteer = session.get_one(Volunteer, camille_id(town))
        return links.issue(session, hotline.line, volunteer, hotline.clock.now()).replace(
            PUBLIC_URL, base(town)
        )


def an_offer(town: Stage, names: str = "Odette Martin", number: str = ODETTE) -> int:
    caller = add_caller(town.hotline, number, names, postcode="05100")
    made = offer(town.hotline, waits(town.hotline, caller), camille_id(town))
    assert made is not None
    return made


def every_tuesday(town: Stage) -> None:
    caller = add_caller(town.hotline, LUCIEN, "Lucien Petit", postcode="05000")
    give(town.hotline, caller, camille_id(town), EVERY_TUESDAY)


@pytest.fixture
def mine(tab: Page, town: Stage, viewport: ViewportSize) -> Iterator[Page]:
    """Camille's browser; it must have had nothing to complain about but the answers that say so."""
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and "422" not in message.text and "403" not in message.text:
            complaints.append(message.text)

    tab.on("console", on_console)
    tab.set_viewport_size(viewport)
    tab.emulate_media(color_scheme="light", reduced_motion="no-preference")
    yield tab
    tab.goto("about:blank")
    tab.context.clear_cookies()
    tab.remove_listener("console", on_console)
    assert complaints == []


def come_in(page: Page, town: Stage) -> None:
    page.goto(link(town))
    page.get_by_role("button", name="Ouvrir ma page").click()
    expect(page.get_by_role("heading", name="Bonjour Camille")).to_be_visible()


@BOTH_SIZES
def test_from_the_link_over_the_yes_to_the_report(mine: Page, town: Stage) -> None:
    an_offer(town)
    come_in(mine, town)
    mine.get_by_role("article", name="Odette").get_by_role("button", name="Oui, j’appelle").click()
    expect(mine.get_by_role("status")).to_contain_text("Merci beaucoup")
    mine.get_by_role("button", name="Appeler Odette").click()
    expect(mine.locator("#sonnerie")).to_have_text("Votre téléphone va sonner. Décrochez et appuyez sur 1.")
    mine.get_by_label("Oui, nous avons parlé").check()
    mine.get_by_label("Pas bien").check()
    mine.get_by_label("Des médicaments").check()
    mine.get_by_label("Combien de minutes").fill("vingt")
    mine.get_by_label("Quelques mots").fill("Elle attend ses photos.")
    mine.get_by_role("button", name="Envoyer").click()
    expect(mine.get_by_text("Écrivez un nombre de minutes en chiffres")).to_be_visible()
    expect(mine.get_by_label("Quelques mots")).to_have_value("Elle attend ses photos.")
    mine.get_by_label("Combien de minutes").fill("20")
    mine.get_by_role("button", name="Envoyer").click()
    expect(mine.get_by_role("status")).to_contain_text("Merci pour votre appel")
    report = only(town.hotline, Report)
    assert (report.mood, report.minutes, report.needs_medicines) == (Mood.BAD, 20, True)
    assert len(rows(town.hotline, Tap)) == 1


def test_the_page_follows_the_ringing_by_itself(mine: Page, town: Stage, viewport: ViewportSize) -> None:
    every_tuesday(town)
    come_in(mine, town)
    mine.get_by_role("button", name="Appeler Lucien").click()
    expect(mine.locator("#sonnerie")).to_contain_text("va sonner")
    town.let(4)
    expect(mine.locator("#sonnerie")).to_have_text("Votre téléphone sonne. Décrochez et appuyez sur 1.")


def test_whoever_reached_nobody_is_asked_nothing_more(mine: Page, town: Stage) -> None:
    every_tuesday(town)
    come_in(mine, town)
    mine.get_by_role("link", name="C’est fait : raconter l’appel").click()
    mine.get_by_label("Non, personne n’a répondu").check()
    expect(mine.get_by_text("Comment allait cette personne")).to_be_hidden()
    mine.get_by_role("button", name="Envoyer").click()
    expect(mine.get_by_role("status")).to_contain_text("merci d’avoir essayé")
    assert rows(town.hotline, Callback)[0].state is CallbackState.NO_ANSWER


def test_everything_works_without_a_script_and_by_keyboard(chromium: Browser, town: Stage) -> None:
    an_offer(town)
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE_SIZED)
    page = context.new_page()
    page.goto(link(town))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bonjour Camille")).to_be_visible()
    page.get_by_role("button", name="Oui, j’appelle").press("Enter")
    page.get_by_role("button", name="Appeler Odette").press("Enter")
    expect(page.locator("#sonnerie")).to_contain_text("va sonner")
    refreshed = page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]")
    assert refreshed.count() == 1
    page.get_by_label("Oui, nous avons parlé").press("Space")
    page.get_by_role("button", name="Envoyer").press("Enter")
    expect(page.get_by_text("Merci pour votre appel")).to_be_visible()
    assert only(town.hotline, Assignment).state is AssignmentState.ENDED
    context.close()


@BOTH_SIZES
def test_hours_are_chosen_day_by_day(mine: Page, town: Stage) -> None:
    come_in(mine, town)
    mine.goto(f"{base(town)}/v/reglages")
    expect(mine.get_by_role("group", name="Lundi")).to_be_hidden()
    mine.get_by_label("À ces heures").check()
    monday = mine.get_by_role("group", name="Lundi")
    monday.get_by_label("de").fill("14:00")
    monday.get_by_label("à").fill("18:00")
    mine.get_by_role("button", name="Enregistrer").click()
    expect(mine.get_by_role("status")).to_contain_text("C’est enregistré")
    kept = next(one for one in rows(town.hotline, Volunteer) if one.id == camille_id(town))
    assert kept.available == "Mo 14:00-18:00"


def everything_worth_seeing(mine: Page, town: Stage) -> Iterator[str]:
    """Every page once, with something on it; yields the name of each."""
    an_offer(town)
    every_tuesday(town)
    mine.goto(link(town))
    yield "door"
    mine.get_by_role("button", name="Ouvrir ma page").click()
    for path in PATHS:
        mine.goto(f"{base(town)}/v/{path}")
        yield path
    call = rows(town.hotline, Callback)[0].id
    mine.goto(f"{base(town)}/v/appels/{call}")
    mine.get_by_role("button", name="Appeler Lucien").click()
    yield "call"
    mine.get_by_role("button", name="Envoyer").click()
    yield "faulty report"
    mine.goto(f"{base(town)}/v/reglages")
    mine.get_by_label("À ces heures").check()
    mine.get_by_label("Oui, chaque jour").check()
    mine.get_by_role("button", name="Enregistrer").click()
    yield "faulty choices"
    mine.goto(f"{base(town)}/v/agenda")
    mine.get_by_role("button", name="Créer mon adresse").click()
    yield "address"
    mine.get_by_role("button", name="Fermer ma page").click()
    yield "goodbye"
    mine.goto(f"{base(town)}/v/")
    yield "link over"


def test_no_page_breaks_a_rule_of_accessibility_wide_or_narrow_light_or_dark(mine: Page, town: Stage) -> None:
    for name in everything_worth_seeing(mine, town):
        mine.evaluate(AXE.read_text(encoding="utf-8"))
        for size, scheme in zip(SIZES, SCHEMES, strict=True):
            mine.set_viewport_size(size)
            mine.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert rules_broken(mine) == [], (name, size, scheme)
        mine.set_viewport_size(PHONE_SIZED)
        assert overflow(mine) == 0, name
        assert too_small(mine) == [], name
        mine.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(mine) == 0, f"{name} with large letters"


def too_small(page: Page) -> list[str]:
    """What a finger would miss; a choice is pressed anywhere on its label."""
    sizes: list[tuple[str, float]] = page.eval_on_selector_all(
        "button, .button, .chip, .tick, nav a, input:not([type=radio], [type=checkbox])",
        "nodes => nodes.filter(n => n.checkVisibility()).map(n => [n.innerText, n.offsetHeight])",
    )
    return [f"{text}: {height} px" for text, height in sizes if 0 < height < 44]
