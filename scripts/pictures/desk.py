"""The desk in pictures, for docs/guide-coordination.md: one morning, from sign-in to the settings."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from hotline.cli.stage import Stage, open_stage
from hotline.web import create_app
from scripts.pictures import door, fortnight, morning
from scripts.pictures import people as cast
from scripts.pictures.camera import NARROW, take, window

VOLUNTEERS_SHEET = """first_name;last_name;phone;languages;available
Sophie;Renard;06 39 98 01 11;fr,en;Mo-Fr 14:00-18:00
Ahmed;Saïdi;06 39 98 01 12;fr,ar;
Camille;Arnaud;06 39 98 01 01;fr;
Luc;Tessier;06 39;fr;
"""


def pictures(chromium: Browser) -> None:
    """Live a morning and take a picture of each page of the guide."""
    with tempfile.TemporaryDirectory() as folder, open_stage(Path(folder), fortnight.START) as stage:
        morning.live(stage)
        with served(stage) as address:
            page = window(chromium, address)
            door.come_in(page, stage)
            for scene in (first_things, people, requests, team, the_line, figures, phone_sized):
                scene(page, stage)
            page.context.close()


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """Serve the stage's product to the browser, over plain HTTP; yields its address."""
    app = create_app(stage.hotline)
    app.config["SESSION_COOKIE_SECURE"] = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


def shot(page: Page, name: str, height: int, path: str = "") -> None:
    """Go to a page and take its upper part."""
    page.set_viewport_size({"width": 1280, "height": height})
    if path:
        page.goto(path)
    take(page, f"coordination/{name}.png")


def first_things(page: Page, stage: Stage) -> None:
    """Today, the shortcuts, and Odette's message of last night."""
    expect(page.locator("header [data-badge=voicemails]")).to_be_visible()
    shot(page, "aujourdhui", 980)
    page.keyboard.press("?")
    take(page, "coordination/raccourcis.png", "#shortcuts", air=0)
    page.keyboard.press("Escape")
    odette = morning.voicemails(stage)[4]
    page.goto(f"/voicemails/{odette}")
    page.get_by_role("button", name="Je m’en occupe").click()
    expect(page.get_by_role("heading", name="Vous vous en occupez")).to_be_visible()
    page.get_by_role("textbox", name="Ce que dit le message").fill(
        "Bonjour, c’est Odette. Je voulais seulement entendre une voix. Je suis là toute la journée."
    )
    shot(page, "message", 900)


def people(page: Page, stage: Stage) -> None:
    """Look somebody up, open a file, compare two, note a contact."""
    page.goto("/people")
    page.get_by_label("Nom, numéro entier ou adresse électronique").fill("mar")
    expect(page.get_by_role("link", name="Simone Martel")).to_be_visible()
    shot(page, "personnes", 700)
    odette, again = (morning.caller(stage, one) for one in (cast.ODETTE, cast.ODETTE_AGAIN))
    page.goto(f"/people/{odette}")
    page.get_by_role("button", name="Voir le numéro").click()
    expect(page.locator(".clear-number")).to_be_visible()
    shot(page, "fiche", 900)
    shot(page, "reunir", 640, f"/people/{odette}/merge?other={again}")
    page.goto("/contacts/new")
    page.get_by_label("Qui ? Nom ou numéro").press_sequentially("yve")
    expect(page.get_by_role("option", name="Yvette Fournier")).to_be_visible()
    shot(page, "contact", 720)


def requests(page: Page, stage: Stage) -> None:
    """The board, one request with reasons, one relation, its rhythm."""
    shot(page, "demandes", 780, "/requests")
    page.goto(f"/requests/{morning.request(stage, cast.STANISLAW)}")
    expect(page.locator(".choices")).to_be_visible()
    shot(page, "demande", 800)
    shot(page, "suivi", 800, "/assignments/1")
    shot(page, "rythme", 720, "/assignments/1/cadence")


def team(page: Page, _stage: Stage) -> None:
    """Volunteers: the list, a file to import, a text to write."""
    shot(page, "benevoles", 760, "/volunteers")
    page.goto("/volunteers/import")
    sheet = {"name": "benevoles.csv", "mimeType": "text/csv", "buffer": VOLUNTEERS_SHEET.encode()}
    page.get_by_label("Le fichier").set_input_files(sheet)  # type: ignore[arg-type]
    page.get_by_role("button", name="Voir ce que cela donnerait").click()
    shot(page, "import", 760)
    page.goto("/volunteers/message")
    for name in ("Camille Arnaud", "Bruno Bonnet", "Élise Etienne"):
        page.get_by_label(name).check()
    page.get_by_label("Le texte").fill(
        "Bonjour {first_name}, la ligne ferme du 24 décembre au 1er janvier. Belles fêtes, et merci !"
    )
    expect(page.locator("#count")).to_contain_text("3 personnes")
    shot(page, "ecrire", 860)


def the_line(page: Page, _stage: Stage) -> None:
    """The week, the hours, what callers hear."""
    shot(page, "planning", 900, "/roster")
    page.goto("/hours")
    page.get_by_label("Premier jour").fill("2026-12-04")
    page.get_by_label("Pourquoi").fill("assemblée générale")
    expect(page.locator("#ahead")).to_contain_text("assemblée générale")
    page.locator("#closures").scroll_into_view_if_needed()
    shot(page, "horaires", 760)
    shot(page, "annonces", 580, "/greetings")


def figures(page: Page, _stage: Stage) -> None:
    """Statistics, the funders' page, the log, the settings."""
    shot(page, "statistiques", 840, "/statistics")
    shot(page, "financeurs", 760, "/statistics/impact")
    shot(page, "journal", 620, "/audit")
    shot(page, "reglages", 480, "/settings")


def phone_sized(page: Page, stage: Stage) -> None:
    """The same on a telephone, the second in the dark."""
    page.goto("/")
    page.set_viewport_size(NARROW)
    take(page, "coordination/aujourdhui-390.png")
    page.emulate_media(color_scheme="dark")
    page.goto(f"/voicemails/{morning.voicemails(stage)[4]}")
    take(page, "coordination/message-390-sombre.png")
