"""A link opens one volunteer's page to whoever presses its button, and tells nothing to anybody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.bootstrap import Hotline
from hotline.models import Base, Link, Volunteer, move
from hotline.models.status import VolunteerState
from hotline.services import links
from hotline.web import create_app
from tests.conftest import StoppedClock
from tests.web.visits import BRUNO, ODETTE, Visitor, given, volunteer

OPEN = {f"volunteer.{name}" for name in ("door", "enter", "feed", "leave", "outside", "departed")}
PREVIEWS = (
    "WhatsApp/2.23",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (iPhone)",
    "TelegramBot",
)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: the door sees no difference between databases."""
    return sqlite_url


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    found = volunteer(hotline)
    given(hotline, found, "Odette Martin", ODETTE)
    return found


def everything(hotline: Hotline) -> dict[str, list[Any]]:
    """Every row of every table, as the database holds it."""
    with hotline.database.engine.connect() as connection:
        return {name: list(connection.execute(select(table))) for name, table in Base.metadata.tables.items()}


def bare(answer: TestResponse) -> str:
    """A page without its form's token, which differs each time."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)


def test_a_preview_learns_nothing_and_changes_nothing(hotline: Hotline, marie: Visitor) -> None:
    path = marie.link()
    before = everything(hotline)
    for agent in PREVIEWS:
        for method in ("GET", "HEAD"):
            answer = (
                create_app(hotline).test_client().open(path, method=method, headers={"User-Agent": agent})
            )
            assert answer.status_code == 200
            assert not {"Marie", "Odette"} & set(re.findall(r"\w+", answer.text))
    assert everything(hotline) == before


def test_every_door_looks_the_same_whether_its_link_works_or_not(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    old = marie.link()
    clock.advance(timedelta(days=15))
    fresh, revoked = marie.link(), marie.link()
    with hotline.database.write() as session:
        newest = session.scalars(select(Link).order_by(Link.id.desc()).limit(1)).one()
        newest.revoked_at = hotline.clock.now()
    paths = [fresh, old, revoked, "/v/AAAAAAAAAAAA", "/v/short", "/v/" + "x" * 300]
    assert len({bare(marie.get(path)) for path in paths}) == 1
    for path in paths[1:]:
        answer = marie.post(path)
        assert (answer.status_code, "téléphonez à la ligne" in answer.text) == (403, True)
        assert "LIEN" in answer.text
        marie.get(path)


def test_pressing_the_button_opens_the_page(marie: Visitor) -> None:
    path = marie.link()
    assert marie.get("/v/").status_code == 403
    marie.get(path)
    answer = marie.post(path)
    assert (answer.status_code, answer.location) == (303, "/v/")
    assert "Bonjour Marie" in marie.read("/v/")
    assert marie.get(path).location == "/v/", "no door for whoever is in"
    assert marie.get("/v/AAAAAAAAAAAA").location == "/v/"


def test_two_volunteers_may_share_a_telephone(hotline: Hotline, marie: Visitor) -> None:
    bruno = volunteer(hotline, "Bruno", BRUNO)
    marie.come_in()
    path = bruno.link()
    assert "Ouvrir ma page" in marie.read(path)
    marie.post(path)
    assert "Bonjour Bruno" in marie.read("/v/")


def test_the_cookie_is_for_this_site_alone_and_out_of_reach_of_scripts(marie: Visitor) -> None:
    path = marie.link()
    marie.get(path)
    cookie = marie.post(path).headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert path.removeprefix("/v/") not in cookie


def test_a_link_that_ends_or_is_revoked_closes_the_page_at_once(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    marie.come_in()
    clock.advance(timedelta(days=13))
    assert marie.get("/v/").status_code == 200
    clock.advance(timedelta(days=1))
    assert marie.get("/v/").status_code == 403
    marie.come_in()
    with hotline.database.write() as session:
        links.revoke_all(session, session.get_one(Volunteer, marie.volunteer_id), hotline.clock.now())
    assert marie.post("/v/absences", data={"since": "2026-12-24"}).status_code == 403
    assert marie.get("/v/agenda").status_code == 403


def test_the_page_of_somebody_who_left_is_closed(hotline: Hotline, marie: Visitor) -> None:
    marie.come_in()
    path = marie.link()
    with hotline.database.write() as session:
        move(session, session.get_one(Volunteer, marie.volunteer_id), VolunteerState.LEFT)
    assert marie.post(path).status_code == 403
    assert marie.get("/v/").status_code == 403


def test_the_page_can_be_closed_on_a_borrowed_telephone(marie: Visitor) -> None:
    marie.come_in()
    assert "À bientôt" in marie.does("/v/fermer")
    assert marie.get("/v/").status_code == 403


def test_a_form_without_its_token_or_from_another_site_changes_nothing(
    hotline: Hotline, marie: Visitor
) -> None:
    marie.come_in()
    before = everything(hotline)
    without = {"base_url": "https://hotline.example", "data": {"since": "2026-12-24"}}
    forged = marie.client.post("/v/absences", **without)
    assert (forged.status_code, "Encore une fois" in forged.text) == (400, True)
    foreign = marie.post(
        "/v/absences", data={"since": "2026-12-24"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403
    assert everything(hotline) == before


def test_nobody_without_a_link_gets_anywhere(hotline: Hotline) -> None:
    app = create_app(hotline)
    app.config["WTF_CSRF_ENABLED"] = False
    client, asked = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("volunteer.") or rule.endpoint in OPEN:
            continue
        path = rule.build({name: 2026 if name == "year" else 10 for name in rule.arguments})
        assert path is not None
        asked += 1
        for method in {"GET", "POST"} & (rule.methods or set()):
            assert client.open(path[1], method=method).status_code == 403, (method, path[1])
    assert asked > 15


def test_every_answer_tells_browsers_to_keep_it_to_themselves(marie: Visitor) -> None:
    marie.come_in()
    for path in ("/v/", "/v/AAAAAAAAAAAA", "/v/appels/99", "/v/agenda"):
        headers = marie.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_a_fault_of_ours_is_told_in_french_and_no_form_is_too_long_to_answer(
    hotline: Hotline, marie: Visitor
) -> None:
    marie.come_in()
    too_long = marie.post("/v/absences", data={"since": "x" * 70_000})
    assert (too_long.status_code, "Encore une fois" in too_long.text) == (413, True)
    with hotline.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE voicemails")
    answer = marie.get("/v/")
    assert (answer.status_code, "Un souci de notre côté" in answer.text) == (500, True)
