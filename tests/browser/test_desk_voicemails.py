"""Voicemails at the desk in Chromium: by keyboard, by two at once, over a slow network, beyond a session."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import update

from hotline.cli.stage import PUBLIC_URL, Stage
from hotline.models import AuditEntry, DeskSession, Voicemail
from tests.inbox import leave
from tests.records import only, rows
from tests.web.desk.conftest import sign_in

pytestmark = pytest.mark.browser

ROSE, LUCIEN = "+33199000202", "+33639980001"
PLAYS = "() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime > 0.2; }"
SOUND = "document.querySelector('audio')"

Come = Callable[[str], Page]


@pytest.fixture
def come(chromium: Browser, town: Stage) -> Iterator[Come]:
    """Coordinators come to the desk by name, each with a browser of their own."""
    contexts: list[BrowserContext] = []

    def signed_in(name: str) -> Page:
        context = chromium.new_context(
            base_url=town.exchange.route[PUBLIC_URL],
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
            viewport={"width": 1280, "height": 800},
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        kept = sign_in(town.hotline, name=name).client.get_cookie("session")
        assert kept is not None
        base = town.exchange.route[PUBLIC_URL]
        context.add_cookies([{"name": "session", "value": kept.value, "url": base}])
        page = context.new_page()
        page.clock.install()
        return page

    yield signed_in
    for context in contexts:
        context.close()


def test_of_two_who_claim_a_message_at_once_one_gets_it_and_the_other_reads_who(
    come: Come, town: Stage
) -> None:
    message = leave(town.hotline)
    desks = [come("Nadia Benali"), come("Paul Girard")]
    for desk in desks:
        desk.goto(f"/voicemails/{message}")
    for desk in desks:
        desk.get_by_role("button", name="Je m’en occupe").evaluate("button => { button.click(); }")
    for desk in desks:
        expect(desk.locator("#said [role=status]")).to_be_visible()
    holder = only(town.hotline, Voicemail).claimed_by
    winner, loser = desks if holder == "Nadia Benali" else desks[::-1]
    expect(winner.get_by_role("heading", name="Vous vous en occupez")).to_be_visible()
    expect(loser.locator("#said")).to_contain_text(f"{holder} a été plus rapide")
    expect(loser.get_by_role("heading", name=f"{holder} s’en occupe")).to_be_visible()


def test_a_message_is_heard_by_keyboard_and_goes_on_where_it_stopped(come: Come, town: Stage) -> None:
    message = leave(town.hotline, seconds=60)
    page = come("Nadia Benali")
    page.goto(f"/voicemails/{message}")
    expect(page.locator("[data-wave]")).to_be_visible()
    assert only(town.hotline, Voicemail).heard_at is None, "nothing is fetched before somebody plays"
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="1,25 ×")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    page.wait_for_function(PLAYS)
    assert page.evaluate(f"{SOUND}.playbackRate") == 1.25
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {SOUND}.currentTime > 15")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    assert page.evaluate(f"{SOUND}.paused")
    stopped = page.evaluate(f"{SOUND}.currentTime")
    assert 10 < stopped < 20
    page.wait_for_function(f"() => Number(localStorage.getItem('voicemail-place-{message}')) > 10")
    page.reload()
    expect(page.get_by_role("button", name="1,25 ×")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => {SOUND}.currentTime > 10")
    assert [entry.action for entry in rows(town.hotline, AuditEntry)] == ["voicemail.heard"]


def press(page: Page, key: str) -> None:
    """Press a key once the page's scripts listen."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_a_morning_of_messages_needs_no_mouse(come: Come, town: Stage) -> None:
    leave(town.hotline, "Odette Martin", ago=timedelta(days=4))
    leave(town.hotline, "Lucien Petit", LUCIEN)
    page = come("Nadia Benali")
    page.goto("/")
    press(page, "g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="Messages vocaux", exact=True)).to_be_visible()
    press(page, "j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Message vocal : Odette Martin")
    press(page, "e")
    expect(page.get_by_role("heading", name="Vous vous en occupez")).to_be_visible()
    press(page, "t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Message vocal : Lucien Petit")
    press(page, "t")
    expect(page.get_by_text("Tout est écouté.")).to_be_visible()
    press(page, "z")
    expect(page.get_by_role("heading", level=1)).to_have_text("Message vocal : Lucien Petit")
    expect(page.locator("#said")).to_contain_text("Le message est rouvert")


def test_news_over_a_slow_network_moves_neither_focus_nor_page(come: Come, town: Stage) -> None:
    for number in range(8):
        leave(town.hotline, f"Personne {number}", f"+33199000{300 + number}", ago=timedelta(hours=9 - number))
    page = come("Nadia Benali")
    page.goto("/voicemails")
    expect(page).to_have_title("(8) Messages vocaux · On se parle")
    row = page.get_by_role("link", name="Personne 5")
    row.focus()
    page.set_viewport_size({"width": 1280, "height": 320})
    page.evaluate("scrollTo(0, 200)")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/voicemails?v=*", hold)
    leave(town.hotline, "Lucien Petit", LUCIEN)
    with page.expect_request("**/voicemails?v=*"):
        page.clock.fast_forward(15_000)
    page.keyboard.press("j")
    focused = page.get_by_role("link", name="Personne 6")
    expect(focused).to_be_focused()
    scrolled = page.evaluate("scrollY")
    for route in held:
        route.continue_()
    expect(page.get_by_role("link", name="Lucien Petit")).to_be_attached()
    expect(focused).to_be_focused()
    assert page.evaluate("scrollY") == scrolled
    expect(page).to_have_title("(9) Messages vocaux · On se parle")


def test_a_row_that_somebody_else_takes_hands_the_keyboard_to_the_next(come: Come, town: Stage) -> None:
    leave(town.hotline, "Odette Martin", ago=timedelta(hours=2))
    taken = leave(town.hotline, "Lucien Petit", LUCIEN, ago=timedelta(hours=1))
    leave(town.hotline, "Rose Vidal", ROSE)
    page = come("Nadia Benali")
    page.goto("/voicemails")
    page.get_by_role("link", name="Lucien Petit").focus()
    sign_in(town.hotline, name="Inès Imbert").post(f"/voicemails/{taken}/claim")
    page.clock.fast_forward(15_000)
    expect(page.get_by_role("link", name="Lucien Petit")).to_have_count(0)
    expect(page.get_by_role("link", name="Rose Vidal")).to_be_focused()


def test_when_the_session_has_ended_the_page_says_so_and_keeps_what_was_typed(
    come: Come, town: Stage
) -> None:
    message = leave(town.hotline)
    page = come("Nadia Benali")
    page.goto(f"/voicemails/{message}")
    page.get_by_label("Note sur la personne").fill("Préfère le matin")
    with town.hotline.database.write() as session:
        session.execute(update(DeskSession).values(over_at=town.hotline.clock.now()))
    page.clock.fast_forward(15_000)
    expect(page.get_by_text("Votre session est terminée")).to_be_visible()
    expect(page.get_by_label("Note sur la personne")).to_have_value("Préfère le matin")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(60_000)
    expect(page.get_by_text("Votre session est terminée")).to_be_visible()
    assert asked == []


def test_without_a_script_a_message_is_still_heard_and_dealt_with(
    chromium: Browser, come: Come, town: Stage
) -> None:
    message = leave(town.hotline)
    cookies = come("Nadia Benali").context.cookies()
    plain = chromium.new_context(java_script_enabled=False, base_url=town.exchange.route[PUBLIC_URL])
    plain.add_cookies(
        [
            {"name": one["name"], "value": one["value"], "url": town.exchange.route[PUBLIC_URL]}
            for one in cookies
        ]
    )
    page = plain.new_page()
    page.goto(f"/voicemails/{message}")
    expect(page.locator("audio[controls]")).to_be_visible()
    page.get_by_role("button", name="Traité").click()
    expect(page.get_by_text("Tout est écouté.")).to_be_visible()
    plain.close()
    assert only(town.hotline, Voicemail).handled_at is not None
