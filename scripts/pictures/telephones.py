"""The telephones page of a rehearsal, while somebody calls: the picture of the README."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from scripts.pictures.camera import NARROW, take, window


def pictures(chromium: Browser) -> None:
    """Play until a call is in progress, then take one picture for each width."""
    with rehearsal() as address:
        page = window(chromium)
        page.goto(address)
        play(page)
        take(page, "telephones.png")
        page.set_viewport_size(NARROW)
        page.locator("#appelant").evaluate("section => section.scrollIntoView()")
        take(page, "telephones-390.png")
        page.context.close()


def play(page: Page) -> None:
    """A message at night, an offer in the afternoon, then a second caller for whom two listeners ring."""
    page.get_by_role("button", name="Aller à samedi 22 h").click()
    caller = page.locator("#caller-phones article:not([hidden])")
    caller.get_by_role("button", name="Appeler la ligne").click()
    caller.get_by_role("button", name="Faire entendre").click()
    page.wait_for_timeout(4_000)
    caller.get_by_role("button", name="Raccrocher").click()
    done(page, "message")
    page.get_by_role("button", name="Aller à mardi 15 h").click()
    done(page, "offre")
    page.locator("#caller-choice").select_option(label="Lucien, 06 39 98 00 01")
    caller.get_by_role("button", name="Appeler la ligne").click()
    expect(caller.get_by_role("log")).to_contain_text("Restez en ligne")
    expect(page.locator("#equipe").get_by_text(re.compile("^Sonne")).first).to_be_visible()


def done(page: Page, step: str) -> None:
    """Wait until the guide has ticked one of its steps."""
    expect(page.locator(f"[data-step={step}]")).to_have_attribute("data-done", "oui")


@contextmanager
def rehearsal() -> Iterator[str]:
    """Run a rehearsal in a folder of its own; yields the address of its telephones page."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        running = subprocess.Popen(
            [Path(sys.executable).with_name("hotline"), "rehearse"],
            cwd=folder,
            env={**os.environ, "HOTLINE_PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield told_address(running)
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=30)


def told_address(running: "subprocess.Popen[str]") -> str:
    """Return the address of the telephones page once the rehearsal says that it is ready."""
    for line in running.stdout or ():
        if found := re.search(r"Les téléphones +(http\S+)", line):
            return found[1]
    raise SystemExit("La répétition n'a pas démarré.")


def free_port() -> int:
    """Return a port that is free together with the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
