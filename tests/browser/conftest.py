"""The telephones page in Chromium, over the real product and the stand-in carrier."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from hotline.cli.stage import Stage, open_stage
from hotline.db import Database
from hotline.rehearsal.clock import ManualClock
from hotline.rehearsal.exchange import Exchange
from hotline.rehearsal.phones import Phone
from hotline.rehearsal.server import serve
from hotline.services import demo
from tests.conftest import ACCOUNT, LINE, TOKEN, missing

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
PATIENCE = 10_000
TUESDAY_AFTERNOON = datetime(2026, 11, 24, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    if not CHROMIUM.exists():
        missing("browser", f"no Chromium at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the browser sees no difference between databases."""
    return sqlite_url


@pytest.fixture
def start() -> datetime:
    """An ordinary opening hour; a test may begin at another moment."""
    return TUESDAY_AFTERNOON


@pytest.fixture
def town(environment: Path, database: Database, start: datetime) -> Iterator[Stage]:
    """The product with its demonstration people, and their telephones at the carrier."""
    with open_stage(environment, start, database=database) as stage:
        with stage.hotline.database.write() as session:
            demo.prepare(session, stage.hotline.line, start)
        _connect_demo_people(stage.exchange)
        yield stage


@pytest.fixture
def viewport() -> ViewportSize:
    """The size of the window; a test may ask for another."""
    return {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def tab(chromium: Browser) -> Page:
    """One window of a French person for all tests; what it remembers of a page is forgotten after each."""
    context = chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    return context.new_page()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about: errors of our code, refusals of the content policy."""
    return []


@pytest.fixture
def page(tab: Page, town: Stage, viewport: ViewportSize, faults: list[str]) -> Iterator[Page]:
    """The telephones page of the town; the browser must have had nothing to complain about."""
    with opened(tab, town.exchange, viewport, faults):
        yield tab


@pytest.fixture
def carrier() -> Iterator[Exchange]:
    """The stand-in carrier alone: nobody answers the line."""
    exchange = Exchange(account_sid=ACCOUNT, auth_token=TOKEN, clock=ManualClock(TUESDAY_AFTERNOON))
    exchange.add_number(LINE)
    _connect_demo_people(exchange)
    server = serve(exchange)
    yield exchange
    server.close()


@pytest.fixture
def carrier_page(tab: Page, carrier: Exchange, viewport: ViewportSize, faults: list[str]) -> Iterator[Page]:
    """The telephones page of the carrier alone, for what needs no product."""
    with opened(tab, carrier, viewport, faults):
        yield tab


@contextmanager
def opened(tab: Page, exchange: Exchange, viewport: ViewportSize, faults: list[str]) -> Iterator[None]:
    """Show the telephones page; complaints are added to `faults`, of which none must remain."""

    def on_error(error: Error) -> None:
        faults.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(message.text)

    tab.on("pageerror", on_error)
    tab.on("console", on_console)
    tab.set_viewport_size(viewport)
    tab.emulate_media(color_scheme="light", reduced_motion="no-preference")
    tab.goto(f"{exchange.base_url}/telephones")
    expect(tab.locator("article.phone:not([hidden])").first).to_be_visible()
    yield
    tab.evaluate("localStorage.clear()")
    tab.goto("about:blank")
    tab.remove_listener("pageerror", on_error)
    tab.remove_listener("console", on_console)
    assert faults == []


def _connect_demo_people(exchange: Exchange) -> None:
    for person in demo.PEOPLE:
        exchange.phone(person.number, label=person.name, role=person.role.value)


@pytest.fixture
def lucien(town: Stage) -> Phone:
    """A caller with a mobile."""
    return town.phone("+33639980001")


@pytest.fixture
def camille(town: Stage) -> Phone:
    """A volunteer who is always available."""
    return town.phone("+33639980101")
