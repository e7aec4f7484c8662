"""Requests and assignments at the desk in Chromium: by keyboard, taken back, a rhythm with its dates."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from hotline.cli.stage import PUBLIC_URL, Stage
from hotline.models import Assignment, OutboxRow, Request
from hotline.models.status import AssignmentState, OutboxState, RequestState
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, calls, give, waits
from tests.web.desk.conftest import sign_in

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}


@pytest.fixture
def desk(tab: Page, town: Stage, faults: list[str]) -> Iterator[Page]:
    """The board of a coordinator in a window, with Odette waiting; nothing for the browser to complain of."""
    base = town.exchange.route[PUBLIC_URL]
    waits(town.hotline, add_caller(town.hotline, "+33199000301", "Odette Martin"))
    kept = sign_in(town.hotline).client.get_cookie("session")
    assert kept is not None
    tab.context.add_cookies([{"name": "session", "value": kept.value, "url": base}])

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    tab.on("console", on_console)
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
    tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    tab.goto(f"{base}/requests")
    yield tab
    tab.goto("about:blank")
    tab.remove_listener("console", on_console)
    tab.context.clear_cookies()
    assert faults == []


def address(town: Stage, path: str) -> str:
    return f"{town.exchange.route[PUBLIC_URL]}{path}"


def press(page: Page, key: str) -> None:
    """Press a key once the page listens."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_somebody_is_given_by_keyboard_alone_and_taken_back_within_ten_seconds(
    desk: Page, town: Stage
) -> None:
    press(desk, "j")
    expect(desk.get_by_role("link", name="Odette Martin")).to_be_focused()
    press(desk, "Enter")
    expect(desk.get_by_text("Le tour propose")).to_be_visible()
    press(desk, "c")
    expect(desk.get_by_role("heading", name="Quel bénévole pour Odette Martin ?")).to_be_visible()
    press(desk, "j")
    expect(desk.get_by_role("link", name="Confier à").first).to_be_focused()
    press(desk, "Enter")
    expect(desk.get_by_label("Un seul appel")).to_be_focused()
    press(desk, "Enter")
    expect(desk.get_by_role("status")).to_contain_text("C’est confié à")
    assert only(town.hotline, Assignment).state is AssignmentState.ACTIVE
    press(desk, "z")
    expect(desk.get_by_role("status")).to_contain_text("C’est annulé.")
    assert only(town.hotline, Request).state is RequestState.WAITING
    assert only(town.hotline, OutboxRow).state is OutboxState.FAILED


def test_the_next_five_dates_follow_what_is_typed_and_the_focus_stays(desk: Page, town: Stage) -> None:
    camille = add_volunteer(town.hotline, "Zoé", "+33639980199")
    held = give(town.hotline, 1, camille, EVERY_TUESDAY)
    desk.goto(address(town, f"/assignments/{held}/cadence"))
    dates = desk.locator(".next-dates li")
    expect(dates).to_have_count(5)
    expect(dates.first).to_contain_text("mardi 24 novembre 2026")
    desk.get_by_label("mardi").uncheck()
    expect(desk.locator("#dates")).to_contain_text("Choisissez au moins un jour.")
    desk.get_by_label("jeudi").check()
    expect(dates.first).to_contain_text("jeudi 26 novembre 2026")
    hour = desk.get_by_label("À quelle heure ?")
    hour.fill("10:30")
    expect(desk.locator("#dates")).to_contain_text("chaque jeudi à 10 h 30")
    expect(hour).to_be_focused()
    desk.get_by_label("mois", exact=True).check()
    desk.get_by_label("le dernier").check()
    desk.get_by_label("le premier").uncheck()
    expect(dates.nth(4)).to_contain_text("jeudi 25 mars 2027")
    desk.get_by_role("button", name="Changer le rythme").click()
    expect(desk.get_by_role("status")).to_contain_text("le dernier jeudi du mois à 10 h 30")
    assert calls(town.hotline, held)[0].due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    desk.get_by_role("button", name="Annuler", exact=True).first.click()
    expect(desk.get_by_role("status")).to_contain_text("C’est annulé.")
    assert only(town.hotline, Assignment).cadence == EVERY_TUESDAY


def test_the_bar_comes_with_the_first_tick_and_closes_many_at_once(desk: Page, town: Stage) -> None:
    waits(town.hotline, add_caller(town.hotline, "+33199000302", "Lucien Perret"))
    desk.reload()
    bar = desk.get_by_role("form", name="Pour les demandes cochées")
    expect(bar).to_be_hidden()
    desk.get_by_label("Cocher la demande de Odette Martin").check()
    desk.get_by_label("Cocher la demande de Lucien Perret").check()
    expect(bar).to_contain_text("2 demandes cochées")
    bar.locator("summary", has_text="Clore").click()
    expect(bar.get_by_label("Pourquoi ?")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(bar.get_by_label("Pourquoi ?")).to_be_hidden()
    desk.keyboard.press("Enter")
    bar.get_by_label("Pourquoi ?").select_option("la personne n’en a plus besoin")
    bar.get_by_role("button", name="Clore").click()
    expect(desk.get_by_role("status")).to_contain_text("2 demandes sont closes.")
    assert {one.state for one in rows(town.hotline, Request)} == {RequestState.CLOSED}
    desk.get_by_role("button", name="Annuler").click()
    expect(desk.get_by_role("heading", name="En attente 2")).to_be_visible()
