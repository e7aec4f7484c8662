"""The browser that takes the pictures, always in the same light."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, expect, sync_playwright

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE: Final = 60_000
WIDE: Final = ViewportSize(width=1280, height=1000)
NARROW: Final = ViewportSize(width=390, height=844)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, closed at the end."""
    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=PATIENCE)
        yield chromium
        chromium.close()


def window(chromium: Browser, address: str = "") -> Page:
    """A French person's window."""
    page = chromium.new_context(
        base_url=address or None,
        viewport=WIDE,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        color_scheme="light",
        reduced_motion="reduce",
    ).new_page()
    page.set_default_timeout(PATIENCE)
    return page


def take(page: Page, name: str, part: str = "", *, air: float = 20) -> None:
    """Save what the window shows, or a part of it, once it stands still."""
    file = IMAGES / name
    file.parent.mkdir(parents=True, exist_ok=True)
    page.wait_for_timeout(500)
    page.screenshot(path=file, animations="disabled", clip=_around(page, part, air) if part else None)
    print(f"docs/images/{name} : {file.stat().st_size // 1000} ko")


def _around(page: Page, part: str, air: float) -> FloatRect:
    """Return where a part of a page is, with some air around it."""
    box = page.locator(part).bounding_box()
    assert box is not None
    left, top = max(box["x"] - air, 0), max(box["y"] - air, 0)
    return FloatRect(
        x=left,
        y=top,
        width=box["x"] + box["width"] + air - left,
        height=box["y"] + box["height"] + air - top,
    )
