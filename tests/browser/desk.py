"""The desk in a browser: somebody signed in, and what the browser had to complain about."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, ViewportSize

from hotline.cli.stage import PUBLIC_URL, Stage
from tests.browser.conftest import PATIENCE
from tests.web.desk.conftest import Desk

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def window(chromium: Browser, town: Stage) -> Iterator[Page]:
    """A window in front of the desk's door; the browser must have nothing to complain about."""
    context = chromium.new_context(
        base_url=address(town),
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        viewport=WIDE,
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    pages, faults = set[str](), list[tuple[str, str]]()

    def on_request(request: Request) -> None:
        if request.is_navigation_request():
            pages.add(request.url)

    def on_error(error: Error) -> None:
        faults.append(("", f"{page.url}: {error}"))

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append((message.location["url"], message.text))

    page.on("request", on_request)
    page.on("pageerror", on_error)
    page.on("console", on_console)
    yield page
    context.close()
    # A page that tells of a fault has a status of its own, which the browser repeats.
    assert [fault for fault in faults if fault[0] not in pages] == []


def let_in(context: BrowserContext, town: Stage, desk: Desk) -> None:
    """Let a browser be that of somebody who is signed in already."""
    kept = desk.client.get_cookie("session")
    assert kept is not None
    context.add_cookies([{"name": "session", "value": kept.value, "url": address(town)}])


def address(town: Stage) -> str:
    """Where the product listens on this machine."""
    return town.exchange.route[PUBLIC_URL]
